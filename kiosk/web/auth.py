"""Who may call a route: cookies, CSRF token, Origin.

Every view is declared with :func:`allow`. The cookie is an opaque token: `HttpOnly`,
`SameSite=Strict`, and under TLS `Secure` with the `__Host-` prefix. Writes need the session's
token in `X-CSRF-Token`, and if the browser sends an Origin, it must be this server's. A
terminal's token for writes is derived from its cookie with the app's secret.
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
from kiosk.exam.attempt.groups import Group
from kiosk.exam.errors import ExamError
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.ports import KNOCK
from kiosk.web.http.concurrency import in_work
from kiosk.web.http.errors import status_of
from kiosk.web.http.refusals import CsrfRefused, ForeignOrigin, NotYours, RightMissing
from kiosk.web.mock_exam import own_cookie
from kiosk.web.rights import needed
from kiosk.web.services import hall
from kiosk.webpages import cookies
from kiosk.webpages.origins import SAFE, foreign_origin

P = ParamSpec("P")
DAY_S = 24 * 3600


class Audience(StrEnum):
    """Who a route is for; the value is also the cookie's name."""

    PUBLIC = "public"
    TERMINAL = "terminal"
    CANDIDATE = "candidate"
    STAFF = "staff"


LIFETIMES = {Audience.TERMINAL: 400 * DAY_S, Audience.CANDIDATE: DAY_S}
"""Lifetimes of cookies in seconds. 400 days are the most that browsers allow, and no sitting
lasts a day. The attempt's state decides what a candidate's token still permits.
"""


def allow(
    audience: Audience, *, page: bool = False, csrf: bool = True
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Declare who may call a view.

    `page` redirects callers without a session to the sign-in instead of answering 401.
    `csrf=False` is only for sign-in and registration, where there is no session yet; the Origin
    is still checked.
    """

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            _check_origin()
            refusal = _enter(audience, page=page, csrf=csrf)
            if refusal is not None:
                return refusal
            # The server in front asks before it reads the body: 204 means that it may.
            if KNOCK in request.environ:
                return "", 204
            with _place(audience):
                return view(*args, **kwargs)

        cast(Any, guarded).audience = audience
        cast(Any, guarded).csrf = csrf
        return guarded

    return decorate


def _place(audience: Audience) -> AbstractContextManager[None]:
    """Reserve a terminal's place for one more write; reads need none."""
    if request.method in SAFE or audience not in (Audience.TERMINAL, Audience.CANDIDATE):
        return nullcontext()
    session = g.terminal if audience is Audience.TERMINAL else g.candidate
    return in_work().place(session.terminal_id)


def _enter(audience: Audience, *, page: bool, csrf: bool) -> Response | None:
    """Check session, CSRF token, right and attempt; return None or a redirect to sign-in."""
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
    if audience is Audience.STAFF:
        _check_rooms()
    if audience is Audience.STAFF and request.method not in SAFE:
        named = request.view_args or {}
        # After a deletion results are final. Writes that name no sitting are checked by the use
        # cases.
        hall().retention.require_open(named.get("sitting_id"), named.get("attempt_id"))
    _check_attempt(audience)
    return None


def _check_rooms() -> None:
    """Refuse an invigilator what a route names in another room; see also :func:`of_own_room`."""
    named, rights = request.view_args or {}, hall().room_rights
    if "attempt_id" in named:
        rights.require_attempt(g.staff, named["attempt_id"])
    if "terminal_id" in named:
        rights.require_terminal(g.staff, named["terminal_id"])
    if "late_id" in named:
        rights.require_late_answers(g.staff, named["late_id"])
    if "record_id" in named:
        rights.require_attempt(g.staff, hall().misconduct.attempt_of(named["record_id"]))
    if "sha256" in named:
        rights.require_evidence(g.staff, named["sha256"])
    if "admission_no" in named:
        rights.require_candidate(g.staff, named["sitting_id"], named["admission_no"])


def of_own_room(group: Group) -> Group:
    """Return a group that a request's body names, if all of it is in the caller's own rooms.

    Raises:
        NotYourRoom: it is not.
    """
    hall().room_rights.require_group(g.staff, group)
    return group


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
    """Whether a person caused the request. Pages also poll on their own."""
    return request.method not in SAFE or request.headers.get("X-Person") == "1"


def _check_attempt(audience: Audience) -> None:
    """Refuse a candidate access to another's attempt, and record the try."""
    attempt_id = (request.view_args or {}).get("attempt_id")
    if audience is Audience.CANDIDATE and attempt_id not in (None, g.candidate.attempt_id):
        error = NotYours()
        hall().attempts.note(g.candidate.attempt_id, EventKind.FOREIGN_ATTEMPT, error)
        raise error


def leased(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Restrict a candidate's view to the page that holds the lease (`X-Lease`)."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        hall().leases.require(g.candidate.attempt_id, request.headers.get("X-Lease"))
        return view(*args, **kwargs)

    return guarded


def _check_origin() -> None:
    """Refuse a write that, according to the browser, comes from another site."""
    origin = foreign_origin(hall().settings.server.public_origins)
    if origin is not None:
        raise ForeignOrigin(origin)


def _check_csrf(audience: Audience) -> None:
    if not is_same(request.headers.get("X-CSRF-Token"), session_csrf(audience)):
        raise CsrfRefused


def session_csrf(audience: Audience) -> str:
    """Return the write token of the session loaded by :func:`allow`; "" for the public."""
    if audience is Audience.STAFF:
        return str(g.staff.csrf)
    if audience is Audience.CANDIDATE:
        return str(g.candidate.csrf)
    return terminal_csrf(g.terminal.token) if audience is Audience.TERMINAL else ""


def terminal_csrf(token: str) -> str:
    """Return the write token of a terminal: a keyed hash of its cookie."""
    secret: bytes = current_app.config["WEB_SECRET"]
    return hmac.new(secret, b"terminal-csrf:" + token.encode(), hashlib.sha256).hexdigest()


def cookie_name(audience: Audience) -> str:
    """Return the cookie's name on this connection."""
    name = own_cookie(audience.value)
    return f"__Host-{name}" if secure() else name


def secure() -> bool:
    """Whether this connection, or the one to the proxy in front, uses TLS."""
    return request.is_secure or bool(current_app.config["SECURE_COOKIES"])


def cookie(audience: Audience) -> str | None:
    """Return the opaque token that the browser sent, if any."""
    return request.cookies.get(cookie_name(audience)) or None


def set_cookie(response: Response, audience: Audience, token: str) -> Response:
    """Set the audience's cookie; a terminal's and a candidate's survive a restart of the browser.

    So a terminal that lost power continues as what it was. Staff have to sign in again.
    """
    name, seconds = cookie_name(audience), LIFETIMES.get(audience)
    cookies.set_cookie(response, name, token, seconds, secure=secure())
    return response


def drop_cookie(response: Response, audience: Audience) -> Response:
    """Delete the audience's cookie."""
    cookies.drop_cookie(response, cookie_name(audience), secure=secure())
    return response


def actor() -> str:
    """Return the signed-in member of staff as the event log names them."""
    return member_of_staff(g.staff.username)


def remote() -> str:
    """Return the caller's address, for throttling."""
    return request.remote_addr or "unknown"
