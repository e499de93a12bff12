"""Announcements of headquarters to this centre, and who confirmed to have read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.store.rows import one
from kiosk.store.times import maybe_time, to_text, to_time

VALID = "valid"


@dataclass(frozen=True)
class Announcement:
    """An announcement; ``state``: valid, withdrawn or superseded.

    ``read_by``: the first member of staff who confirmed it.
    """

    id: str
    revision: int
    state: str
    title: str
    text: str
    candidate_text: str
    urgent: bool
    sitting_id: str | None
    reason: str
    issued_at: datetime
    changed_at: datetime
    received_at: datetime
    read_by: str | None = None
    read_at: datetime | None = None

    @property
    def is_valid(self) -> bool:
        return self.state == VALID

    @property
    def is_open(self) -> bool:
        """Whether it is valid and nobody has confirmed it."""
        return self.is_valid and self.read_at is None


def put(db: Database, announcement: Announcement) -> None:
    """Store an announcement, or its newer revision; who has read it stays."""
    row = {
        **vars(announcement),
        "urgent": int(announcement.urgent),
        "issued_at": to_text(announcement.issued_at),
        "changed_at": to_text(announcement.changed_at),
        "received_at": to_text(announcement.received_at),
    }
    del row["read_by"], row["read_at"]
    db.table("announcements").upsert(row, pk="id")


def get(db: Database, announcement_id: str) -> Announcement | None:
    row = one(db, "SELECT * FROM announcements WHERE id = ?", [announcement_id])
    return _announcement(row) if row else None


def newest(db: Database, limit: int) -> list[Announcement]:
    """Return the newest announcements, newest first."""
    rows = db.query("SELECT * FROM announcements ORDER BY issued_at DESC, id LIMIT ?", [limit])
    return [_announcement(row) for row in rows]


def confirm(db: Database, announcement_id: str, by: str, at: datetime) -> None:
    """Store who has read it first."""
    db.execute(
        "UPDATE announcements SET read_by = ?, read_at = ? WHERE id = ? AND read_at IS NULL",
        [by, to_text(at), announcement_id],
    )


def drop_beyond(db: Database, most: int) -> None:
    """Delete all but the newest."""
    db.execute(
        "DELETE FROM announcements WHERE id NOT IN"
        " (SELECT id FROM announcements ORDER BY issued_at DESC, id LIMIT ?)",
        [most],
    )


def _announcement(row: dict[str, Any]) -> Announcement:
    return Announcement(
        **{
            **row,
            "urgent": bool(row["urgent"]),
            "issued_at": to_time(row["issued_at"]),
            "changed_at": to_time(row["changed_at"]),
            "received_at": to_time(row["received_at"]),
            "read_at": maybe_time(row["read_at"]),
        }
    )
