"""Failed sign-ins and codes, counted by account and place.

A key is the JSON list ``[kind, account, place]``; the place is an address or a terminal.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.store.rows import one
from kiosk.store.times import to_text, to_time


@dataclass(frozen=True)
class Tries:
    """Failed tries in a row; before ``until`` further ones are rejected unchecked."""

    kind: str
    account: str
    place: str
    failures: int
    until: datetime


def key_of(kind: str, account: str, place: str) -> str:
    """Return the key that counts tries for one account at one place."""
    return json.dumps([kind, account, place], ensure_ascii=False)


def get(db: Database, key: str) -> Tries | None:
    """Return the count of a key, or None."""
    row = one(db, "SELECT key, failures, until FROM throttle WHERE key = ?", [key])
    return None if row is None else _tries(row)


def put(db: Database, key: str, failures: int, until: datetime) -> None:
    row = {"key": key, "failures": failures, "until": to_text(until)}
    db.table("throttle").upsert(row, pk="key")


def clear(db: Database, key: str) -> None:
    db.execute("DELETE FROM throttle WHERE key = ?", [key])


def clear_account(db: Database, kind: str, account: str) -> int:
    """Reset an account at all places; return how many places had a count."""
    sql = "DELETE FROM throttle WHERE key ->> 0 = ? AND key ->> 1 = ?"
    return db.conn.execute(sql, [kind, account]).rowcount


def clear_all(db: Database) -> int:
    """Reset all counts; return how many there were."""
    return db.conn.execute("DELETE FROM throttle").rowcount


def forget_before(db: Database, moment: datetime) -> None:
    """Delete counts whose waiting time ended before that moment."""
    db.execute("DELETE FROM throttle WHERE until < ?", [to_text(moment)])


def make_room(db: Database, most: int) -> None:
    """Delete the counts whose waiting time ended first, until fewer than ``most`` are left."""
    db.execute(
        "DELETE FROM throttle WHERE key IN (SELECT key FROM throttle ORDER BY until LIMIT"
        " max(0, (SELECT count(*) FROM throttle) - ?))",
        [most - 1],
    )


def waiting(db: Database, now: datetime, limit: int) -> list[Tries]:
    """Return the counts that still impose a wait, the longest first."""
    rows = db.query(
        "SELECT key, failures, until FROM throttle WHERE until > ? ORDER BY until DESC LIMIT ?",
        [to_text(now), limit],
    )
    return [_tries(row) for row in rows]


def _tries(row: dict[str, object]) -> Tries:
    kind, account, place = json.loads(str(row["key"]))
    return Tries(kind, account, place, int(str(row["failures"])), to_time(str(row["until"])))
