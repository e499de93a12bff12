"""How large a request's body may be, whose threads a request takes, and whose body comes in.

A server in front asks by the headers alone (`KNOCK`) before it takes more than it takes of
anybody: a member of staff needs a session, a centre names keys that are known here. The signature
itself can be checked only when the body is there.
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
"""Largest console form, and largest signed question, in bytes."""

MAX_UPLOAD = 200 << 20
"""Largest file in bytes, portraits and sticks included."""

LARGE: Mapping[str, int] = {
    "uploading.begin": MAX_UPLOAD,
    "removable_media.take": MAX_UPLOAD,
    "sync_api.bundle": MAX_BYTES,
    "sync_api.event_log": MAX_BYTES,
    "tus_api.part": MAX_BYTES,
    "sync_api.ask_for_enrolment": MAX_DOCUMENT,
    "sync_api.keys": MAX_DOCUMENT,
}
SLOW = frozenset({"uploading.begin", "removable_media.take", "removable_media.answer"})
_KEY_ID = re.compile(r';\s*keyid="([A-Z0-9-]{2,32})/([0-9a-f]{1,128})"')


class HqTraffic:
    """See :class:`kiosk.exam.ports.TrafficRules`."""

    other = "other"

    def lanes(self, threads: int) -> Mapping[str, int]:
        """The settings' threads are for centres; the other lanes come on top."""
        few = max(1, threads // 2)
        return {"sync": threads, "console": few, "slow": 2, "sign_in": 2, self.other: few}

    def lane(self, endpoint: str) -> str:
        """The lane of a route."""
        blueprint = endpoint.partition(".")[0]
        if blueprint in ("sync_api", "tus_api"):
            return "sync"
        if endpoint == "console.sign_in":
            return "sign_in"
        if endpoint in SLOW:
            return "slow"
        return self.other if blueprint in ("pull_api", "healthz", "static", "style") else "console"

    def body_limit(self, endpoint: str) -> int:
        """The largest body in bytes that a route takes."""
        return LARGE.get(endpoint, MAX_FORM)


def refusing() -> list[str]:
    """Addresses whose connections the server in front turns away by the dozen."""
    ask: Callable[[], list[str]] = current_app.extensions.get(REFUSING, list)
    return ask()


def install(app: Flask) -> None:
    """Let ``app`` answer the server in front of it; before anything else looks at a request."""
    app.extensions[TRAFFIC] = HqTraffic()
    app.before_request(_answer_server)


def _answer_server() -> Response | None:
    if status := request.environ.get(REFUSED):
        abort(status)
    if request.endpoint is not None:
        request.max_content_length = LARGE.get(request.endpoint, MAX_FORM)
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
    """Whether a signature says that it was made with keys of a centre that is enrolled."""
    named = _KEY_ID.search(signature_input)
    if named is None:
        return False
    keys = headquarters().centres.find_keys(named[1])
    return keys is not None and keys.key_id == named[2]
