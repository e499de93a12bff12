"""The terminal API for calls, breaks that are over, and messages that were read."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk.web.auth import Audience, allow
from kiosk.web.forms import CallForm, CallNumberForm
from kiosk.web.http.jsonio import body_model, no_body, reply
from kiosk.web.services import hall

blueprint = Blueprint("candidate_messages", __name__, url_prefix="/api")


@blueprint.post("/attempts/<attempt_id>/call")
@allow(Audience.CANDIDATE)
def call(attempt_id: str) -> ResponseReturnValue:
    """Call the invigilator; the reply is the open call."""
    form = body_model(CallForm)
    return reply(hall().calls.make(attempt_id, form.reason, form.note))


@blueprint.post("/attempts/<attempt_id>/call/withdraw")
@allow(Audience.CANDIDATE)
def withdraw(attempt_id: str) -> ResponseReturnValue:
    """Withdraw the own call."""
    hall().calls.withdraw(attempt_id, body_model(CallNumberForm).number)
    return reply({})


@blueprint.post("/attempts/<attempt_id>/messages/<message_id>/read")
@allow(Audience.CANDIDATE)
def read(attempt_id: str, message_id: str) -> ResponseReturnValue:
    """Confirm that the candidate has read a message."""
    no_body()
    hall().messages.confirm(attempt_id, message_id)
    return reply({})


@blueprint.post("/attempts/<attempt_id>/break/back")
@allow(Audience.CANDIDATE)
def back(attempt_id: str) -> ResponseReturnValue:
    """Tell staff that the candidate is back from the toilet break."""
    no_body()
    hall().breaks.say_back(attempt_id)
    return reply({})
