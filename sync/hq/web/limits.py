"""Limits of requests: body sizes, thread pools, and which large bodies are accepted.

The server in front asks about a large body before it reads it, with the headers alone
(``KNOCK``): staff need a session, and a centre must name keys that are known here. The
signature itself can be checked only when the body has arrived.
"""

import re
from collections.abc import Callable, Mapping

from flask import Flask, Response, abort, current_app, request

from kiosk.exam.errors import ExamError
from kiosk.exam.ports import KNOCK, REFUSED, REFUSING, TRAFFIC
from sync.hq.web.console import guard
from sync.hq.web.replies import headquarters
from sync.wire.sealing.document import MAX_BYTES as MAX_DOCUMENT
from sync.wire.sealing.sealed import MAX_BYTES

MAX_FORM = 1 << 20
"""Largest console form and largest signed query, in bytes."""

MAX_UPLOAD = 200 << 20
"""Largest uploaded file in bytes, portraits and files of USB sticks included."""

MAX_PICTURE = 8 << 20
"""Largest form with a picture for an item, in bytes; the picture may be converted."""

MAX_SCANS = 64 << 20
"""Largest form with scans of one applicant, in bytes."""

MAX_DOCUMENTS = 9 << 20
"""Largest form with a text and a file of a case, in bytes."""

LARGE: Mapping[str, int] = {
    "uploading.begin": MAX_UPLOAD,
    "item_editor.create": MAX_PICTURE,
    "item_editor.save": MAX_PICTURE,
    "item_editor.picture": MAX_PICTURE,
    "cases.open_case": MAX_DOCUMENTS,
    "cases.take": MAX_DOCUMENTS,
    "review.attach": MAX_UPLOAD,
    "removable_media.take": MAX_UPLOAD,
    "scans.begin_import": MAX_UPLOAD,
    "scans.upload": MAX_SCANS,
    "sync_api.bundle": MAX_BYTES,
    "sync_api.event_log": MAX_BYTES,
    "tus_api.part": MAX_BYTES,
    "sync_api.ask_for_enrolment": MAX_DOCUMENT,
    "sync_api.keys": MAX_DOCUMENT,
}
SLOW = frozenset(
    {
        "uploading.begin",
        "item_editor.picture",
        "removable_media.take",
        "removable_media.answer",
        "review.attach",
        "scans.begin_import",
        "scans.upload",
    }
)
PUBLIC = frozenset({"look_up", "verify"})
"""Blueprints of pages for everybody. They share few threads, so that staff can go on working."""
_KEY_ID = re.compile(r';\s*keyid="([A-Z0-9-]{2,32})/([0-9a-f]{1,128})"')


class HqTraffic:
    """The limits as :class:`kiosk.exam.ports.TrafficRules`."""

    other = "other"

    def lanes(self, threads: int) -> Mapping[str, int]:
        """Return threads per lane. The settings' threads are for centres; the others are extra."""
        few = max(1, threads // 2)
        return {"sync": threads, "console": few, "slow": 2, "sign_in": 2, self.other: few}

    def lane(self, endpoint: str) -> str:
        """Return the lane of a route."""
        blueprint = endpoint.partition(".")[0]
        if blueprint in ("sync_api", "tus_api"):
            return "sync"
        if endpoint == "console.sign_in" or blueprint in PUBLIC:
            return "sign_in"
        if endpoint in SLOW:
            return "slow"
        return self.other if blueprint in ("pull_api", "healthz", "static", "style") else "console"

    def body_limit(self, endpoint: str) -> int:
        """Return the largest body in bytes that a route accepts."""
        return LARGE.get(endpoint, MAX_FORM)


def refusing() -> list[str]:
    """Return the addresses from which the server in front is refusing many connections."""
    ask: Callable[[], list[str]] = current_app.extensions.get(REFUSING, list)
    return ask()


def install(app: Flask) -> None:
    """Let ``app`` answer the server in front of it, before anything else handles a request."""
    app.extensions[TRAFFIC] = HqTraffic()
    app.before_request(_answer_server)


def _answer_server() -> Response | None:
    if status := request.environ.get(REFUSED):
        abort(status)
    if request.endpoint is not None:
        request.max_content_length = LARGE.get(request.endpoint, MAX_FORM)
    # The server in front only asks; there is no body, and no view must run.
    if KNOCK in request.environ:
        return Response(status=204 if _known() else 401)
    return None


def _known() -> bool:
    if request.blueprint in ("sync_api", "tus_api"):
        return _keys_known(request.headers.get("Signature-Input", ""))
    try:
        return guard.session() is not None
    except ExamError:
        return False


def _keys_known(signature_input: str) -> bool:
    """Return whether a signature names keys of an enrolled centre."""
    named = _KEY_ID.search(signature_input)
    if named is None:
        return False
    keys = headquarters().centres.find_keys(named[1])
    return keys is not None and keys.key_id == named[2]
