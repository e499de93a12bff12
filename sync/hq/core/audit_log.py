"""The audit log of headquarters: who did what when, in a hash chain (R23)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from sync.hq.core.audit_kinds import AuditKind
from sync.hq.persistence.database import Database
from sync.hq.persistence.tables import audit_log
from sync.wire import canonical, chain
from sync.wire.chain import GENESIS


@dataclass(frozen=True)
class Event:
    """An entry of the audit log. ``data`` refers to things by id and contains no personal data."""

    seq: int
    at: datetime
    kind: str
    who: str
    data: dict[str, Any]
    previous: str
    hash: str


def record(connection: Connection, at: datetime, kind: AuditKind, who: str, **data: Any) -> None:
    """Append an event in the caller's transaction, so the change and its record commit together."""
    # Safe only in an exclusive ``write``: two shared writes could both choose the same number.
    newest = connection.execute(
        select(audit_log.c.seq, audit_log.c.hash).order_by(audit_log.c.seq.desc()).limit(1)
    ).first()
    seq, previous = (newest.seq + 1, newest.hash) if newest else (1, GENESIS)
    hashed = _hash(seq, at, kind, who, data, previous)
    connection.execute(
        insert(audit_log).values(
            seq=seq, at=at, kind=kind, who=who, data=data, previous=previous, hash=hashed
        )
    )


class AuditLog:
    """Reads and verifies the audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, limit: int = 200) -> Sequence[Event]:
        """Return the newest events, newest first."""
        query = select(audit_log).order_by(audit_log.c.seq.desc()).limit(limit)
        with self._database.read() as connection:
            return [_event(row) for row in connection.execute(query).mappings()]

    def broken_at(self) -> int | None:
        """Return the number of the first event that breaks the chain, or None."""
        with self._database.read() as connection:
            rows = connection.execute(select(audit_log).order_by(audit_log.c.seq)).mappings()
            return chain.broken_at(map(_event, rows), _hash_of)


def _hash(seq: int, at: datetime, kind: str, who: str, data: dict[str, Any], previous: str) -> str:
    body = [seq, at.isoformat(), kind, who, data, previous]
    return canonical.digest(canonical.dumps(body))


def _hash_of(event: Event) -> str:
    return _hash(event.seq, event.at, event.kind, event.who, event.data, event.previous)


def _event(row: RowMapping) -> Event:
    return Event(**row)
