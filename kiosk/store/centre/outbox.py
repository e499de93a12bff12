"""The outbox: result bundles, event-log parts and evidence on their way to HQ.

Only a valid receipt from HQ closes a row. The row stays afterwards, so that a restored HQ can ask
for the item again.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from kiosk.exam.errors import ErrorRecord
from kiosk.exam.states import ItemState
from kiosk.store import meta
from kiosk.store.errors import LostAtHeadquarters
from kiosk.store.exam import events
from kiosk.store.rows import change_one, value
from kiosk.store.times import maybe_time, to_text

RESULT, EVENT_LOG, EVIDENCE = "result", "event_log", "evidence"
FIRST = {RESULT: 0, EVENT_LOG: 1}
"""What goes first; evidence of incidents follows, routine evidence comes last."""

INCIDENT_EVIDENCE, ROUTINE_EVIDENCE = 2, 3

STICK = "stick_complete_at"

REFUSED_BY_HQ = "hq_refused"
"""The code of an item that headquarters refused; with any other, something failed here."""


@dataclass(frozen=True)
class OutboxItem:
    """One outbox item; ``id`` is the SHA-256 of its plain bytes.

    ``upload``: the address of a resumable upload that HQ has not received completely.
    """

    kind: str
    id: str
    sitting_id: str
    priority: int
    attempt_id: str | None = None
    revision: int | None = None
    chain_head: str | None = None
    state: ItemState = ItemState.WAITING
    upload: str | None = None
    tries: int = 0
    next_try_at: datetime | None = None
    error: ErrorRecord | None = None


@dataclass(frozen=True)
class Waiting:
    """How many files have no receipt; ``on_stick``: those of them in a file for a USB stick."""

    files: int
    on_stick: int


def add(db: Database, item: OutboxItem, at: datetime) -> None:
    """Queue an item whose file is already durable; no effect when it is queued."""
    _insert(db, item, at, state=ItemState.WAITING)


def add_result(db: Database, item: OutboxItem, at: datetime) -> None:
    """Queue a result bundle and mark its attempt as bundled.

    Raises:
        StaleState: a bundle of this or a newer revision is recorded.
    """
    add(db, item, at)
    change_one(
        db,
        "UPDATE attempts SET bundled_revision = ? WHERE id = ? AND bundled_revision < ?",
        [item.revision, item.attempt_id, item.revision],
    )


def attempts_to_bundle(db: Database) -> list[str]:
    """Return the ids of ended attempts whose newest state is in no bundle yet.

    Once any data of a sitting has been deleted after its period, its results are final.
    """
    rows = db.query(
        "SELECT id FROM attempts WHERE state IN ('ended', 'voided')"
        " AND bundled_revision < wanted_revision"
        " AND sitting_id NOT IN (SELECT sitting_id FROM deletions) ORDER BY ended_at"
    )
    return [row["id"] for row in rows]


def sittings_to_seal(db: Database, over: Iterable[str]) -> frozenset[str]:
    """Return the sittings with something to seal: ended attempts, or event logs of those over."""
    rows = db.query(
        "SELECT DISTINCT sitting_id FROM attempts WHERE state IN ('ended', 'voided')"
        " AND bundled_revision < wanted_revision"
        " AND sitting_id NOT IN (SELECT sitting_id FROM deletions)"
    )
    logs = (
        sitting_id
        for sitting_id in over
        if events.after(db, sitting_id, event_log_through(db, sitting_id), 1)
    )
    return frozenset(row["sitting_id"] for row in rows) | frozenset(logs)


def event_log_through(db: Database, sitting_id: str) -> int:
    """Return the number of the last event in any event-log part of a sitting; 0 for none."""
    found = value(
        db,
        # CROSS JOIN: from the few parts to their heads, never over all events.
        "SELECT max(seq) FROM outbox CROSS JOIN events ON hash = chain_head"
        " AND events.sitting_id = outbox.sitting_id"
        " WHERE outbox.sitting_id = ? AND outbox.kind = 'event_log'",
        [sitting_id],
    )
    # Deleted events were delivered before; their rows can no longer be joined.
    return max(int(found or 0), events.gone(db, sitting_id)[0])


def due(db: Database, now: datetime, longest_wait: float, limit: int) -> list[OutboxItem]:
    """Return what to try now, the most important and oldest first.

    An item that would wait for more than ``longest_wait`` seconds does so because the clock was
    set back; it is due.
    """
    rows = db.query(
        "SELECT * FROM outbox WHERE state = 'waiting' AND (next_try_at IS NULL"
        " OR next_try_at <= ? OR next_try_at > ?) ORDER BY priority, created_at, id LIMIT ?",
        [to_text(now), to_text(now + timedelta(seconds=longest_wait)), limit],
    )
    return [_item(row) for row in rows]


def make_due(db: Database) -> None:
    """Reset the back-off: staff asked to sync now, or the connection is back."""
    db.execute("UPDATE outbox SET next_try_at = NULL WHERE state = 'waiting'")


def postpone(db: Database, item: OutboxItem, until: datetime, error: ErrorRecord) -> None:
    """Record a failed delivery; the next try is not before ``until``."""
    change_one(
        db,
        "UPDATE outbox SET tries = tries + 1, next_try_at = ?, error_code = ?,"
        " error_params = ? WHERE kind = ? AND id = ? AND state = 'waiting'",
        [to_text(until), error.code, json.dumps(dict(error.params)), item.kind, item.id],
    )


def set_upload(db: Database, item: OutboxItem, upload: str | None) -> None:
    """Store the address at which HQ accepts the rest of an item, or None."""
    db.execute(
        "UPDATE outbox SET upload = ? WHERE kind = ? AND id = ?", [upload, item.kind, item.id]
    )


def deliver(db: Database, kind: str, item_id: str, receipt: str, at: datetime) -> None:
    """Close the row with HQ's receipt (JSON); no effect when it is already closed."""
    db.execute(
        "UPDATE outbox SET state = 'delivered', receipt = ?, delivered_at = ?, error_code = NULL,"
        " error_params = NULL, upload = NULL WHERE kind = ? AND id = ? AND state = 'waiting'",
        [receipt, to_text(at), kind, item_id],
    )


def reopen(db: Database, kind: str, ids: Sequence[str]) -> None:
    """Queue items again that HQ no longer has, unless they have been deleted here."""
    lost = ErrorRecord.of(LostAtHeadquarters())
    # Whatever stick these were on, headquarters does not have them.
    meta.put(db, STICK, "")
    for item_id in ids:
        db.execute(
            "UPDATE outbox SET state = 'waiting', next_try_at = NULL, tries = 0, upload = NULL"
            " WHERE kind = ? AND id = ? AND state = 'delivered' AND deleted = 0",
            [kind, item_id],
        )
        db.execute(
            "UPDATE outbox SET error_code = ?, error_params = NULL"
            " WHERE kind = ? AND id = ? AND deleted = 1",
            [lost.code, kind, item_id],
        )


def remember(db: Database, item: OutboxItem, receipt: str, at: datetime) -> None:
    """Record an item that HQ has from before a restore; only its receipt is left here."""
    _insert(db, item, at, state=ItemState.DELIVERED, receipt=receipt, delivered_at=to_text(at))


def counts(db: Database) -> dict[str, dict[str, int]]:
    """Return for each kind how many items wait and how many are delivered."""
    found = {kind: dict.fromkeys(map(str, ItemState), 0) for kind in (RESULT, EVENT_LOG, EVIDENCE)}
    for row in db.query("SELECT kind, state, count(*) AS n FROM outbox GROUP BY kind, state"):
        found[row["kind"]][row["state"]] = row["n"]
    return found


def note_stick(db: Database, at: datetime) -> None:
    """Record that all files waiting at that time are in a file for a USB stick."""
    meta.put(db, STICK, to_text(at))


def waiting_by_sitting(db: Database) -> dict[str, Waiting]:
    """Return for each sitting how many files wait, and how many of them are on a stick."""
    rows = db.query(
        "SELECT sitting_id, count(*) AS files, sum(created_at < ? AND error_code IS NULL)"
        " AS on_stick FROM outbox WHERE state = 'waiting' GROUP BY sitting_id",
        [meta.get(db, STICK) or ""],
    )
    return {row["sitting_id"]: Waiting(row["files"], row["on_stick"]) for row in rows}


def ids(db: Database, kind: str, state: ItemState | None = None) -> list[str]:
    """Return the ids of one kind in order; of one state, or all."""
    rows = db.query(
        "SELECT id FROM outbox WHERE kind = ? AND (state = ? OR ? IS NULL) ORDER BY id",
        [kind, state, state],
    )
    return [row["id"] for row in rows]


def get(db: Database, kind: str, item_id: str) -> OutboxItem | None:
    rows = db.query("SELECT * FROM outbox WHERE kind = ? AND id = ?", [kind, item_id])
    return next((_item(row) for row in rows), None)


def everything(
    db: Database, state: ItemState | None = None, sitting_id: str | None = None
) -> list[OutboxItem]:
    """Return all items, the most important and oldest first; of one state and sitting, or all."""
    rows = db.query(
        "SELECT * FROM outbox WHERE (state = ? OR ? IS NULL) AND (sitting_id = ? OR ? IS NULL)"
        " ORDER BY priority, created_at, id",
        [state, state, sitting_id, sitting_id],
    )
    return [_item(row) for row in rows]


def states(db: Database, sitting_id: str) -> dict[str, str]:
    """Return the state of the newest bundle of each attempt of a sitting that has one.

    It waits as long as something later is to be sealed.
    """
    rows = db.query(
        # SQLite guarantees that `state` comes from the row of the maximum.
        "SELECT attempt_id, iif(bundled_revision < wanted_revision, 'waiting', outbox.state)"
        " AS state, max(revision) FROM outbox JOIN attempts ON attempts.id = attempt_id"
        " WHERE kind = 'result' AND outbox.sitting_id = ? GROUP BY attempt_id",
        [sitting_id],
    )
    return {row["attempt_id"]: row["state"] for row in rows}


def problems(db: Database, limit: int = 20) -> list[OutboxItem]:
    """Return items that HQ refused or that cannot be read here, the most important first."""
    rows = db.query(
        "SELECT * FROM outbox WHERE (state = 'waiting' OR deleted = 1) AND error_code IS NOT NULL"
        " ORDER BY priority, created_at LIMIT ?",
        [limit],
    )
    return [_item(row) for row in rows]


def _item(row: dict[str, Any]) -> OutboxItem:
    return OutboxItem(
        kind=row["kind"],
        id=row["id"],
        sitting_id=row["sitting_id"],
        priority=row["priority"],
        attempt_id=row["attempt_id"],
        revision=row["revision"],
        chain_head=row["chain_head"],
        state=ItemState(row["state"]),
        upload=row["upload"],
        tries=row["tries"],
        next_try_at=maybe_time(row["next_try_at"]),
        error=_error(row["error_code"], row["error_params"]),
    )


def _error(code: str | None, params: str | None) -> ErrorRecord | None:
    return None if code is None else ErrorRecord(code, json.loads(params or "{}"))


def _insert(db: Database, item: OutboxItem, at: datetime, **state: str) -> None:
    row = {
        "kind": item.kind,
        "id": item.id,
        "sitting_id": item.sitting_id,
        "priority": item.priority,
        "attempt_id": item.attempt_id,
        "revision": item.revision,
        "chain_head": item.chain_head,
        "created_at": to_text(at),
        **state,
    }
    db.table("outbox").insert(row, pk=("kind", "id"), ignore=True)
