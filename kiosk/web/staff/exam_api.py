"""The staff API during the exam: pauses, time, page leaves, seats, windows."""

from __future__ import annotations

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from kiosk.exam.attempt.groups import EVERYBODY, Group
from kiosk.exam.attempt.states import EndReason
from kiosk.exam.seating import PlanKind
from kiosk.hall.views.check_in import NewGuest
from kiosk.web.auth import Audience, actor, allow, of_own_room
from kiosk.web.forms import (
    AcceptanceForm,
    ClosingForm,
    EndingForm,
    GroupMinutesForm,
    GroupReasonForm,
    GuestForm,
    HeldAnswersForm,
    MinutesForm,
    MoveForm,
    OutageForm,
    ReasonForm,
    ReturnsForm,
    SeatForm,
    SeatPlanForm,
)
from kiosk.web.http.jsonio import body_model, reply
from kiosk.web.http.limits import EMERGENCY_BYTES, body_limit
from kiosk.web.services import hall

blueprint = Blueprint("exam_api", __name__, url_prefix="/staff/api")


def _reason() -> str:
    return body_model(ReasonForm).reason


@blueprint.post("/sittings/<sitting_id>/pause")
@allow(Audience.STAFF)
def pause_room(sitting_id: str) -> ResponseReturnValue:
    """Pause a group."""
    form = body_model(GroupReasonForm)
    hall().group_pauses.pause(sitting_id, form.reason, actor(), of_own_room(form.group))
    return reply({})


@blueprint.post("/sittings/<sitting_id>/resume")
@allow(Audience.STAFF)
def resume_room(sitting_id: str) -> ResponseReturnValue:
    """End the pause of a group, with the time credited."""
    form = body_model(GroupReasonForm)
    hall().group_pauses.resume(sitting_id, form.reason, actor(), of_own_room(form.group))
    return reply({})


@blueprint.post("/sittings/<sitting_id>/stop")
@allow(Audience.STAFF)
def stop(sitting_id: str) -> ResponseReturnValue:
    """Stop the sitting for good, to be rescheduled; the confirmation must match the room."""
    form = body_model(ClosingForm)
    hall().closing.stop(sitting_id, form.seen, form.writing, form.reason, actor())
    return reply({})


@blueprint.post("/sittings/<sitting_id>/time")
@allow(Audience.STAFF)
def give_room(sitting_id: str) -> ResponseReturnValue:
    """Credit time to a group."""
    form = body_model(GroupMinutesForm)
    hall().given_time.give_group(
        sitting_id, form.minutes, form.reason, actor(), of_own_room(form.group), form.id
    )
    return reply({})


@blueprint.post("/sittings/<sitting_id>/guests")
@allow(Audience.STAFF)
def admit_guest(sitting_id: str) -> ResponseReturnValue:
    """Admit a candidate who is not on the roster; the reply has the admission number."""
    form = body_model(GuestForm)
    of_own_room(Group(room=form.room))
    person = NewGuest(form.name, form.identity_no, form.room, form.seat, form.paper)
    return reply({"admission_no": hall().guests.admit(sitting_id, person, form.reason, actor())})


@blueprint.post("/sittings/<sitting_id>/lots")
@allow(Audience.STAFF)
def draw(sitting_id: str) -> ResponseReturnValue:
    """Assign the seats; the reply names neighbours who look alike."""
    kind = PlanKind(body_model(SeatPlanForm).kind)
    of_own_room(EVERYBODY)
    return reply({"together": hall().seating.draw(sitting_id, kind, actor())})


@blueprint.get("/terminals")
@allow(Audience.STAFF)
def terminals() -> ResponseReturnValue:
    """Return all terminals with their seats."""
    return reply({"terminals": hall().seating.terminals(g.staff.rooms)})


@blueprint.get("/sittings/<sitting_id>/returns")
@allow(Audience.STAFF)
def returns(sitting_id: str) -> ResponseReturnValue:
    """Return terminals that came back without their cookie, and those with undelivered answers."""
    offers = hall().returns.offers(sitting_id, g.staff.rooms)
    return reply({"terminals": offers, "held": hall().held_answers.views(g.staff.rooms)})


@blueprint.post("/sittings/<sitting_id>/returns")
@allow(Audience.STAFF)
def take_back(sitting_id: str) -> ResponseReturnValue:
    """Restore candidates to terminals that came back."""
    form = body_model(ReturnsForm)
    for attempt_id, _terminal_id in form.terminals:
        hall().room_rights.require_attempt(g.staff, attempt_id)
    return reply({"taken": hall().returns.take_back(sitting_id, form.terminals, actor())})


@blueprint.post("/sittings/<sitting_id>/held-answers")
@allow(Audience.STAFF)
def decide_held_answers(sitting_id: str) -> ResponseReturnValue:
    """Have a terminal deliver its answers, or delete them as undeliverable."""
    form = body_model(HeldAnswersForm)
    whose = (form.terminal_id, form.attempt_id)
    hall().room_rights.require_terminal(g.staff, form.terminal_id)
    hall().room_rights.require_attempt(g.staff, form.attempt_id)
    hall().held_answers.decide(sitting_id, whose, form.wanted, form.reason, actor())
    return reply({})


@blueprint.put("/terminals/<terminal_id>/seat")
@allow(Audience.STAFF)
def bind(terminal_id: str) -> ResponseReturnValue:
    """Bind a terminal to a seat."""
    form = body_model(SeatForm)
    of_own_room(Group(room=form.room))
    hall().seating.bind(terminal_id, form.room, form.seat, actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/devices")
@allow(Audience.STAFF)
def admit_devices(attempt_id: str) -> ResponseReturnValue:
    """Let a candidate sit the exam without the devices that failed the check."""
    hall().devices.admit(attempt_id, _reason(), actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/pictures")
@allow(Audience.STAFF)
def reinstate(attempt_id: str) -> ResponseReturnValue:
    """Analyse the pictures of a candidate who was set aside again."""
    hall().set_aside.reinstate(attempt_id, _reason(), actor())
    return reply({})


@blueprint.get("/attempts/<attempt_id>/records")
@allow(Audience.STAFF)
def records(attempt_id: str) -> ResponseReturnValue:
    """Return page leaves, time credits and late answers of a candidate."""
    return reply(hall().records.view(attempt_id))


@blueprint.post("/attempts/<attempt_id>/pause")
@allow(Audience.STAFF)
def pause(attempt_id: str) -> ResponseReturnValue:
    """Pause one candidate."""
    hall().pauses.pause(attempt_id, _reason(), actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/resume")
@allow(Audience.STAFF)
def resume(attempt_id: str) -> ResponseReturnValue:
    """Resume one candidate."""
    hall().pauses.resume(attempt_id, _reason(), actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/reopen")
@allow(Audience.STAFF)
def reopen(attempt_id: str) -> ResponseReturnValue:
    """Reverse an end that is not final."""
    hall().attendance.reopen(attempt_id, _reason(), actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/ending")
@allow(Audience.STAFF)
def ending(attempt_id: str) -> ResponseReturnValue:
    """End an attempt that has not begun: absent, not admitted, withdrawn or not begun."""
    form = body_model(EndingForm)
    hall().attendance.end(attempt_id, EndReason(form.ending), form.reason, actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/undo-sign-in")
@allow(Audience.STAFF)
def undo_sign_in(attempt_id: str) -> ResponseReturnValue:
    """Undo a wrong sign-in before the exam has begun."""
    hall().attendance.undo_sign_in(attempt_id, _reason(), actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/seat")
@allow(Audience.STAFF)
def move(attempt_id: str) -> ResponseReturnValue:
    """Move a candidate to another seat or room."""
    form = body_model(MoveForm)
    of_own_room(Group(room=form.room))
    hall().moves.move(attempt_id, form.room, form.seat, form.reason, actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/void")
@allow(Audience.STAFF)
def void(attempt_id: str) -> ResponseReturnValue:
    """Void an attempt after its end (R21)."""
    hall().ends.void(attempt_id, _reason(), actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/time")
@allow(Audience.STAFF)
def give(attempt_id: str) -> ResponseReturnValue:
    """Credit time to one candidate, or deduct it."""
    form = body_model(MinutesForm)
    hall().given_time.give(attempt_id, form.minutes, form.reason, actor(), form.id)
    return reply({})


@blueprint.post("/attempts/<attempt_id>/outage")
@allow(Audience.STAFF)
def settle(attempt_id: str) -> ResponseReturnValue:
    """Decide about the time that a terminal lost."""
    form = body_model(OutageForm)
    hall().outages.settle(attempt_id, form.credited, form.reason, actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/window")
@allow(Audience.STAFF)
def release_page(attempt_id: str) -> ResponseReturnValue:
    """Let the next window that asks take over the exam."""
    hall().leases.release(attempt_id, _reason(), actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/admit")
@allow(Audience.STAFF)
def admit(attempt_id: str) -> ResponseReturnValue:
    """Let a candidate sign in although entry is closed."""
    hall().checkin.admit_late(attempt_id, _reason(), actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/page-leaves/<int:number>/reverse")
@allow(Audience.STAFF)
def reverse(attempt_id: str, number: int) -> ResponseReturnValue:
    """Stop counting one page leave."""
    hall().page_leaves.reverse(attempt_id, number, _reason(), actor())
    return reply({})


@blueprint.post("/late-answers")
@allow(Audience.STAFF)
@body_limit(EMERGENCY_BYTES)
def import_late_answers() -> ResponseReturnValue:
    """Store a terminal's emergency file, about which staff decide later."""
    file = request.get_data(cache=False)
    return reply({"attempt_id": hall().late_answers.receive(file, "file", actor())})


@blueprint.post("/late-answers/<late_id>/decision")
@allow(Audience.STAFF)
def decide_late_answers(late_id: str) -> ResponseReturnValue:
    """Accept or refuse late answers."""
    form = body_model(AcceptanceForm)
    hall().late_answers.decide(late_id, form.taken, form.reason, actor())
    return reply({})
