"""``hq tickets``: admission tickets, after a look at what they would lack."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened, progress_bar
from sync.hq.errors import NobodySeated, SittingCancelled
from sync.hq.registration.admission import TicketGap
from sync.hq.services import HqServices
from sync.hq.sittings import SittingView

MOST = 100
"""Most lines printed; all of them are in the JSON."""

WHAT: Mapping[str, str] = {
    "no_seat": "admitted, but no seat: no ticket",
    "no_address": "centre without an address: hq centres address",
    "no_portrait": "no portrait",
    "portrait_unchecked": "portrait not checked yet: hq portraits check",
    "portrait_refused": "portrait with findings that nobody has accepted",
}


@click.command()
@data_option
@click.option("--sitting", required=True, help="Id of the sitting.")
@click.option("--centre", default="", help="Only this centre.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("tickets.pdf"),
    show_default=True,
)
@click.option("--by-centre", is_flag=True, help="A PDF for each centre; --out is a folder.")
@click.option("--check", is_flag=True, help="Only list what tickets would lack; write nothing.")
@click.option("--yes", is_flag=True, help="Write them without asking, whatever they lack.")
@json_option
@report_errors
def tickets(
    data: Path,
    sitting: str,
    centre: str,
    out: Path,
    by_centre: bool,
    check: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Write the admission tickets as a PDF, a page for each candidate.

    Lists what they would lack, and asks before it writes them nevertheless. With --json nobody
    is asked: nothing is written unless they lack nothing or --yes is given.
    """
    with opened(data) as hq, progress_bar("Setting") as progress:
        view = hq.sittings.get(sitting)
        _require_seats(hq, view, centre)
        gaps = hq.tickets.gaps(sitting, hq.applications.list(sitting), centre)
        if not as_json:
            _print(gaps)
        if check or (gaps and not yes and (as_json or not click.confirm("Write them?"))):
            if as_json:
                echo_json({"file": None, "lacking": [vars(gap) for gap in gaps]})
            raise SystemExit(int(bool(gaps)))
        programmes = hq.applications.programmes(sitting)
        files: list[str] = []
        missing: dict[str, str] = {}
        for code, path in _files(hq, sitting, centre, out, by_centre):
            made = hq.tickets.make(view, programmes, code, progress)
            missing |= made.missing
            path.write_bytes(made.pdf)
            path.chmod(0o600)
            files.append(str(path))
            hq.tickets.issue(sitting, code, me())
    if as_json:
        lacking = [vars(gap) for gap in gaps]
        written = {"files": files} if by_centre else {"file": files[0]}
        echo_json({**written, "lacking": lacking, "characters": missing})
        return
    click.echo("\n".join(files))
    for admission_no, characters in missing.items():
        click.echo(f"! {admission_no}: the font has no {characters}; write it by hand", err=True)


def _require_seats(hq: HqServices, sitting: SittingView, centre: str) -> None:
    """Require that the sitting takes place, and that somebody has a seat in it.

    Raises:
        SittingCancelled, NobodySeated: it does not, or nobody has.
    """
    if sitting.cancelled_at is not None:
        raise SittingCancelled(reason=sitting.cancelled_reason)
    if not any(centre in ("", one.centre_code) for one in hq.sittings.centres(sitting.id)):
        raise NobodySeated


def _files(
    hq: HqServices, sitting: str, centre: str, out: Path, by_centre: bool
) -> Sequence[tuple[str, Path]]:
    """Return which centres' tickets go into which file; an empty centre stands for all."""
    if not by_centre:
        return [(centre, out)]
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    codes = [one.centre_code for one in hq.sittings.centres(sitting)]
    return [(code, out / f"{sitting}-{code}.pdf") for code in codes if centre in ("", code)]


def _print(gaps: Sequence[TicketGap]) -> None:
    for what, count in Counter(gap.what for gap in gaps).items():
        click.echo(f"! {count} × {WHAT[what]}", err=True)
    for gap in gaps[:MOST]:
        of = (gap.centre_code, gap.admission_no, gap.name)
        click.echo(f"  {'  '.join(filter(None, of))}: {WHAT[gap.what]}", err=True)
    if len(gaps) > MOST:
        click.echo(f"… and {len(gaps) - MOST} more", err=True)
