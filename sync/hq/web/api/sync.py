"""``/sync/v1``: what centres call. Every request is signed (RFC 9421), except for enrolment."""

import re
from contextlib import suppress
from http.client import NO_CONTENT, NOT_MODIFIED, OK
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from kiosk.exam.errors import ExamError
from sync.hq.errors import NotFound
from sync.hq.persistence.blobs import Opened
from sync.hq.web.replies import cursor, headquarters, refuse, refuse_http
from sync.wire import canonical
from sync.wire.delivery.day_report import FORMAT as DAY_REPORT
from sync.wire.delivery.day_report import DayReport
from sync.wire.delivery.inventory import FORMAT as INVENTORY
from sync.wire.delivery.inventory import PAGE_FORMAT as INVENTORY_PAGE
from sync.wire.delivery.inventory import Inventory, InventoryPage
from sync.wire.errors import BadSignature, BundleDamaged
from sync.wire.exchange.announcements import REPORT_FORMAT as ANNOUNCEMENTS
from sync.wire.exchange.announcements import AnnouncementReport
from sync.wire.model import parse
from sync.wire.sealing.hq_keys import MOST_STATEMENTS
from sync.wire.sealing.http_signing import verify_request

sync_api = Blueprint("sync_api", __name__, url_prefix="/sync/v1")
sync_api.register_error_handler(ExamError, refuse)
sync_api.register_error_handler(HTTPException, refuse_http)

_CHUNK = 1 << 16
_SHA256 = re.compile(r"[0-9a-f]{64}")


def centre() -> str:
    """Return the code of the centre that signed the request; no other claim of identity counts.

    A centre signs the authority of its ``hq_url``, which a proxy may hide from us, so every
    public origin is tried.
    """
    for origin in headquarters().settings.server.public_origins:
        scheme, authority = origin.split("://")
        with suppress(BadSignature):
            return _signer(urlsplit(request.url)._replace(scheme=scheme, netloc=authority).geturl())
    return _signer(request.url)


def _signer(url: str) -> str:
    hq = headquarters()
    return verify_request(
        request.method,
        url,
        dict(request.headers.items()),
        request.get_data(),
        hq.centres.find_keys,
        hq.clock.now(),
        # Last of the checks: only a valid signature may store a nonce.
        hq.centres.seen_nonce,
    )


@sync_api.get("/inbox")
def inbox() -> Response:
    """Return notices after a cursor, as canonical JSON."""
    hq, centre_code = headquarters(), centre()
    mark = request.args.get("mark", default=None, type=str)
    page = hq.inbox.page(centre_code, hq.centres.keys(centre_code), cursor(), mark)
    return Response(canonical.dump_model(page), mimetype="application/json")


@sync_api.get("/objects/<sha256>")
def stored_object(sha256: str) -> Response:
    """Return a package file of this centre, or a part of it with ``Range``."""
    hq, centre_code = headquarters(), centre()
    package = hq.packages.owned_by(centre_code, sha256)
    return _partly(hq.packages.open(package), sha256)


def _partly(found: Opened, sha256: str) -> Response:
    """Return an object, or the part of it that the request asks for."""
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
        response.close()  # without a body nothing else closes the stream
    return response


@sync_api.put("/bundles/<bundle_id>")
def bundle(bundle_id: str) -> Response:
    """Store a result bundle; return the signed receipt."""
    hq, centre_code = headquarters(), centre()
    require_sha256(bundle_id)
    return signed(hq.intake.accept("result", centre_code, bundle_id, request.get_data()))


@sync_api.put("/event-logs/<part_id>")
def event_log(part_id: str) -> Response:
    """Store an event-log part; return the signed receipt."""
    hq, centre_code = headquarters(), centre()
    require_sha256(part_id)
    return signed(hq.intake.accept("event_log", centre_code, part_id, request.get_data()))


@sync_api.post("/inventory")
def inventory() -> Response:
    """Compare what the centre has closed with what is stored; return the signed answer."""
    hq, centre_code = headquarters(), centre()
    told = parse(Inventory, request.get_data(), INVENTORY, BundleDamaged)
    return signed(hq.inventories.answer(centre_code, told))


@sync_api.post("/inventory/page")
def inventory_page() -> Response:
    """Compare ids; return what is missing here and what the centre has forgotten."""
    hq, centre_code = headquarters(), centre()
    page = parse(InventoryPage, request.get_data(), INVENTORY_PAGE, BundleDamaged)
    return signed(canonical.dump_model(hq.inventories.match(centre_code, page)))


@sync_api.post("/day-report")
def day_report() -> tuple[str, int]:
    """Store how the centre's sittings of these days stand."""
    hq, centre_code = headquarters(), centre()
    report = parse(DayReport, request.get_data(), DAY_REPORT, BundleDamaged)
    hq.day_reports.accept(centre_code, report)
    return "", NO_CONTENT


@sync_api.get("/announcements")
def announcements_changed() -> tuple[str, int]:
    """Say whether announcements or their confirmations have changed, by the centre's digest."""
    hq, centre_code = headquarters(), centre()
    changed = hq.announcement_delivery.changed(centre_code, request.args.get("mark", ""))
    return ("changed", OK) if changed else ("", NO_CONTENT)


@sync_api.post("/announcements")
def announcements() -> Response:
    """Store which announcements the centre has and has read; return signed ones that it lacks."""
    hq, centre_code = headquarters(), centre()
    report = parse(AnnouncementReport, request.get_data(), ANNOUNCEMENTS, BundleDamaged)
    return signed(canonical.dump_model(hq.announcement_delivery.exchange(centre_code, report)))


@sync_api.get("/hq-keys")
def hq_keys() -> Response:
    """Return statements about headquarters' keys after the one that the centre says it follows."""
    hq, centre_code = headquarters(), centre()
    known = max(0, min(request.args.get("known", default=0, type=int), MOST_STATEMENTS))
    hq.key_followers.followed(centre_code, known, "network")
    return signed(hq.key_followers.chain(known))


@sync_api.put("/keys")
def keys() -> Response:
    """Change the centre's keys; the body is an enrolment request signed by the new ones."""
    hq, centre_code = headquarters(), centre()
    return signed(hq.centres.change_keys(centre_code, request.get_data(), f"centre:{centre_code}"))


@sync_api.post("/enrolment")
def ask_for_enrolment() -> tuple[Response, int]:
    """Store an enrolment request, open to anyone; return the key id to poll with."""
    key_id = headquarters().enrolment.ask(request.get_data(), request.remote_addr or "")
    return jsonify(key_id=key_id), 202


@sync_api.get("/enrolment/<key_id>")
def enrolment(key_id: str) -> Response:
    """Return the certificate for these keys once it is approved. It contains no secret."""
    return signed(headquarters().enrolment.answer(key_id))


def require_sha256(name: str) -> None:
    """Require a SHA-256 in hex.

    Raises:
        NotFound: it is not one.
    """
    if not _SHA256.fullmatch(name):
        raise NotFound(what="object")


def signed(document: bytes) -> Response:
    """Return a reply of canonical JSON."""
    return Response(document, mimetype="application/json")
