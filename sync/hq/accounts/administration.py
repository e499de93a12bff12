"""Accounts of headquarters: locked, closed, given passwords, signed out everywhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from kiosk.credentials.passwords import matches
from sync.hq.accounts.hands import forget_hands, note_hand
from sync.hq.accounts.passwords import hash_password
from sync.hq.accounts.second_factor import remove
from sync.hq.accounts.sign_in import end_sessions
from sync.hq.accounts.throttle import Throttle, forget_account, key_of
from sync.hq.context import HqContext
from sync.hq.core.audit_log import record
from sync.hq.errors import LastAdministrator, NotFound, SignInRefused
from sync.hq.persistence.tables import account_managers, accounts, sessions
from sync.wire.errors import TooBusy

Step = Callable[[Connection], None]
"""Something more that a change does in its transaction."""


@dataclass(frozen=True)
class AccountView:
    """An account without its secrets; ``hands``: accounts that have had it in hand."""

    username: str
    administrator: bool
    created_at: datetime
    locked_at: datetime | None
    closed_at: datetime | None
    has_factor: bool
    sessions: int
    hands: tuple[str, ...]


class AccountAdmin:
    """What administrators and the command line do to accounts; each act ends their sessions."""

    def __init__(self, context: HqContext) -> None:
        self._context = context
        self._throttle = Throttle(context)

    def list(self) -> Sequence[AccountView]:
        """All accounts by name."""
        query = select(accounts).order_by(accounts.c.username)
        counts = select(sessions.c.username, func.count()).group_by(sessions.c.username)
        with self._context.database.read() as connection:
            open_sessions = {row[0]: row[1] for row in connection.execute(counts)}
            hands: dict[str, list[str]] = {}
            for row in connection.execute(select(account_managers)).mappings():
                hands.setdefault(row["username"], []).append(row["manager"])
            rows = connection.execute(query).mappings().all()
        return [_view(row, open_sessions, hands) for row in rows]

    def set_password(self, username: str, password: str, by: str) -> None:
        """Give an account another password; raises :class:`WeakPassword` or ``NotFound``."""
        hashed = hash_password(password, self._context)
        values, now = {"password_hash": hashed}, self._context.clock.now()
        hand = partial(note_hand, username=username, by=by, at=now)
        self._change(username, by, "password_set", values, hand)

    def reset_password(self, username: str, password: str, by: str) -> None:
        """The same at the command line: nobody who had the account in hand has it any more."""
        values = {"password_hash": hash_password(password, self._context)}
        self._change(username, by, "password_set", values, partial(forget_hands, username=username))

    def change_own_password(self, username: str, present: str, new: str, place: str) -> None:
        """Change one's own password; raises :class:`SignInRefused` when the present is wrong."""
        self.require_password(username, present, place)
        self.set_password(username, new, username)

    def require_password(self, username: str, password: str, place: str) -> None:
        """Raise :class:`SignInRefused` unless this is the account's password.

        Raises TooBusy when many passwords are checked already; that is no failed try.
        """
        key = key_of("user", username, place)
        self._throttle.begin(key)
        query = select(accounts.c.password_hash).where(accounts.c.username == username)
        with self._context.database.read() as connection:
            stored = connection.execute(query).scalar()
        try:
            fits = matches(stored, password)
        except TooBusy:
            self._throttle.give_back(key)
            raise
        if not fits:
            raise SignInRefused
        self._throttle.succeeded(key)

    def set_administrator(self, username: str, by: str, *, administrator: bool) -> None:
        """Let an account manage accounts, or not; raises :class:`LastAdministrator`."""
        kind = "administrator_made" if administrator else "administrator_unmade"
        self._change(username, by, kind, {"administrator": administrator})

    def lock(self, username: str, by: str) -> None:
        """Keep an account out until it is unlocked; raises :class:`LastAdministrator`."""
        self._change(username, by, "account_locked", {"locked_at": self._context.clock.now()})

    def unlock(self, username: str, by: str) -> None:
        """Let an account in again, also after wrong passwords; not one that is closed."""
        self._change(username, by, "account_unlocked", {"locked_at": None})

    def close(self, username: str, by: str) -> None:
        """End an account for good; its name stays with what it did, and is not given again."""
        self._change(username, by, "account_closed", {"closed_at": self._context.clock.now()})

    def end_sessions(self, username: str, by: str) -> None:
        """Sign a person out everywhere."""
        self._change(username, by, "sessions_ended", {})

    def remove_factor(self, username: str, by: str) -> None:
        """Remove a second factor, after a telephone was lost."""
        now = self._context.clock.now()

        def away(connection: Connection) -> None:
            remove(connection, username)
            note_hand(connection, username, by, now)

        self._change(username, by, "second_factor_removed", {}, away)

    def _change(
        self,
        username: str,
        by: str,
        kind: str,
        values: Mapping[str, Any],
        also: Step | None = None,
    ) -> None:
        now, mine = self._context.clock.now(), accounts.c.username == username
        with self._context.database.write() as connection:
            row = connection.execute(select(accounts).where(mine)).mappings().first()
            if row is None or row["closed_at"] is not None:
                raise NotFound(what="account")
            if values:
                connection.execute(update(accounts).where(mine).values(**values))
            if row["administrator"]:
                _require_administrator(connection)
            if also is not None:
                also(connection)
            forget_account(connection, ("user", "code"), username)
            end_sessions(connection, username)
            record(connection, now, kind, by, account=username)


def _require_administrator(connection: Connection) -> None:
    free = accounts.c.locked_at.is_(None) & accounts.c.closed_at.is_(None)
    query = select(accounts.c.username).where(accounts.c.administrator, free)
    if connection.execute(query).first() is None:
        raise LastAdministrator


def _view(
    row: RowMapping, open_sessions: Mapping[str, int], hands: Mapping[str, Sequence[str]]
) -> AccountView:
    return AccountView(
        username=row["username"],
        administrator=row["administrator"],
        created_at=row["created_at"],
        locked_at=row["locked_at"],
        closed_at=row["closed_at"],
        has_factor=row["factor"] is not None,
        sessions=open_sessions.get(row["username"], 0),
        hands=tuple(sorted(hands.get(row["username"], ()))),
    )
