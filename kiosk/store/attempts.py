"""Attempts and their answers: state changes by compare-and-set, answers append-only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from kiosk.exam.attempt import AttemptState, EndReason, require_step
from kiosk.exam.conduct import Leaves
from kiosk.exam.item import AnswerValue
from kiosk.exam.paper import Form
from kiosk.store.rows import change_one, one
from kiosk.store.times import maybe_time, to_text, to_time


@dataclass(frozen=True)
class Attempt:
    """One candidate's attempt at one sitting."""

    id: str
    sitting_id: str
    candidate_id: str
    admission_no: str
    seat: str
    extra_minutes: int
    state: AttemptState
    terminal_id: str | None
    check_in: str
    check_in_score: float | None
    tries: int
    consent_face: bool
    form: Form | None
    started_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    end_reason: EndReason | None
    leaves: Leaves
    acked_through: int
    saved_at: datetime | None
    id_card: str
    card_tries: int


@dataclass(frozen=True)
class Answer:
    """One revision of one answer; ``seq`` counts the attempt's writes from 1."""

    seq: int
    item_id: str
    value: AnswerValue
    client_at: str | None
    saved_at: datetime


def register(
    db: Database,
    attempt_id: str,
    sitting_id: str,
    candidate_id: str,
    admission_no: str,
    seat: str,
    extra_minutes: int,
) -> None:
    """Add a registered attempt, or renew seat and extra time of one that is already there."""
    db.execute(
        "INSERT INTO attempts (id, sitting_id, candidate_id, admission_no, seat, extra_minutes,"
        " state) VALUES (?, ?, ?, ?, ?, ?, 'registered') ON CONFLICT (sitting_id, admission_no)"
        " DO UPDATE SET seat = excluded.seat, extra_minutes = excluded.extra_minutes",
        [attempt_id, sitting_id, candidate_id, admission_no, seat, extra_minutes],
    )


def get(db: Database, attempt_id: str) -> Attempt | None:
    """The attempt of that id, or None."""
    row = one(db, "SELECT * FROM attempts WHERE id = ?", [attempt_id])
    return None if row is None else _attempt(row)


def find(db: Database, sitting_id: str, admission_no: str) -> Attempt | None:
    """The candidate's attempt at that sitting, or None."""
    row = one(
        db,
        "SELECT * FROM attempts WHERE sitting_id = ? AND admission_no = ?",
        [sitting_id, admission_no],
    )
    return None if row is None else _attempt(row)


def of_sitting(db: Database, sitting_id: str) -> list[Attempt]:
    """All attempts of a sitting by seat."""
    rows = db.query(
        "SELECT * FROM attempts WHERE sitting_id = ? ORDER BY seat, admission_no", [sitting_id]
    )
    return [_attempt(row) for row in rows]


def in_progress(db: Database) -> list[Attempt]:
    """Attempts that are being sat now."""
    rows = db.query("SELECT * FROM attempts WHERE state = 'in_progress'")
    return [_attempt(row) for row in rows]


def step(db: Database, attempt: Attempt, target: AttemptState, **fields: object) -> None:
    """Move the attempt on and set ``fields``; raise IllegalTransition or StaleState."""
    require_step(attempt.state, target)
    names = "".join(f", {name} = ?" for name in fields)
    change_one(
        db,
        f"UPDATE attempts SET state = ?{names} WHERE id = ? AND state = ?",  # noqa: S608
        [target, *fields.values(), attempt.id, attempt.state],
    )


def begin(db: Database, attempt: Attempt, form: Form, at: datetime, ends_at: datetime) -> None:
    """ready → in_progress with the candidate's own form and end of time."""
    step(
        db,
        attempt,
        AttemptState.IN_PROGRESS,
        form=form.model_dump_json(),
        started_at=to_text(at),
        ends_at=to_text(ends_at),
    )


def end(db: Database, attempt: Attempt, reason: EndReason, at: datetime) -> None:
    """Any open state → ended; raise AttemptEnded or StaleState."""
    step(db, attempt, AttemptState.ENDED, ended_at=to_text(at), end_reason=reason)


def set_check_in(db: Database, attempt_id: str, check_in: str, score: float | None) -> None:
    """Record the latest outcome of verification."""
    change_one(
        db,
        "UPDATE attempts SET check_in = ?, check_in_score = ? WHERE id = ?",
        [check_in, score, attempt_id],
    )


def count_try(db: Database, attempt_id: str) -> None:
    """One more look at the candidate's face at check-in."""
    change_one(db, "UPDATE attempts SET tries = tries + 1 WHERE id = ?", [attempt_id])


def clear_tries(db: Database, attempt_id: str) -> None:
    """Let the candidate try again from the first look."""
    change_one(
        db,
        "UPDATE attempts SET tries = 0, check_in = 'none', check_in_score = NULL, card_tries = 0,"
        " id_card = 'none'"
        " WHERE id = ?",
        [attempt_id],
    )


def set_id_card(db: Database, attempt_id: str, outcome: str) -> None:
    """Record the latest outcome of a photograph with the identity card, and count it."""
    change_one(
        db,
        "UPDATE attempts SET id_card = ?, card_tries = card_tries + 1 WHERE id = ?",
        [outcome, attempt_id],
    )


def set_terminal(db: Database, attempt_id: str, terminal_id: str | None) -> None:
    """Bind the attempt to a terminal, or to none."""
    change_one(db, "UPDATE attempts SET terminal_id = ? WHERE id = ?", [terminal_id, attempt_id])


def set_leaves(db: Database, attempt_id: str, leaves: Leaves) -> None:
    """Keep the count of page leaves."""
    away = None if leaves.away_since is None else to_text(leaves.away_since)
    change_one(
        db,
        "UPDATE attempts SET leaves = ?, away_since = ? WHERE id = ?",
        [leaves.count, away, attempt_id],
    )


def append_answers(db: Database, attempt_id: str, answers: Sequence[Answer]) -> int:
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


def answers(db: Database, attempt_id: str) -> dict[str, AnswerValue]:
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


@lru_cache(maxsize=512)
def _form(text: str) -> Form:
    """A form never changes once it is written, and every request of its candidate reads it."""
    return Form.model_validate_json(text)


def _attempt(row: dict[str, Any]) -> Attempt:
    return Attempt(
        id=row["id"],
        sitting_id=row["sitting_id"],
        candidate_id=row["candidate_id"],
        admission_no=row["admission_no"],
        seat=row["seat"],
        extra_minutes=row["extra_minutes"],
        state=AttemptState(row["state"]),
        terminal_id=row["terminal_id"],
        check_in=row["check_in"],
        check_in_score=row["check_in_score"],
        id_card=row["id_card"],
        card_tries=row["card_tries"],
        tries=row["tries"],
        consent_face=bool(row["consent_face"]),
        form=None if row["form"] is None else _form(row["form"]),
        started_at=maybe_time(row["started_at"]),
        ends_at=maybe_time(row["ends_at"]),
        ended_at=maybe_time(row["ended_at"]),
        end_reason=None if row["end_reason"] is None else EndReason(row["end_reason"]),
        leaves=Leaves(row["leaves"], maybe_time(row["away_since"])),
        acked_through=row["acked_through"],
        saved_at=maybe_time(row["saved_at"]),
    )
