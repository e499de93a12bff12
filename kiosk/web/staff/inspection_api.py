"""The staff API for what only staff can see at check-in (R16)."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk.exam.checkin.inspection import Clearing
from kiosk.exam.programme.personal_form import PersonalField
from kiosk.web.auth import Audience, actor, allow
from kiosk.web.forms import ClearingForm, InspectionForm
from kiosk.web.http.jsonio import body_model, image_response, no_body, reply
from kiosk.web.labels.personal_form import choice
from kiosk.web.services import hall

blueprint = Blueprint("inspection_api", __name__, url_prefix="/staff/api")


@blueprint.get("/attempts/<attempt_id>/identity-document")
@allow(Audience.STAFF)
def identity_document(attempt_id: str) -> ResponseReturnValue:
    """Return what staff compare with the identity document in the candidate's hand."""
    document = hall().inspections.identity_document(attempt_id)
    sex = choice(PersonalField.SEX, document.sex) if document.sex else ""
    return reply({**vars(document), "sex": sex})


@blueprint.post("/attempts/<attempt_id>/inspected")
@allow(Audience.STAFF)
def inspected(attempt_id: str) -> ResponseReturnValue:
    """Record that staff looked at the candidate and found nothing."""
    picture = body_model(InspectionForm).picture
    return reply(hall().inspections.nothing_to_object(attempt_id, picture, actor()))


@blueprint.put("/attempts/<attempt_id>/findings/<finding>")
@allow(Audience.STAFF)
def find(attempt_id: str, finding: str) -> ResponseReturnValue:
    """Record what has to come off before the exam."""
    no_body()
    return reply(hall().inspections.find(attempt_id, finding, actor()))


@blueprint.post("/attempts/<attempt_id>/findings/<finding>/clear")
@allow(Audience.STAFF)
def clear(attempt_id: str, finding: str) -> ResponseReturnValue:
    """Clear a finding: it is off, or allowed for religious or medical reasons."""
    how = Clearing(body_model(ClearingForm).outcome)
    return reply(hall().inspections.clear(attempt_id, finding, how, actor()))


@blueprint.post("/attempts/<attempt_id>/live-picture")
@allow(Audience.STAFF)
def open_live_picture(attempt_id: str) -> ResponseReturnValue:
    """Begin to look at who sits at the terminal; the candidate's page says so."""
    no_body()
    hall().live_pictures.open(attempt_id, actor())
    return reply({})


@blueprint.get("/attempts/<attempt_id>/live-picture")
@allow(Audience.STAFF)
def live_picture(attempt_id: str) -> ResponseReturnValue:
    """Return the newest live picture; 204 while none comes."""
    return image_response(hall().live_pictures.newest(attempt_id, actor()))


@blueprint.post("/attempts/<attempt_id>/live-picture/close")
@allow(Audience.STAFF)
def close_live_picture(attempt_id: str) -> ResponseReturnValue:
    """Look no more."""
    no_body()
    hall().live_pictures.close(attempt_id, actor())
    return reply({})
