"""The staff API for candidates' calls."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk.web.auth import Audience, actor, allow
from kiosk.web.forms import CallNumberForm, CallOutcomeForm
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
