"""Page leaves of attempts: each absence from the answer page (R18)."""

from typing import Any

from sqlite_utils import Database

from kiosk.exam.attempt.page_leaves import PageLeave, PageLeaves
from kiosk.store.rows import change_one
from kiosk.store.times import maybe_time, to_text, to_time


def of_attempt(db: Database, attempt_id: str) -> PageLeaves:
    rows = db.query("SELECT * FROM page_leaves WHERE attempt_id = ?", [attempt_id])
    return PageLeaves.of(_page_leave(row) for row in rows)


def save(db: Database, attempt_id: str, leaves: PageLeaves) -> None:
    """Store page leaves that changed, and the counts that the room view shows."""
    known = of_attempt(db, attempt_id).entries
    for entry in leaves.entries:
        if entry not in known:
            _save(db, attempt_id, entry)
    away = leaves.away_since
    change_one(
        db,
        "UPDATE attempts SET leaves = ?, away_since = ? WHERE id = ?",
        [leaves.count, None if away is None else to_text(away), attempt_id],
    )


def _save(db: Database, attempt_id: str, entry: PageLeave) -> None:
    row = {
        **vars(entry),
        "attempt_id": attempt_id,
        "started_at": to_text(entry.started_at),
        "ended_at": None if entry.ended_at is None else to_text(entry.ended_at),
    }
    db.table("page_leaves").upsert(row, pk=("attempt_id", "number"))


def _page_leave(row: dict[str, Any]) -> PageLeave:
    return PageLeave(
        number=row["number"],
        started_at=to_time(row["started_at"]),
        cause=row["cause"],
        ended_at=maybe_time(row["ended_at"]),
        signals=row["signals"],
        reversal=row["reversal"],
        reversed_by=row["reversed_by"],
    )
