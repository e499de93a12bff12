"""The notes pad of an attempt: one text, replaced with each save, never an answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.store.rows import one
from kiosk.store.times import to_text, to_time


@dataclass(frozen=True)
class Notes:
    """``number`` counts the saves from 1, as the terminal does."""

    number: int
    text: str
    saved_at: datetime


def keep(db: Database, attempt_id: str, notes: Notes) -> None:
    """Store an attempt's notes unless a save of the same or a higher number is there."""
    db.execute(
        "INSERT INTO notes (attempt_id, number, text, saved_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (attempt_id) DO UPDATE SET number = excluded.number,"
        " text = excluded.text, saved_at = excluded.saved_at"
        " WHERE excluded.number > notes.number",
        [attempt_id, notes.number, notes.text, to_text(notes.saved_at)],
    )


def of_attempt(db: Database, attempt_id: str) -> Notes | None:
    """Return an attempt's notes; None before the first save."""
    row = one(db, "SELECT number, text, saved_at FROM notes WHERE attempt_id = ?", [attempt_id])
    if row is None:
        return None
    return Notes(row["number"], row["text"], to_time(row["saved_at"]))
