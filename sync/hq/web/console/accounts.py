"""Accounts at the console: second factor at sign-in, one's own account, administration."""

from collections.abc import Callable, Mapping, Sequence

import segno
from flask import Response, abort, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.typed_texts import plain_text
from sync.hq.accounts.administration import AccountAdmin
from sync.hq.accounts.second_factor import provisioning
from sync.hq.core.roles import Grant, Role, clean_branch
from sync.hq.errors import CodeRefused, SignInRefused, TooManyTries, WeakPassword
from sync.hq.web.console import guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.messages import message_for
from sync.hq.web.replies import headquarters, status_of
from sync.wire.errors import TooBusy

accounts = staff_pages("accounts")
REFUSALS = (CodeRefused, SignInRefused, TooBusy, TooManyTries, WeakPassword)

Act = Callable[[AccountAdmin, str, str], None]
ACTS: Mapping[str, Act] = {
    "lock": AccountAdmin.lock,
    "unlock": AccountAdmin.unlock,
    "close": AccountAdmin.close,
    "sign-out": AccountAdmin.end_sessions,
    "remove-factor": AccountAdmin.remove_factor,
    "password": lambda admin, name, by: admin.set_password(name, _typed("password"), by),
}
"""What administrators can do to an account, by the last part of the address."""


def _typed(name: str) -> str:
    return request.form.get(name, "")[:1024]


@accounts.get("/sign-in/code")
def code_form() -> str:
    """Show the form for the one-time code."""
    return render_template("accounts/sign_in_code.html", message="")


@accounts.post("/sign-in/code")
def give_code() -> BaseResponse:
    """Check a one-time or recovery code and open the session."""
    username = guard.who()
    try:
        session = headquarters().accounts.give_code(
            guard.token(), _typed("code"), guard.place(username)
        )
    except REFUSALS as error:
        page = render_template("accounts/sign_in_code.html", message=message_for(error))
        return make_response(page, status_of(error))
    response = make_response(redirect(url_for("console.overview")))
    guard.begin(response, session)
    return response


@accounts.get("/account")
def own() -> str:
    """Show one's own account: password and second factor."""
    return _own("")


@accounts.post("/account/password")
def change_password() -> BaseResponse:
    """Change one's own password; this ends all sessions of the account."""
    username = guard.who()
    try:
        headquarters().account_admin.change_own_password(
            username, _typed("present"), _typed("password"), guard.place(username)
        )
    except REFUSALS as error:
        return make_response(_own(message_for(error)), status_of(error))
    flash(_("Your password is changed. Sign in with the new one."))
    return redirect(url_for("console.sign_in_form"))


@accounts.get("/account/factor")
def factor() -> str:
    """Show the secret for the telephone."""
    return _factor("")


@accounts.post("/account/factor")
def confirm_factor() -> Response:
    """Activate the second factor; show its recovery codes, which are shown only now."""
    hq, username = headquarters(), guard.who()
    try:
        hq.account_admin.require_password(username, _typed("present"), guard.place(username))
        codes = hq.second_factor.confirm(username, _typed("code"))
    except REFUSALS as error:
        return make_response(_factor(message_for(error)), status_of(error))
    g.session = hq.accounts.confirmed(guard.token())  # the page's forms carry its secret
    response = make_response(render_template("accounts/recovery.html", codes=codes))
    guard.begin(response, g.session)
    return response


@accounts.get("/accounts")
def overview() -> str:
    """Show all accounts."""
    guard.require(Role.ADMINISTRATOR)
    return render_template("accounts/accounts.html", accounts=headquarters().account_admin.list())


@accounts.post("/accounts")
def create() -> BaseResponse:
    """Create an account."""
    guard.require(Role.ADMINISTRATOR)
    name = plain_text(request.form.get("username", ""))
    headquarters().accounts.create(name, _typed("password"), guard.who(), _typed_grants())
    flash(_("Account %(name)s is ready.", name=name))
    return redirect(url_for("accounts.overview"))


@accounts.post("/accounts/<username>/<act>")
def change(username: str, act: str) -> BaseResponse:
    """Lock, unlock, close, sign out, set a password, or remove a second factor."""
    guard.require(Role.ADMINISTRATOR)
    if act not in ACTS:
        abort(404)
    ACTS[act](headquarters().account_admin, username, guard.who())
    flash(_("Done. %(name)s is signed out everywhere.", name=username))
    return redirect(url_for("accounts.overview"))


@accounts.post("/accounts/<username>/roles")
def change_roles(username: str) -> BaseResponse:
    """Give an account roles, or withdraw one."""
    guard.require(Role.ADMINISTRATOR)
    grants, by = headquarters().grants, guard.who()
    if request.form.get("act") == "withdraw":
        for grant in _typed_grants():
            grants.withdraw(username, grant, by)
        flash(_("Role withdrawn from %(name)s.", name=username))
    else:
        for grant in _typed_grants():
            grants.give(username, grant, by)
        flash(_("Role given to %(name)s.", name=username))
    return redirect(url_for("accounts.overview"))


def _typed_grants() -> Sequence[Grant]:
    """Return the roles of a form, each with its programme and branch."""
    form, known = request.form, {role.value for role in Role}
    limit = (form.get("programme", "")[:64], clean_branch(form.get("branch", "")[:1000]))
    return [Grant(Role(role), *limit) for role in form.getlist("role") if role in known]


def _own(message: str) -> str:
    hq, username = headquarters(), guard.who()
    (account,) = (each for each in hq.account_admin.list() if each.username == username)
    return render_template(
        "accounts/account.html",
        account=account,
        recovery_left=hq.second_factor.recovery_left(username),
        required=hq.settings.console.require_second_factor,
        minimum=hq.settings.console.password_minimum,
        message=message,
    )


def _factor(message: str) -> str:
    username = guard.who()
    secret = headquarters().second_factor.offer(username)
    picture = segno.make(provisioning(username, secret)).svg_inline(scale=5)
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return render_template(
        "accounts/factor.html",
        picture=Markup(picture),  # noqa: S704 - drawn by segno, which escapes what it encodes
        groups=groups,
        message=message,
    )
