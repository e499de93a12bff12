"""Toilet breaks; an attempt has at most one that is open, as an index holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.exam.attempt.breaks import BreakSpan
from kiosk.store.rows import change_one, one
from kiosk.store.times import maybe_time, to_text, to_time


@dataclass(frozen=True)
class ToiletBreak:
    """A break; ``number`` counts those of an attempt from 1.

    ``escort``: who went along. ``reason``: why staff allowed it beyond the programme's rules, else
    "". ``back_at``: when the candidate said at the terminal to be back.
    """

    attempt_id: str
    number: int
    sitting_id: str
    escort: str
    reason: str
    at: datetime
    by: str
    back_at: datetime | None = None
    over_at: datetime | None = None
    over_by: str = ""
    identity_checked: bool = False

    @property
    def span(self) -> BreakSpan:
        return BreakSpan(self.at, self.over_at)


def add(db: Database, began: ToiletBreak) -> None:
    """Store a new break of an attempt that has none open."""
    db.table("breaks").insert({**vars(began), "at": to_text(began.at)})


def open_of(db: Database, attempt_id: str) -> ToiletBreak | None:
    """Return the attempt's open break."""
    row = one(db, "SELECT * FROM breaks WHERE attempt_id = ? AND over_at IS NULL", [attempt_id])
    return _break(row) if row else None


def of_attempt(db: Database, attempt_id: str) -> list[ToiletBreak]:
    """Return the attempt's breaks in order."""
    rows = db.query("SELECT * FROM breaks WHERE attempt_id = ? ORDER BY number", [attempt_id])
    return [_break(row) for row in rows]


def of_sitting(db: Database, sitting_id: str) -> list[ToiletBreak]:
    """Return the sitting's breaks, the oldest first."""
    rows = db.query("SELECT * FROM breaks WHERE sitting_id = ? ORDER BY at, rowid", [sitting_id])
    return [_break(row) for row in rows]


def open_in(db: Database, sitting_id: str) -> dict[str, ToiletBreak]:
    """Return the open breaks of a sitting by attempt."""
    rows = db.query("SELECT * FROM breaks WHERE sitting_id = ? AND over_at IS NULL", [sitting_id])
    return {row["attempt_id"]: _break(row) for row in rows}


def all_out(db: Database) -> set[str]:
    """Return the attempts whose candidates are out, of all sittings."""
    return {
        row["attempt_id"] for row in db.query("SELECT attempt_id FROM breaks WHERE over_at IS NULL")
    }


def escorts(db: Database, sitting_id: str, most: int) -> list[str]:
    """Return who has gone along in this sitting, the newest first."""
    rows = db.query(
        "SELECT escort FROM breaks WHERE sitting_id = ? GROUP BY escort ORDER BY max(at) DESC"
        " LIMIT ?",
        [sitting_id, most],
    )
    return [row["escort"] for row in rows]


def out_until(db: Database, attempt_id: str, now: datetime) -> datetime | None:
    """Return until when the candidate was last out: ``now`` while out, None if never."""
    row = one(
        db,
        "SELECT over_at FROM breaks WHERE attempt_id = ? ORDER BY number DESC LIMIT 1",
        [attempt_id],
    )
    return (maybe_time(row["over_at"]) or now) if row else None


def say_back(db: Database, out: ToiletBreak, at: datetime) -> None:
    """Store when the candidate said to be back.

    Raises:
        StaleState: the break is over, or the candidate has said so before.
    """
    change_one(
        db,
        "UPDATE breaks SET back_at = ?"
        " WHERE attempt_id = ? AND number = ? AND over_at IS NULL AND back_at IS NULL",
        [to_text(at), out.attempt_id, out.number],
    )


def end(
    db: Database, out: ToiletBreak, at: datetime, by: str, *, identity_checked: bool = False
) -> None:
    """Store the end of an open break.

    Raises:
        StaleState: the break is over.
    """
    change_one(
        db,
        "UPDATE breaks SET over_at = ?, over_by = ?, identity_checked = ?"
        " WHERE attempt_id = ? AND number = ? AND over_at IS NULL",
        [to_text(at), by, int(identity_checked), out.attempt_id, out.number],
    )


def _break(row: dict[str, Any]) -> ToiletBreak:
    times = {name: maybe_time(row[name]) for name in ("back_at", "over_at")}
    checked = bool(row["identity_checked"])
    return ToiletBreak(**{**row, **times, "at": to_time(row["at"]), "identity_checked": checked})
