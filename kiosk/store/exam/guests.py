"""Candidates whom staff admitted by hand, because they are not on the sitting's roster."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.store.rows import change_one, one
from kiosk.store.times import to_text, to_time


@dataclass(frozen=True)
class Guest:
    """``sealed``: the roster entry as JSON, sealed to the centre; names are never in the clear.

    ``roster_no``: their admission number on the roster, when a later version has them.
    """

    attempt_id: str
    sitting_id: str
    sealed: bytes
    by: str
    reason: str
    at: datetime
    roster_no: str | None = None


def set_roster_no(db: Database, attempt_id: str, roster_no: str | None) -> None:
    """Keep under which number the roster has the guest, or that it has not."""
    change_one(db, "UPDATE guests SET roster_no = ? WHERE attempt_id = ?", [roster_no, attempt_id])


def add(db: Database, guest: Guest) -> None:
    """Keep a guest whose attempt is registered."""
    db.table("guests").insert({**vars(guest), "at": to_text(guest.at)})


def of_sitting(db: Database, sitting_id: str) -> list[Guest]:
    """The sitting's guests, the first admitted first."""
    rows = db.query(
        "SELECT * FROM guests WHERE sitting_id = ? ORDER BY at, attempt_id", [sitting_id]
    )
    return [_guest(row) for row in rows]


def get(db: Database, attempt_id: str) -> Guest | None:
    """The guest of that attempt, or None."""
    row = one(db, "SELECT * FROM guests WHERE attempt_id = ?", [attempt_id])
    return None if row is None else _guest(row)


def _guest(row: dict[str, Any]) -> Guest:
    return Guest(**{**row, "at": to_time(row["at"])})
