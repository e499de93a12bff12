"""Who may call a route: cookies, CSRF token, Origin.

Every view is declared with :func:`allow`. The cookie holds an opaque token that the hall knows;
`HttpOnly`, `SameSite=Strict`, and under TLS `Secure` with the `__Host-` prefix. Writes carry the
session's token in `X-CSRF-Token`, and where a browser names an Origin it must be this server's.
The terminal's token for writes is derived from its cookie with the app's secret.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, cast

from flask import Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.credentials.tokens import is_same
from kiosk.exam.actors import member_of_staff
from kiosk.exam.errors import ExamError
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.ports import KNOCK
from kiosk.web.http.concurrency import in_work
from kiosk.web.http.errors import status_of
from kiosk.web.http.refusals import CsrfRefused, ForeignOrigin, NotYours, RightMissing
from kiosk.web.rights import needed
from kiosk.web.services import hall
from kiosk.webpages import cookies
from kiosk.webpages.origins import SAFE, foreign_origin

P = ParamSpec("P")
DAY_S = 24 * 3600


class Audience(StrEnum):
    """Who a route is for; the value names the cookie, too."""

    PUBLIC = "public"
    TERMINAL = "terminal"
    CANDIDATE = "candidate"
    STAFF = "staff"


LIFETIMES = {Audience.TERMINAL: 400 * DAY_S, Audience.CANDIDATE: DAY_S}
"""Seconds that a browser keeps a cookie: 400 days are the most that browsers allow, and no sitting
lasts a day. What a candidate's token still opens is decided by the attempt's state."""


def allow(
    audience: Audience, *, page: bool = False, csrf: bool = True
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Declare who may call a view; `page` sends strangers to the sign-in instead of a 401.

    `csrf=False` is only for the ways in, where no session can exist yet; the Origin still counts.
    """

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            _check_origin()
            refusal = _enter(audience, page=page, csrf=csrf)
            if refusal is not None:
                return refusal
            if KNOCK in request.environ:
                return "", 204
            with _place(audience):
                return view(*args, **kwargs)

        cast(Any, guarded).audience = audience
        cast(Any, guarded).csrf = csrf
        return guarded

    return decorate


def _place(audience: Audience) -> AbstractContextManager[None]:
    """A terminal's place for one more write; what only reads waits for nobody and needs none."""
    if request.method in SAFE or audience not in (Audience.TERMINAL, Audience.CANDIDATE):
        return nullcontext()
    session = g.terminal if audience is Audience.TERMINAL else g.candidate
    return in_work().place(session.terminal_id)


def _enter(audience: Audience, *, page: bool, csrf: bool) -> Response | None:
    """Load the session; None when it may pass."""
    try:
        _load_session(audience, page=page)
    except ExamError as error:
        if page and status_of(error) == 401:
            return cast(Response, redirect(_way_in(audience)))
        raise
    if csrf and request.method not in SAFE:
        _check_csrf(audience)
    if audience is Audience.STAFF and needed(request.endpoint) not in g.staff.rights:
        raise RightMissing
    if audience is Audience.STAFF and request.method not in SAFE:
        named = request.view_args or {}
        hall().retention.require_open(named.get("sitting_id"), named.get("attempt_id"))
    _check_attempt(audience)
    return None


def _way_in(audience: Audience) -> str:
    return url_for(
        {
            Audience.STAFF: "staff.sign_in_page",
            Audience.CANDIDATE: "candidate.sign_in_page",
        }.get(audience, "candidate.device_check_page")
    )


def _load_session(audience: Audience, *, page: bool) -> None:
    if audience is Audience.STAFF:
        g.staff = hall().staff.session(cookie(Audience.STAFF), active=page or _by_a_person())
    elif audience is Audience.CANDIDATE:
        g.candidate = hall().checkin.session(cookie(Audience.CANDIDATE), cookie(Audience.TERMINAL))
    elif audience is Audience.TERMINAL:
        g.terminal = hall().terminals.session(cookie(Audience.TERMINAL))


def _by_a_person() -> bool:
    """Whether somebody is at the page, which also reads by itself."""
    return request.method not in SAFE or request.headers.get("X-Person") == "1"


def _check_attempt(audience: Audience) -> None:
    """A candidate reaches no attempt but their own."""
    attempt_id = (request.view_args or {}).get("attempt_id")
    if audience is Audience.CANDIDATE and attempt_id not in (None, g.candidate.attempt_id):
        error = NotYours()
        hall().attempts.note(g.candidate.attempt_id, EventKind.FOREIGN_ATTEMPT, error)
        raise error


def leased(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let only the page that holds the attempt call a candidate's view (`X-Lease`)."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        hall().leases.require(g.candidate.attempt_id, request.headers.get("X-Lease"))
        return view(*args, **kwargs)

    return guarded


def _check_origin() -> None:
    """Refuse a write that a browser says comes from another site."""
    origin = foreign_origin(hall().settings.server.public_origins)
    if origin is not None:
        raise ForeignOrigin(origin)


def _check_csrf(audience: Audience) -> None:
    if not is_same(request.headers.get("X-CSRF-Token"), session_csrf(audience)):
        raise CsrfRefused


def session_csrf(audience: Audience) -> str:
    """The write token of the session that :func:`allow` has loaded; "" for the public."""
    if audience is Audience.STAFF:
        return str(g.staff.csrf)
    if audience is Audience.CANDIDATE:
        return str(g.candidate.csrf)
    return terminal_csrf(g.terminal.token) if audience is Audience.TERMINAL else ""


def terminal_csrf(token: str) -> str:
    """The write token of a terminal: keyed hash of its cookie."""
    secret: bytes = current_app.config["WEB_SECRET"]
    return hmac.new(secret, b"terminal-csrf:" + token.encode(), hashlib.sha256).hexdigest()


def cookie_name(audience: Audience) -> str:
    """The cookie's name on this connection."""
    return f"__Host-{audience.value}" if secure() else audience.value


def secure() -> bool:
    """Whether this connection, or the proxy before it, is under TLS."""
    return request.is_secure or bool(current_app.config["SECURE_COOKIES"])


def cookie(audience: Audience) -> str | None:
    """The opaque token that the browser brought, if any."""
    return request.cookies.get(cookie_name(audience)) or None


def set_cookie(response: Response, audience: Audience, token: str) -> Response:
    """Give the browser its token; a terminal's and a candidate's outlast the browser.

    A machine that loses its mains comes back as what it was. Staff sign in again.
    """
    name, seconds = cookie_name(audience), LIFETIMES.get(audience)
    cookies.set_cookie(response, name, token, seconds, secure=secure())
    return response


def drop_cookie(response: Response, audience: Audience) -> Response:
    """Take the token back."""
    response.delete_cookie(
        cookie_name(audience), httponly=True, samesite="Strict", secure=secure(), path="/"
    )
    return response


def actor() -> str:
    """Who acts, as the event log names a member of staff."""
    return member_of_staff(g.staff.username)


def remote() -> str:
    """The caller's address, for rate limits."""
    return request.remote_addr or "unknown"
