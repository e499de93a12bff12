"""The staff API for accounts and for waits after wrong entries."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from pydantic import ConfigDict, Field

from kiosk.hall.accounts.staff_accounts import OF_CANDIDATES, OF_STAFF
from kiosk.web.auth import Audience, actor, allow, drop_cookie, remote
from kiosk.web.forms import Form
from kiosk.web.http.jsonio import body_model, no_body, reply
from kiosk.web.services import hall
from kiosk.web.staff import known_browsers

blueprint = Blueprint("accounts_api", __name__, url_prefix="/staff/api")
Role = Literal["chief_invigilator", "invigilator"]
Password = Annotated[str, Field(min_length=1, max_length=1024)]


class _Passwords(Form):
    """Base class of forms with passwords, which are not stripped."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


class NewAccountForm(_Passwords):
    """A new account."""

    username: str = Field(min_length=1, max_length=80)
    role: Role
    password: Password


class PasswordForm(_Passwords):
    """The new password of an account."""

    password: Password


class OwnPasswordForm(_Passwords):
    """The present and the new password of the signed-in account."""

    present: Password
    password: Password


class RoleForm(Form):
    """The new role of an account."""

    role: Role


class RoomsForm(Form):
    """The rooms of an account; none is all."""

    rooms: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(max_length=200)


class WaitForm(Form):
    """The account whose wrong entries are cleared."""

    account: str = Field(min_length=1, max_length=80)


@blueprint.get("/accounts")
@allow(Audience.STAFF)
def accounts() -> ResponseReturnValue:
    """Return all accounts, the latest changes to them, and the rooms of sittings."""
    accounts = hall().accounts
    return reply(
        {"accounts": accounts.list(), "acts": accounts.acts(), "rooms": hall().sittings.rooms()}
    )


@blueprint.post("/accounts")
@allow(Audience.STAFF)
def add() -> ResponseReturnValue:
    """Create an account."""
    form = body_model(NewAccountForm)
    hall().accounts.add(form.username.strip(), form.password, form.role, actor())
    return reply({})


@blueprint.post("/accounts/<username>/password")
@allow(Audience.STAFF)
def set_password(username: str) -> ResponseReturnValue:
    """Set a new password for an account; end its sessions."""
    hall().accounts.set_password(username, body_model(PasswordForm).password, actor())
    return reply({})


@blueprint.post("/accounts/<username>/role")
@allow(Audience.STAFF)
def set_role(username: str) -> ResponseReturnValue:
    """Change the role of an account; end its sessions."""
    hall().accounts.set_role(username, body_model(RoleForm).role, actor())
    return reply({})


@blueprint.post("/accounts/<username>/rooms")
@allow(Audience.STAFF)
def set_rooms(username: str) -> ResponseReturnValue:
    """Assign an account to rooms; its sessions last."""
    hall().accounts.set_rooms(username, set(body_model(RoomsForm).rooms), actor())
    return reply({})


@blueprint.post("/accounts/<username>/lock")
@allow(Audience.STAFF)
def lock(username: str) -> ResponseReturnValue:
    """Lock an account; end its sessions."""
    no_body()
    hall().accounts.lock(username, actor())
    return reply({})


@blueprint.post("/accounts/<username>/unlock")
@allow(Audience.STAFF)
def unlock(username: str) -> ResponseReturnValue:
    """Unlock an account."""
    no_body()
    hall().accounts.unlock(username, actor())
    return reply({})


@blueprint.post("/own-password")
@allow(Audience.STAFF)
def change_own_password() -> ResponseReturnValue:
    """Change the signed-in account's password; end all its sessions."""
    form, username = body_model(OwnPasswordForm), g.staff.username
    place = known_browsers.place(username) or remote()
    hall().accounts.change_own_password(username, form.present, form.password, place)
    return drop_cookie(reply({}), Audience.STAFF)


@blueprint.get("/waits")
@allow(Audience.STAFF)
def waits() -> ResponseReturnValue:
    """Return who has to wait after wrong entries."""
    return reply({"waits": hall().accounts.waiting()})


@blueprint.post("/waits/candidate")
@allow(Audience.STAFF)
def clear_candidate() -> ResponseReturnValue:
    """Clear a candidate's waits."""
    hall().accounts.clear_waits(OF_CANDIDATES, body_model(WaitForm).account, actor())
    return reply({})


@blueprint.post("/waits/staff")
@allow(Audience.STAFF)
def clear_staff() -> ResponseReturnValue:
    """Clear a staff account's waits."""
    hall().accounts.clear_waits(OF_STAFF, body_model(WaitForm).account, actor())
    return reply({})
