"""``hq review``: how far the review is, lists for other programs, and the end of stored texts."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from kiosk.command_line.common import report_errors
from sync.hq.cli.common import data_option, echo_json, json_option, local, me, opened, progress_bar
from sync.hq.review.bans import BanFilter, BanView
from sync.hq.review.case_rows import CaseView
from sync.hq.review.cases import CaseFilter
from sync.hq.review.incident_list import IncidentFilter, IncidentView
from sync.hq.review.rule_names import rule_name
from sync.hq.review.states import IncidentState
from sync.hq.services import HqServices
from sync.wire.exchange.container import ZipContainer

AT_ONCE = 500


@click.group()
def review() -> None:
    """Incidents and cases: how far they are, as lists, and stored texts that are due.

    People judge at the console (docs/review.md); no command decides anything.
    """


@review.command(name="status")
@data_option
@json_option
@click.option("--sitting", default="", help="Only this sitting.")
@report_errors
def review_status(data: Path, as_json: bool, sitting: str) -> None:
    """Read new results, then count incidents and cases by state.

    Exits with 1 while anything is open, so that a script can wait for the end of the review.
    """
    with opened(data) as hq:
        chosen = hq.sittings.get(sitting).id if sitting else ""
        with progress_bar("Results") as progress:
            hq.review.collector.collect(me(), progress)
        found = hq.review.progress.of(chosen or None)
    if as_json:
        echo_json(asdict(found))
    else:
        for state, count in found.incidents.items():
            click.echo(f"{count:8} incidents {state}")
        for state, count in found.cases.items():
            click.echo(f"{count:8} cases {state}")
    if not found.complete:
        raise click.exceptions.Exit(1)


@review.command(name="list")
@data_option
@json_option
@click.option("--sitting", default="", help="Only this sitting.")
@click.option("--centre", default="", help="Only this centre.")
@click.option("--rule", default="", help="Only this rule, such as phone or page_leave.")
@click.option("--state", type=click.Choice([state.value for state in IncidentState]))
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@report_errors
def review_list(
    data: Path, as_json: bool, sitting: str, centre: str, rule: str, state: str | None, limit: int
) -> None:
    """List incidents in the order of time."""
    which = IncidentFilter(
        state=IncidentState(state) if state else None,
        rule=rule,
        sitting_id=sitting,
        centre_code=centre,
    )
    with opened(data) as hq:
        hq.review.collector.collect(me())
        found = _incidents(hq, which, limit)
        if as_json:
            echo_json([asdict(incident) for incident in found])
            return
        for incident in found:
            click.echo("\t".join(_line(incident, hq)))


@review.command(name="export")
@data_option
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A JSON file to write.")
@click.option("--sitting", default="", help="Only this sitting.")
@report_errors
def review_export(data: Path, out: Path, sitting: str) -> None:
    """Write all incidents with their history, cases with their steps, and bans as JSON.

    Texts about people, such as statements and letters, are not written: the console shows them.
    """
    with opened(data) as hq:
        hq.review.collector.collect(me())
        document = _document(hq, sitting)
    out.write_text(_json(document), encoding="utf-8")
    click.echo(f"{len(document['incidents'])} incidents, {len(document['cases'])} cases")


@review.command(name="bans")
@data_option
@json_option
@click.option("--all", "every", is_flag=True, help="Also bans that are over or were lifted.")
@report_errors
def review_bans(data: Path, as_json: bool, every: bool) -> None:
    """List the register of bans."""
    with opened(data) as hq:
        now = hq.clock.now()
        found = _bans(hq, BanFilter(None if every else now))
        if as_json:
            echo_json([{**asdict(ban), "state": ban.state(now)} for ban in found])
            return
        for ban in found:
            programme = ban.programme_id or "all programmes"
            told = (ban.name, ban.identity_no, programme, f"{ban.until:%Y-%m-%d}", ban.case_name)
            click.echo("\t".join((*told, ban.state(now))))


@review.command(name="pictures")
@data_option
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@report_errors
def review_pictures(data: Path, files: tuple[Path, ...]) -> None:
    """Attach pictures that staff of a centre brought sealed (`kiosk pictures write`).

    Each of FILES is checked: the centre's signature and seal, every digest, and that the result of
    the attempt names these pictures. All pictures of a file are attached, or none.
    """
    with opened(data) as hq:
        for path in files:
            with path.open("rb") as file:
                done = hq.review.handed_over.take(ZipContainer(file), me())
            click.echo(
                f"{path.name}: {done.pictures} pictures of {done.admission_no} at"
                f" {done.key.centre_code}, {done.new} new"
            )


@review.command(name="delete")
@data_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@report_errors
def review_delete(data: Path, yes: bool) -> None:
    """Delete texts of cases that were closed more than `review.keep_days` ago.

    Grounds, statements and letters are deleted; what was done, by whom and when, stays. Cases
    whose ban still runs keep their texts. Pictures that were brought sealed are deleted likewise.
    """
    with opened(data) as hq:
        before = hq.clock.now() - timedelta(days=hq.settings.review.keep_days)
        due = hq.review.progress.deletable(before)
        if due and not yes:
            click.confirm(f"Delete the texts of {len(due)} cases?", abort=True)
        pictures = hq.review.handed_over.delete(before, due, me())
        click.echo(f"{hq.review.documents.delete(due, me())} texts deleted")
        if pictures:
            click.echo(f"{pictures} pictures deleted")


def _incidents(hq: HqServices, which: IncidentFilter, limit: int) -> list[IncidentView]:
    found: list[IncidentView] = []
    place = None
    while len(found) < limit:
        size = min(AT_ONCE, limit - len(found))
        page = hq.review.incidents.page(which, None, size, after=place)
        found += page.incidents
        place = page.after
        if place is None:
            break
    return found


def _bans(hq: HqServices, which: BanFilter) -> list[BanView]:
    found: list[BanView] = []
    while part := hq.review.bans.page(which, None, len(found), AT_ONCE):
        found += part
    return found


def _line(incident: IncidentView, hq: HqServices) -> tuple[str, ...]:
    measured = (
        "" if incident.measured is None else f"{incident.measured:g}/{incident.threshold or 0:g}"
    )
    outcome = incident.outcome or ""
    place = f"{incident.centre_code} {incident.room}"
    name = rule_name(incident.rule).en
    started = local(incident.started_at, hq)
    return (
        str(incident.number),
        started,
        place,
        incident.admission_no,
        name,
        measured,
        incident.state,
        outcome,
    )


def _document(hq: HqServices, sitting: str) -> dict[str, Any]:
    incidents = _incidents(hq, IncidentFilter(sitting_id=sitting), 10_000_000)
    cases: list[CaseView] = []
    before = None
    while part := hq.review.cases.page(CaseFilter(sitting_id=sitting), None, AT_ONCE, before):
        cases += part
        before = part[-1].number
    histories = {
        incident.number: hq.review.incidents.history(incident.number) for incident in incidents
    }
    steps = {case.id: hq.review.cases.acts(case.id) for case in cases}
    return {
        "incidents": [_with_acts(incident, histories[incident.number]) for incident in incidents],
        "cases": [_with_acts(case, steps[case.id]) for case in cases],
    }


def _with_acts(view: IncidentView | CaseView, acts: Sequence[Any]) -> dict[str, Any]:
    return {**asdict(view), "acts": [asdict(act) for act in acts]}


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n"
