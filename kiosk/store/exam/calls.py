"""Candidates' calls for the invigilator; an attempt has at most one that is open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.exam.attempt.calls import CallReason, CallState
from kiosk.store.rows import change_one, one
from kiosk.store.times import maybe_time, to_text, to_time

OPEN = "state IN ('waiting','coming')"
"""As the partial indices write it, so that SQLite uses them."""


@dataclass(frozen=True)
class Call:
    """A call; ``number`` counts those of an attempt from 1.

    ``coming_by``: who said that somebody comes; ``over_by``: who ended it. ``outcome``: what staff
    noted at its end.
    """

    attempt_id: str
    number: int
    sitting_id: str
    reason: CallReason
    note: str
    at: datetime
    state: CallState = CallState.WAITING
    coming_at: datetime | None = None
    coming_by: str = ""
    over_at: datetime | None = None
    over_by: str = ""
    outcome: str = ""


def add(db: Database, call: Call) -> None:
    """Store a new call of an attempt that has none open."""
    db.table("calls").insert({**vars(call), "at": to_text(call.at)})


def open_of(db: Database, attempt_id: str) -> Call | None:
    """Return the attempt's open call."""
    row = one(db, f"SELECT * FROM calls WHERE attempt_id = ? AND {OPEN}", [attempt_id])  # noqa: S608
    return _call(row) if row else None


def latest(db: Database, attempt_id: str) -> Call | None:
    """Return the attempt's newest call, open or not."""
    row = one(
        db, "SELECT * FROM calls WHERE attempt_id = ? ORDER BY number DESC LIMIT 1", [attempt_id]
    )
    return _call(row) if row else None


def open_in(db: Database, sitting_id: str) -> dict[str, Call]:
    """Return the open calls of a sitting by attempt."""
    rows = db.query(f"SELECT * FROM calls WHERE sitting_id = ? AND {OPEN}", [sitting_id])  # noqa: S608
    return {row["attempt_id"]: _call(row) for row in rows}


def come(db: Database, call: Call, at: datetime, by: str) -> None:
    """Store that somebody comes.

    Raises:
        StaleState: the call no longer waits.
    """
    change_one(
        db,
        "UPDATE calls SET state = 'coming', coming_at = ?, coming_by = ?"
        " WHERE attempt_id = ? AND number = ? AND state = 'waiting'",
        [to_text(at), by, call.attempt_id, call.number],
    )


def end(
    db: Database, call: Call, state: CallState, at: datetime, by: str, outcome: str = ""
) -> None:
    """Store the end of an open call.

    Raises:
        StaleState: the call is over.
    """
    change_one(
        db,
        "UPDATE calls SET state = ?, over_at = ?, over_by = ?, outcome = ?"
        " WHERE attempt_id = ? AND number = ? AND state IN ('waiting','coming')",
        [state, to_text(at), by, outcome, call.attempt_id, call.number],
    )


def _call(row: dict[str, Any]) -> Call:
    times = {name: maybe_time(row[name]) for name in ("coming_at", "over_at")}
    kinds = {"reason": CallReason(row["reason"]), "state": CallState(row["state"])}
    return Call(**{**row, **times, **kinds, "at": to_time(row["at"])})
