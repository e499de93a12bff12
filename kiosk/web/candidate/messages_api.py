"""The terminal API for calls to the invigilator."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk.web.auth import Audience, allow
from kiosk.web.forms import CallForm, CallNumberForm
from kiosk.web.http.jsonio import body_model, reply
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
