"""``kiosk rehearse``."""

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from kiosk.command_line.common import first_line, report_errors
from kiosk.rehearsal.clients import Staff
from kiosk.rehearsal.figures import Figures
from kiosk.rehearsal.people import Person, read_people
from kiosk.rehearsal.plan import Size
from kiosk.rehearsal.run import QUICK_SECONDS, Place, Script, rehearse_at
from kiosk.rehearsal.run import rehearse as rehearse_fresh

USUAL = 5
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--candidates",
    type=click.IntRange(1, 200),
    help="Number of candidates  [default: 5; with --url everyone on the roster]",
)
@click.option(
    "--minutes", type=click.FloatRange(0.1, 300), help="Time over which the answers are spread."
)
@click.option(
    "--papers",
    default=2,
    show_default=True,
    type=click.IntRange(1, 22),
    help="Number of papers, of two programmes.",
)
@click.option(
    "--rooms", default=2, show_default=True, type=click.IntRange(1, 20), help="Number of rooms."
)
@click.option(
    "--to-the-end",
    is_flag=True,
    help="One candidate of each paper stays until the time is up; the papers last minutes.",
)
@click.option("--seed", default=1, show_default=True, help="Random seed for simulated answers.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--url", help="A running centre instead of a fresh temporary one.")
@click.option("--hq-url", help="Headquarters of that centre.")
@click.option("--sitting", help="Id of the sitting at that centre.")
@click.option(
    "--roster", type=FILE, help="CSV with admission_no, identity_no, name, seat, portrait."
)
@click.option("--staff", default="chief", show_default=True, help="Staff account at that centre.")
@click.option("--password-file", type=FILE, help="Password of that account.")
@click.option("--token-file", type=FILE, help="A token of HQ that may read results.")
@click.option("--code", help="The unlock code, if the paper is still locked.")
@click.option("--yes", is_flag=True, help="Use up the attempts of --url without asking.")
@report_errors
def rehearse(
    candidates: int | None,
    minutes: float | None,
    papers: int,
    rooms: int,
    to_the_end: bool,
    seed: int,
    as_json: bool,
    yes: bool,
    **at: object,
) -> None:
    """Rehearse a sitting with simulated candidates, as a centre does before exam day.

    They check in with camera frames, answer, leave the page, hand in; results go to HQ and are
    pulled from there. Every acknowledged answer must be found at HQ unchanged, and nobody
    may pass with another face. overloaded_s: how long camera pictures were missing or late for
    the whole room. Exits with 1 if anything is wrong.

    Without --url everything runs in a temporary folder on this machine and is deleted afterwards:
    one sitting whose papers have different lengths, in rooms that start one after another, with
    extra time for one candidate. Everybody is paused once, then the first room. Groups has each
    paper in each room: who was scored by it, and when its time is up (UTC).
    With --url the attempts of the roster's candidates in that sitting are used up permanently:
    create a sitting for the rehearsal. If the programme forbids handing in during the first
    minutes, the rehearsal takes at least that long.
    """
    seconds = QUICK_SECONDS if minutes is None else minutes * 60
    script = Script(seconds, seed, to_the_end)

    def progress(text: str) -> None:
        click.echo(f"- {text}", err=True)

    if at["url"] is None:
        size = Size.of(papers, rooms, seconds, to_the_end)
        figures = rehearse_fresh(size, candidates or USUAL, script, progress)
    else:
        place, people = _place(at), read_people(_path(at, "roster"))[:candidates]
        if not yes:
            _confirm(place, people)
        figures = rehearse_at(place, people, script, progress)
    click.echo(json.dumps(figures.to_json(), indent=2) if as_json else _text(figures))
    if figures.overloaded_s:
        click.echo(
            f"The room was overloaded for {figures.overloaded_s:.0f} s: camera pictures were"
            " missing or late. Use a faster machine, or fewer candidates in this room.",
            err=True,
        )
    if not figures.ok:
        click.echo("The rehearsal found problems.", err=True)
        sys.exit(1)


def _text(figures: Figures) -> str:
    """Return the figures one a line, and a table of the groups."""
    shown = figures.to_json()
    groups = shown.pop("groups")
    width = max(map(len, shown))
    lines = [f"{name:<{width}}  {value}" for name, value in shown.items()]
    table = [list(groups[0]), *(list(group.values()) for group in groups)]
    cells = [["–" if cell is None else str(cell) for cell in row] for row in table]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines += ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
    return "\n".join(lines)


def _confirm(place: Place, people: Sequence[Person]) -> None:
    """Ask before the attempts of a real sitting are used up.

    Raises:
        click.Abort: the answer is no.
    """
    with closing(Staff(place.url)) as staff:
        staff.sign_in(place.username, place.password)
        title = staff.room(place.sitting_id)["sitting"]["title"]
    click.echo(f"Sitting: {title}", err=True)
    question = f"{len(people)} attempts of this sitting will be used up permanently. Continue?"
    click.confirm(question, abort=True, err=True)


def _place(at: dict[str, object]) -> Place:
    return Place(
        url=_given(at, "url"),
        hq_url=_given(at, "hq_url"),
        token=first_line(_path(at, "token_file"), "a token of headquarters").strip(),
        username=_given(at, "staff"),
        password=first_line(_path(at, "password_file"), "the account's password"),
        sitting_id=_given(at, "sitting"),
        code=None if at["code"] is None else _given(at, "code"),
    )


def _given(at: dict[str, object], name: str) -> str:
    value = at[name]
    if value is None:
        raise click.UsageError(f"--url also needs --{name.replace('_', '-')}")
    return str(value)


def _path(at: dict[str, object], name: str) -> Path:
    return Path(_given(at, name))
