"""Result bundles on their way to HQ. A row closes only by HQ's valid receipt."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.store.rows import change_one, one, value
from kiosk.store.times import maybe_time, to_text


@dataclass(frozen=True)
class OutboxRow:
    """One sealed bundle; its bytes lie in the outbox folder under ``bundle_id``."""

    bundle_id: str
    attempt_id: str
    revision: int
    chain_head: str
    state: str
    tries: int
    next_try_at: datetime | None
    last_error: str | None


def add(
    db: Database, bundle_id: str, attempt_id: str, revision: int, chain_head: str, at: datetime
) -> None:
    """Queue a bundle whose file is already durable, and mark its attempt as bundled."""
    db.table("outbox").insert(
        {
            "bundle_id": bundle_id,
            "attempt_id": attempt_id,
            "revision": revision,
            "chain_head": chain_head,
            "state": "waiting",
            "created_at": to_text(at),
        }
    )
    change_one(
        db,
        "UPDATE attempts SET bundled_revision = ? WHERE id = ? AND bundled_revision < ?",
        [revision, attempt_id, revision],
    )


def attempts_to_bundle(db: Database) -> list[str]:
    """Ids of ended attempts whose newest state is in no bundle yet."""
    rows = db.query(
        "SELECT id FROM attempts WHERE state IN ('ended', 'voided')"
        " AND bundled_revision < wanted_revision ORDER BY ended_at"
    )
    return [row["id"] for row in rows]


def due(db: Database, now: datetime, limit: int = 50) -> list[OutboxRow]:
    """Bundles to try now, oldest first."""
    rows = db.query(
        "SELECT * FROM outbox WHERE state = 'waiting' AND (next_try_at IS NULL OR"
        " next_try_at <= ?) ORDER BY created_at, bundle_id LIMIT ?",
        [to_text(now), limit],
    )
    return [_row(row) for row in rows]


def make_due(db: Database) -> None:
    """Forget the back-off: staff asked to sync now, or the link is back."""
    db.execute("UPDATE outbox SET next_try_at = NULL WHERE state = 'waiting'")


def postpone(db: Database, bundle_id: str, until: datetime, error: str) -> None:
    """A delivery failed; try again not before ``until``."""
    change_one(
        db,
        "UPDATE outbox SET tries = tries + 1, next_try_at = ?, last_error = ?"
        " WHERE bundle_id = ? AND state = 'waiting'",
        [to_text(until), error[:500], bundle_id],
    )


def deliver(db: Database, bundle_id: str, receipt: str, at: datetime) -> None:
    """Close the row with HQ's receipt (its JSON); raise StaleState when it is closed already."""
    change_one(
        db,
        "UPDATE outbox SET state = 'delivered', receipt = ?, delivered_at = ?, last_error = NULL"
        " WHERE bundle_id = ? AND state = 'waiting'",
        [receipt, to_text(at), bundle_id],
    )


def counts(db: Database) -> dict[str, int]:
    """How many bundles wait and how many are delivered."""
    rows = db.query("SELECT state, count(*) AS n FROM outbox GROUP BY state")
    return {"waiting": 0, "delivered": 0} | {row["state"]: row["n"] for row in rows}


def states(db: Database, sitting_id: str) -> dict[str, str]:
    """For each attempt of a sitting with a bundle, the newest bundle's state."""
    rows = db.query(
        "SELECT attempt_id, outbox.state, max(revision) FROM outbox JOIN attempts ON"
        " attempts.id = attempt_id WHERE sitting_id = ? GROUP BY attempt_id",
        [sitting_id],
    )
    return {row["attempt_id"]: row["state"] for row in rows}


def receipt(db: Database, attempt_id: str) -> str | None:
    """HQ's receipt for the attempt's newest delivered bundle (JSON), or None."""
    found: str | None = value(
        db,
        "SELECT receipt FROM outbox WHERE attempt_id = ? AND state = 'delivered'"
        " ORDER BY revision DESC LIMIT 1",
        [attempt_id],
    )
    return found


def next_try(db: Database) -> datetime | None:
    """When the next waiting bundle is due; None when none waits or one is due at once."""
    row = one(db, "SELECT min(next_try_at) AS at FROM outbox WHERE state = 'waiting'", [])
    return maybe_time(row["at"]) if row else None


def _row(row: dict[str, Any]) -> OutboxRow:
    return OutboxRow(
        bundle_id=row["bundle_id"],
        attempt_id=row["attempt_id"],
        revision=row["revision"],
        chain_head=row["chain_head"],
        state=row["state"],
        tries=row["tries"],
        next_try_at=maybe_time(row["next_try_at"]),
        last_error=row["last_error"],
    )
