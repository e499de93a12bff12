"""Administration of accounts: lock, close, set passwords, end sessions, remove second factors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from kiosk.credentials.passwords import matches
from sync.hq.accounts.grants import manages_accounts, require_administrator_left
from sync.hq.accounts.hands import forget_hands, note_hand
from sync.hq.accounts.passwords import hash_password
from sync.hq.accounts.second_factor import remove
from sync.hq.accounts.sign_in import end_sessions
from sync.hq.accounts.throttle import Throttle, forget_account, key_of
from sync.hq.accounts.validity import require_validity
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Grant, Role, grant_of, require_role, rights_of
from sync.hq.errors import NotFound, SignInRefused
from sync.hq.persistence.role_tables import role_grants
from sync.hq.persistence.tables import account_managers, accounts, sessions
from sync.wire.errors import TooBusy

Step = Callable[[Connection], None]
"""A further change in the same transaction."""


@dataclass(frozen=True)
class AccountView:
    """An account without its secrets; ``hands``: accounts that could have signed in as it."""

    username: str
    created_at: datetime
    locked_at: datetime | None
    closed_at: datetime | None
    has_factor: bool
    sessions: int
    hands: tuple[str, ...]
    grants: tuple[Grant, ...]
    valid_until: datetime | None


class AccountAdmin:
    """Changes accounts for administrators and the command line; each change ends its sessions."""

    def __init__(self, context: HqContext) -> None:
        self._context = context
        self._throttle = Throttle(context)

    def list(self) -> Sequence[AccountView]:
        """Return all accounts, by name."""
        query = select(accounts).order_by(accounts.c.username)
        counts = select(sessions.c.username, func.count()).group_by(sessions.c.username)
        with self._context.database.read() as connection:
            open_sessions = {row[0]: row[1] for row in connection.execute(counts)}
            hands: dict[str, list[str]] = {}
            for row in connection.execute(select(account_managers)).mappings():
                hands.setdefault(row["username"], []).append(row["manager"])
            grants: dict[str, list[Grant]] = {}
            for row in connection.execute(select(role_grants)).mappings():
                grants.setdefault(row["username"], []).append(grant_of(row))
            rows = connection.execute(query).mappings().all()
        return [_view(row, open_sessions, hands, grants) for row in rows]

    def set_password(self, username: str, password: str, by: str) -> None:
        """Set an account's password.

        Raises:
            WeakPassword: it is too short.
            NotFound: there is no such open account.
        """
        hashed = hash_password(password, self._context)
        values, now = {"password_hash": hashed}, self._context.clock.now()
        hand = partial(note_hand, username=username, by=by, at=now)
        self._change(username, by, AuditKind.PASSWORD_SET, values, hand)

    def reset_password(self, username: str, password: str, by: str) -> None:
        """Set an account's password from the command line.

        Afterwards no other account counts as having managed it.

        Raises:
            WeakPassword: it is too short.
            NotFound: there is no such open account.
        """
        values = {"password_hash": hash_password(password, self._context)}
        self._change(
            username, by, AuditKind.PASSWORD_SET, values, partial(forget_hands, username=username)
        )

    def change_own_password(self, username: str, present: str, new: str, place: str) -> None:
        """Change one's own password.

        Raises:
            SignInRefused: the present password is wrong.
            WeakPassword: the new one is too short.
        """
        self.require_password(username, present, place)
        self.set_password(username, new, username)

    def require_password(self, username: str, password: str, place: str) -> None:
        """Require the account's password.

        Raises:
            SignInRefused: it is wrong.
            TooManyTries: too many tries failed.
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

    def lock(self, username: str, by: str) -> None:
        """Lock an account until it is unlocked.

        Raises:
            LastAdministrator: no other administrator can sign in.
        """
        self._change(
            username, by, AuditKind.ACCOUNT_LOCKED, {"locked_at": self._context.clock.now()}
        )

    def unlock(self, username: str, by: str) -> None:
        """Unlock an account and reset its failed tries. Closed accounts stay closed."""
        self._change(username, by, AuditKind.ACCOUNT_UNLOCKED, {"locked_at": None})

    def set_validity(self, username: str, until: datetime | None, by: str) -> None:
        """Set until when a supervisor's account can sign in; None: no end, for all others.

        Raises:
            ValidityUnusable: the end is past or too far away, or the account must have none.
            NotFound: there is no such open account.
        """

        def check(connection: Connection) -> None:
            require_validity(until, rights_of(connection, username).roles, now)

        now = self._context.clock.now()
        self._change(username, by, AuditKind.ACCOUNT_VALIDITY_SET, {"valid_until": until}, check)

    def close(self, username: str, by: str) -> None:
        """Close an account permanently. Its name stays in the audit log and is not reused.

        Raises:
            LastAdministrator: no other administrator can sign in.
        """
        self._change(
            username, by, AuditKind.ACCOUNT_CLOSED, {"closed_at": self._context.clock.now()}
        )

    def end_sessions(self, username: str, by: str) -> None:
        """End all sessions of an account."""
        self._change(username, by, AuditKind.SESSIONS_ENDED, {})

    def remove_factor(self, username: str, by: str) -> None:
        """Remove an account's second factor, after its telephone was lost."""
        now = self._context.clock.now()

        def away(connection: Connection) -> None:
            remove(connection, username)
            note_hand(connection, username, by, now)

        self._change(username, by, AuditKind.SECOND_FACTOR_REMOVED, {}, away)

    def _change(
        self,
        username: str,
        by: str,
        kind: AuditKind,
        values: Mapping[str, Any],
        also: Step | None = None,
    ) -> None:
        now, mine = self._context.clock.now(), accounts.c.username == username
        with self._context.database.write() as connection:
            if by != username or kind is not AuditKind.PASSWORD_SET:
                require_role(connection, by, Role.ADMINISTRATOR)
            row = connection.execute(select(accounts).where(mine)).mappings().first()
            if row is None or row["closed_at"] is not None:
                raise NotFound(what="account")
            if values:
                connection.execute(update(accounts).where(mine).values(**values))
            if manages_accounts(connection, username):
                # After the update, in its transaction: raising rolls the change back.
                require_administrator_left(connection)
            if also is not None:
                also(connection)
            forget_account(connection, ("user", "code"), username)
            end_sessions(connection, username)
            record(connection, now, kind, by, account=username)


def _view(
    row: RowMapping,
    open_sessions: Mapping[str, int],
    hands: Mapping[str, Sequence[str]],
    grants: Mapping[str, Sequence[Grant]],
) -> AccountView:
    return AccountView(
        username=row["username"],
        created_at=row["created_at"],
        locked_at=row["locked_at"],
        closed_at=row["closed_at"],
        has_factor=row["factor"] is not None,
        sessions=open_sessions.get(row["username"], 0),
        hands=tuple(sorted(hands.get(row["username"], ()))),
        grants=tuple(sorted(grants.get(row["username"], ()))),
        valid_until=row["valid_until"],
    )
