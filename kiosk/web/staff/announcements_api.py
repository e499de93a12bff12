"""The staff API for headquarters' announcements."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk.web.auth import Audience, actor, allow
from kiosk.web.http.jsonio import no_body, reply
from kiosk.web.services import hall

blueprint = Blueprint("announcements_api", __name__, url_prefix="/staff/api/announcements")


@blueprint.get("")
@allow(Audience.STAFF)
def unread() -> ResponseReturnValue:
    """Return the announcements that nobody has confirmed, urgent ones first."""
    return reply({"announcements": hall().announcements.open()})


@blueprint.post("/<announcement_id>/read")
@allow(Audience.STAFF)
def read(announcement_id: str) -> ResponseReturnValue:
    """Confirm for the centre that an announcement was read."""
    no_body()
    hall().announcements.confirm(announcement_id, actor())
    return reply({})
