"""Rows of packages and of the inbox, which building, revoking and releasing share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, insert, select, update

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.persistence import tables
from sync.hq.persistence.database import next_number
from sync.wire.exchange.inbox import Revocation, sign_revocation


def announce(
    connection: Connection,
    centre_code: str,
    kind: str,
    package_id: str,
    now: datetime,
    sealed: str | None = None,
) -> None:
    """Add a notice to the centre's inbox.

    Call it last in a transaction: it locks the cursor until the commit.
    """
    connection.execute(
        insert(tables.inbox).values(
            cursor=next_number(connection, "inbox"),
            centre_code=centre_code,
            kind=kind,
            package_id=package_id,
            sealed=sealed,
            created_at=now,
        )
    )


def newest_row(connection: Connection, sitting_id: str, centre_code: str) -> RowMapping | None:
    """Return the row of the highest version, or None."""
    table = tables.packages
    query = (
        package_rows()
        .where(table.c.sitting_id == sitting_id, table.c.centre_code == centre_code)
        .order_by(table.c.version.desc())
    )
    return connection.execute(query).mappings().first()


def package_rows() -> Select[Any]:
    """Select packages."""
    return select(tables.packages)


def unrevoked_rows(connection: Connection, sitting_id: str) -> Sequence[RowMapping]:
    """Return the newest package of each centre, by centre, except those that are revoked."""
    table = tables.packages
    query = (
        package_rows()
        .where(table.c.sitting_id == sitting_id)
        .order_by(table.c.centre_code, table.c.version)
    )
    rows = connection.execute(query).mappings()
    newest = {row["centre_code"]: row for row in rows}
    return [row for row in newest.values() if row["revoked_at"] is None]


def revoke_row(
    connection: Connection, context: HqContext, row: RowMapping, reason: str, by: str
) -> None:
    """Revoke a package and announce that to its centre. Call it last in a transaction."""
    now, table, reason = context.clock.now(), tables.packages, reason[:500]
    values = {"revoked_at": now, "revoked_reason": reason}
    connection.execute(update(table).where(table.c.id == row["id"]).values(**values))
    centre, package_id = row["centre_code"], row["id"]
    named = {"package": package_id, "sitting": row["sitting_id"], "centre": centre}
    record(connection, now, AuditKind.PACKAGE_REVOKED, by, **named, reason=reason)
    revocation = Revocation(
        centre_code=centre,
        package_id=package_id,
        version=row["version"],
        reason=reason,
        revoked_at=now,
    )
    signed = sign_revocation(revocation, context.keys)
    announce(connection, centre, "revocation", package_id, now, signed)
