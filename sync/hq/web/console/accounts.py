"""Accounts at the console: second factor at sign-in, one's own account, administration."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import segno
from flask import Response, abort, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.typed_texts import plain_text
from sync.hq.accounts.administration import AccountAdmin
from sync.hq.accounts.second_factor import provisioning
from sync.hq.accounts.validity import MOST_DAYS
from sync.hq.centres.branches import branches_of
from sync.hq.core.roles import Grant, Role, clean_branch, excluded
from sync.hq.errors import (
    CodeRefused,
    NotFound,
    SignInRefused,
    TooManyTries,
    ValidityUnusable,
    WeakPassword,
)
from sync.hq.web.console import guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.messages import message_for
from sync.hq.web.replies import headquarters, status_of
from sync.hq.web.role_names import role_name
from sync.wire.errors import TooBusy

accounts = staff_pages("accounts")
YEARS = range(2000, 2200)
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
    return render_template(
        "accounts/accounts.html",
        accounts=headquarters().account_admin.list(),
        roles=tuple(Role),
        places=_places(),
    )


@accounts.get("/accounts/<username>")
def account(username: str) -> str:
    """Show one account: its roles, what else it could be given and why not, its state."""
    found = next(
        (one for one in headquarters().account_admin.list() if one.username == username), None
    )
    if found is None:
        raise NotFound(what="account")
    held = {grant.role for grant in found.grants}
    return render_template(
        "accounts/manage.html",
        account=found,
        grants=headquarters().grants.list(username),
        choices=[(role, excluded(role, held)) for role in Role],
        places=_places(),
    )


@accounts.post("/accounts")
def create() -> BaseResponse:
    """Create an account with roles."""
    name, known = plain_text(request.form.get("username", "")), {role.value for role in Role}
    roles = [Role(role) for role in request.form.getlist("role") if role in known]
    grants = [_typed_grant(role) for role in roles]
    headquarters().accounts.create(name, _typed("password"), guard.who(), grants)
    flash(_("Account %(name)s is ready.", name=name))
    return redirect(url_for("accounts.account", username=name))


@accounts.post("/accounts/<username>/<act>")
def change(username: str, act: str) -> BaseResponse:
    """Lock, unlock, close, sign out, set a password, or remove a second factor."""
    if act not in ACTS:
        abort(404)
    ACTS[act](headquarters().account_admin, username, guard.who())
    flash(_("Done. %(name)s is signed out everywhere.", name=username))
    return redirect(url_for("accounts.account", username=username))


@accounts.post("/accounts/<username>/validity")
def set_validity(username: str) -> BaseResponse:
    """Set the last day on which an account can sign in; empty: without an end."""
    until, typed = None, request.form.get("until", "")[:10]
    if typed:
        zone = ZoneInfo(headquarters().settings.console.timezone)
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            raise ValidityUnusable(most=MOST_DAYS) from None
        if day.year not in YEARS:
            raise ValidityUnusable(most=MOST_DAYS)
        until = datetime.combine(day + timedelta(days=1), time.min, zone)
    headquarters().account_admin.set_validity(username, until, guard.who())
    flash(_("Done. %(name)s is signed out everywhere.", name=username))
    return redirect(url_for("accounts.account", username=username))


@accounts.post("/accounts/<username>/roles")
def give_role(username: str) -> BaseResponse:
    """Give an account a role for a programme and a branch."""
    grant = _typed_grant(_typed_role())
    headquarters().grants.give(username, grant, guard.who())
    flash(_("%(name)s is %(role)s.", name=username, role=role_name(grant.role)))
    return redirect(url_for("accounts.account", username=username))


@accounts.post("/accounts/<username>/roles/withdraw")
def withdraw_role(username: str) -> BaseResponse:
    """Withdraw a role from an account; it ends with the next request."""
    grant = _typed_grant(_typed_role())
    headquarters().grants.withdraw(username, grant, guard.who())
    flash(_("%(name)s is no longer %(role)s.", name=username, role=role_name(grant.role)))
    return redirect(url_for("accounts.account", username=username))


def _typed_role() -> Role:
    value = request.form.get("role", "")
    if value not in set(Role):
        raise NotFound(what="role")
    return Role(value)


def _typed_grant(role: Role) -> Grant:
    """Return a role with the programme and branch of the form."""
    form = request.form
    return Grant(role, form.get("programme", "")[:64], clean_branch(form.get("branch", "")[:1000]))


def _places() -> Mapping[str, Sequence[Any]]:
    """Return the programmes and branches to which a role can be limited."""
    hq = headquarters()
    return {"programmes": hq.programmes.list(), "branches": branches_of(hq.branches.paths())}


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
