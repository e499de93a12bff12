"""Certificates at the console: the register, one certificate, and acts on it (R7)."""

import io
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import pypdfium2
import segno
from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.certificates.numbers import shown
from sync.hq.certificates.reasons import Reissue, Revocation
from sync.hq.certificates.register import PAGE
from sync.hq.certificates.statements import qr_text
from sync.hq.core.roles import Role
from sync.hq.errors import NotFound
from sync.hq.web import certificate_names
from sync.hq.web.console import covered, guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import download, names_by_id, staff_pages
from sync.hq.web.console.targets import scope
from sync.hq.web.replies import headquarters, small_number

R = TypeVar("R", bound=StrEnum)

certificates = staff_pages("certificates")
PAGES = 3
_SCALE = 1.6
"""Of the pictures of pages: 115 dots per inch."""


@certificates.get("/certificates")
def overview() -> str:
    """Show a page of the register, and the orders that wait."""
    hq, words = headquarters(), request.args.get("words", "")[:100]
    page = max(1, request.args.get("page", 1, type=small_number))
    sitting = request.args.get("sitting", "")
    found = hq.certificates.register.page(scope(), page, words, sitting)
    return render_template(
        "certificates/register.html",
        **common(),
        found=found,
        words=words,
        chosen=sitting,
        sittings=covered.sittings(),
        page=page,
        pages=-(-found.total // PAGE),
        orders=hq.certificates.orders.waiting(scope()),
        unmade=hq.certificates.register.unmade(),
    )


@certificates.get("/certificates/<certificate_no>")
def one(certificate_no: str) -> str:
    """Show one certificate with its acts, and the forms to revoke it or issue it again."""
    hq, found = headquarters(), headquarters().certificates.register.get(certificate_no)
    return render_template(
        "certificates/certificate.html",
        **common(),
        certificate=found,
        sitting=hq.sittings.get(found.sitting_id),
        acts=hq.certificates.register.acts(found.number),
        orders=hq.certificates.orders.waiting(scope(), found.number),
        pages=range(1, PAGES + 1),
        revocations=list(Revocation),
        reissues=list(Reissue),
    )


@certificates.get("/certificates/<certificate_no>/pages/<int:page>.png")
def picture(certificate_no: str, page: int) -> Response:
    """Return a page of the PDF as a picture."""
    found = headquarters().certificates.register.get(certificate_no)
    if not 1 <= page <= PAGES:
        raise NotFound(what="page")
    document = pypdfium2.PdfDocument(headquarters().certificates.register.pdf(found.number))
    try:
        drawn = document[page - 1].render(scale=_SCALE).to_pil()
    finally:
        document.close()
    output = io.BytesIO()
    drawn.save(output, "PNG")
    return Response(output.getvalue(), mimetype="image/png")


@certificates.get("/certificates/<certificate_no>/file.pdf")
def pdf(certificate_no: str) -> Response:
    """Return the signed PDF."""
    found = headquarters().certificates.register.get(certificate_no)
    document = headquarters().certificates.register.pdf(found.number)
    return download(document, f"{shown(found.number)}.pdf", "application/pdf")


@certificates.get("/certificates/<certificate_no>/qr.png")
def qr(certificate_no: str) -> Response:
    """Return the QR code alone."""
    found, output = headquarters().certificates.register.get(certificate_no), io.BytesIO()
    origin = headquarters().certificates.sources.origin
    code = segno.make(qr_text(found.statement, origin), error="l", micro=False)
    code.save(output, kind="png", scale=8, border=4)
    return download(output.getvalue(), f"{shown(found.number)}.png", "image/png")


@certificates.get("/certificates/<certificate_no>/credential.jwt")
def credential(certificate_no: str) -> Response:
    """Return the certificate as an Open Badge."""
    found = headquarters().certificates.register.get(certificate_no)
    token = headquarters().certificates.credentials.jwt(found.number)
    return download(token.encode(), f"{shown(found.number)}.jwt", "application/vc+jwt")


@certificates.post("/certificates/<certificate_no>/revocation")
def revoke(certificate_no: str) -> BaseResponse:
    """Propose to revoke a certificate."""
    found, form = headquarters().certificates.register.get(certificate_no), request.form
    reason = _chosen(Revocation, form.get("reason", ""))
    text = form.get("text", "")
    headquarters().certificates.orders.propose_revocation(found.number, reason, text, guard.who())
    flash(_("The revocation is proposed; a second person must approve it."))
    return redirect(url_for("certificates.one", certificate_no=found.number))


@certificates.post("/certificates/<certificate_no>/reissue")
def reissue(certificate_no: str) -> BaseResponse:
    """Issue a certificate again under a new number, and make its PDF."""
    hq, found, form = (
        headquarters(),
        headquarters().certificates.register.get(certificate_no),
        request.form,
    )
    reason = _chosen(Reissue, form.get("reason", ""))
    new = hq.certificates.reissues.reissue(found.number, reason, form.get("text", ""), guard.who())
    hq.certificates.making.make(only=[new])
    flash(_("The certificate was issued again as %(number)s.", number=shown(new)))
    return redirect(url_for("certificates.one", certificate_no=new))


@certificates.get("/certificates/revocations.json")
def revocations() -> Response:
    """Return the signed list of certificates that no longer count."""
    data = headquarters().certificates.revocations.signed()
    return download(data, "certificate-revocations.json", "application/json")


def _chosen(reasons: type[R], value: str) -> R:
    """Return the chosen reason.

    Raises:
        NotFound: there is no such reason.
    """
    if value not in list(reasons):
        raise NotFound(what="reason")
    return reasons(value)


def common() -> Mapping[str, object]:
    """Return what every page of this room shows."""
    clock, sources = headquarters().clock, headquarters().certificates.sources
    return {
        "names": certificate_names,
        "programmes": names_by_id(),
        "shown": shown,
        "today": sources.local_day(clock.now()),
        "acts_as": guard.scope(Role.PUBLISHER),
    }
