"""Staff pages: sign-in, sittings, the live room, incidents, event log, sync."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, g, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.exam.mock_exam import MockExamRefused
from kiosk.exam.readiness import worst
from kiosk.exam.states import SITTING_OPEN
from kiosk.hall.views.sittings import SittingView
from kiosk.web import mock_exam
from kiosk.web.auth import Audience, allow
from kiosk.web.http.errors import message_of
from kiosk.web.labels.inspections import FINDINGS
from kiosk.web.labels.readiness import LEVELS, sentence
from kiosk.web.labels.retention import CLASSES, kept_sittings
from kiosk.web.labels.terms import (
    ALERTS,
    BOARD_FILTERS,
    FOLLOW_UPS,
    MARKS,
    MISCONDUCT,
    RECORD_STATES,
    RULES,
    SITTING_STATES,
    SYNC_ABOUT,
    SYNC_KINDS,
)
from kiosk.web.pages import render
from kiosk.web.services import hall
from kiosk.web.staff import event_log_page as log_page
from kiosk.web.staff import prints_page as prints

blueprint = Blueprint("staff", __name__, url_prefix="/staff")


@blueprint.get("/sign-in")
@allow(Audience.PUBLIC)
def sign_in_page() -> ResponseReturnValue:
    """Ask for user name and password."""
    return render("staff/sign_in.html", Audience.PUBLIC, area="staff")


@blueprint.get("/")
@allow(Audience.STAFF, page=True)
def sittings_page() -> ResponseReturnValue:
    """Show all sittings, with the import of exam packages."""
    sittings = hall().sittings.list()
    return _page(
        "staff/sittings.html",
        sittings=sittings,
        damaged=hall().sittings.damaged(),
        kept=kept_sittings(hall().retention.kept()),
        sync=hall().sync.view(),
        alerts=[ALERTS[alert] for alert in hall().edge.alerts()],
        states=SITTING_STATES,
    )


@blueprint.get("/sync")
@allow(Audience.STAFF, page=True)
def sync_page() -> ResponseReturnValue:
    """Show what waits, what is being sent, and what headquarters has confirmed."""
    kinds = [(kind, name, SYNC_ABOUT[kind]) for kind, name in SYNC_KINDS.items()]
    return _page("staff/sync.html", kinds=kinds)


@blueprint.get("/sittings/<sitting_id>")
@allow(Audience.STAFF, page=True)
def room_page(sitting_id: str) -> ResponseReturnValue:
    """Show a sitting's room, live; `announcement`: write its text to candidates."""
    sitting = _sitting(sitting_id)
    orders = {
        "findings": list(FINDINGS),
        "marks": list(MARKS),
    }  # the room's keyboard shortcuts follow this order; JSON sorts the labels
    places = {"rooms": sitting.rooms, "papers": sitting.papers, "reasons": sitting.reasons}
    announced = request.args.get("announcement", "")[:64]
    text = hall().announcements.text_for_candidates(announced) if announced else ""
    data = {"sitting_id": sitting.id, "orders": orders, "sitting": places, "announced": text}
    filters = [
        (id_, name) for id_, name in BOARD_FILTERS.items() if id_ != "unpledged" or sitting.pledge
    ]
    return _page("staff/room.html", data=data, sitting=sitting, filters=filters, tab="room")


@blueprint.get("/sittings/<sitting_id>/readiness")
@allow(Audience.STAFF, page=True)
def readiness_page(sitting_id: str) -> ResponseReturnValue:
    """Show the findings about package, terminals, portraits, disk and clock."""
    found = hall().readiness.report(sitting_id)
    return _page(
        "staff/readiness.html",
        sitting=_sitting(sitting_id),
        found=[{**vars(one), "text": sentence(one)} for one in found],
        waiting=any(one.what == "portraits" and one.level == "wait" for one in found),
        levels=LEVELS,
        worst=worst(found),
        tab="readiness",
    )


@blueprint.get("/sittings/<sitting_id>/seats")
@allow(Audience.STAFF, page=True)
def seats_page(sitting_id: str) -> ResponseReturnValue:
    """Show who sits where, a list for each room, to be printed."""
    return _page(
        "staff/seats.html",
        sitting=_sitting(sitting_id),
        rooms=hall().seating.plan(sitting_id, g.staff.rooms),
        tab="seats",
    )


@blueprint.get("/sittings/<sitting_id>/print")
@allow(Audience.STAFF, page=True)
def prints_page(sitting_id: str) -> ResponseReturnValue:
    """List the documents of the printed set: what each is for, and when to print it."""
    sitting = _sitting(sitting_id)
    return _page("staff/prints.html", sitting=sitting, tab="prints", **prints.page_values(sitting))


@blueprint.get("/sittings/<sitting_id>/print/<document>.pdf")
@allow(Audience.STAFF, page=True)
def printed(sitting_id: str, document: str) -> ResponseReturnValue:
    """Send a document of the printed set, and record that it was printed."""
    return prints.pdf(_sitting(sitting_id), document)


@blueprint.get("/sittings/<sitting_id>/incidents")
@allow(Audience.STAFF, page=True)
def incidents_page(sitting_id: str) -> ResponseReturnValue:
    """Show incidents with their evidence pictures; `seat`: of that admission number only."""
    seat = request.args.get("seat", "")[:64]
    found = hall().rooms.incidents(sitting_id, g.staff.rooms)
    view = hall().rooms.room(sitting_id, hall().sync.view(), g.staff.rooms) if seat else None
    return _page(
        "staff/incidents.html",
        sitting=_sitting(sitting_id),
        incidents=[incident for incident in found if not seat or incident.admission_no == seat],
        row=next((row for row in view.rows if row.admission_no == seat), None) if view else None,
        rules=RULES,
        marks=MARKS,
        follow_ups=FOLLOW_UPS,
        tab="incidents",
    )


@blueprint.get("/sittings/<sitting_id>/misconduct")
@allow(Audience.STAFF, page=True)
def misconduct_page(sitting_id: str) -> ResponseReturnValue:
    """Show the sitting's records of misconduct; `?candidate=` begins one about that number."""
    sitting = _sitting(sitting_id)
    records = hall().misconduct.of_sitting(sitting_id, g.staff.rooms)
    return _page(
        "staff/misconduct.html",
        data={"records": {record.id: replace(record, signature=None) for record in records}},
        sitting=sitting,
        records=records,
        kinds=MISCONDUCT,
        record_states=RECORD_STATES,
        tab="misconduct",
    )


@blueprint.get("/sittings/<sitting_id>/event-log")
@allow(Audience.STAFF, page=True)
def event_log_page(sitting_id: str) -> ResponseReturnValue:
    """Show the sitting's events, the newest first, by what is asked for."""
    sitting = _sitting(sitting_id)
    shown = log_page.page_values(sitting)
    return _page("staff/event_log.html", sitting=sitting, tab="event_log", **shown)


@blueprint.get("/sittings/<sitting_id>/event-log.csv")
@allow(Audience.STAFF, page=True)
def event_log_table(sitting_id: str) -> ResponseReturnValue:
    """Send the same events as a table."""
    return log_page.table(_sitting(sitting_id))


@blueprint.get("/announcements")
@allow(Audience.STAFF, page=True)
def announcements_page() -> ResponseReturnValue:
    """Show headquarters' announcements, and who confirmed each."""
    sittings = hall().sittings.list()
    return _page(
        "staff/announcements.html",
        announcements=hall().announcements.newest(),
        sittings=[sitting for sitting in sittings if sitting.state in SITTING_OPEN],
        titles={sitting.id: sitting.title for sitting in sittings},
    )


@blueprint.get("/accounts")
@allow(Audience.STAFF, page=True)
def accounts_page() -> ResponseReturnValue:
    """Show accounts (to the chief), waits after wrong entries, and the own password."""
    return _page("staff/accounts.html")


@blueprint.get("/mock-exam")
@allow(Audience.STAFF, page=True)
def mock_exam_page() -> ResponseReturnValue:
    """Say how to run a mock exam; during one, show its numbers and unlock code."""
    refused, ends_at = None, None
    if mock_exam.running() is None:
        try:
            ends_at = hall().mock_exams.free_until(mock_exam.USUAL_MINUTES)
        except MockExamRefused as error:
            refused = message_of(error)
    return _page("staff/mock_exam.html", refused=refused, ends_at=ends_at)


@blueprint.get("/backup")
@allow(Audience.STAFF, page=True)
def backup_page() -> ResponseReturnValue:
    """Show the age of the last backup, and make one."""
    return _page("staff/backup.html")


def _sitting(sitting_id: str) -> SittingView:
    """Return the sitting of that id, or abort with 404."""
    found = next((sitting for sitting in hall().sittings.list() if sitting.id == sitting_id), None)
    if found is None:
        abort(404)
    return found


def _page(template: str, *, data: dict[str, Any] | None = None, **values: Any) -> str:
    page_data = {
        "username": g.staff.username,
        "rights": sorted(g.staff.rights),
        "own_rooms": sorted(g.staff.rooms),
        "sign_in_page": url_for("staff.sign_in_page"),
        **(data or {}),
    }
    shown = {"staff": g.staff, "data_classes": CLASSES, **values}
    return render(template, Audience.STAFF, area="staff", data=page_data, **shown)
