"""The staff API for toilet breaks."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk.web.auth import Audience, actor, allow
from kiosk.web.forms import BreakEndForm, BreakForm
from kiosk.web.http.jsonio import body_model, reply
from kiosk.web.services import hall

blueprint = Blueprint("breaks_api", __name__, url_prefix="/staff/api")


@blueprint.get("/attempts/<attempt_id>/break")
@allow(Audience.STAFF)
def choices(attempt_id: str) -> ResponseReturnValue:
    """Return what staff are told before a break: what speaks against it, and earlier escorts."""
    return reply(hall().breaks.choices(attempt_id))


@blueprint.post("/attempts/<attempt_id>/break")
@allow(Audience.STAFF)
def begin(attempt_id: str) -> ResponseReturnValue:
    """Let a candidate out with an escort; the reason is for breaks beyond the rules."""
    form = body_model(BreakForm)
    hall().breaks.begin(attempt_id, form.escort, form.reason, actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/break/end")
@allow(Audience.STAFF)
def end(attempt_id: str) -> ResponseReturnValue:
    """End the open break of a candidate who is back."""
    form = body_model(BreakEndForm)
    hall().breaks.end(attempt_id, form.identity_checked, actor())
    return reply({})
