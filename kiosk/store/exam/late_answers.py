"""Late answers: they arrived after the end, or in a file, and wait for a decision of staff."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.exam.states import LateAnswersState
from kiosk.store.rows import change_one, one
from kiosk.store.times import to_text, to_time


@dataclass(frozen=True)
class LateAnswers:
    """One delivery; its sealed content is in the evidence folder under ``sha256``.

    ``source``: terminal or file. ``answers``: how many are new. ``state``: waiting, accepted
    or refused.
    """

    id: str
    attempt_id: str
    sha256: str
    source: str
    answers: int
    at: datetime
    state: LateAnswersState
    by: str | None
    reason: str | None


def add(db: Database, late: LateAnswers) -> bool:
    """Store a delivery; return False when the same content is already there."""
    found = one(
        db,
        "SELECT id FROM late_answers WHERE attempt_id = ? AND sha256 = ?",
        [late.attempt_id, late.sha256],
    )
    if found is not None:
        return False
    db.table("late_answers").insert({**vars(late), "at": to_text(late.at)})
    return True


def get(db: Database, late_id: str) -> LateAnswers | None:
    row = one(db, "SELECT * FROM late_answers WHERE id = ?", [late_id])
    return None if row is None else _late(row)


def of_attempt(db: Database, attempt_id: str) -> list[LateAnswers]:
    """Return the attempt's deliveries, oldest first."""
    rows = db.query("SELECT * FROM late_answers WHERE attempt_id = ? ORDER BY at, id", [attempt_id])
    return [_late(row) for row in rows]


def waiting(db: Database, sitting_id: str) -> dict[str, int]:
    """Return, for each attempt of a sitting, how many deliveries wait for a decision."""
    rows = db.query(
        "SELECT attempt_id, count(*) AS n FROM late_answers JOIN attempts"
        " ON attempts.id = attempt_id WHERE sitting_id = ? AND late_answers.state = 'waiting'"
        " GROUP BY attempt_id",
        [sitting_id],
    )
    return {row["attempt_id"]: row["n"] for row in rows}


def decide(db: Database, late_id: str, state: LateAnswersState, by: str, reason: str) -> None:
    """Change the state: waiting → accepted or refused; raise StaleState otherwise."""
    change_one(
        db,
        "UPDATE late_answers SET state = ?, by = ?, reason = ? WHERE id = ? AND state = 'waiting'",
        [state, by, reason, late_id],
    )


def _late(row: dict[str, Any]) -> LateAnswers:
    return LateAnswers(**{**row, "at": to_time(row["at"]), "state": LateAnswersState(row["state"])})
