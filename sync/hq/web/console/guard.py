"""Access to the console: session cookie, form secrets, redirects to the sign-in page."""

import base64

from flask import Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kiosk.credentials import known_browsers
from kiosk.credentials.tokens import is_same
from kiosk.webpages.cookies import set_cookie
from kiosk.webpages.origins import foreign_origin
from sync.hq.accounts.sign_in import Session, Wanted, require_csrf
from sync.hq.core.role_errors import RoleMissing
from sync.hq.core.roles import NAMES, Role, Scope
from sync.hq.errors import FormRefused, NotSignedIn
from sync.hq.web.console.rights import RIGHTS
from sync.hq.web.console.targets import require_rights
from sync.hq.web.replies import headquarters

OPEN = frozenset({"console.sign_in", "console.sign_in_form"})
HALF_OPEN = {
    Wanted.NOTHING: frozenset[str](),
    Wanted.CODE: frozenset({"accounts.code_form", "accounts.give_code", "console.sign_out"}),
    Wanted.FACTOR: frozenset({"accounts.factor", "accounts.confirm_factor", "console.sign_out"}),
}
"""Routes that a half-open session may call."""
WITHOUT_NAMES = frozenset({"exam_day", "announcements", "centres"})
"""Blueprints whose pages show nobody; of supervisors all other pages are recorded."""
FIRST = {Wanted.CODE: "accounts.code_form", Wanted.FACTOR: "accounts.factor"}


def _cookie(name: str) -> str:
    # Browsers accept the prefix only over HTTPS and for this host alone, so no sibling domain can
    # set it.
    return f"__Host-{name}" if headquarters().settings.server.secure_cookies else name


def require_session() -> BaseResponse | None:
    """Require a session before each console request, and on a form its secret.

    Without a session the request is redirected to the sign-in page.

    Raises:
        FormRefused: the form is from another site or out of date.
        RoleMissing: the account may not call the route, or not for what the request names.
    """
    if foreign_origin(headquarters().settings.server.public_origins) is not None:
        raise FormRefused
    if request.endpoint in OPEN:
        return None
    try:
        g.session = session()
    except NotSignedIn:
        return redirect(url_for("console.sign_in_form"))
    # Every write of the console is a POST.
    if request.method == "POST":
        require_csrf(g.session.csrf, request.form.get("csrf"))
    wanted = g.session.wanted
    if wanted and request.endpoint not in HALF_OPEN[wanted]:
        return redirect(url_for(FIRST[wanted]))
    require_rights()
    _note_supervisor()
    return None


def _note_supervisor() -> None:
    """Record a page of the supervising body before it is shown."""
    endpoint = request.endpoint or ""
    if Role.SUPERVISOR not in g.session.rights.roles or not RIGHTS[endpoint].roles:
        return
    if request.blueprint not in WITHOUT_NAMES:
        headquarters().supervision.viewed(endpoint, request.path, who())


def session() -> Session:
    """Return the session of the request's cookie.

    Raises:
        NotSignedIn: there is none.
    """
    return headquarters().accounts.session(request.cookies.get(_cookie("hq_session")))


def require(*roles: Role, programme: str | None = None, centre: str | None = None) -> None:
    """Require one of the roles, for a programme and a centre where an act is about one.

    None: for any; an empty text: for all programmes, or all branches.

    Raises:
        RoleMissing: the account does not have it.
    """
    # By the session's rights, which were read for this request: no query of their own.
    path = headquarters().branches.path(centre) if centre else centre
    if not scope(*roles).covers(programme, path):
        raise RoleMissing(role=NAMES[roles[0]])


def scope(*roles: Role) -> Scope:
    """Return what the account may see with these roles."""
    found: Session = g.session
    return found.rights.scope(*roles)


def current() -> Session | None:
    """Return this request's session, or None."""
    found: Session | None = g.get("session")
    return found


def who() -> str:
    """Return the user name, for the audit log."""
    found: Session = g.session
    return found.username


def csrf() -> str:
    """Return the secret for forms on this page."""
    found = current()
    return found.csrf if found else sign_in_secret()


def sign_in_secret() -> str:
    """Return the secret of the sign-in form, which precedes any session (double submit)."""
    if "sign_in_secret" not in g:
        random = headquarters().entropy(24)
        known = request.cookies.get(_cookie("hq_form"))
        g.sign_in_secret = known or base64.urlsafe_b64encode(random).decode()
    secret: str = g.sign_in_secret
    return secret


def require_sign_in_secret() -> None:
    """Require that form and cookie carry the same secret.

    Raises:
        FormRefused: they do not.
    """
    kept, given = request.cookies.get(_cookie("hq_form")), request.form.get("csrf")
    if not is_same(given, kept):
        raise FormRefused


def keep(response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send."""
    secure = headquarters().settings.server.secure_cookies
    set_cookie(response, _cookie(name), value, seconds, secure=secure)


def begin(response: Response, session: Session) -> None:
    """Set the session cookie and a cookie by which the browser is known from now on."""
    hours = headquarters().settings.console.session_hours
    keep(response, "hq_session", session.token, hours * 3600)
    mark = headquarters().accounts.browser_mark
    browser = known_browsers.remembered(session.username, session.token, mark)
    keep(response, "hq_browser", browser, known_browsers.SECONDS)


def place(username: str) -> str:
    """Return where tries are counted: this browser if the account has used it, else its address.

    So nobody who shares the address can lock a user out of their own browser.
    """
    cookie = request.cookies.get(_cookie("hq_browser"), "")
    known = known_browsers.place(cookie, username, headquarters().accounts.browser_mark)
    return known or request.remote_addr or ""


def token() -> str:
    """Return the session token from the cookie."""
    return request.cookies.get(_cookie("hq_session"), "")


def end(response: Response) -> None:
    """End the session and delete its cookie."""
    headquarters().accounts.sign_out(token())
    keep(response, "hq_session", "", 0)
