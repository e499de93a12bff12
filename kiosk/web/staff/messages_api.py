"""The staff API for candidates' calls, and for messages to them."""

from __future__ import annotations

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from kiosk.hall.attempt.messages import Recipients
from kiosk.web.auth import Audience, actor, allow, of_own_room
from kiosk.web.forms import CallNumberForm, CallOutcomeForm, MessageForm
from kiosk.web.http.jsonio import body_model, reply
from kiosk.web.services import hall

blueprint = Blueprint("messages_api", __name__, url_prefix="/staff/api")


@blueprint.post("/attempts/<attempt_id>/call/coming")
@allow(Audience.STAFF)
def coming(attempt_id: str) -> ResponseReturnValue:
    """Tell a candidate who called that somebody comes."""
    hall().calls.come(attempt_id, body_model(CallNumberForm).number, actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/call/close")
@allow(Audience.STAFF)
def close_call(attempt_id: str) -> ResponseReturnValue:
    """Close a call, with a note or without."""
    form = body_model(CallOutcomeForm)
    hall().calls.close(attempt_id, form.number, form.note, actor())
    return reply({})


@blueprint.get("/sittings/<sitting_id>/messages")
@allow(Audience.STAFF)
def messages(sitting_id: str) -> ResponseReturnValue:
    """Return the newest messages, and who has not confirmed them."""
    return reply({"messages": hall().messages.sent(sitting_id, g.staff.rooms)})


@blueprint.post("/sittings/<sitting_id>/messages")
@allow(Audience.STAFF)
def send(sitting_id: str) -> ResponseReturnValue:
    """Send a message to a group, or to chosen seats; the reply says to how many."""
    form = body_model(MessageForm)
    for attempt_id in form.attempts:
        hall().room_rights.require_attempt(g.staff, attempt_id)
    group = form.group if form.attempts else of_own_room(form.group)
    to = Recipients(group, frozenset(form.attempts))
    sent = hall().messages.send(sitting_id, form.id, form.text, to, actor())
    return reply({"recipients": sent})
