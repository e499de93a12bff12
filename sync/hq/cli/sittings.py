"""``hq sittings``: time slots with their papers; created, moved, cancelled, repeated."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from kiosk.command_line.common import report_errors
from sync.hq.cli.common import (
    data_option,
    echo_json,
    json_option,
    local,
    me,
    moment,
    opened,
    progress_bar,
)
from sync.hq.cli.packages import print_outcomes
from sync.hq.planning.advice import advice
from sync.hq.planning.paper_list import every_paper, named_paper
from sync.hq.planning.paper_names import editions_of, paper_names
from sync.hq.planning.repeats import Repeat, Who
from sync.hq.planning.sitting_file import read_sittings
from sync.hq.services import HqServices
from sync.hq.sittings import NewPaper, NewSitting, SittingView

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

_reason = click.option(
    "--reason", required=True, help="The centres see it; it is recorded in the audit log."
)


def _papers(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name papers: of one programme."""
    for option in (
        click.option(
            "--part",
            "parts",
            multiple=True,
            help="Id of a part that is sat, where not all are; may be repeated.",
        ),
        click.option("--all-papers", is_flag=True, help="All trades and levels of the programme."),
        click.option("--level", help="Id or name of the level, in a programme that has levels."),
        click.option("--trade", help="Id or name of the trade, in a programme that has trades."),
        click.option(
            "--minutes", type=click.IntRange(1, 600), help="Duration, instead of the programme's."
        ),
        click.option(
            "--programme", required=True, help="Id of the programme, such as carbon-manager."
        ),
    ):
        function = option(function)
    return function


@click.group()
def sittings() -> None:
    """Sittings: time slots with their papers and rooms."""


@sittings.command(name="create")
@data_option
@_papers
@click.option("--title", required=True, help="Title that candidates and staff see.")
@click.option("--starts-at", required=True, help="Start, such as 2026-04-25T14:00, or 'now'.")
@click.option("--unlock-from", help="Time from which the papers can be unlocked, or 'now'.")
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
    title: str,
    starts_at: str,
    unlock_from: str | None,
    release: str | None,
    sitting_id: str | None,
    as_json: bool,
    **papers: Any,
) -> None:
    """Create a sitting with one paper, or all of a programme, and print its id.

    Times without a zone are in the console's time zone. The unlock time is half an hour before
    the start unless the settings or --unlock-from say otherwise. Dates outside the programme's
    calendar give a warning. More papers: `hq sittings add-papers`.
    """
    with opened(data) as hq:
        new = NewSitting(
            title=title,
            starts_at=moment(starts_at, hq),
            papers=_named(hq, **papers),
            id=sitting_id,
            unlock_not_before=moment(unlock_from, hq) if unlock_from else None,
            release=release,
        )
        sitting = hq.sittings.create(new, me())
        _warn(hq, sitting)
    _tell(sitting, sitting.id, as_json)


@sittings.command(name="import")
@data_option
@click.argument("file", type=FILE)
@json_option
@report_errors
def sittings_import(data: Path, file: Path, as_json: bool) -> None:
    """Create sittings from XLSX or CSV: a row for each paper of a slot, all of them or none.

    \b
    Columns: 场次名称/Title, 开始时间/Starts, 考试项目/Programme; optional:
    日期/Date, 工种/Trade, 等级/Level, 时长（分钟）/Minutes, 考试部分/Parts. Rows with
    the same title and start are one sitting; an empty trade, level or part stands
    for all.
    """
    with opened(data) as hq:
        zone = ZoneInfo(hq.settings.console.timezone)
        new = read_sittings(file.read_bytes(), hq.programmes.list(), zone, hq.clock.now())
        made = hq.sittings.create_all(new, me())
        for sitting in made:
            _warn(hq, sitting)
    if as_json:
        echo_json([asdict(sitting) for sitting in made])
    for sitting in made if not as_json else ():
        click.echo(f"{sitting.id}  {sitting.title}  {len(sitting.papers)} papers")


@sittings.command(name="list")
@data_option
@json_option
@report_errors
def sittings_list(data: Path, as_json: bool) -> None:
    """List all sittings, latest first."""
    with opened(data) as hq:
        found = hq.sittings.list()
        starts = [local(sitting.starts_at, hq) for sitting in found]
    if as_json:
        echo_json([asdict(sitting) for sitting in found])
        return
    for sitting, start in zip(found, starts, strict=True):
        cancelled = "  (cancelled)" if sitting.cancelled_at else ""
        click.echo(f"{sitting.id}  {start}  {sitting.title}{cancelled}")


@sittings.command(name="show")
@data_option
@click.argument("sitting_id", metavar="SITTING")
@json_option
@report_errors
def sittings_show(data: Path, sitting_id: str, as_json: bool) -> None:
    """Show a sitting's papers, and how many candidates have seats in which room."""
    with opened(data) as hq:
        sitting = hq.sittings.get(sitting_id)
        names = paper_names(sitting, editions_of(hq.programmes, [sitting]))
        counts = hq.paper_list.seat_counts(sitting_id)
        start = local(sitting.starts_at, hq)
        _warn(hq, sitting)
    if as_json:
        echo_json({**asdict(sitting), "seats": [vars(one) for one in counts]})
        return
    click.echo(f"{sitting.title}  {start}")
    for paper in sitting.papers:
        seats = sum(one.candidates for one in counts if one.paper == paper.id)
        click.echo(
            f"{paper.id}  {names[paper.id].zh}  {paper.duration_minutes} minutes  {seats} seats"
        )
    for one in counts:
        click.echo(f"{one.centre_code}  room {one.room}  paper {one.paper}  {one.candidates}")


@sittings.command(name="add-papers")
@data_option
@click.argument("sitting_id", metavar="SITTING")
@_papers
@json_option
@report_errors
def sittings_add_papers(data: Path, sitting_id: str, as_json: bool, **papers: Any) -> None:
    """Add a paper, or all of a programme, while no package has been built."""
    with opened(data) as hq:
        sitting = hq.paper_list.add(sitting_id, _named(hq, **papers), me())
        _warn(hq, sitting)
    _tell(sitting, f"{len(sitting.papers)} papers", as_json)


@sittings.command(name="remove-paper")
@data_option
@click.argument("sitting_id", metavar="SITTING")
@click.argument("paper")
@json_option
@report_errors
def sittings_remove_paper(data: Path, sitting_id: str, paper: str, as_json: bool) -> None:
    """Remove a paper that no candidate has; PAPER is its number in `hq sittings show`."""
    with opened(data) as hq:
        sitting = hq.paper_list.remove(sitting_id, paper, me())
    _tell(sitting, f"{len(sitting.papers)} papers", as_json)


@sittings.command(name="move")
@data_option
@click.argument("sitting_id", metavar="SITTING")
@click.option("--to", "starts_at", required=True, help="New start, such as 2026-04-26T09:00.")
@_reason
@click.confirmation_option(
    prompt="Packages are revoked and built again, and admission tickets become invalid. Move it?"
)
@json_option
@report_errors
def sittings_move(data: Path, sitting_id: str, starts_at: str, reason: str, as_json: bool) -> None:
    """Move a sitting to another time; its packages are revoked and built again.

    Not possible once unlock codes may have been given out: cancel the sitting and repeat it.
    """
    with opened(data) as hq:
        moved = hq.changes.move(sitting_id, moment(starts_at, hq), reason, me())
        with progress_bar("Building") as progress:
            outcomes = hq.batches.build(
                sitting_id, me(), centres=moved.revoked, progress=progress
            ) if moved.revoked else []  # fmt: skip
        _warn(hq, moved.sitting)
        start = local(moved.sitting.starts_at, hq)
    revoked = f" Packages revoked: {', '.join(moved.revoked)}." if moved.revoked else ""
    if not as_json:
        click.echo(f"{moved.sitting.title} starts at {start}.{revoked}")
    if moved.tickets:
        issue = f"issue {moved.sitting.ticket_issue}"
        click.echo(f"{moved.tickets} admission tickets are invalid: print {issue}.", err=True)
    print_outcomes(outcomes, as_json)


@sittings.command(name="cancel")
@data_option
@click.argument("sitting_id", metavar="SITTING")
@_reason
@click.confirmation_option(prompt="All packages of the sitting are revoked. Cancel it?")
@json_option
@report_errors
def sittings_cancel(data: Path, sitting_id: str, reason: str, as_json: bool) -> None:
    """Cancel a sitting: packages are revoked, and the centres are told why."""
    with opened(data) as hq:
        cancelled = hq.changes.cancel(sitting_id, reason, me())
    _tell(cancelled.sitting, f"Revoked: {', '.join(cancelled.revoked) or '-'}", as_json)


@sittings.command(name="reinstate")
@data_option
@click.argument("sitting_id", metavar="SITTING")
@_reason
@json_option
@report_errors
def sittings_reinstate(data: Path, sitting_id: str, reason: str, as_json: bool) -> None:
    """Undo a cancellation before the sitting's start; then: `hq package build --all`."""
    with opened(data) as hq:
        sitting = hq.changes.reinstate(sitting_id, reason, me())
    _tell(sitting, "The sitting takes place. Build its packages again.", as_json)


@sittings.command(name="repeat")
@data_option
@click.argument("sitting_id", metavar="SITTING")
@click.option("--title", required=True, help="Title of the new sitting.")
@click.option("--starts-at", required=True, help="Start of the new sitting.")
@click.option(
    "--who",
    type=click.Choice([who.value for who in Who]),
    multiple=True,
    default=(Who.ALL.value,),
    show_default=True,
    help="Whom to carry over, by their results; may be repeated.",
)
@json_option
@report_errors
def sittings_repeat(
    data: Path, sitting_id: str, title: str, starts_at: str, who: Sequence[str], as_json: bool
) -> None:
    """Carry the candidates of a stopped or cancelled sitting into a new one; print its id.

    Papers, rooms, seats and extra time are carried over; admission numbers are new, and so are
    the papers that are drawn.
    """
    with opened(data) as hq:
        repeat = Repeat(title, moment(starts_at, hq), {Who(one) for one in who})
        repeated = hq.repeats.repeat(sitting_id, repeat, me())
        _warn(hq, repeated.sitting)
    click.echo(f"{repeated.candidates} candidates", err=True)
    _tell(repeated.sitting, repeated.sitting.id, as_json)


def _named(
    hq: HqServices,
    *,
    programme: str,
    trade: str | None,
    level: str | None,
    minutes: int | None,
    parts: Sequence[str],
    all_papers: bool,
) -> Sequence[NewPaper]:
    found = hq.programmes.get(programme)
    if all_papers:
        return every_paper(found, minutes, parts)
    return [named_paper(found, trade, level, minutes, parts)]


def _warn(hq: HqServices, sitting: SittingView) -> None:
    zone = ZoneInfo(hq.settings.console.timezone)
    for problem in advice(sitting, editions_of(hq.programmes, [sitting]), zone, "en"):
        click.echo(f"- {problem.text}", err=True)


def _tell(sitting: SittingView, text: str, as_json: bool) -> None:
    if as_json:
        echo_json(asdict(sitting))
    else:
        click.echo(text)
