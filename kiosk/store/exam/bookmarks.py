"""Where a candidate is in the paper, and which items they flagged: part of the attempt."""

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
    """Keep an attempt's bookmarks in place of those before."""
    db.execute(
        "INSERT INTO bookmarks (attempt_id, current, flags) VALUES (?, ?, ?)"
        " ON CONFLICT (attempt_id) DO UPDATE SET current = excluded.current,"
        " flags = excluded.flags",
        [attempt_id, current, json.dumps(list(flags))],
    )


def of_attempt(db: Database, attempt_id: str) -> Bookmarks:
    """An attempt's bookmarks; empty when nothing has been kept."""
    row = one(db, "SELECT current, flags FROM bookmarks WHERE attempt_id = ?", [attempt_id])
    return Bookmarks(row["current"], tuple(json.loads(row["flags"]))) if row else Bookmarks()
