"""``/sync/v1``: what centres call. Every request is signed (RFC 9421)."""

import re
from http.client import NOT_MODIFIED

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from kiosk.exam.errors import ExamError
from sync.hq.errors import NotFound
from sync.hq.persistence.blobs import Opened
from sync.hq.web.replies import cursor, headquarters, refuse, refuse_http
from sync.wire import canonical
from sync.wire.bundle import MAX_BYTES
from sync.wire.http_signing import verify_request

sync_api = Blueprint("sync_api", __name__, url_prefix="/sync/v1")
sync_api.register_error_handler(ExamError, refuse)
sync_api.register_error_handler(HTTPException, refuse_http)

_CHUNK = 1 << 16
_SHA256 = re.compile(r"[0-9a-f]{64}")


def _centre() -> str:
    """The centre that signed the request; whatever it says elsewhere does not count."""
    hq = headquarters()
    request.max_content_length = MAX_BYTES
    return verify_request(
        request.method,
        request.url,
        dict(request.headers.items()),
        request.get_data(),
        hq.centres.find_keys,
        hq.clock.now(),
        hq.centres.seen_nonce,
    )


@sync_api.get("/inbox")
def inbox() -> Response:
    """Notices after a cursor, as canonical JSON."""
    hq, centre_code = headquarters(), _centre()
    page = hq.inbox.page(centre_code, hq.centres.keys(centre_code), cursor())
    return Response(canonical.dump_model(page), mimetype="application/json")


@sync_api.get("/objects/<sha256>")
def stored_object(sha256: str) -> Response:
    """The bytes of a package of this centre; a part of them with ``Range``."""
    hq, centre_code = headquarters(), _centre()
    package = hq.packages.owned_by(centre_code, sha256)
    return _partly(hq.packages.open(package), sha256)


def _partly(found: Opened, sha256: str) -> Response:
    """An object, or the part of it that the request asks for."""
    response = Response(
        wrap_file(request.environ, found.stream, _CHUNK),
        mimetype="application/octet-stream",
        direct_passthrough=True,
    )
    response.content_length = found.size
    response.set_etag(sha256)
    response.cache_control.no_cache = True
    response.call_on_close(found.stream.close)
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=found.size)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    if response.status_code == NOT_MODIFIED:
        response.close()  # nobody does, when there is no body
    return response


@sync_api.put("/bundles/<bundle_id>")
def bundle(bundle_id: str) -> Response:
    """Take in a result bundle; the reply is the signed receipt."""
    hq, centre_code = headquarters(), _centre()
    if not _SHA256.fullmatch(bundle_id):
        raise NotFound(what="bundle")
    receipt = hq.intake.take(centre_code, bundle_id, request.get_data())
    return Response(receipt, mimetype="application/json")
