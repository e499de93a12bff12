"""Single values: the epoch of this database, the last tick of exam time, and others by key."""

import json

from sqlite_utils import Database

from kiosk.exam.attempt.timing import Tick
from kiosk.store.rows import value
from kiosk.store.times import to_text, to_time


def get(db: Database, key: str) -> str | None:
    found: str | None = value(db, "SELECT value FROM meta WHERE key = ?", [key])
    return found


def put(db: Database, key: str, text: str) -> None:
    db.table("meta").upsert({"key": key, "value": text}, pk="key")


def epoch(db: Database) -> int:
    """Return the epoch of this database: 1 at first; each detected restore begins a higher one."""
    return int(get(db, "epoch") or 1)


def set_epoch(db: Database, number: int) -> None:
    """Begin an epoch; a number below the present one has no effect."""
    put(db, "epoch", str(max(number, epoch(db))))


def contact_number(db: Database) -> int:
    """Return how many calls to HQ this database knows; it decreases only by a restore."""
    return int(get(db, "contact_number") or 0)


def set_contact_number(db: Database, number: int) -> None:
    """Store the number of calls to HQ."""
    put(db, "contact_number", str(number))


def last_tick(db: Database) -> Tick | None:
    """Return the last reading of exam time, or None on the first start."""
    text = get(db, "tick")
    if text is None:
        return None
    line, wall, monotonic, boot_id = json.loads(text)
    return Tick(to_time(line), to_time(wall), float(monotonic), boot_id)


def keep_tick(db: Database, tick: Tick) -> None:
    """Store a reading for the next start."""
    parts = [to_text(tick.line), to_text(tick.wall), tick.monotonic, tick.boot_id]
    put(db, "tick", json.dumps(parts))
