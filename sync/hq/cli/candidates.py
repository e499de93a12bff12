"""``hq candidates`` and ``seats``: from applications to a seat."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from kiosk.exam.seating import PlanKind
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened, progress_bar
from sync.hq.cli.letters import letter
from sync.hq.cli.lives import (
    clashes,
    correct,
    grant,
    history,
    move,
    move_up,
    print_allocated,
    print_unfit,
    replace_candidate,
    reserve,
    undo,
    unfit_of,
    withdraw,
)
from sync.hq.cli.problems import as_values, not_stored, print_problems
from sync.hq.registration.application_views import ApplicationView
from sync.hq.registration.applications import STATES
from sync.hq.registration.candidate_file import read_candidates, template
from sync.hq.registration.planning import CLEARABLE, KEEP, Answers
from sync.hq.registration.planning import FILE as FILE_NAME
from sync.hq.registration.portrait_files import open_portraits
from sync.hq.registration.unfit_seats import SEATED_NOT_ADMITTED
from sync.wire.model import FIRST

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)

_sitting = click.option("--sitting", required=True, help="Id of the sitting.")


@click.group()
def candidates() -> None:
    """Applications: import, judge by the entry conditions, decide."""


for command in (correct, withdraw, replace_candidate, move, grant, reserve, history, undo):
    candidates.add_command(command)


@candidates.command(name="template")
@data_option
@_sitting
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--out", type=NEW_FILE, default=Path("candidates.xlsx"), show_default=True)
@report_errors
def candidates_template(data: Path, sitting: str, lang: str, out: Path) -> None:
    """Write an empty spreadsheet for the candidates of a sitting."""
    with opened(data) as hq:
        out.write_bytes(template(hq.applications.programme(sitting), lang))
    click.echo(out)


@candidates.command(name="import")
@data_option
@click.argument("file", type=FILE)
@_sitting
@click.option(
    "--portraits",
    type=click.Path(exists=True, path_type=Path),
    help="ZIP or folder of pictures, each named by identity number, name or both.",
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
def candidates_import(
    data: Path,
    file: Path,
    sitting: str,
    portraits: Path | None,
    check: bool,
    names: str | None,
    clear: Sequence[str],
    as_json: bool,
) -> None:
    """Store applications from XLSX or CSV and check them against the entry conditions.

    All of them, or none: every problem is listed by row and column. Columns that the file
    lacks change nothing; --check lists what would change. Then `hq portraits check`,
    `hq candidates list` and `hq seats allocate`.
    """
    with opened(data) as hq:
        programme = hq.applications.programme(sitting)
        files = open_portraits(portraits) if portraits else None
        with progress_bar("Reading") as progress:
            found, problems = read_candidates(
                file.read_bytes(),
                programme,
                hq.clock.now().date(),
                files,
                progress,
                hq.applications.choice(sitting),
                hq.people.documents(),
            )
        told = [*hq.applications.closed(sitting), *hq.applications.renamed(found)]
        problems = [*told, *problems]
        print_problems(problems if not as_json else ())
        answers = Answers(clear=frozenset(clear), names=names or "")
        if check or any(problem.is_error for problem in problems):
            planned = hq.applications.plan(sitting, found, answers)
            raise SystemExit(not_stored(planned, problems, as_json))
        with progress_bar("Storing") as progress:
            counts = hq.applications.take(
                sitting, found, problems, me(), progress, answers, file.name
            )
        unfit = unfit_of(hq, sitting)
    if as_json:
        echo_json({"stored": True, "problems": as_values(problems), **counts})
    else:
        click.echo(", ".join(f"{count} {state}" for state, count in counts.items()))
    print_unfit(unfit, sitting)


@candidates.command(name="list")
@data_option
@_sitting
@click.option("--state", type=click.Choice([*STATES, SEATED_NOT_ADMITTED]))
@json_option
@report_errors
def candidates_list(data: Path, sitting: str, state: str | None, as_json: bool) -> None:
    """List applications with the clause that admits them, or what is missing.

    seated_not_admitted: who keeps a seat although the rules no longer admit them. Then
    `hq candidates withdraw`, or `hq candidates decide` with a reason.
    """
    with opened(data) as hq:
        found = hq.applications.list(sitting)
        unfit = unfit_of(hq, sitting)
    seats = {one.seat.candidate_id: one.seat for one in unfit}
    if state == SEATED_NOT_ADMITTED:
        found = [one.application for one in unfit]
    elif state:
        found = [one for one in found if one.state == state]
    if as_json:
        kept = {one.candidate_id: one.candidate_id in seats for one in found}
        echo_json(
            [
                {**vars(one), "state": one.state, SEATED_NOT_ADMITTED: kept[one.candidate_id]}
                for one in found
            ]
        )
        return
    for one in found:
        click.echo(f"{one.candidate_id}  {one.name}  {one.state}  {_why(one)}")
        if seat := seats.get(one.candidate_id):
            place = f"{seat.centre_code}  {seat.room}/{seat.seat}"
            click.echo(f"    keeps the seat {place}: withdraw, or decide by hand")


def _why(one: ApplicationView) -> str:
    if one.decision:
        return f"decided: {one.reason}"
    parts = [f"clause {one.clause}"] if one.clause else []
    for clause, shortfalls in one.shortfalls.items():
        needs = ", ".join(f"{s['what']} {s['need']} (has {s['have'] or '-'})" for s in shortfalls)
        parts.append(f"clause {clause} asks for {needs}")
    if one.hours_missing:
        parts.append(f"{one.hours_missing} class hours missing")
    if one.materials_missing:
        parts.append(f"material missing: {', '.join(one.materials_missing)}")
    if one.portrait_findings:
        parts.append(f"portrait: {', '.join(one.portrait_findings)}")
    elif one.has_portrait and one.portrait_findings is None:
        parts.append("portrait not checked yet")
    return "; ".join(parts)


@candidates.command(name="decide")
@data_option
@click.argument("candidate")
@_sitting
@click.option("--as", "decision", type=click.Choice(["admitted", "refused", "undecided"]))
@click.option("--reason", required=True, help="Recorded in the audit log.")
@report_errors
def candidates_decide(data: Path, candidate: str, sitting: str, decision: str, reason: str) -> None:
    """Admit or refuse an applicant by hand, or apply the rules again."""
    with opened(data) as hq:
        word = "" if decision == "undecided" else decision
        hq.applications.decide(sitting, candidate, word, reason, me())
    click.echo("Noted.")


candidates.add_command(letter)


@click.group()
def seats() -> None:
    """Seats at centres: offer and assign them."""


seats.add_command(clashes)
seats.add_command(move_up)


@seats.command(name="offer")
@data_option
@_sitting
@click.option("--centre", required=True, help="Code of the centre.")
@click.option("--room", default=FIRST, show_default=True, help="Id of the centre's room.")
@click.option("--seats", "count", type=click.IntRange(0, 2000), required=True)
@report_errors
def seats_offer(data: Path, sitting: str, centre: str, room: str, count: int) -> None:
    """Set how many seats of a centre's room a sitting uses (rooms: `hq centres rooms`)."""
    with opened(data) as hq:
        hq.registration.offer(sitting, centre, count, me(), room)
        offered = hq.registration.offered(sitting)
    click.echo(", ".join(f"{code}: {number}" for code, number in sorted(offered.items())))


@seats.command(name="allocate")
@data_option
@_sitting
@click.option(
    "--plan",
    type=click.Choice([kind.value for kind in PlanKind]),
    default=PlanKind.APART.value,
    show_default=True,
    help="Keep neighbours with the same paper or employer apart, or draw lots only.",
)
@json_option
@report_errors
def seats_allocate(data: Path, sitting: str, plan: str, as_json: bool) -> None:
    """Assign a seat and an admission number to every admitted candidate without one.

    Preferred centres first, then where most seats are free. People who look alike, people of one
    employer and people with the same paper do not sit side by side or one behind the other, as
    far as the rooms allow; the rest is drawn by lot. The seed is recorded in the audit log. Seats
    already assigned do not change. Seats that are left over go to the reserve list, in its order.
    Who sits elsewhere at that time gets no seat and is named.
    """
    with opened(data) as hq:
        applications = hq.applications.list(sitting)
        new = hq.registration.allocate(sitting, applications, me(), PlanKind(plan))
    if as_json:
        echo_json(asdict(new))
        return
    print_allocated(new)
    if plan == PlanKind.APART and new.together:
        close = len(new.together)
        click.echo(f"{close} pairs of neighbours could not be kept apart", err=True)
