"""Guests: candidates who are not on the sitting's roster and whom staff admitted by hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.store.rows import change_one, one
from kiosk.store.times import to_text, to_time


@dataclass(frozen=True)
class Guest:
    """A candidate admitted by hand.

    ``sealed``: the roster entry as JSON, sealed to the centre; names are never stored in the
    clear. ``roster_no``: the admission number on the roster, when a later version includes the
    guest.
    """

    attempt_id: str
    sitting_id: str
    sealed: bytes
    by: str
    reason: str
    at: datetime
    roster_no: str | None = None


def set_roster_no(db: Database, attempt_id: str, roster_no: str | None) -> None:
    """Store the guest's admission number on the roster, or None when the roster has none."""
    change_one(db, "UPDATE guests SET roster_no = ? WHERE attempt_id = ?", [roster_no, attempt_id])


def add(db: Database, guest: Guest) -> None:
    """Store a guest whose attempt is registered."""
    db.table("guests").insert({**vars(guest), "at": to_text(guest.at)})


def of_sitting(db: Database, sitting_id: str) -> list[Guest]:
    """Return the sitting's guests, the first admitted first."""
    rows = db.query(
        "SELECT * FROM guests WHERE sitting_id = ? ORDER BY at, attempt_id", [sitting_id]
    )
    return [_guest(row) for row in rows]


def get(db: Database, attempt_id: str) -> Guest | None:
    row = one(db, "SELECT * FROM guests WHERE attempt_id = ?", [attempt_id])
    return None if row is None else _guest(row)


def _guest(row: dict[str, Any]) -> Guest:
    return Guest(**{**row, "at": to_time(row["at"])})
