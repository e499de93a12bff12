"""Ends of parts that are sat one after another; the last part ends with its attempt."""

from sqlite_utils import Database

from kiosk.exam.attempt.parts import PartEnd
from kiosk.exam.attempt.states import EndReason
from kiosk.store.times import to_text, to_time


def add(db: Database, attempt_id: str, position: int, end: PartEnd) -> None:
    """Store the end of the part at this place, from 0; no part ends twice."""
    db.table("part_ends").insert(
        {
            "attempt_id": attempt_id,
            "position": position,
            "ended_at": to_text(end.at),
            "reason": end.reason,
            "credits": end.credits,
        }
    )


def of_attempt(db: Database, attempt_id: str) -> tuple[PartEnd, ...]:
    """Return the ends of the attempt's parts, in order."""
    rows = db.query(
        "SELECT * FROM part_ends WHERE attempt_id = ? ORDER BY position",
        [attempt_id],
    )
    return tuple(
        PartEnd(to_time(row["ended_at"]), EndReason(row["reason"]), row["credits"]) for row in rows
    )


def counts(db: Database, sitting_id: str) -> dict[str, int]:
    """Return how many parts are over, for each attempt of a sitting with any."""
    rows = db.query(
        "SELECT attempt_id, count(*) AS n FROM attempts JOIN part_ends ON attempt_id = attempts.id"
        " WHERE sitting_id = ? GROUP BY attempt_id",
        [sitting_id],
    )
    return {row["attempt_id"]: row["n"] for row in rows}
