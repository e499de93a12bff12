"""The staff API for the personal data form at check-in (R14)."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk.hall.errors import NotFound
from kiosk.hall.views.personal_form import ComparedField
from kiosk.web.auth import Audience, actor, allow
from kiosk.web.forms import ReasonForm
from kiosk.web.http.jsonio import body_model, reply
from kiosk.web.labels.personal_form import choice
from kiosk.web.services import hall

blueprint = Blueprint("personal_form_api", __name__, url_prefix="/staff/api")


@blueprint.get("/attempts/<attempt_id>/personal-form")
@allow(Audience.STAFF)
def compared(attempt_id: str) -> ResponseReturnValue:
    """Return a candidate's form beside the registered data."""
    form = hall().personal_forms.compared(attempt_id)
    if form is None:
        raise NotFound()
    fields = [_field(field) for field in form.fields]
    return reply({**vars(form), "fields": fields})


def _field(field: ComparedField) -> dict[str, object]:
    shown = {"registered": field.registered, "given": field.given}
    return {**vars(field), **{key: choice(field.name, text) for key, text in shown.items()}}


@blueprint.post("/attempts/<attempt_id>/personal-form/skip")
@allow(Audience.STAFF)
def skip(attempt_id: str) -> ResponseReturnValue:
    """Let a candidate go on without the form."""
    hall().personal_forms.skip(attempt_id, body_model(ReasonForm).reason, actor())
    return reply({})
