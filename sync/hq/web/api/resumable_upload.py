"""``/sync/v1/evidence``: pictures by tus 1.0 (core, creation, checksum), every request signed.

https://tus.io/protocols/resumable-upload. The metadata names the picture (``sha256``). Receipts
come from ``POST /known``, which also tells a centre what it need not send. A part is stored
whole or not at all, because its signature covers the whole.
"""

import base64
import binascii
import hashlib
import hmac

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.exceptions import HTTPException, UnsupportedMediaType

from kiosk.exam.errors import ExamError
from sync.hq.errors import ChecksumWrong, TusRefused
from sync.hq.intake.resumable_uploads import Upload
from sync.hq.web.api.sync import centre, require_sha256
from sync.hq.web.replies import headquarters, refuse, refuse_http
from sync.wire.delivery.inventory import QUERY_FORMAT, EvidenceQuery
from sync.wire.errors import BundleDamaged
from sync.wire.model import parse
from sync.wire.sealing.sealed import MAX_BYTES

VERSION = "1.0.0"
TYPE = "application/offset+octet-stream"
ALGORITHMS = ("sha256", "sha1")

tus_api = Blueprint("tus_api", __name__, url_prefix="/sync/v1/evidence")
tus_api.register_error_handler(ExamError, refuse)
tus_api.register_error_handler(HTTPException, refuse_http)


@tus_api.after_request
def _versions(response: Response) -> Response:
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    if response.status_code == 412:
        response.headers["Tus-Version"] = VERSION
    return response


@tus_api.route("", methods=["OPTIONS"], provide_automatic_options=False)
def options() -> Response:
    """Return the server's tus version, extensions and limits."""
    centre()
    response = Response(status=204)
    response.headers["Tus-Version"] = VERSION
    response.headers["Tus-Extension"] = "creation,checksum"
    response.headers["Tus-Max-Size"] = str(MAX_BYTES)
    response.headers["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return response


@tus_api.post("/known")
def known() -> Response:
    """Return the receipts of those pictures that are stored, by SHA-256."""
    hq, centre_code = headquarters(), centre()
    asked = parse(EvidenceQuery, request.get_data(), QUERY_FORMAT, BundleDamaged)
    receipts = hq.intake.receipts_signed_now("evidence", centre_code, asked.ids)
    return jsonify({name: base64.b64encode(one).decode() for name, one in receipts.items()})


@tus_api.post("")
def create() -> Response | tuple[Response, int]:
    """Begin an upload; return its address in ``Location``."""
    hq, centre_code = headquarters(), centre()
    if not _speaks_tus():
        return _other_version()
    size = _number("Upload-Length")
    upload = hq.evidence_uploads.begin(centre_code, _named(), size)
    response = Response(status=201)
    response.headers["Location"] = url_for("tus_api.part", upload_id=upload.id)
    return response


@tus_api.route("/<upload_id>", methods=["HEAD"])
def offset(upload_id: str) -> Response | tuple[Response, int]:
    """Return how many bytes of an upload are stored."""
    hq, centre_code = headquarters(), centre()
    if not _speaks_tus():
        return _other_version()
    return _progress(hq.evidence_uploads.get(centre_code, upload_id), 200)


@tus_api.patch("/<upload_id>")
def part(upload_id: str) -> Response | tuple[Response, int]:
    """Append the next part; it is durable before the reply."""
    hq, centre_code = headquarters(), centre()
    if not _speaks_tus():
        return _other_version()
    if request.mimetype != TYPE:
        raise UnsupportedMediaType(f"Content-Type must be {TYPE}")
    data = request.get_data()
    # Before the offset is looked at: a damaged part must not advance the upload.
    _require_checksum(data)
    upload = hq.evidence_uploads.append(centre_code, upload_id, _number("Upload-Offset"), data)
    return _progress(upload, 204)


def _speaks_tus() -> bool:
    return request.headers.get("Tus-Resumable") == VERSION


def _other_version() -> tuple[Response, int]:
    return jsonify(error={"code": "tus_version", "message": f"tus {VERSION} is spoken here"}), 412


def _number(name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise TusRefused(what=f"{name} is missing")
    return int(text)


def _named() -> str:
    """Return the picture's SHA-256 from ``Upload-Metadata`` (pairs of name and base64)."""
    pairs = (pair.split() for pair in request.headers.get("Upload-Metadata", "").split(","))
    values = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
    try:
        name = base64.b64decode(values["sha256"], validate=True).decode("ascii")
    except (KeyError, binascii.Error, UnicodeDecodeError) as error:
        raise TusRefused(what="Upload-Metadata has no sha256") from error
    require_sha256(name)
    return name


def _require_checksum(data: bytes) -> None:
    """Require that the checksum, if there is one, matches ``data``.

    Raises:
        ChecksumWrong: it does not.
    """
    algorithm, _, text = request.headers.get("Upload-Checksum", "").partition(" ")
    if not algorithm:
        return
    if algorithm not in ALGORITHMS:
        raise TusRefused(what=f"checksums by {', '.join(ALGORITHMS)} are known")
    try:
        told = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise TusRefused(what="Upload-Checksum is not base64") from error
    if not hmac.compare_digest(told, hashlib.new(algorithm, data).digest()):
        raise ChecksumWrong


def _progress(upload: Upload, status: int) -> Response:
    response = Response(status=status)
    response.headers["Upload-Offset"] = str(upload.received)
    response.headers["Upload-Length"] = str(upload.size)
    return response
