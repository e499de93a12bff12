"""Time credits of attempts, and outages that staff have to decide about.

Those of groups are in :mod:`kiosk.store.exam.groups`.
"""

from datetime import datetime

from sqlite_utils import Database

from kiosk.exam.attempt.timing import Credit
from kiosk.store.exam import groups
from kiosk.store.rows import change_one
from kiosk.store.times import to_text


def add_credit(db: Database, sitting_id: str, attempt_id: str, credit: Credit) -> None:
    """Add a time credit to an attempt."""
    row = {
        **vars(credit),
        "sitting_id": sitting_id,
        "attempt_id": attempt_id,
        "at": to_text(credit.at),
    }
    db.table("time_credits").insert(row)


def credits_of(db: Database, attempt_id: str) -> list[Credit]:
    """Return the attempt's time credits, oldest first."""
    rows = db.query("SELECT * FROM time_credits WHERE attempt_id = ? ORDER BY id", [attempt_id])
    return [groups.credit_of(row) for row in rows]


def credited_seconds(db: Database, sitting_id: str) -> dict[str, float]:
    """Return the sum of time credits of each attempt of a sitting that has any."""
    rows = db.query(
        "SELECT attempt_id, sum(seconds) AS seconds FROM time_credits WHERE sitting_id = ?"
        " AND attempt_id IS NOT NULL GROUP BY attempt_id",
        [sitting_id],
    )
    return {row["attempt_id"]: row["seconds"] for row in rows}


def outages_open(db: Database, sitting_id: str) -> dict[str, float]:
    """Return the undecided seconds that each attempt's terminal has lost."""
    rows = db.query(
        "SELECT id, outage_seconds FROM attempts WHERE sitting_id = ? AND outage_seconds > 0",
        [sitting_id],
    )
    return {row["id"]: row["outage_seconds"] for row in rows}


def add_outage(db: Database, attempt_id: str, seconds: float) -> None:
    """Add time that the attempt's terminal lost, for staff to decide about."""
    change_one(
        db,
        "UPDATE attempts SET outage_seconds = outage_seconds + ? WHERE id = ?",
        [seconds, attempt_id],
    )


def settle_outage(db: Database, attempt_id: str) -> None:
    """Record that staff have decided about the lost time."""
    change_one(db, "UPDATE attempts SET outage_seconds = 0 WHERE id = ?", [attempt_id])


def set_end(db: Database, attempt_id: str, ends_at: datetime) -> None:
    """Set when the attempt's time is up."""
    change_one(db, "UPDATE attempts SET ends_at = ? WHERE id = ?", [to_text(ends_at), attempt_id])
