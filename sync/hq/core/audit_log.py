"""The audit log of headquarters: who did what when, in a hash chain (R23)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select

from sync.hq.core.audit_kinds import AuditKind
from sync.hq.persistence.database import Database
from sync.hq.persistence.tables import audit_log
from sync.wire import canonical, chain
from sync.wire.chain import GENESIS

AT_ONCE = 1000
"""Events that are read into memory together when the log is verified."""


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
    newest = _head(connection)
    seq, previous = newest.seq + 1, newest.hash
    hashed = _hash(seq, at, kind, who, data, previous)
    connection.execute(
        insert(audit_log).values(
            seq=seq, at=at, kind=kind, who=who, data=data, previous=previous, hash=hashed
        )
    )


@dataclass(frozen=True)
class EventFilter:
    """Which events; what is None or empty does not restrict. ``until`` is exclusive."""

    who: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def conditions(self) -> Sequence[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.who:
            found.append(audit_log.c.who == self.who)
        if self.kind:
            found.append(audit_log.c.kind == self.kind)
        if self.since is not None:
            found.append(audit_log.c.at >= self.since)
        if self.until is not None:
            found.append(audit_log.c.at < self.until)
        return found


@dataclass(frozen=True)
class Head:
    """The newest event: its number and hash stand for all events up to it."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


@dataclass(frozen=True)
class Verified:
    """What came of verifying the log.

    ``broken_at``: the number of the first event that is altered or missing. ``differs_at``: the
    number of an expected head that the log does not have: it was cut off or rewritten.
    """

    head: Head
    broken_at: int | None = None
    differs_at: int | None = None

    @property
    def whole(self) -> bool:
        return self.broken_at is None and self.differs_at is None


class AuditLog:
    """Reads and verifies the audit log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, limit: int = 200) -> Sequence[Event]:
        """Return the newest events, newest first."""
        return self.listed(EventFilter(), limit=limit)

    def listed(
        self, chosen: EventFilter, before: int | None = None, limit: int | None = 100
    ) -> Sequence[Event]:
        """Return events that a filter chooses, newest first, from below a number."""
        query = select(audit_log).where(*chosen.conditions).order_by(audit_log.c.seq.desc())
        if before is not None:
            query = query.where(audit_log.c.seq < before)
        with self._database.read() as connection:
            return [_event(row) for row in connection.execute(query.limit(limit)).mappings()]

    def matching(self, chosen: EventFilter) -> int:
        """Return how many events a filter chooses."""
        query = select(func.count()).select_from(audit_log).where(*chosen.conditions)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def head(self) -> Head:
        """Return the newest event's number and hash, to be noted outside this machine."""
        with self._database.read() as connection:
            return _head(connection)

    def verify(self, expected: Head | None = None) -> Verified:
        """Verify every event, and that the log still has an event that was noted elsewhere."""
        events = select(audit_log).order_by(audit_log.c.seq)
        with self._database.read() as connection:
            # Closed by the block: PostgreSQL's cursor is left open at the first broken event.
            with connection.execution_options(yield_per=AT_ONCE).execute(events) as rows:
                broken = chain.broken_at(map(_event, rows.mappings()), _hash_of)
            return Verified(
                _head(connection),
                broken,
                expected.seq if expected and not _has(connection, expected) else None,
            )


def _head(connection: Connection) -> Head:
    newest = select(audit_log.c.seq, audit_log.c.hash).order_by(audit_log.c.seq.desc()).limit(1)
    row = connection.execute(newest).first()
    return Head(row.seq, row.hash) if row else Head(0, GENESIS)


def _has(connection: Connection, expected: Head) -> bool:
    if expected == Head(0, GENESIS):
        return True
    query = select(audit_log.c.hash).where(audit_log.c.seq == expected.seq)
    return connection.execute(query).scalar() == expected.hash


def _hash(seq: int, at: datetime, kind: str, who: str, data: dict[str, Any], previous: str) -> str:
    body = [seq, at.isoformat(), kind, who, data, previous]
    return canonical.digest(canonical.dumps(body))


def _hash_of(event: Event) -> str:
    return _hash(event.seq, event.at, event.kind, event.who, event.data, event.previous)


def _event(row: RowMapping) -> Event:
    return Event(**row)
