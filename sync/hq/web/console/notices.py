"""Notices: a sentence about what was just done, shown once on the next page.

A notice travels in a cookie of its own, so no process stores anything and no signature is
needed: whoever changes it changes only what they read themselves.
"""

from urllib.parse import quote, unquote

from flask import Flask, Response, g, request
from flask_babel import gettext as _

from kiosk.webpages.cookies import set_cookie
from sync.hq.registration.seats import Allocated

COOKIE = "hq_notice"
SECONDS = 60
LONGEST = 300


def flash(text: str) -> None:
    """Show ``text`` on the next page."""
    g.notice = text[:LONGEST]


def allocated(new: Allocated) -> list[str]:
    """Return sentences about seats that were assigned; the page lists who got none."""
    told = [_("%(count)s seats were assigned.", count=len(new.seats))]
    if new.moved_up:
        told.append(_("%(count)s moved up from the reserve list.", count=len(new.moved_up)))
    if new.elsewhere:
        told.append(
            _("%(count)s got no seat: they sit elsewhere at that time.", count=len(new.elsewhere))
        )
    return told


def pop_flash() -> str:
    """Return the notice for this page, or an empty text."""
    return unquote(request.cookies.get(COOKIE, ""))[:LONGEST]


def install(app: Flask) -> None:
    """Carry notices across the redirect that follows a form."""
    app.jinja_env.globals["notice"] = pop_flash

    @app.after_request
    def _carry(response: Response) -> Response:
        if "notice" in g:
            set_cookie(response, COOKIE, quote(g.notice), SECONDS, secure=request.is_secure)
        elif COOKIE in request.cookies and response.mimetype == "text/html":
            response.delete_cookie(COOKIE, httponly=True, samesite="Strict")
        return response
