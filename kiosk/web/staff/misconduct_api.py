"""The staff API for records of misconduct."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone

from kiosk.exam.actors import member_of_staff
from kiosk.exam.attempt.misconduct import Said
from kiosk.web.auth import Audience, actor, allow, remote
from kiosk.web.forms import MisconductForm, ReasonForm, RefusalForm, SignatureForm, StaffSignInForm
from kiosk.web.http.jsonio import body_model, reply
from kiosk.web.services import hall
from kiosk.web.staff import known_browsers

blueprint = Blueprint("misconduct_api", __name__, url_prefix="/staff/api")


@blueprint.post("/attempts/<attempt_id>/misconduct")
@allow(Audience.STAFF)
def write(attempt_id: str) -> ResponseReturnValue:
    """Record what was seen; the reply names the record."""
    form = body_model(MisconductForm)
    at = form.happened_at
    at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(str(get_timezone())))
    said = Said(form.misconduct, at, form.facts, form.evidence, form.confiscated)
    return reply({"id": hall().misconduct.write(attempt_id, said, actor(), form.id)})


@blueprint.post("/misconduct/<record_id>/confirm")
@allow(Audience.STAFF)
def confirm(record_id: str) -> ResponseReturnValue:
    """Confirm a record as a second person, who signs in for this act at the first one's desk."""
    form = body_model(StaffSignInForm)
    username = form.username.strip()
    place = known_browsers.place(username) or remote()
    witness = hall().staff.vouch(username, form.password, place)
    hall().room_rights.require_attempt(witness, hall().misconduct.attempt_of(record_id))
    hall().misconduct.confirm(record_id, member_of_staff(witness.username))
    return reply({})


@blueprint.post("/misconduct/<record_id>/sign")
@allow(Audience.STAFF)
def sign(record_id: str) -> ResponseReturnValue:
    """Store the candidate's view and signature."""
    form = body_model(SignatureForm)
    strokes = tuple(map(tuple, form.strokes))
    hall().misconduct.sign(record_id, form.statement, strokes, actor())
    return reply({})


@blueprint.post("/misconduct/<record_id>/refuse")
@allow(Audience.STAFF)
def refuse(record_id: str) -> ResponseReturnValue:
    """Note that the candidate does not sign."""
    form = body_model(RefusalForm)
    hall().misconduct.refuse(record_id, form.statement, form.reason, actor())
    return reply({})


@blueprint.post("/misconduct/<record_id>/withdraw")
@allow(Audience.STAFF)
def withdraw(record_id: str) -> ResponseReturnValue:
    """Withdraw a record that was a mistake."""
    hall().misconduct.withdraw(record_id, body_model(ReasonForm).reason, actor())
    return reply({})
