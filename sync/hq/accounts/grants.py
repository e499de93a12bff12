"""Grants: who has which role, for which programme and branch; given and withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, select

from sync.hq.accounts.validity import limit_for
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.role_errors import OwnRoles, RolesExclude
from sync.hq.core.roles import (
    NAMES,
    Grant,
    Role,
    excluded,
    grant_of,
    require_limits,
    require_role,
    rights_of,
)
from sync.hq.errors import LastAdministrator, NotFound
from sync.hq.persistence.database import insert_new
from sync.hq.persistence.role_tables import role_grants
from sync.hq.persistence.tables import accounts, programmes


@dataclass(frozen=True)
class GrantView:
    """A grant, and who gave it when."""

    username: str
    grant: Grant
    granted_by: str
    granted_at: datetime


class Grants:
    """Gives roles to accounts and withdraws them. Both take effect with the next request."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def list(self, username: str | None = None) -> Sequence[GrantView]:
        """Return all grants, or those of an account, by account and role."""
        query = select(role_grants).order_by(*role_grants.primary_key)
        if username is not None:
            query = query.where(role_grants.c.username == username)
        with self._context.database.read() as connection:
            return [_view(row) for row in connection.execute(query).mappings()]

    def give(self, username: str, grant: Grant, by: str) -> None:
        """Give an account a role.

        Raises:
            RoleMissing: ``by`` does not manage accounts.
            NotFound: there is no such open account, or no such programme.
            OwnRoles: it is the account of ``by``.
            RolesExclude: it has a role that excludes this one.
            LimitUnusable: the role cannot be limited in this way.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            require_role(connection, by, Role.ADMINISTRATOR)
            _require_open(connection, username)
            add_grant(connection, username, grant, by, now)

    def withdraw(self, username: str, grant: Grant, by: str) -> None:
        """Withdraw a grant from an account.

        Raises:
            RoleMissing: ``by`` does not manage accounts.
            NotFound: it does not have this grant.
            LastAdministrator: no other administrator can sign in.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            require_role(connection, by, Role.ADMINISTRATOR)
            if not connection.execute(delete(role_grants).where(_same(username, grant))).rowcount:
                raise NotFound(what="role")
            if grant.role is Role.ADMINISTRATOR:
                require_administrator_left(connection)
            record(connection, now, AuditKind.ROLE_WITHDRAWN, by, **_named(username, grant))


def add_grant(connection: Connection, username: str, grant: Grant, by: str, at: datetime) -> None:
    """Give an account a role in the caller's transaction, as :meth:`Grants.give`.

    A grant that the account has already is left as it is.
    """
    if by == username:
        raise OwnRoles
    require_limits(grant)
    _require_programme(connection, grant.programme_id)
    held = select(role_grants.c.role).where(role_grants.c.username == username)
    other = excluded(grant.role, map(Role, connection.execute(held).scalars()))
    if other is not None:
        raise RolesExclude(username=username, held=NAMES[other], role=NAMES[grant.role])
    values = {"role": grant.role.value, "programme_id": grant.programme_id, "branch": grant.branch}
    mine = {"username": username, "granted_by": by, "granted_at": at}
    if insert_new(connection, role_grants, **mine, **values):
        record(connection, at, AuditKind.ROLE_GRANTED, by, **_named(username, grant))
        limit_for(connection, username, grant.role, at)


def manages_accounts(connection: Connection, username: str) -> bool:
    """Return whether an account is an administrator, even if it is locked."""
    same = _same(username, Grant(Role.ADMINISTRATOR))
    return connection.execute(select(role_grants.c.username).where(same)).first() is not None


def require_administrator_left(connection: Connection) -> None:
    """Require an administrator who can sign in, after a change in the caller's transaction.

    Raises:
        LastAdministrator: there is none.
    """
    role = role_grants.c.role == Role.ADMINISTRATOR.value
    names = connection.execute(select(role_grants.c.username).where(role)).scalars().all()
    if not any(rights_of(connection, name).roles for name in names):
        raise LastAdministrator


def _require_open(connection: Connection, username: str) -> None:
    free = (accounts.c.username == username) & accounts.c.closed_at.is_(None)
    if connection.execute(select(accounts.c.username).where(free)).first() is None:
        raise NotFound(what="account")


def _require_programme(connection: Connection, programme_id: str) -> None:
    known = select(programmes.c.id).where(programmes.c.id == programme_id).limit(1)
    if programme_id and connection.execute(known).first() is None:
        raise NotFound(what=f"programme {programme_id}")


def _same(username: str, grant: Grant) -> ColumnElement[bool]:
    table = role_grants
    return and_(
        table.c.username == username,
        table.c.role == grant.role.value,
        table.c.programme_id == grant.programme_id,
        table.c.branch == grant.branch,
    )


def _named(username: str, grant: Grant) -> Mapping[str, Any]:
    return {
        "account": username,
        "role": grant.role.value,
        "programme": grant.programme_id,
        "branch": grant.branch,
    }


def _view(row: RowMapping) -> GrantView:
    return GrantView(row["username"], grant_of(row), row["granted_by"], row["granted_at"])
