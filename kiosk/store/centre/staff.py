"""Staff accounts, their sessions, and the record of changes to accounts.

Passwords are stored as Argon2id hashes, session tokens as SHA-256.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.store.rows import change_one, one, value
from kiosk.store.times import maybe_time, to_text, to_time


@dataclass(frozen=True)
class StaffAccount:
    """One member of the centre's staff; a locked account cannot sign in."""

    username: str
    password_hash: str
    role: str
    locked_at: datetime | None = None


@dataclass(frozen=True)
class StaffSessionRow:
    """A signed-in member of staff; the token itself is not stored."""

    username: str
    role: str
    csrf: str
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class StaffAct:
    """A change to an account; ``kind`` is created, password, role, rooms, locked or unlocked."""

    at: datetime
    kind: str
    by: str
    username: str
    detail: str


def add_account(db: Database, account: StaffAccount, at: datetime) -> None:
    row = {
        "username": account.username,
        "password_hash": account.password_hash,
        "role": account.role,
        "created_at": to_text(at),
    }
    db.table("staff").insert(row)


def account(db: Database, username: str) -> StaffAccount | None:
    found = [account for account in accounts(db) if account.username == username]
    return found[0] if found else None


def accounts(db: Database) -> list[StaffAccount]:
    rows = db.query("SELECT username, password_hash, role, locked_at FROM staff ORDER BY username")
    return [StaffAccount(**{**row, "locked_at": maybe_time(row["locked_at"])}) for row in rows]


def set_password(db: Database, username: str, password_hash: str) -> None:
    """Set another password hash.

    Raises:
        StaleState: there is no such account.
    """
    sql = "UPDATE staff SET password_hash = ? WHERE username = ?"
    change_one(db, sql, [password_hash, username])


def set_role(db: Database, username: str, role: str) -> None:
    """Set another role.

    Raises:
        StaleState: there is no such account.
    """
    change_one(db, "UPDATE staff SET role = ? WHERE username = ?", [role, username])


def set_locked(db: Database, username: str, at: datetime | None) -> None:
    """Lock an account from ``at`` on, or unlock it with None.

    Raises:
        StaleState: there is no such account.
    """
    text = None if at is None else to_text(at)
    change_one(db, "UPDATE staff SET locked_at = ? WHERE username = ?", [text, username])


def rooms(db: Database, username: str) -> frozenset[str]:
    """Return the rooms that an account is assigned to; none is all of them."""
    rows = db.query("SELECT room FROM staff_rooms WHERE username = ?", [username])
    return frozenset(row["room"] for row in rows)


def set_rooms(db: Database, username: str, wanted: Collection[str]) -> None:
    """Assign an account to these rooms instead of others."""
    db.execute("DELETE FROM staff_rooms WHERE username = ?", [username])
    db.table("staff_rooms").insert_all(
        {"username": username, "room": room} for room in sorted(wanted)
    )


def others_of_role(db: Database, role: str, username: str) -> int:
    """Return how many other unlocked accounts have the role."""
    sql = "SELECT count(*) FROM staff WHERE role = ? AND locked_at IS NULL AND username <> ?"
    return int(value(db, sql, [role, username]))


def add_act(db: Database, act: StaffAct) -> None:
    db.table("staff_actions").insert({**vars(act), "at": to_text(act.at)})


def acts(db: Database, limit: int) -> list[StaffAct]:
    """Return changes to accounts, newest first."""
    sql = "SELECT at, kind, by, username, detail FROM staff_actions ORDER BY id DESC LIMIT ?"
    return [StaffAct(**{**row, "at": to_time(row["at"])}) for row in db.query(sql, [limit])]


def add_session(
    db: Database, token_hash: str, username: str, csrf: str, at: datetime, expires_at: datetime
) -> None:
    """Store a new session and delete expired ones."""
    db.execute("DELETE FROM staff_sessions WHERE expires_at < ?", [to_text(at)])
    row = {
        "token_hash": token_hash,
        "username": username,
        "csrf": csrf,
        "created_at": to_text(at),
        "seen_at": to_text(at),
        "expires_at": to_text(expires_at),
    }
    db.table("staff_sessions").insert(row)


def session(db: Database, token_hash: str, now: datetime) -> StaffSessionRow | None:
    """Return the session of that token unless it has expired or its account is locked."""
    row = one(
        db,
        "SELECT username, role, csrf, seen_at, expires_at FROM staff_sessions"
        " JOIN staff USING (username)"
        " WHERE token_hash = ? AND expires_at > ? AND locked_at IS NULL",
        [token_hash, to_text(now)],
    )
    if row is None:
        return None
    times = {name: to_time(row[name]) for name in ("seen_at", "expires_at")}
    return StaffSessionRow(**{**row, **times})


def touch_session(db: Database, token_hash: str, at: datetime) -> None:
    """Record activity in a session; no effect when it is gone."""
    db.execute(
        "UPDATE staff_sessions SET seen_at = ? WHERE token_hash = ?", [to_text(at), token_hash]
    )


def end_session(db: Database, token_hash: str) -> None:
    """Delete a session; no effect when it is gone."""
    db.execute("DELETE FROM staff_sessions WHERE token_hash = ?", [token_hash])


def end_sessions_of(db: Database, username: str) -> None:
    db.execute("DELETE FROM staff_sessions WHERE username = ?", [username])
