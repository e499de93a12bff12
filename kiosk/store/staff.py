"""Staff accounts, their sessions, and the throttle on wrong secrets.

Passwords are kept as Argon2id hashes, session tokens as SHA-256.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.store.rows import one
from kiosk.store.times import to_text, to_time


@dataclass(frozen=True)
class StaffAccount:
    """One member of the centre's staff."""

    username: str
    password_hash: str
    role: str


@dataclass(frozen=True)
class StaffSessionRow:
    """A signed-in member of staff; the token itself is not kept."""

    username: str
    role: str
    csrf: str
    expires_at: datetime


def put_account(db: Database, account: StaffAccount, at: datetime) -> None:
    """Create the account, or give it a new password and role."""
    row = {
        "username": account.username,
        "password_hash": account.password_hash,
        "role": account.role,
        "created_at": to_text(at),
    }
    db.table("staff").upsert(row, pk="username")


def account(db: Database, username: str) -> StaffAccount | None:
    """The account of that name, or None."""
    row = one(db, "SELECT username, password_hash, role FROM staff WHERE username = ?", [username])
    return None if row is None else StaffAccount(**row)


def any_account(db: Database) -> bool:
    """Whether staff can sign in at all."""
    return one(db, "SELECT 1 AS found FROM staff LIMIT 1", []) is not None


def add_session(
    db: Database, token_hash: str, username: str, csrf: str, at: datetime, expires_at: datetime
) -> None:
    """Keep a new session, and drop those that have expired."""
    db.execute("DELETE FROM staff_sessions WHERE expires_at < ?", [to_text(at)])
    row = {
        "token_hash": token_hash,
        "username": username,
        "csrf": csrf,
        "created_at": to_text(at),
        "expires_at": to_text(expires_at),
    }
    db.table("staff_sessions").insert(row)


def session(db: Database, token_hash: str, now: datetime) -> StaffSessionRow | None:
    """The session of that token if it still holds."""
    row = one(
        db,
        "SELECT username, role, csrf, expires_at FROM staff_sessions JOIN staff USING (username)"
        " WHERE token_hash = ? AND expires_at > ?",
        [token_hash, to_text(now)],
    )
    if row is None:
        return None
    return StaffSessionRow(row["username"], row["role"], row["csrf"], to_time(row["expires_at"]))


def end_session(db: Database, token_hash: str) -> None:
    """Forget a session; no effect when it is gone."""
    db.execute("DELETE FROM staff_sessions WHERE token_hash = ?", [token_hash])


def failures(db: Database, key: str) -> tuple[int, datetime | None]:
    """How often ``key`` has failed in a row, and until when it must wait."""
    row = one(db, "SELECT failures, until FROM throttle WHERE key = ?", [key])
    return (0, None) if row is None else (row["failures"], to_time(row["until"]))


def set_failures(db: Database, key: str, count: int, until: datetime) -> None:
    """Record another failure of ``key``."""
    db.table("throttle").upsert({"key": key, "failures": count, "until": to_text(until)}, pk="key")


def clear_failures(db: Database, key: str) -> None:
    """``key`` has succeeded."""
    db.execute("DELETE FROM throttle WHERE key = ?", [key])
