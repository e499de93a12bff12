"""Messages to candidates, and who has confirmed to have read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.store.rows import one, value
from kiosk.store.times import maybe_time, to_text, to_time


@dataclass(frozen=True)
class Message:
    """A message; ``room`` and ``paper`` limit it to a group, ``chosen``: to some seats.

    ``number`` counts those of a sitting from 1.
    """

    id: str
    number: int
    sitting_id: str
    text: str
    room: str | None
    paper: str | None
    chosen: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class Receipt:
    """A recipient of a message; ``read_at``: when the candidate confirmed to have read it."""

    message_id: str
    attempt_id: str
    read_at: datetime | None


def add(db: Database, message: Message, attempt_ids: Iterable[str]) -> None:
    """Store a message for these attempts."""
    db.table("messages").insert({**vars(message), "at": to_text(message.at)})
    db.conn.executemany(
        "INSERT INTO message_receipts (message_id, attempt_id, sitting_id, number)"
        " VALUES (?, ?, ?, ?)",
        [
            (message.id, attempt_id, message.sitting_id, message.number)
            for attempt_id in attempt_ids
        ],
    )


def get(db: Database, message_id: str) -> Message | None:
    row = one(db, "SELECT * FROM messages WHERE id = ?", [message_id])
    return _message(row) if row else None


def count(db: Database, sitting_id: str) -> int:
    """Return how many messages of a sitting are stored."""
    return int(value(db, "SELECT count(*) FROM messages WHERE sitting_id = ?", [sitting_id]))


def newest(db: Database, sitting_id: str, limit: int) -> list[Message]:
    """Return the newest messages of a sitting, newest first."""
    rows = db.query(
        "SELECT * FROM messages WHERE sitting_id = ? ORDER BY number DESC LIMIT ?",
        [sitting_id, limit],
    )
    return [_message(row) for row in rows]


def receipts(db: Database, message_id: str) -> list[Receipt]:
    """Return the recipients of a message."""
    rows = db.query(
        "SELECT message_id, attempt_id, read_at FROM message_receipts WHERE message_id = ?",
        [message_id],
    )
    return [Receipt(**{**row, "read_at": maybe_time(row["read_at"])}) for row in rows]


def unread_of(db: Database, attempt_id: str, limit: int) -> list[Message]:
    """Return the oldest messages that the candidate has not confirmed, oldest first."""
    waiting = db.conn.execute(
        "SELECT message_id FROM message_receipts WHERE attempt_id = ? AND read_at IS NULL"
        " ORDER BY number LIMIT ?",
        [attempt_id, limit],
    ).fetchall()
    return [message for (message_id,) in waiting if (message := get(db, message_id))]


def unread_counts(db: Database, sitting_id: str) -> dict[str, int]:
    """Return by attempt how many messages are not confirmed."""
    rows = db.query(
        "SELECT attempt_id, count(*) AS n FROM message_receipts"
        " WHERE sitting_id = ? AND read_at IS NULL GROUP BY attempt_id",
        [sitting_id],
    )
    return {row["attempt_id"]: row["n"] for row in rows}


def receipt(db: Database, message_id: str, attempt_id: str) -> Receipt | None:
    row = one(
        db,
        "SELECT message_id, attempt_id, read_at FROM message_receipts"
        " WHERE message_id = ? AND attempt_id = ?",
        [message_id, attempt_id],
    )
    return Receipt(**{**row, "read_at": maybe_time(row["read_at"])}) if row else None


def confirm(db: Database, message_id: str, attempt_id: str, at: datetime) -> None:
    """Store that the candidate has read the message."""
    db.execute(
        "UPDATE message_receipts SET read_at = ? WHERE message_id = ? AND attempt_id = ?",
        [to_text(at), message_id, attempt_id],
    )


def unconfirm(db: Database, attempt_id: str) -> None:
    """Forget the attempt's confirmations: somebody else gave them."""
    db.execute("UPDATE message_receipts SET read_at = NULL WHERE attempt_id = ?", [attempt_id])


def _message(row: dict[str, Any]) -> Message:
    return Message(**{**row, "chosen": bool(row["chosen"]), "at": to_time(row["at"])})
