"""The staff API for what only a person can see at check-in (R16)."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk.exam.checkin.inspection import Clearing
from kiosk.web.auth import Audience, actor, allow
from kiosk.web.forms import ClearingForm, InspectionForm
from kiosk.web.http.jsonio import body_model, no_body, reply
from kiosk.web.services import hall

blueprint = Blueprint("inspection_api", __name__, url_prefix="/staff/api")


@blueprint.post("/attempts/<attempt_id>/inspected")
@allow(Audience.STAFF)
def inspected(attempt_id: str) -> ResponseReturnValue:
    """A person has looked at the candidate and has nothing to object."""
    picture = body_model(InspectionForm).picture
    return reply(hall().inspections.nothing_to_object(attempt_id, picture, actor()))


@blueprint.put("/attempts/<attempt_id>/findings/<finding>")
@allow(Audience.STAFF)
def find(attempt_id: str, finding: str) -> ResponseReturnValue:
    """Mark what has to come off before the exam."""
    no_body()
    return reply(hall().inspections.find(attempt_id, finding, actor()))


@blueprint.post("/attempts/<attempt_id>/findings/<finding>/clear")
@allow(Audience.STAFF)
def clear(attempt_id: str, finding: str) -> ResponseReturnValue:
    """It is off, or it is allowed for religious or medical reasons."""
    how = Clearing(body_model(ClearingForm).outcome)
    return reply(hall().inspections.clear(attempt_id, finding, how, actor()))
