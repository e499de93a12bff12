"""``hq programmes`` and ``roster``: before the exam."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
    opened,
    progress_bar,
)
from sync.hq.cli.problems import as_values, not_stored, print_problems
from sync.hq.registration.planning import FILE as FILE_NAME
from sync.hq.registration.planning import KEEP
from sync.hq.registration.portrait_files import open_portraits
from sync.hq.registration.roster_file import CLEARABLE, read_roster
from sync.hq.registration.roster_places import KnownPlaces

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
@click.option("--check", is_flag=True, help="Only show what would change; store nothing.")
@click.option(
    "--names",
    type=click.Choice([FILE_NAME, KEEP]),
    help="Whose name counts where the file has another: the file's, or the registered one.",
)
@click.option(
    "--clear",
    multiple=True,
    type=click.Choice(CLEARABLE),
    help="Empty cells of this column clear what is registered; may be repeated.",
)
@json_option
@report_errors
def roster_import(
    data: Path,
    file: Path,
    sitting: str,
    centre: str,
    portraits: Path | None,
    check: bool,
    names: str | None,
    clear: Sequence[str],
    as_json: bool,
) -> None:
    """Import candidates and their seats from XLSX or CSV: all of them, or none.

    \b
    Columns: identity_no, name; optional: admission_no, room, seat,
    paper (or programme, trade, level), extra_minutes, portrait (a file
    name; otherwise a picture is found by admission number, identity
    number or name). A sitting with several papers needs each row's paper.
    Missing admission numbers and seats are assigned. Import again to
    correct: columns that the file lacks change nothing.
    """
    with opened(data) as hq:
        files = open_portraits(portraits) if portraits else None
        with progress_bar("Reading") as progress:
            rooms = {room.id: room.name for room in hq.rooms.of_centre(centre)}
            known = KnownPlaces(hq.applications.choice(sitting), rooms)
            entries, notes = read_roster(file.read_bytes(), files, progress, known)
        answers = (names or "", frozenset(clear))
        if check:
            planned = hq.registration.plan_roster(sitting, centre, entries, *answers)
            print_problems(notes if not as_json else ())
            raise SystemExit(not_stored(planned, notes, as_json))
        seats = hq.registration.import_roster(
            sitting, centre, entries, me(), names or "", file.name, frozenset(clear)
        )
    if as_json:
        echo_json({"seats": [vars(seat) for seat in seats], "problems": as_values(notes)})
        return
    print_problems(notes)
    for seat in seats:
        portrait = "" if seat.has_portrait else "  (no portrait)"
        place = f"{seat.room}/{seat.seat}  paper {seat.paper}"
        click.echo(f"{place}  {seat.admission_no}  {seat.name}{portrait}")
