"""Unlock codes: shown to staff and sent to centres, never before their time (R12).

A code belongs to one package version and is stored sealed to headquarters' own key. It is
released by time alone, or by two people and time.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, select, update

from sync.hq.accounts.two_people import require_second_person
from sync.hq.authoring.secrecy import PEOPLE
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Role, require_role_in
from sync.hq.errors import (
    ApprovalMissing,
    NotFound,
    PackageRevoked,
    TooEarly,
)
from sync.hq.packages.rows import announce, newest_row
from sync.hq.persistence import tables
from sync.hq.persistence.database import insert_new
from sync.hq.settings import TIME_LOCK, TWO_PEOPLE
from sync.wire.exchange.inbox import release_of, seal_release
from sync.wire.sealing.keys import PublicKeys


class Unlocking:
    """Shows, approves and releases unlock codes; each act is in the audit log."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def code(self, sitting_id: str, centre_code: str, by: str) -> str:
        """Return the code of the newest package, to be read over the telephone.

        Raises:
            RoleMissing: ``by`` is not a registrar for this sitting and centre, or not any more.
            NotFound: no package has been built.
            PackageRevoked: the newest package is revoked.
            TooEarly: the sitting's unlock time has not come.
            ApprovalMissing: two people must approve first.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            _require_registrar(connection, by, sitting_id, centre_code)
            row = _usable(connection, sitting_id, centre_code)
            sitting = _sitting_row(connection, sitting_id)
            if now < sitting["unlock_not_before"]:
                raise TooEarly(not_before=sitting["unlock_not_before"])
            approved = _approved_by(connection, row["id"])
            if sitting["release"] == TWO_PEOPLE and len(approved) < PEOPLE:
                raise ApprovalMissing(approved=len(approved))
            named = {"package": row["id"], "sitting": sitting_id, "centre": centre_code}
            record(connection, now, AuditKind.UNLOCK_CODE_SHOWN, by, **named)
        return self._open(row)

    def approve(self, sitting_id: str, centre_code: str, by: str) -> Sequence[str]:
        """Approve that the newest package's code is released at its time; return all approvers.

        Approving twice counts once. A new version has to be approved again.

        Raises:
            RoleMissing: ``by`` is not a registrar for this sitting and centre, or not any more.
            NotFound: no package has been built.
            PackageRevoked: the newest package is revoked.
            NotAPerson: the command line, or a locked or closed account.
            SamePerson: the same person may be behind an account that has approved.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            row = _usable(connection, sitting_id, centre_code)
            require_second_person(connection, by, _approved_by(connection, row["id"]))
            _require_registrar(connection, by, sitting_id, centre_code)
            values = {"package_id": row["id"], "username": by, "approved_at": now}
            if insert_new(connection, tables.approvals, **values):
                named = {"package": row["id"], "sitting": sitting_id, "centre": centre_code}
                record(connection, now, AuditKind.UNLOCK_CODE_APPROVED, by, **named)
            return _approved_by(connection, row["id"])

    def approvals(self, sitting_id: str) -> Mapping[str, Sequence[str]]:
        """Return who has approved the codes of a sitting, by package id."""
        table, packages = tables.approvals, tables.packages
        query = (
            select(table.c.package_id, table.c.username)
            .join(packages, packages.c.id == table.c.package_id)
            .where(packages.c.sitting_id == sitting_id)
            .order_by(table.c.approved_at, table.c.username)
        )
        found: dict[str, list[str]] = {}
        with self._context.database.read() as connection:
            for package_id, username in connection.execute(query):
                found.setdefault(package_id, []).append(username)
        return found

    def release_due(self, centre_code: str, keys: PublicKeys) -> None:
        """Put codes whose time has come into the centre's inbox, each once."""
        now = self._context.clock.now()
        # A read first: centres poll, and nearly every poll finds nothing due.
        if not self._due(centre_code, now):
            return
        with self._context.database.write() as connection:
            # Selected again under the lock, so that two polls do not both release a code.
            for row in _due_rows(connection, centre_code, now):
                self._release(connection, row, keys, now)

    def _due(self, centre_code: str, now: datetime) -> bool:
        with self._context.database.read() as connection:
            return bool(_due_rows(connection, centre_code, now))

    def _release(
        self, connection: Connection, row: RowMapping, keys: PublicKeys, now: datetime
    ) -> None:
        package = (row["id"], row["version"])
        release = release_of(package, row["centre_code"], self._open(row), now)
        sealed = seal_release(release, self._context.keys, keys)
        table = tables.packages
        connection.execute(update(table).where(table.c.id == row["id"]).values(released_at=now))
        record(
            connection,
            now,
            AuditKind.UNLOCK_CODE_RELEASED,
            "hq",
            package=row["id"],
            sitting=row["sitting_id"],
            centre=row["centre_code"],
        )
        announce(connection, row["centre_code"], "unlock_code", row["id"], now, sealed)

    def _open(self, row: RowMapping) -> str:
        return self._context.keys.unseal(bytes(row["sealed_code"])).decode("ascii")


def _usable(connection: Connection, sitting_id: str, centre_code: str) -> RowMapping:
    row = newest_row(connection, sitting_id, centre_code)
    if row is None:
        raise NotFound(what="package")
    if row["revoked_at"] is not None:
        raise PackageRevoked(reason=row["revoked_reason"])
    return row


def _sitting_row(connection: Connection, sitting_id: str) -> RowMapping:
    query = select(tables.sittings).where(tables.sittings.c.id == sitting_id)
    return connection.execute(query).mappings().one()


def _approved_by(connection: Connection, package_id: str) -> Sequence[str]:
    table = tables.approvals
    query = select(table.c.username).where(table.c.package_id == package_id)
    ordered = query.order_by(table.c.approved_at, table.c.username)
    return connection.execute(ordered).scalars().all()


def _due_rows(connection: Connection, centre_code: str, now: datetime) -> Sequence[RowMapping]:
    packages, sittings, newer = tables.packages, tables.sittings, tables.packages.alias()
    superseded = (
        select(newer.c.id)
        .where(
            newer.c.sitting_id == packages.c.sitting_id,
            newer.c.centre_code == packages.c.centre_code,
            newer.c.version > packages.c.version,
        )
        .exists()
    )
    approvals = tables.approvals
    approved = select(func.count()).where(approvals.c.package_id == packages.c.id).scalar_subquery()
    query = (
        select(packages)
        .join(sittings, sittings.c.id == packages.c.sitting_id)
        .where(
            packages.c.centre_code == centre_code,
            packages.c.released_at.is_(None),
            packages.c.revoked_at.is_(None),
            (sittings.c.release == TIME_LOCK) | (approved >= PEOPLE),
            sittings.c.unlock_not_before <= now,
            # Only the newest version: a centre never gets the code of a package that was
            # replaced.
            ~superseded,
        )
        .order_by(packages.c.created_at, packages.c.id)
    )
    return connection.execute(query).mappings().all()


def _require_registrar(connection: Connection, by: str, sitting_id: str, centre_code: str) -> None:
    where = {"sitting_id": sitting_id, "centre_code": centre_code}
    require_role_in(connection, by, Role.REGISTRAR, **where)
