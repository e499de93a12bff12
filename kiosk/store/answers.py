"""Answers: append-only revisions, numbered by the terminal from 1."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.exam.item import AnswerValue
from kiosk.store.rows import change_one, one
from kiosk.store.times import to_text, to_time


@dataclass(frozen=True)
class Answer:
    """One revision of one answer; ``seq`` counts the attempt's writes from 1."""

    seq: int
    item_id: str
    value: AnswerValue
    client_at: str | None
    saved_at: datetime


def append(db: Database, attempt_id: str, answers: Sequence[Answer]) -> int:
    """Append revisions in sequence order and return the number acknowledged through.

    A sequence number that is already stored is left as it is: a replay has no effect.
    """
    rows = [
        (
            attempt_id,
            a.seq,
            a.item_id,
            json.dumps(a.value, ensure_ascii=False),
            a.client_at,
            to_text(a.saved_at),
        )
        for a in answers
    ]
    db.conn.executemany(
        "INSERT INTO answers (attempt_id, seq, item_id, value, client_at, saved_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        rows,
    )
    last = answers[-1]
    change_one(
        db,
        "UPDATE attempts SET acked_through = max(acked_through, ?), saved_at = ? WHERE id = ?",
        [last.seq, to_text(last.saved_at), attempt_id],
    )
    return last.seq


def revisions(db: Database, attempt_id: str) -> list[Answer]:
    """All revisions of all answers in sequence order."""
    rows = db.query("SELECT * FROM answers WHERE attempt_id = ? ORDER BY seq", [attempt_id])
    return [_answer(row) for row in rows]


def revision(db: Database, attempt_id: str, seq: int) -> Answer | None:
    """The revision of that number, or None."""
    row = one(db, "SELECT * FROM answers WHERE attempt_id = ? AND seq = ?", [attempt_id, seq])
    return None if row is None else _answer(row)


def latest(db: Database, attempt_id: str) -> dict[str, AnswerValue]:
    """The latest value of each item that was ever answered; None where it was cleared."""
    rows = db.query(
        "SELECT item_id, value, max(seq) FROM answers WHERE attempt_id = ? GROUP BY item_id",
        [attempt_id],
    )
    return {row["item_id"]: json.loads(row["value"]) for row in rows}


def answered_counts(db: Database, sitting_id: str) -> dict[str, int]:
    """For each attempt of a sitting, how many items have an answer now."""
    rows = db.query(
        "SELECT attempt_id, sum(value <> 'null') AS answered FROM (SELECT attempt_id, item_id,"
        " value, max(seq) FROM answers WHERE attempt_id IN (SELECT id FROM attempts WHERE"
        " sitting_id = ?) GROUP BY attempt_id, item_id) GROUP BY attempt_id",
        [sitting_id],
    )
    return {row["attempt_id"]: row["answered"] for row in rows}


def _answer(row: dict[str, Any]) -> Answer:
    value = json.loads(row["value"])
    return Answer(row["seq"], row["item_id"], value, row["client_at"], to_time(row["saved_at"]))
