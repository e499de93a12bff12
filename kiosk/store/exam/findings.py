"""Findings of staff at check-in, and how they were cleared (R16)."""

from collections import defaultdict
from datetime import datetime

from sqlite_utils import Database

from kiosk.exam.checkin.inspection import Clearing, Finding
from kiosk.store.times import to_text, to_time


def add(db: Database, attempt_id: str, finding: Finding, at: datetime, by: str) -> bool:
    """Open a finding; return False when the same one is already open."""
    added = db.conn.execute(
        "INSERT OR IGNORE INTO findings (attempt_id, finding, at, by) VALUES (?, ?, ?, ?)",
        [attempt_id, finding, to_text(at), by],
    )
    return added.rowcount == 1


def clear(
    db: Database, attempt_id: str, finding: Finding, how: Clearing, at: datetime, by: str
) -> bool:
    """Clear an open finding; return False when it is not open."""
    cleared = db.conn.execute(
        "UPDATE findings SET cleared_at = ?, cleared_by = ?, clearing = ?"
        " WHERE attempt_id = ? AND finding = ? AND cleared_at IS NULL",
        [to_text(at), by, how, attempt_id, finding],
    )
    return cleared.rowcount == 1


def open_of(db: Database, attempt_id: str) -> list[Finding]:
    """Return an attempt's open findings in the order of their keys."""
    rows = db.query(
        "SELECT finding FROM findings WHERE attempt_id = ? AND cleared_at IS NULL", [attempt_id]
    )
    found = {row["finding"] for row in rows}
    return [finding for finding in Finding if finding in found]


def open_in(db: Database, sitting_id: str) -> dict[str, list[Finding]]:
    """Return the open findings of a sitting, by attempt."""
    rows = db.query(
        "SELECT attempt_id, finding FROM findings JOIN attempts ON attempts.id = attempt_id"
        " WHERE sitting_id = ? AND cleared_at IS NULL ORDER BY findings.id",
        [sitting_id],
    )
    found: dict[str, list[Finding]] = defaultdict(list)
    for row in rows:
        found[row["attempt_id"]].append(Finding(row["finding"]))
    return found


def open_since(db: Database, sitting_id: str) -> dict[str, datetime]:
    """Return when the newest open finding of each attempt of a sitting was noted."""
    rows = db.query(
        "SELECT attempt_id, max(at) AS at FROM findings JOIN attempts ON attempts.id = attempt_id"
        " WHERE sitting_id = ? AND cleared_at IS NULL GROUP BY attempt_id",
        [sitting_id],
    )
    return {row["attempt_id"]: to_time(row["at"]) for row in rows}
