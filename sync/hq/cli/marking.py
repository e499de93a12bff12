"""``hq marking``: plans of marking, progress and exports. People give the marks, on the console."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from kiosk.command_line.common import report_errors
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened, progress_bar
from sync.hq.errors import NotFound
from sync.hq.marking.export import marks_csv, progress_csv
from sync.hq.marking.plans import read_settings
from sync.hq.marking.settings import PlanSettings
from sync.hq.marking.views import Assignment, PlanState
from sync.hq.services import HqServices


@click.group()
def marking() -> None:
    """Marking of short answers and essays: open, assign, pause, follow, export.

    \b
      hq marking plan --sitting S --set double_percent=30 --set threshold=1.5
      hq marking assign PLAN MARKER --most-a-day 300
      hq marking status PLAN
    """


@marking.command(name="plan")
@data_option
@click.option("--sitting", required=True)
@click.option("--paper", default="1", show_default=True, help="Which paper of the sitting.")
@click.option(
    "--set", "given", multiple=True, metavar="NAME=VALUE", help="A rule; see docs/marking.md."
)
@report_errors
def marking_plan(data: Path, sitting: str, paper: str, given: tuple[str, ...]) -> None:
    """Open marking of a paper and list its written answers; print the plan's id."""
    settings = read_settings({**PlanSettings().model_dump(), **_typed(given)})
    with opened(data) as hq, progress_bar("Listing") as progress:
        plan_id = hq.marking.plans.open(sitting, paper, settings, me())
        hq.marking.worklist.refresh(plan_id, progress)
    click.echo(plan_id)


@marking.command(name="refresh")
@data_option
@click.argument("plan")
@report_errors
def marking_refresh(data: Path, plan: str) -> None:
    """List answers that have arrived since, also many at once."""
    with opened(data) as hq, progress_bar("Listing") as progress:
        click.echo(f"{hq.marking.worklist.refresh(plan, progress)} results looked at")


@marking.command(name="assign")
@data_option
@click.argument("plan")
@click.argument("username")
@click.option("--item", default="", help="Only this item; otherwise all.")
@click.option("--least-a-day", default=0, type=click.IntRange(0))
@click.option("--most-a-day", type=click.IntRange(1))
@click.option("--least", default=0, type=click.IntRange(0))
@click.option("--most", type=click.IntRange(1))
@report_errors
def marking_assign(
    data: Path,
    plan: str,
    username: str,
    item: str,
    least_a_day: int,
    most_a_day: int | None,
    least: int,
    most: int | None,
) -> None:
    """Assign a marker to a plan, with quotas; the account needs the role of a marker."""
    wanted = Assignment(plan, item, username, least_a_day, most_a_day, least, most)
    with opened(data) as hq:
        hq.marking.markers.assign(wanted, me())
    click.echo("Assigned.")


@marking.command(name="status")
@data_option
@click.argument("plan", required=False)
@json_option
@report_errors
def marking_status(data: Path, plan: str | None, as_json: bool) -> None:
    """Show all plans, or how far one is: by item and by marker, and when it will end."""
    with opened(data) as hq:
        found = [_line(hq, view.id) for view in hq.marking.plans.list() if plan in (None, view.id)]
        if plan is not None:
            hq.marking.plans.get(plan)
    if as_json:
        echo_json(found)
        return
    for shown in found:
        click.echo(
            f"{shown['plan']}  {shown['state']}  {shown['final']}/{shown['answers']} final,"
            f" {shown['to_give']} marks to give, end {shown['ends_on'] or '–'}"
        )
        for item in shown["items"] if plan is not None else ():
            click.echo(f"  {item['item']}  {item['final']}/{item['answers']}  {item['stages']}")
        for marker in shown["markers"] if plan is not None else ():
            click.echo(
                f"  {marker['marker']}  {marker['marked']} marked, {marker['today']} today,"
                f" {marker['seconds']:.0f} s each {marker['pace']}"
            )


@marking.command(name="export")
@data_option
@click.argument("plan")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@report_errors
def marking_export(data: Path, plan: str, out: Path) -> None:
    """Write progress.csv and marks.csv: every mark with its history, without whose answers."""
    with opened(data) as hq:
        hq.marking.plans.get(plan)
        progress, marks = hq.marking.tables.progress(plan), hq.marking.tables.every_mark(plan)
    out.mkdir(parents=True, exist_ok=True)
    (out / "progress.csv").write_bytes(progress_csv(progress))
    (out / "marks.csv").write_bytes(marks_csv(marks))
    click.echo(f"{len(marks)} marks written to {out}")


@marking.command(name="pause")
@data_option
@click.argument("plan")
@click.option("--why", required=True, help="What markers read.")
@click.option("--marker", help="Pause only this marker.")
@report_errors
def marking_pause(data: Path, plan: str, why: str, marker: str | None) -> None:
    """Give out no more answers and take no marks, of a plan or of one marker."""
    with opened(data) as hq:
        if marker is None:
            hq.marking.plans.set_state(plan, PlanState.PAUSED, why, me())
        else:
            for assigned in _assigned(hq, plan, marker):
                hq.marking.markers.pause(plan, assigned.item_id, marker, why, me())
    click.echo("Paused.")


@marking.command(name="resume")
@data_option
@click.argument("plan")
@click.option("--marker", help="Let only this marker go on.")
@report_errors
def marking_resume(data: Path, plan: str, marker: str | None) -> None:
    """Go on with a plan, or with one marker."""
    with opened(data) as hq:
        if marker is None:
            hq.marking.plans.set_state(plan, PlanState.OPEN, "", me())
        else:
            for assigned in _assigned(hq, plan, marker):
                hq.marking.markers.resume(plan, assigned.item_id, marker, me())
    click.echo("Resumed.")


def _assigned(hq: HqServices, plan_id: str, marker: str) -> Sequence[Assignment]:
    """Return what a marker is assigned to; a name that was mistyped is not passed over."""
    found = hq.marking.markers.list(plan_id, marker)
    if not found:
        raise NotFound(what="assignment")
    return found


def _typed(given: tuple[str, ...]) -> Mapping[str, str]:
    typed = dict(text.partition("=")[::2] for text in given)
    unknown = sorted(typed.keys() - PlanSettings.model_fields.keys())
    if unknown:
        known = ", ".join(PlanSettings.model_fields)
        raise click.BadParameter(f"{', '.join(unknown)} is none of: {known}")
    return typed


def _line(hq: HqServices, plan_id: str) -> dict[str, Any]:
    plan, progress = hq.marking.plans.get(plan_id), hq.marking.progress.of(plan_id)
    return {
        "plan": plan.id,
        "sitting": plan.sitting_id,
        "paper": plan.paper,
        "state": plan.state.value,
        "answers": progress.total,
        "final": progress.done,
        "to_give": progress.to_give,
        "ends_on": progress.ends_on and progress.ends_on.isoformat(),
        "items": [
            {
                "item": item.item.item_id,
                "answers": item.total,
                "final": item.done,
                "stages": {stage.value: count for stage, count in item.stages.items()},
            }
            for item in progress.items
        ],
        "markers": [
            {
                "marker": marker.username,
                "marked": marker.marked,
                "today": marker.today,
                "seconds": marker.seconds,
                "pace": marker.pace,
            }
            for marker in progress.markers
        ],
    }
