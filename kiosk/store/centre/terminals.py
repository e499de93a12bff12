"""Terminals and the candidate sessions that are bound to them."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.store.rows import change_one, one, value
from kiosk.store.times import maybe_time, to_text, to_time


@dataclass(frozen=True)
class Terminal:
    """One terminal; ``device_check`` is its latest (R13), ``room`` and ``seat`` where it stands.

    ``place``: address and user agent when it last identified itself. ``returns_to``: the
    attempt that staff returned to it, until its browser has fetched the session.
    """

    id: str
    number: int
    device_check: dict[str, Any] | None
    checked_at: datetime | None
    room: str | None = None
    seat: str | None = None
    place: tuple[str, str] = ("", "")
    registered_at: datetime | None = None
    returns_to: str | None = None

    @property
    def name(self) -> str:
        """The name that staff see, such as T01."""
        return f"T{self.number:02d}"


@dataclass(frozen=True)
class CandidateSessionRow:
    """A signed-in candidate at one terminal."""

    attempt_id: str
    terminal_id: str
    csrf: str


def register(
    db: Database, terminal_id: str, token_hash: str, remote: str, user_agent: str, at: datetime
) -> Terminal:
    """Add a terminal under the lowest free number."""
    number = value(
        db,
        "SELECT min(number) + 1 FROM (SELECT 0 AS number UNION ALL SELECT number FROM terminals)"
        " AS taken WHERE NOT EXISTS (SELECT 1 FROM terminals WHERE number = taken.number + 1)",
        [],
    )
    row = {
        "id": terminal_id,
        "number": number,
        "token_hash": token_hash,
        "registered_at": to_text(at),
        "remote": remote,
        "user_agent": user_agent[:300],
    }
    db.table("terminals").insert(row)
    return Terminal(terminal_id, number, None, None)


def set_place(db: Database, terminal_id: str, remote: str, user_agent: str) -> None:
    """Store where the terminal last came from: its address changes while its cookie stays."""
    change_one(
        db,
        "UPDATE terminals SET remote = ?, user_agent = ? WHERE id = ?",
        [remote, user_agent[:300], terminal_id],
    )


def move_identity(db: Database, old_id: str, new_id: str) -> None:
    """Make the browser that is registered as ``new_id`` the terminal ``old_id``.

    The device check of ``new_id`` replaces the older one, if it has one.
    """
    row = one(db, "SELECT * FROM terminals WHERE id = ?", [new_id])
    if row is None:
        return
    # First: token hashes are unique, and the next statement gives this one to the other row.
    db.execute("DELETE FROM terminals WHERE id = ?", [new_id])
    change_one(
        db,
        "UPDATE terminals SET token_hash = ?, remote = ?, user_agent = ?,"
        " device_check = coalesce(?, device_check), checked_at = coalesce(?, checked_at)"
        " WHERE id = ?",
        [
            *(row[name] for name in ("token_hash", "remote", "user_agent")),
            *(row[name] for name in ("device_check", "checked_at")),
            old_id,
        ],
    )


def set_returns_to(db: Database, terminal_id: str, attempt_id: str | None) -> None:
    """Set which attempt's session the terminal's browser may fetch, or None."""
    change_one(db, "UPDATE terminals SET returns_to = ? WHERE id = ?", [attempt_id, terminal_id])


def by_token(db: Database, token_hash: str) -> Terminal | None:
    """Return the terminal with this token, or None."""
    return _terminal(one(db, "SELECT * FROM terminals WHERE token_hash = ?", [token_hash]))


def get(db: Database, terminal_id: str) -> Terminal | None:
    return _terminal(one(db, "SELECT * FROM terminals WHERE id = ?", [terminal_id]))


def everyone(db: Database) -> dict[str, Terminal]:
    """Return all terminals by id."""
    found = map(_terminal, db.query("SELECT * FROM terminals"))
    return {terminal.id: terminal for terminal in found if terminal}


def in_use(db: Database, sitting_id: str) -> dict[str, Terminal]:
    """Return the terminals that attempts of a sitting are bound to, by id."""
    rows = db.query(
        "SELECT terminals.* FROM attempts JOIN terminals ON terminals.id = terminal_id"
        " WHERE sitting_id = ?",
        [sitting_id],
    )
    return {terminal.id: terminal for terminal in map(_terminal, rows) if terminal}


def make_room(db: Database, remote: str, of_address: int, in_all: int) -> list[str]:
    """Delete an unused terminal if necessary, so that one more fits; return its id.

    At most ``of_address`` stay for one address and ``in_all`` for all. Those go first that
    never finished a device check, then the oldest, always of the address that has the most.
    """
    # A flood of registrations from one address must displace its own terminals, not the room's.
    crowded = remote if _unused_of(db, remote) >= of_address else None
    if crowded is None and value(db, "SELECT count(*) FROM terminals", []) >= in_all:
        crowded = value(
            db,
            "SELECT remote FROM unused_terminals GROUP BY remote ORDER BY count(*) DESC LIMIT 1",
            [],
        )
    if crowded is None:
        return []
    rows = db.conn.execute(
        "DELETE FROM terminals WHERE id = (SELECT id FROM unused_terminals WHERE remote = ?"
        " ORDER BY device_check IS NOT NULL, registered_at, number LIMIT 1)"
        " RETURNING id",
        [crowded],
    ).fetchall()
    return [row[0] for row in rows]


def _unused_of(db: Database, remote: str) -> int:
    return int(value(db, "SELECT count(*) FROM unused_terminals WHERE remote = ?", [remote]))


def set_check(db: Database, terminal_id: str, check: dict[str, Any], at: datetime) -> None:
    """Store the terminal's latest device check."""
    change_one(
        db,
        "UPDATE terminals SET device_check = ?, checked_at = ? WHERE id = ?",
        [json.dumps(check, ensure_ascii=False), to_text(at), terminal_id],
    )


def bind(db: Database, terminal_id: str, room: str, seat: str) -> None:
    """Assign a terminal to a seat of a room; any other terminal loses that seat."""
    db.execute(
        "UPDATE terminals SET room = NULL, seat = NULL WHERE room = ? AND seat = ?", [room, seat]
    )
    change_one(
        db, "UPDATE terminals SET room = ?, seat = ? WHERE id = ?", [room, seat, terminal_id]
    )


def unbind(db: Database, terminal_id: str) -> None:
    """Assign a terminal to no seat."""
    change_one(db, "UPDATE terminals SET room = NULL, seat = NULL WHERE id = ?", [terminal_id])


def add_session(db: Database, token_hash: str, session: CandidateSessionRow, at: datetime) -> None:
    """Store a candidate session, replacing all others of the attempt.

    Sessions of attempts that are over at this terminal end, too.
    """
    db.execute("DELETE FROM candidate_sessions WHERE attempt_id = ?", [session.attempt_id])
    db.execute(
        "DELETE FROM candidate_sessions WHERE terminal_id = ? AND attempt_id IN"
        " (SELECT id FROM attempts WHERE state IN ('ended', 'voided'))",
        [session.terminal_id],
    )
    row = {
        "token_hash": token_hash,
        "attempt_id": session.attempt_id,
        "terminal_id": session.terminal_id,
        "csrf": session.csrf,
        "created_at": to_text(at),
    }
    db.table("candidate_sessions").insert(row)


def candidate_session(db: Database, token_hash: str) -> CandidateSessionRow | None:
    """Return the session of that token, or None."""
    row = one(
        db,
        "SELECT attempt_id, terminal_id, csrf FROM candidate_sessions WHERE token_hash = ?",
        [token_hash],
    )
    return None if row is None else CandidateSessionRow(**row)


def sessions_since(db: Database, sitting_id: str) -> dict[str, datetime]:
    """Return when each attempt of a sitting that is signed in has signed in, by attempt."""
    rows = db.query(
        "SELECT attempt_id, created_at FROM candidate_sessions"
        " JOIN attempts ON attempts.id = attempt_id WHERE sitting_id = ?",
        [sitting_id],
    )
    return {row["attempt_id"]: to_time(row["created_at"]) for row in rows}


def end_sessions(db: Database, attempt_id: str) -> None:
    """Delete the attempt's sessions, so that it can continue at another terminal."""
    db.execute("DELETE FROM candidate_sessions WHERE attempt_id = ?", [attempt_id])


def _terminal(row: dict[str, Any] | None) -> Terminal | None:
    if row is None:
        return None
    check = None if row["device_check"] is None else json.loads(row["device_check"])
    return Terminal(
        id=row["id"],
        number=row["number"],
        device_check=check,
        checked_at=maybe_time(row["checked_at"]),
        room=row["room"],
        seat=row["seat"],
        place=(row["remote"], row["user_agent"]),
        registered_at=maybe_time(row["registered_at"]),
        returns_to=row["returns_to"],
    )
