"""Records of misconduct; what was said is never changed, only confirmed, answered or withdrawn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.exam.attempt.misconduct import Misconduct, RecordState, Said
from kiosk.store.rows import change_one, one
from kiosk.store.times import maybe_time, to_text, to_time


@dataclass(frozen=True)
class MisconductRecord:
    """A record; ``number`` counts those of an attempt from 1.

    ``by`` wrote it, ``witness`` confirmed it. ``statement``: the candidate's own view.
    ``signature``: sealed strokes as JSON, only of a signed one. ``over_by`` and ``reason``: who
    had it signed or noted a refusal, and why. What a withdrawal says stands beside them.
    """

    id: str
    attempt_id: str
    sitting_id: str
    number: int
    said: Said
    digest: str
    by: str
    at: datetime
    state: RecordState = RecordState.WRITTEN
    witness: str = ""
    statement: str = ""
    signature: bytes | None = None
    over_at: datetime | None = None
    over_by: str = ""
    reason: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_reason: str = ""


@dataclass(frozen=True)
class Ending:
    """What is kept when a record is signed or refused."""

    statement: str = ""
    signature: bytes | None = None
    reason: str = ""


def add(db: Database, record: MisconductRecord) -> None:
    """Store a new record."""
    row = {**vars(record), **vars(record.said), "at": to_text(record.at)}
    del row["said"]
    db.table("misconduct_records").insert({**row, "happened_at": to_text(record.said.happened_at)})


def get(db: Database, record_id: str) -> MisconductRecord | None:
    """Return a record, or None."""
    row = one(db, "SELECT * FROM misconduct_records WHERE id = ?", [record_id])
    return _record(row) if row else None


def of_attempt(db: Database, attempt_id: str) -> list[MisconductRecord]:
    """Return the attempt's records in order."""
    rows = db.query(
        "SELECT * FROM misconduct_records WHERE attempt_id = ? ORDER BY number", [attempt_id]
    )
    return [_record(row) for row in rows]


def of_sitting(db: Database, sitting_id: str) -> list[MisconductRecord]:
    """Return the sitting's records, the newest first."""
    rows = db.query(
        "SELECT * FROM misconduct_records WHERE sitting_id = ? ORDER BY at DESC, rowid DESC",
        [sitting_id],
    )
    return [_record(row) for row in rows]


def confirm(db: Database, record: MisconductRecord, witness: str) -> None:
    """Store who confirmed it.

    Raises:
        StaleState: somebody else did, or it is over.
    """
    change_one(
        db,
        "UPDATE misconduct_records SET state = 'witnessed', witness = ?"
        " WHERE id = ? AND state = 'written'",
        [witness, record.id],
    )


def end(
    db: Database,
    record: MisconductRecord,
    state: RecordState,
    at: datetime,
    by: str,
    kept: Ending,
) -> None:
    """Store a signature or a refusal.

    Raises:
        StaleState: the record is no longer as it was read.
    """
    change_one(
        db,
        "UPDATE misconduct_records SET state = ?, over_at = ?, over_by = ?, statement = ?,"
        " signature = ?, reason = ? WHERE id = ? AND state = ?",
        [
            *(state, to_text(at), by),
            *(kept.statement, kept.signature, kept.reason),
            *(record.id, record.state),
        ],
    )


def withdraw(db: Database, record: MisconductRecord, at: datetime, by: str, reason: str) -> None:
    """Store that a record was a mistake; all that it said stays.

    Raises:
        StaleState: the record is no longer as it was read.
    """
    change_one(
        db,
        "UPDATE misconduct_records SET state = 'withdrawn', withdrawn_at = ?, withdrawn_by = ?,"
        " withdrawn_reason = ? WHERE id = ? AND state = ?",
        [to_text(at), by, reason, record.id, record.state],
    )


def _record(row: dict[str, Any]) -> MisconductRecord:
    said = Said(
        Misconduct(row.pop("kind")),
        to_time(row.pop("happened_at")),
        row.pop("facts"),
        row.pop("evidence"),
        row.pop("taken"),
    )
    times: dict[str, datetime | None] = {"at": to_time(row["at"])}
    times |= {name: maybe_time(row[name]) for name in ("over_at", "withdrawn_at")}
    return MisconductRecord(**{**row, **times, "said": said, "state": RecordState(row["state"])})
