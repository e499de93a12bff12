"""Backups, as their page uses them: the chief's alone."""

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
    """Where backups can go, what is being done, how the last one ended."""
    return reply(hall().backups.view())


@blueprint.post("/backup")
@allow(Audience.STAFF)
def make() -> ResponseReturnValue:
    """Make a backup in the background, in one of the folders that were shown."""
    hall().backups.begin(body_model(BackupForm).folder, actor())
    return reply(hall().backups.view())
