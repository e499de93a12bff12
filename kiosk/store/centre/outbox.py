"""What is on its way to HQ: result bundles, parts of event logs, evidence.

A row closes only by HQ's valid receipt, and stays after it, so that a restored HQ can ask again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from kiosk.exam.errors import ErrorRecord
from kiosk.exam.states import ItemState
from kiosk.store.errors import LostAtHeadquarters
from kiosk.store.exam import events
from kiosk.store.rows import change_one, value
from kiosk.store.times import maybe_time, to_text

RESULT, EVENT_LOG, EVIDENCE = "result", "event_log", "evidence"
FIRST = {RESULT: 0, EVENT_LOG: 1}
"""What goes first; evidence of incidents follows, routine evidence comes last."""

INCIDENT_EVIDENCE, ROUTINE_EVIDENCE = 2, 3

REFUSED_BY_HQ = "hq_refused"
"""The code of an item that headquarters refused; with any other, something failed here."""


@dataclass(frozen=True)
class OutboxItem:
    """One item; ``id`` is the SHA-256 of its plain bytes.

    ``sent``: so many of its sealed bytes HQ has at the address ``upload``.
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


def add(db: Database, item: OutboxItem, at: datetime) -> None:
    """Queue an item; no effect when it is there already. Its file must be durable by now."""
    _insert(db, item, at, state=ItemState.WAITING)


def add_result(db: Database, item: OutboxItem, at: datetime) -> None:
    """Queue a result bundle, and mark its attempt as bundled."""
    add(db, item, at)
    change_one(
        db,
        "UPDATE attempts SET bundled_revision = ? WHERE id = ? AND bundled_revision < ?",
        [item.revision, item.attempt_id, item.revision],
    )


def attempts_to_bundle(db: Database) -> list[str]:
    """Ids of ended attempts whose newest state is in no bundle yet.

    Once something of a sitting has been deleted after its period, its results are final.
    """
    rows = db.query(
        "SELECT id FROM attempts WHERE state IN ('ended', 'voided')"
        " AND bundled_revision < wanted_revision"
        " AND sitting_id NOT IN (SELECT sitting_id FROM deletions) ORDER BY ended_at"
    )
    return [row["id"] for row in rows]


def event_log_through(db: Database, sitting_id: str) -> int:
    """The number of the last event of a sitting that is in a part of its event log; 0 for none."""
    found = value(
        db,
        # CROSS JOIN: from the few parts to their heads, never over all events.
        "SELECT max(seq) FROM outbox CROSS JOIN events ON hash = chain_head"
        " AND events.sitting_id = outbox.sitting_id"
        " WHERE outbox.sitting_id = ? AND outbox.kind = 'event_log'",
        [sitting_id],
    )
    return max(int(found or 0), events.gone(db, sitting_id)[0])


def due(db: Database, now: datetime, longest_wait: float, limit: int) -> list[OutboxItem]:
    """What to try now, the most important and oldest first.

    Whatever waits for more than ``longest_wait`` seconds waits because the clock was set back
    meanwhile, so it is due.
    """
    rows = db.query(
        "SELECT * FROM outbox WHERE state = 'waiting' AND (next_try_at IS NULL"
        " OR next_try_at <= ? OR next_try_at > ?) ORDER BY priority, created_at, id LIMIT ?",
        [to_text(now), to_text(now + timedelta(seconds=longest_wait)), limit],
    )
    return [_item(row) for row in rows]


def make_due(db: Database) -> None:
    """Forget the back-off: staff asked to sync now, or the link is back."""
    db.execute("UPDATE outbox SET next_try_at = NULL WHERE state = 'waiting'")


def postpone(db: Database, item: OutboxItem, until: datetime, error: ErrorRecord) -> None:
    """A delivery failed; try again not before ``until``."""
    change_one(
        db,
        "UPDATE outbox SET tries = tries + 1, next_try_at = ?, error_code = ?,"
        " error_params = ? WHERE kind = ? AND id = ? AND state = 'waiting'",
        [to_text(until), error.code, json.dumps(dict(error.params)), item.kind, item.id],
    )


def set_upload(db: Database, item: OutboxItem, upload: str | None) -> None:
    """Where HQ takes the rest of an item that is sent in parts."""
    db.execute(
        "UPDATE outbox SET upload = ? WHERE kind = ? AND id = ?", [upload, item.kind, item.id]
    )


def deliver(db: Database, kind: str, item_id: str, receipt: str, at: datetime) -> None:
    """Close the row with HQ's receipt (its JSON); no effect when it is closed already."""
    db.execute(
        "UPDATE outbox SET state = 'delivered', receipt = ?, delivered_at = ?, error_code = NULL,"
        " error_params = NULL, upload = NULL WHERE kind = ? AND id = ? AND state = 'waiting'",
        [receipt, to_text(at), kind, item_id],
    )


def reopen(db: Database, kind: str, ids: Sequence[str]) -> None:
    """HQ does not have these any more: they wait again, unless they have been deleted here."""
    lost = ErrorRecord.of(LostAtHeadquarters())
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
    """HQ has this from before a restore; nothing of it is left here but the receipt."""
    _insert(db, item, at, state=ItemState.DELIVERED, receipt=receipt, delivered_at=to_text(at))


def counts(db: Database) -> dict[str, dict[str, int]]:
    """For each kind how many items wait and how many are delivered."""
    found = {kind: dict.fromkeys(map(str, ItemState), 0) for kind in (RESULT, EVENT_LOG, EVIDENCE)}
    for row in db.query("SELECT kind, state, count(*) AS n FROM outbox GROUP BY kind, state"):
        found[row["kind"]][row["state"]] = row["n"]
    return found


def ids(db: Database, kind: str, state: ItemState | None = None) -> list[str]:
    """Ids of one kind in their order; of one state, or all."""
    rows = db.query(
        "SELECT id FROM outbox WHERE kind = ? AND (state = ? OR ? IS NULL) ORDER BY id",
        [kind, state, state],
    )
    return [row["id"] for row in rows]


def get(db: Database, kind: str, item_id: str) -> OutboxItem | None:
    """An item, or None."""
    rows = db.query("SELECT * FROM outbox WHERE kind = ? AND id = ?", [kind, item_id])
    return next((_item(row) for row in rows), None)


def everything(db: Database, state: ItemState | None = None) -> list[OutboxItem]:
    """All items, the most important and oldest first; of one state, or all."""
    rows = db.query(
        "SELECT * FROM outbox WHERE state = ? OR ? IS NULL ORDER BY priority, created_at, id",
        [state, state],
    )
    return [_item(row) for row in rows]


def states(db: Database, sitting_id: str) -> dict[str, str]:
    """For each attempt of a sitting with a bundle, the newest bundle's state."""
    rows = db.query(
        "SELECT attempt_id, state, max(revision) FROM outbox"
        " WHERE kind = 'result' AND sitting_id = ? GROUP BY attempt_id",
        [sitting_id],
    )
    return {row["attempt_id"]: row["state"] for row in rows}


def problems(db: Database, limit: int = 20) -> list[OutboxItem]:
    """What HQ refused, or what could not be read here, the most important first."""
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
