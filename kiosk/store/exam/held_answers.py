"""Answers that the server refused and terminals still have, and what staff decided about them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.exam.states import HeldAnswersState
from kiosk.store.rows import one
from kiosk.store.times import to_text, to_time


@dataclass(frozen=True)
class HeldAnswers:
    """Answers of one attempt that a terminal stores and this centre may not have.

    ``terminal``: its name. ``why``: the reason that the terminal gives for not delivering them,
    as a code. ``state``: ``held``, or by decision of staff ``wanted`` (deliver them) or
    ``undeliverable`` (delete them).
    """

    terminal_id: str
    attempt_id: str
    terminal: str
    answers: int
    why: str
    state: HeldAnswersState
    reported_at: datetime
    by: str | None = None
    reason: str | None = None


def get(db: Database, terminal_id: str, attempt_id: str) -> HeldAnswers | None:
    """Return what the terminal stores of the attempt, or None."""
    row = one(
        db,
        "SELECT * FROM held_answers WHERE terminal_id = ? AND attempt_id = ?",
        [terminal_id, attempt_id],
    )
    return None if row is None else _held(row)


def everywhere(db: Database) -> list[HeldAnswers]:
    """Return what all terminals store, the longest known first."""
    return [
        _held(row) for row in db.query("SELECT * FROM held_answers ORDER BY reported_at, terminal")
    ]


def at_terminal(db: Database, terminal_id: str) -> list[HeldAnswers]:
    """Return what one terminal stores."""
    rows = db.query("SELECT * FROM held_answers WHERE terminal_id = ?", [terminal_id])
    return [_held(row) for row in rows]


def keep(db: Database, held: HeldAnswers) -> None:
    """Store the terminal's report, replacing the earlier one on the same attempt."""
    row = {**vars(held), "reported_at": to_text(held.reported_at)}
    db.table("held_answers").upsert(row, pk=("terminal_id", "attempt_id"))


def drop(db: Database, held: HeldAnswers) -> None:
    """Delete the report: the terminal no longer has the answers."""
    db.execute(
        "DELETE FROM held_answers WHERE terminal_id = ? AND attempt_id = ?",
        [held.terminal_id, held.attempt_id],
    )


def drop_terminal(db: Database, terminal_id: str) -> None:
    """Delete the reports of a terminal that was removed; should it return, it reports again."""
    db.execute("DELETE FROM held_answers WHERE terminal_id = ?", [terminal_id])


def move(db: Database, old_id: str, new_id: str, name: str) -> None:
    """Move the reports of a terminal whose browser has become another terminal."""
    for held in at_terminal(db, old_id):
        drop(db, held)
        keep(db, replace(held, terminal_id=new_id, terminal=name))


def _held(row: dict[str, Any]) -> HeldAnswers:
    fixed = {"state": HeldAnswersState(row["state"]), "reported_at": to_time(row["reported_at"])}
    return HeldAnswers(**{**row, **fixed})
