"""Answers that terminals hold and the server refused, and what staff decided about them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.exam.states import HeldAnswersState
from kiosk.store.rows import one
from kiosk.store.times import to_text, to_time


@dataclass(frozen=True)
class HeldAnswers:
    """What one terminal holds of one attempt, which this centre may not know.

    ``terminal``: its name. ``why``: the terminal's word for what stopped them, as a code.
    ``state``: held; or by staff's decision wanted (deliver them) or undeliverable (delete them).
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
    """What the terminal holds of the attempt, or None."""
    row = one(
        db,
        "SELECT * FROM held_answers WHERE terminal_id = ? AND attempt_id = ?",
        [terminal_id, attempt_id],
    )
    return None if row is None else _held(row)


def everywhere(db: Database) -> list[HeldAnswers]:
    """What all terminals hold, the longest known first."""
    return [
        _held(row) for row in db.query("SELECT * FROM held_answers ORDER BY reported_at, terminal")
    ]


def at_terminal(db: Database, terminal_id: str) -> list[HeldAnswers]:
    """What one terminal holds."""
    rows = db.query("SELECT * FROM held_answers WHERE terminal_id = ?", [terminal_id])
    return [_held(row) for row in rows]


def keep(db: Database, held: HeldAnswers) -> None:
    """Keep it in place of what was known of terminal and attempt."""
    row = {**vars(held), "reported_at": to_text(held.reported_at)}
    db.table("held_answers").upsert(row, pk=("terminal_id", "attempt_id"))


def drop(db: Database, held: HeldAnswers) -> None:
    """The terminal holds it no longer."""
    db.execute(
        "DELETE FROM held_answers WHERE terminal_id = ? AND attempt_id = ?",
        [held.terminal_id, held.attempt_id],
    )


def drop_terminal(db: Database, terminal_id: str) -> None:
    """The terminal was forgotten; if it comes back it says again what it holds."""
    db.execute("DELETE FROM held_answers WHERE terminal_id = ?", [terminal_id])


def move(db: Database, old_id: str, new_id: str, name: str) -> None:
    """The browser that was known as one terminal is another from now on."""
    for held in at_terminal(db, old_id):
        drop(db, held)
        keep(db, replace(held, terminal_id=new_id, terminal=name))


def _held(row: dict[str, Any]) -> HeldAnswers:
    fixed = {"state": HeldAnswersState(row["state"]), "reported_at": to_time(row["reported_at"])}
    return HeldAnswers(**{**row, **fixed})
