"""The event log: everything that matters, in a hash chain per sitting (R23).

An event contains (centre, epoch, sequence, previous hash); its hash is the SHA-256 of its
canonical JSON. Changing, removing or reordering one breaks every hash after it; the head
travels with each result bundle and comes back countersigned by HQ.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.exam.event_kinds import AnyEventKind
from kiosk.store.meta import epoch
from kiosk.store.rows import one
from kiosk.store.times import to_text
from sync.wire import chain
from sync.wire.chain import GENESIS, event_hash


@dataclass(frozen=True)
class Event:
    """One entry of the chain. ``who`` is staff:NAME, candidate, terminal, camera or system."""

    sitting_id: str
    epoch: int
    seq: int
    at: str
    kind: str
    who: str
    attempt_id: str | None
    data: dict[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True)
class ChainHead:
    """The newest event of a sitting's chain."""

    epoch: int
    seq: int
    hash: str


def append(
    db: Database,
    sitting_id: str,
    kind: AnyEventKind,
    who: str,
    at: datetime,
    attempt_id: str | None = None,
    **data: Any,
) -> str:
    """Append an event to the sitting's chain and return its hash."""
    last = head(db, sitting_id)
    body: dict[str, Any] = {
        "sitting_id": sitting_id,
        "epoch": epoch(db),
        "seq": last.seq + 1,
        "at": to_text(at),
        "kind": kind,
        "who": who,
        "attempt_id": attempt_id,
        "data": data,
        "previous": last.hash,
    }
    digest = event_hash(body)
    row = {**body, "data": json.dumps(data, ensure_ascii=False), "hash": digest}
    db.table("events").insert(row)
    return digest


def head(db: Database, sitting_id: str) -> ChainHead:
    """Return the chain's newest event; before the first, sequence 0 and 64 zeros."""
    row = one(
        db,
        "SELECT epoch, seq, hash FROM events WHERE sitting_id = ?"
        # The epoch counts restores: events written after one are newer than all before it.
        " ORDER BY epoch DESC, seq DESC LIMIT 1",
        [sitting_id],
    )
    return ChainHead(epoch(db), *gone(db, sitting_id)) if row is None else ChainHead(**row)


def gone(db: Database, sitting_id: str) -> tuple[int, str]:
    """Return how many of a sitting's first events were deleted, and the last one's hash."""
    row = one(
        db, "SELECT events_deleted, events_deleted_head FROM sittings WHERE id = ?", [sitting_id]
    )
    return (
        (0, GENESIS)
        if row is None
        else (row["events_deleted"], row["events_deleted_head"] or GENESIS)
    )


def of_sitting(db: Database, sitting_id: str, limit: int = -1) -> list[Event]:
    """Return the sitting's newest events, newest first; all with ``limit`` -1."""
    rows = db.query(
        "SELECT * FROM events WHERE sitting_id = ? ORDER BY epoch DESC, seq DESC LIMIT ?",
        [sitting_id, limit],
    )
    return list(of_rows(rows))


def noted(db: Database, sitting_id: str, kind: AnyEventKind, name: str, text: str) -> bool:
    """Return whether a sitting has an event of that kind with ``text`` under ``name``."""
    found = one(
        db,
        "SELECT 1 AS found FROM events WHERE sitting_id = ? AND kind = ?"
        " AND json_extract(data, '$.' || ?) = ? LIMIT 1",
        [sitting_id, kind, name, text],
    )
    return found is not None


def latest(db: Database, attempt_id: str, kind: AnyEventKind) -> Event | None:
    """Return an attempt's newest event of a kind."""
    rows = db.query(
        "SELECT * FROM events WHERE attempt_id = ? AND kind = ? ORDER BY id DESC LIMIT 1",
        [attempt_id, kind],
    )
    return next(of_rows(list(rows)), None)


def names(db: Database, attempt_id: str, kind: AnyEventKind, who: str) -> bool:
    """Whether an attempt has an event of a kind by this person."""
    found = one(
        db,
        "SELECT 1 FROM events WHERE attempt_id = ? AND kind = ? AND who = ? LIMIT 1",
        [attempt_id, kind, who],
    )
    return found is not None


def after(db: Database, sitting_id: str, seq: int, limit: int) -> list[Event]:
    """Return a sitting's events after number ``seq``, oldest first, at most ``limit``."""
    rows = db.query(
        "SELECT * FROM events WHERE sitting_id = ? AND seq > ? ORDER BY seq LIMIT ?",
        [sitting_id, seq, limit],
    )
    return list(of_rows(rows))


def of_attempt(db: Database, attempt_id: str) -> list[Event]:
    """Return one attempt's events, oldest first."""
    rows = db.query("SELECT * FROM events WHERE attempt_id = ? ORDER BY id", [attempt_id])
    return list(of_rows(rows))


def broken_at(events: Iterable[Event], before: tuple[int, str] = (0, GENESIS)) -> int | None:
    """Return the number of the first event (oldest first) that does not fit the chain, or None.

    ``before``: the result of :func:`gone`.
    """
    return chain.broken_at(events, _hash_of, before)


def _hash_of(event: Event) -> str:
    return event_hash({key: val for key, val in vars(event).items() if key != "hash"})


def of_rows(rows: Iterable[dict[str, Any]]) -> Iterator[Event]:
    """Yield the events of rows of the table."""
    for row in rows:
        fields = {key: val for key, val in row.items() if key != "id"}
        yield Event(**{**fields, "data": json.loads(row["data"])})
