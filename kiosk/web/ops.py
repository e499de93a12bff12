"""Monitoring of the server."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk.web.auth import Audience, allow
from kiosk.web.http.jsonio import reply
from kiosk.web.services import hall

blueprint = Blueprint("ops", __name__)


@blueprint.get("/healthz")
@allow(Audience.PUBLIC)
def healthz() -> ResponseReturnValue:
    """Answer `{"status": "ok"}` if the server responds and its database can be read."""
    hall().disk.require_database()
    return reply({"status": "ok"})
