"""The staff API for backups, for the chief invigilator only."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk.web.auth import Audience, actor, allow
from kiosk.web.forms import BackupForm
from kiosk.web.http.jsonio import body_model, reply
from kiosk.web.services import hall

blueprint = Blueprint("backup_api", __name__, url_prefix="/staff/api")


@blueprint.get("/backup")
@allow(Audience.STAFF)
def view() -> ResponseReturnValue:
    """Return the possible places, the running backup and the last outcome."""
    return reply(hall().backups.view())


@blueprint.post("/backup")
@allow(Audience.STAFF)
def make() -> ResponseReturnValue:
    """Start a backup in one of the offered folders."""
    hall().backups.begin(body_model(BackupForm).folder, actor())
    return reply(hall().backups.view())
