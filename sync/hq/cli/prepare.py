"""``hq programmes``, ``sittings``, ``roster``, ``package``: before the exam."""

from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from kiosk.command_line.common import report_errors
from kiosk.exam.errors import ProgrammeError
from kiosk.exam.programme.blueprint import Examination
from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.programme_file import read_programme
from kiosk.settings import read_text
from kiosk.system import SystemClock
from sync.hq.cli.common import (
    data_option,
    echo_json,
    json_option,
    me,
    moment,
    opened,
    progress_bar,
)
from sync.hq.cli.problems import as_values, print_problems
from sync.hq.packages.packages import PackageView
from sync.hq.registration.portrait_files import open_portraits
from sync.hq.registration.roster_file import read_roster
from sync.hq.services import HqServices
from sync.hq.sittings import NewPaper, NewSitting, SittingView

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def programmes() -> None:
    """Programmes: what is examined, how it is scored and proctored."""


@programmes.command(name="import")
@data_option
@click.argument("file", type=FILE)
@report_errors
def programmes_import(data: Path, file: Path) -> None:
    """Store a programme file. A changed programme needs a higher version in the file."""
    with opened(data) as hq:
        programme = hq.programmes.take(read_text(file), me())
    click.echo(f"{programme.id} version {programme.version}: {programme.title.zh}")


@programmes.command(name="check")
@click.argument("file", type=FILE)
@json_option
@report_errors
def programmes_check(file: Path, as_json: bool) -> None:
    """Check a programme file without storing it; every mistake is named with its line.

    Exits with 1 when there are mistakes.
    """
    try:
        programme = read_programme(read_text(file))
    except ProgrammeError as error:
        if as_json:
            echo_json({"problems": [vars(one) for one in error.problems]})
        for problem in error.problems if not as_json else ():
            click.echo(f"{file}:{problem}", err=True)
        raise SystemExit(1) from None
    summary = _summary(programme)
    if as_json:
        echo_json({"problems": [], **summary})
        return
    for name, value in summary.items():
        shown = "\n  ".join(["", *value]) if isinstance(value, list) else value
        click.echo(f"{name.replace('_', ' ')}: {shown}")


def _summary(programme: Programme) -> dict[str, Any]:
    """Return the figures that staff check first."""
    today = SystemClock().now().date()
    examinations = [
        f"{exam.level or 'examination for all'}: {exam.duration_minutes} minutes,"
        f" {exam.total} points, {exam.pass_mark} pass{_parts(exam)}"
        for exam in programme.examinations
    ]
    return {
        "id": programme.id,
        "version": programme.version,
        "title": f"{programme.title.zh} / {programme.title.en}",
        "trades": len(programme.trades),
        "levels": list(programme.level_ids),
        "examinations": examinations,
        "entry_conditions": len(programme.entry_conditions),
        "next_sitting_day": programme.calendar.next_from(today).isoformat(),
    }


def _parts(examination: Examination) -> str:
    """Return the parts that are sat one after another, with their minutes."""
    times = examination.part_times
    named = [f"{part.id} {part.minutes}" if part.minutes else part.id for part in times]
    return f"; parts in order: {', '.join(named)}" if named else ""


@programmes.command(name="list")
@data_option
@json_option
@report_errors
def programmes_list(data: Path, as_json: bool) -> None:
    """List the newest version of each programme."""
    with opened(data) as hq:
        found = hq.programmes.list()
    if as_json:
        echo_json([{"id": p.id, "version": p.version, "title": p.title.zh} for p in found])
        return
    for programme in found:
        click.echo(f"{programme.id}  version {programme.version}  {programme.title.zh}")


@click.group()
def sittings() -> None:
    """Sittings: when a programme is examined."""


@sittings.command(name="create")
@data_option
@click.option("--programme", required=True, help="Id of the programme, such as carbon-manager.")
@click.option("--title", required=True, help="Title that candidates and staff see.")
@click.option("--starts-at", required=True, help="Start, such as 2026-04-25T14:00, or 'now'.")
@click.option("--unlock-from", help="Time from which the paper can be unlocked, or 'now'.")
@click.option(
    "--minutes", type=click.IntRange(1, 600), help="Duration, instead of the programme's."
)
@click.option("--trade", help="Id of the trade, in a programme that has trades.")
@click.option("--level", help="Id of the level, in a programme that has levels.")
@click.option(
    "--release",
    type=click.Choice(["time_lock", "two_people"]),
    help="How unlock codes are released  [default: as in hq.toml]",
)
@click.option("--id", "sitting_id", help="Id to use instead of a new one.")
@json_option
@report_errors
def sittings_create(
    data: Path,
    programme: str,
    title: str,
    starts_at: str,
    unlock_from: str | None,
    minutes: int | None,
    trade: str | None,
    level: str | None,
    release: str | None,
    sitting_id: str | None,
    as_json: bool,
) -> None:
    """Create a sitting and print its id.

    Times without a zone are in the console's time zone. The unlock time is half an hour before
    the start unless the settings or --unlock-from say otherwise. Dates outside the programme's
    calendar give a warning.
    """
    with opened(data) as hq:
        new = NewSitting(
            title=title,
            starts_at=moment(starts_at, hq),
            papers=[NewPaper(programme, trade, level, minutes)],
            id=sitting_id,
            unlock_not_before=moment(unlock_from, hq) if unlock_from else None,
            release=release,
        )
        sitting = hq.sittings.create(new, me())
        _warn_off_calendar(hq, sitting)
    if as_json:
        echo_json(asdict(sitting))
    else:
        click.echo(sitting.id)


def _warn_off_calendar(hq: HqServices, sitting: SittingView) -> None:
    programme = hq.applications.programme(sitting.id)
    day = sitting.starts_at.astimezone(ZoneInfo(hq.settings.console.timezone)).date()
    named = {edition.exam for edition in programme.editions}
    if day not in named and not programme.calendar.includes(day):
        regular = programme.calendar.next_from(day)
        click.echo(f"{day} is not in the programme's calendar; the next is {regular}", err=True)


@sittings.command(name="list")
@data_option
@json_option
@report_errors
def sittings_list(data: Path, as_json: bool) -> None:
    """List all sittings, latest first."""
    with opened(data) as hq:
        found = hq.sittings.list()
    if as_json:
        echo_json([asdict(sitting) for sitting in found])
        return
    for sitting in found:
        click.echo(f"{sitting.id}  {sitting.starts_at.isoformat()}  {sitting.title}")


@click.group()
def roster() -> None:
    """Candidates and their seats."""


@roster.command(name="import")
@data_option
@click.argument("file", type=FILE)
@click.option("--sitting", required=True, help="Id of the sitting.")
@click.option("--centre", required=True, help="Code of the centre.")
@click.option(
    "--portraits",
    type=click.Path(exists=True, path_type=Path),
    help="ZIP or folder of pictures, each named by number, name or both.",
)
@json_option
@report_errors
def roster_import(
    data: Path, file: Path, sitting: str, centre: str, portraits: Path | None, as_json: bool
) -> None:
    """Import candidates and their seats from a CSV file: all of them, or none.

    \b
    Columns (UTF-8, header line): identity_no, name; optional:
    admission_no, seat, extra_minutes, portrait (a file name; otherwise
    a picture is found by admission number, identity number or name).
    Missing admission numbers and seats are assigned. Import again to
    correct.
    """
    with opened(data) as hq:
        files = open_portraits(portraits) if portraits else None
        with progress_bar("Reading") as progress:
            entries, notes = read_roster(file.read_bytes(), files, progress)
        seats = hq.registration.import_roster(sitting, centre, entries, me())
    if as_json:
        echo_json({"seats": [vars(seat) for seat in seats], "problems": as_values(notes)})
        return
    print_problems(notes)
    for seat in seats:
        portrait = "" if seat.has_portrait else "  (no portrait)"
        click.echo(f"{seat.seat}  {seat.admission_no}  {seat.name}{portrait}")


@click.group()
def package() -> None:
    """Exam packages: sealed for one centre and one sitting."""


@package.command(name="build")
@data_option
@click.option("--sitting", required=True, help="Id of the sitting.")
@click.option("--centre", required=True, help="Code of the centre.")
@click.option("--paper", default="A", show_default=True, help="Which of parallel papers.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Also write the file: a folder, or a name ending in .exam.",
)
@json_option
@report_errors
def package_build(
    data: Path, sitting: str, centre: str, paper: str, out: Path | None, as_json: bool
) -> None:
    """Draw the paper (once for a sitting), seal it with the roster, put it into the inbox.

    Building again makes the next version; centres refuse lower ones. The unlock code belongs to
    this version: see `hq code`.
    """
    with opened(data) as hq:
        released = hq.packages.code_released(sitting, centre)
        built = hq.packages.build(sitting, centre, me(), paper)
        path = _write(out, built, hq.packages.data(built)) if out else None
    if released:
        click.echo(
            f"Warning: {centre} already has the code of an earlier version. If its paper is already"
            " unlocked, this version will not be used. Call the centre.",
            err=True,
        )
    if as_json:
        echo_json({**vars(built), "file": str(path) if path else None})
        return
    click.echo(f"Package {built.id}, version {built.version}: {built.candidates} candidates")
    if path:
        click.echo(path)


@package.command(name="revoke")
@data_option
@click.option("--sitting", required=True, help="Id of the sitting.")
@click.option("--centre", required=True, help="Code of the centre.")
@click.option(
    "--reason", required=True, help="The centre sees it; it is recorded in the audit log."
)
@click.confirmation_option(prompt="The centre will not be able to use this package. Revoke it?")
@report_errors
def package_revoke(data: Path, sitting: str, centre: str, reason: str) -> None:
    """Revoke the newest package of a centre; a new version replaces it."""
    with opened(data) as hq:
        revoked = hq.packages.revoke(sitting, centre, reason, me())
    click.echo(f"Version {revoked.version} is revoked. Build the next one: hq package build")


def _write(out: Path, built: PackageView, data: bytes) -> Path:
    target = out if out.suffix == ".exam" else out / built.file_name
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_bytes(data)
    part.replace(target)
    return target
