"""USB sticks on the staff pages: what waits as one ZIP file, and headquarters' reply to it."""

from __future__ import annotations

import shutil
import tempfile

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from kiosk.web.auth import Audience, actor, allow
from kiosk.web.http.jsonio import reply
from kiosk.web.http.limits import PACKAGE_BYTES, body_limit
from kiosk.web.http.refusals import WrongContentType
from kiosk.web.services import hall
from sync.wire.exchange.container import ZipContainer, zip_parts

blueprint = Blueprint("removable_media_api", __name__, url_prefix="/staff/api/removable-media")
TYPES = ("application/octet-stream", "application/zip", "application/x-zip-compressed")


@blueprint.get("")
@allow(Audience.STAFF)
def outbound() -> ResponseReturnValue:
    """Send what waits for headquarters as a ZIP file, streamed so that memory use stays small."""
    name = f"{hall().settings.centre_code}-to-headquarters.zip"
    response = Response(zip_parts(hall().sync.stick(actor())), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.post("")
@allow(Audience.STAFF)
@body_limit(PACKAGE_BYTES)
def inbound() -> ResponseReturnValue:
    """Import the ZIP file from headquarters."""
    if request.mimetype not in TYPES:
        raise WrongContentType("application/zip")
    # To a file, not to memory: the ZIP may have 200 MB.
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(request.stream, file)
        file.seek(0)
        return reply(hall().sync.receive_media(ZipContainer(file), actor()))
