"""Bookmarks of an attempt: the candidate's place in the paper, and the flagged items."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from kiosk.store.rows import one


@dataclass(frozen=True)
class Bookmarks:
    """``current``: id of the item that is shown; ``flags``: ids of the flagged items."""

    current: str | None = None
    flags: tuple[str, ...] = ()


def keep(db: Database, attempt_id: str, current: str | None, flags: Sequence[str]) -> None:
    """Store an attempt's bookmarks, replacing the earlier ones."""
    db.execute(
        "INSERT INTO bookmarks (attempt_id, current, flags) VALUES (?, ?, ?)"
        " ON CONFLICT (attempt_id) DO UPDATE SET current = excluded.current,"
        " flags = excluded.flags",
        [attempt_id, current, json.dumps(list(flags))],
    )


def of_attempt(db: Database, attempt_id: str) -> Bookmarks:
    """Return an attempt's bookmarks; empty when none are stored."""
    row = one(db, "SELECT current, flags FROM bookmarks WHERE attempt_id = ?", [attempt_id])
    return Bookmarks(row["current"], tuple(json.loads(row["flags"]))) if row else Bookmarks()
