"""The public pages about certificates: no session, no cookies, guessing numbers is slow (R7).

A number is answered only together with the holder's name; wrong pairs, numbers that do not exist
and numbers of others all get the same answer.
"""

from flask import Blueprint, Response, jsonify, render_template, request
from flask_babel import gettext as _

from kiosk.exam.errors import ExamError
from sync.hq.accounts.throttle import Throttle, key_of
from sync.hq.certificates.numbers import shown
from sync.hq.certificates.verification import UNKNOWN, Verdict
from sync.hq.errors import NotFound
from sync.hq.web import certificate_names
from sync.hq.web.console.shared import download
from sync.hq.web.messages import message_for
from sync.hq.web.offline_page import offline_page
from sync.hq.web.replies import headquarters, status_of

verify = Blueprint("verify", "sync.hq.web", url_prefix="/verify")
_LONGEST_TEXT, _LONGEST_NAME = 4000, 200


@verify.errorhandler(ExamError)
def _refused(error: ExamError) -> tuple[str, int]:
    return _page(None, message_for(error)), status_of(error)


@verify.get("")
def form() -> str:
    """Show the forms."""
    return _page(None)


@verify.post("")
def answer() -> str:
    """Answer about a QR code's text, or about a number and a name."""
    verification = headquarters().certificates.verification
    statement = request.form.get("statement", "")[:_LONGEST_TEXT]
    if statement.strip():
        return _page(verification.by_statement(statement))
    number = request.form.get("number", "")[:_LONGEST_NAME]
    name = request.form.get("name", "")[:_LONGEST_NAME]
    throttle = Throttle(headquarters().certificates.sources.context)
    key = key_of("verify", "number", request.remote_addr or "")
    throttle.begin(key)
    verdict = verification.by_number(number, name)
    if verdict.state != UNKNOWN:
        # Not a success that resets the count: a holder must not try numbers in between.
        throttle.give_back(key)
    return _page(verdict)


@verify.get("/offline.html")
def offline() -> Response:
    """Return the stand-alone page."""
    page = offline_page(headquarters().certificates.sources.jwks)
    return download(page, "verify-certificates.html", "text/html")


@verify.get("/revocations.json")
def revocations() -> Response:
    """Return the signed list of certificates that no longer count."""
    data = headquarters().certificates.revocations.signed()
    return download(data, "certificate-revocations.json", "application/json")


@verify.get("/keys.json")
def keys() -> Response:
    """Return the public keys that sign statements and credentials (JWKS)."""
    return _open(jsonify(keys=list(headquarters().certificates.sources.jwks)))


@verify.get("/keys/<key_id>.json")
def key(key_id: str) -> Response:
    """Return one public key (JWK)."""
    for jwk in headquarters().certificates.sources.jwks:
        if jwk["kid"] == key_id:
            return _open(jsonify(jwk))
    raise NotFound(what="key")


@verify.get("/certificate.pem")
def pdf_certificate() -> Response:
    """Return the X.509 certificate by which PDFs are verified."""
    pem = headquarters().certificates.sources.signing_certificate()
    return download(pem, "certificates.pem", "application/x-pem-file")


@verify.get("/issuers/<programme_id>.json")
def issuer(programme_id: str) -> Response:
    """Return the profile of a programme's issuer (Open Badges 3.0)."""
    certificates = headquarters().certificates
    design = certificates.sources.design(programme_id)
    return _open(jsonify(certificates.credentials.profile(design)))


@verify.get("/credential-revocations.json")
def credential_revocations() -> Response:
    """Return which credentials are revoked (1EdTech Revocation List)."""
    return _open(jsonify(headquarters().certificates.credentials.revoked()))


def _open(response: Response) -> Response:
    """Let pages of verifiers elsewhere read a public document."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _page(verdict: Verdict | None, message: str = "") -> str:
    return render_template(
        "verify/verify.html",
        verdict=verdict,
        message=message,
        names=certificate_names,
        shown=shown,
        title=_("Verify a certificate"),
        key_ids=[jwk["kid"] for jwk in headquarters().certificates.sources.jwks],
    )
