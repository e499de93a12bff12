"""Wrong secrets, counted by what was tried and from where.

A key is the JSON list ``[kind, account, place]``: who was tried at which address or terminal.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.store.rows import one
from kiosk.store.times import to_text, to_time


@dataclass(frozen=True)
class Tries:
    """Wrong tries in a row; before ``until`` no further one is judged."""

    kind: str
    account: str
    place: str
    failures: int
    until: datetime


def key_of(kind: str, account: str, place: str) -> str:
    """The key under which the tries of one account at one place are counted."""
    return json.dumps([kind, account, place], ensure_ascii=False)


def get(db: Database, key: str) -> Tries | None:
    """What was counted under a key, or None."""
    row = one(db, "SELECT key, failures, until FROM throttle WHERE key = ?", [key])
    return None if row is None else _tries(row)


def put(db: Database, key: str, failures: int, until: datetime) -> None:
    """Store the new count of a key."""
    row = {"key": key, "failures": failures, "until": to_text(until)}
    db.table("throttle").upsert(row, pk="key")


def clear(db: Database, key: str) -> None:
    """Forget the tries under one key."""
    db.execute("DELETE FROM throttle WHERE key = ?", [key])


def clear_account(db: Database, kind: str, account: str) -> int:
    """Forget the tries of an account at all places; returns at how many there were any."""
    sql = "DELETE FROM throttle WHERE key ->> 0 = ? AND key ->> 1 = ?"
    return db.conn.execute(sql, [kind, account]).rowcount


def clear_all(db: Database) -> int:
    """Forget all tries; returns how many keys there were."""
    return db.conn.execute("DELETE FROM throttle").rowcount


def forget_before(db: Database, moment: datetime) -> None:
    """Drop tries that no longer slow anybody down since that moment."""
    db.execute("DELETE FROM throttle WHERE until < ?", [to_text(moment)])


def make_room(db: Database, most: int) -> None:
    """Drop the counts that ended first until there are fewer than ``most``."""
    db.execute(
        "DELETE FROM throttle WHERE key IN (SELECT key FROM throttle ORDER BY until LIMIT"
        " max(0, (SELECT count(*) FROM throttle) - ?))",
        [most - 1],
    )


def waiting(db: Database, now: datetime, limit: int) -> list[Tries]:
    """Who has to wait at present, the longest wait first, at most ``limit``."""
    rows = db.query(
        "SELECT key, failures, until FROM throttle WHERE until > ? ORDER BY until DESC LIMIT ?",
        [to_text(now), limit],
    )
    return [_tries(row) for row in rows]


def _tries(row: dict[str, object]) -> Tries:
    kind, account, place = json.loads(str(row["key"]))
    return Tries(kind, account, place, int(str(row["failures"])), to_time(str(row["until"])))
