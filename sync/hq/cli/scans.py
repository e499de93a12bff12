"""``hq scans``: scans of registration material (R9)."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened, progress_bar
from sync.hq.registration.scan_import import import_scans, open_scans
from sync.hq.registration.scan_states import ScanState, ScanView


@click.group()
def scans() -> None:
    """Scans of registration material: forms, identity cards, certificates."""


@scans.command(name="import")
@data_option
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--sitting", required=True)
@json_option
@report_errors
def scans_import(data: Path, source: Path, sitting: str, as_json: bool) -> None:
    """Store the scans of a folder or ZIP file, matched by the names of files and folders.

    A name says whose scan it is (identity number, or a name that only one applicant has) and what
    it shows, such as 身份证正面, 身份证反面, 学历, 学位, 工作证明 or 报名表. Files that do not fit
    are listed and left out. Repeating an import stores nothing twice.
    """
    with opened(data) as hq, progress_bar("Storing") as progress:
        applicants = hq.applications.list(sitting)
        programme = hq.applications.programme(sitting)
        files = open_scans(source)
        done = import_scans(hq.scans, sitting, files, applicants, programme, me(), progress)
    if as_json:
        left = [{"file": problem.at, "why": problem.text} for problem in done.problems]
        echo_json({"stored": done.stored, "known": done.known, "left_out": left})
        return
    for problem in done.problems:
        click.echo(str(problem), err=True)
    click.echo(
        f"{done.stored} scans stored, {done.known} were there already,"
        f" {len(done.problems)} files left out"
    )


@scans.command(name="list")
@data_option
@click.option("--sitting", required=True)
@click.option("--state", type=click.Choice([state.value for state in ScanState][1:]))
@json_option
@report_errors
def scans_list(data: Path, sitting: str, state: str | None, as_json: bool) -> None:
    """List the scans of a sitting: whose, what, and how far; returned ones with their reason."""
    with opened(data) as hq:
        names = {one.candidate_id: one.name for one in hq.applications.list(sitting)}
        found = [one for one in hq.scans.list(sitting) if one.counts and state in (None, one.state)]
    if as_json:
        echo_json([_entry(one, names.get(one.candidate_id, "")) for one in found])
        return
    for one in found:
        words: Sequence[str] = (
            one.id, one.state, names.get(one.candidate_id, "–"), one.material, one.part, one.reason,
        )  # fmt: skip
        click.echo("  ".join(filter(None, words)))


def _entry(one: ScanView, name: str) -> dict[str, object]:
    return {**vars(one), "name": name, "state": one.state.value}


@scans.command(name="delete")
@data_option
@click.option("--sitting", help="Delete all scans of this sitting now.")
@report_errors
def scans_delete(data: Path, sitting: str | None) -> None:
    """Delete the scans of sittings that ended more than `scans.keep_days` ago.

    What was decided about them stays, and the audit log says who deleted how many.
    """
    with opened(data) as hq:
        before = hq.clock.now() - timedelta(days=hq.settings.scans.keep_days)
        due = [hq.sittings.get(sitting).id] if sitting else hq.scans.due(before)
        click.echo(f"{hq.scans.delete(due, me())} scans deleted")


@scans.command(name="allow")
@data_option
@click.argument("username")
@report_errors
def scans_allow(data: Path, username: str) -> None:
    """Let an account see scans; each look is in the audit log."""
    with opened(data) as hq:
        hq.scan_viewers.allow(username, me())
    click.echo("Allowed.")


@scans.command(name="deny")
@data_option
@click.argument("username")
@report_errors
def scans_deny(data: Path, username: str) -> None:
    """Let an account see scans no more."""
    with opened(data) as hq:
        hq.scan_viewers.deny(username, me())
    click.echo("Denied.")
