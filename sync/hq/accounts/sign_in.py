"""Sign-in of headquarters' staff, and their sessions.

Passwords are hashed with Argon2id. Session tokens are random and stored as hashes. A session is
half open until the second factor is given, if the account has one or must have one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, delete, insert, select

from kiosk.credentials.passwords import matches
from kiosk.credentials.tokens import is_same, new_token, token_hash
from kiosk.exam.typed_texts import plain_text
from sync.hq.accounts.grants import add_grant
from sync.hq.accounts.hands import note_hand
from sync.hq.accounts.passwords import hash_password
from sync.hq.accounts.second_factor import accept_code
from sync.hq.accounts.throttle import Throttle, key_of
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import NO_RIGHTS, Grant, Rights, Role, require_role, rights_of
from sync.hq.errors import (
    AlreadyThere,
    BadUsername,
    CodeRefused,
    FormRefused,
    NotSignedIn,
    SignInRefused,
)
from sync.hq.persistence import tables
from sync.hq.persistence.database import insert_new
from sync.wire.canonical import digest
from sync.wire.errors import TooBusy

USERNAME = re.compile(r"[\w.@-]{1,40}")
"""No colon: the audit log uses it for names of the command line."""

HALF_OPEN = timedelta(minutes=10)
"""Lifetime of a half-open session."""


class Wanted(StrEnum):
    """What a session still needs before it opens any page."""

    NOTHING = ""
    CODE = "code"
    """A one-time code or a recovery code."""
    FACTOR = "factor"
    """The account must set up a second factor first."""


@dataclass(frozen=True)
class Session:
    """A session of a member of staff. ``token`` is empty except right after signing in."""

    username: str
    csrf: str
    expires_at: datetime
    token: str = ""
    rights: Rights = NO_RIGHTS
    wanted: Wanted = Wanted.NOTHING


class Accounts:
    """Creates accounts and signs people in and out."""

    def __init__(self, context: HqContext) -> None:
        self._context = context
        self._throttle = Throttle(context)

    def create(self, username: str, password: str, by: str, grants: Iterable[Grant] = ()) -> None:
        """Create an account with roles.

        Raises:
            RoleMissing: ``by`` does not manage accounts.
            RolesExclude: its roles exclude each other.
            LimitUnusable: a role cannot be limited in this way.
            BadUsername: the name is not allowed.
            WeakPassword: the password is too short.
            AlreadyThere: the name is in use.
        """
        username = plain_text(username)
        require_username(username)
        hashed, now = hash_password(password, self._context), self._context.clock.now()
        with self._context.database.write() as connection:
            require_role(connection, by, Role.ADMINISTRATOR)
            new = insert_new(
                connection,
                tables.accounts,
                username=username,
                password_hash=hashed,
                created_at=now,
            )
            if not new:
                raise AlreadyThere(what=f"Account {username}")
            note_hand(connection, username, by, now)
            record(connection, now, AuditKind.ACCOUNT_CREATED, by, account=username)
            for grant in grants:
                add_grant(connection, username, grant, by, now)

    def names(self) -> Sequence[str]:
        """Return all user names."""
        query = select(tables.accounts.c.username).order_by(tables.accounts.c.username)
        with self._context.database.read() as connection:
            return list(connection.execute(query).scalars())

    def sign_in(self, username: str, password: str, place: str) -> Session:
        """Return a new session, half open where a second factor is needed.

        ``place`` is where tries are counted: an address, or a browser that the account has
        used.

        Raises:
            SignInRefused: name or password is wrong, or the account is locked, closed or over.
            TooManyTries: too many tries failed at this place.
            TooBusy: too many passwords are being checked.
        """
        key = key_of("user", username, place)
        self._throttle.begin(key)
        account = self._account(username)
        try:
            fits = matches(account["password_hash"] if account else None, password)
        except TooBusy:
            # The password was never checked, so the try must not count against the account.
            self._throttle.give_back(key)
            raise
        if not fits or account is None:
            raise SignInRefused
        session = self._open(account)
        self._throttle.succeeded(key)
        return session

    def give_code(self, token: str, code: str, place: str) -> Session:
        """Replace a half-open session by a full one with a new token.

        Raises:
            NotSignedIn: the half-open session has expired.
            CodeRefused: the code is wrong or used.
            TooManyTries: too many codes were wrong.
        """
        session = self.session(token)
        key = key_of("code", session.username, place)
        self._throttle.begin(key)
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            accepted = accept_code(connection, self._context.keys, session.username, code, now)
            if accepted:
                _end(connection, token)
                # A new token, so that one stolen before the second factor is worthless.
                opened = self._new_session(connection, session.username, factor_given=True)
        if not accepted:
            raise CodeRefused
        self._throttle.succeeded(key)
        return opened

    def session(self, token: str | None) -> Session:
        """Return the session of a token.

        Raises:
            NotSignedIn: there is none, it has expired, or the account is locked, closed or over.
        """
        if not token:
            raise NotSignedIn
        table, accounts = tables.sessions, tables.accounts
        query = (
            select(table, accounts.c.factor, accounts.c.valid_until)
            .join(accounts, accounts.c.username == table.c.username)
            .where(
                table.c.token_hash == token_hash(token),
                accounts.c.locked_at.is_(None),
                accounts.c.closed_at.is_(None),
            )
        )
        with self._context.database.read() as connection:
            row = connection.execute(query).mappings().first()
            rights = rights_of(connection, row["username"]) if row else NO_RIGHTS
        now = self._context.clock.now()
        if row is None or row["expires_at"] <= now or _is_over(row["valid_until"], now):
            raise NotSignedIn
        wanted = self._wanted(row["factor"] is not None, row["factor_given"])
        return Session(
            row["username"],
            row["csrf"],
            row["expires_at"],
            rights=rights,
            wanted=wanted,
        )

    def browser_mark(self, nonce: str, username: str) -> str:
        """Return a signature that proves: this account signed in where ``nonce`` was set."""
        return digest(self._context.keys.sign(f"known browser {nonce} {username}".encode()))

    def sign_out(self, token: str) -> None:
        with self._context.database.write() as connection:
            _end(connection, token)

    def _wanted(self, has_factor: bool, given: bool) -> Wanted:
        if has_factor:
            return Wanted.NOTHING if given else Wanted.CODE
        required = self._context.settings.console.require_second_factor
        return Wanted.FACTOR if required else Wanted.NOTHING

    def _account(self, username: str) -> RowMapping | None:
        query = select(tables.accounts).where(tables.accounts.c.username == username)
        with self._context.database.read() as connection:
            return connection.execute(query).mappings().first()

    def _open(self, account: RowMapping) -> Session:
        with self._context.database.write() as connection:
            # The account may have been locked or changed while the password was being checked.
            table = tables.accounts
            query = select(table).where(table.c.username == account["username"])
            current = connection.execute(query).mappings().one()
            over = _is_over(current["valid_until"], self._context.clock.now())
            closed = current["locked_at"] or current["closed_at"] or over
            if closed or current["password_hash"] != account["password_hash"]:
                raise SignInRefused
            return self._new_session(connection, account["username"], factor_given=False)

    def _new_session(self, connection: Connection, username: str, *, factor_given: bool) -> Session:
        now = self._context.clock.now()
        table = tables.accounts
        account = connection.execute(select(table).where(table.c.username == username))
        row = account.mappings().one()
        wanted = self._wanted(row["factor"] is not None, factor_given)
        hours = timedelta(hours=self._context.settings.console.session_hours)
        expires = now + (hours if wanted is Wanted.NOTHING else HALF_OPEN)
        entropy = self._context.entropy
        token, csrf = new_token(entropy), new_token(entropy)
        _forget_expired(connection, now)
        connection.execute(
            insert(tables.sessions).values(
                token_hash=token_hash(token),
                username=username,
                csrf=csrf,
                created_at=now,
                expires_at=expires,
                factor_given=factor_given,
            )
        )
        record(
            connection,
            now,
            AuditKind.SIGNED_IN if not wanted else AuditKind.PASSWORD_GIVEN,
            username,
        )
        return Session(username, csrf, expires, token, rights_of(connection, username), wanted)

    def confirmed(self, token: str) -> Session:
        """Replace all sessions of the account by a full one, after it set up a second factor."""
        session = self.session(token)
        with self._context.database.write() as connection:
            end_sessions(connection, session.username)
            return self._new_session(connection, session.username, factor_given=True)


def _is_over(valid_until: datetime | None, now: datetime) -> bool:
    return valid_until is not None and valid_until <= now


def require_csrf(expected: str, given: str | None) -> None:
    """Require that a form carries the session's secret.

    Raises:
        FormRefused: it does not.
    """
    if not is_same(given, expected):
        raise FormRefused


def end_sessions(connection: Connection, username: str) -> None:
    """End all sessions of an account."""
    connection.execute(delete(tables.sessions).where(tables.sessions.c.username == username))


def _end(connection: Connection, token: str) -> None:
    table = tables.sessions
    connection.execute(delete(table).where(table.c.token_hash == token_hash(token)))


def _forget_expired(connection: Connection, now: datetime) -> None:
    connection.execute(delete(tables.sessions).where(tables.sessions.c.expires_at <= now))


def require_username(username: str) -> None:
    """Require a name that an account may have.

    Raises:
        BadUsername: it is not allowed.
    """
    if not USERNAME.fullmatch(username):
        raise BadUsername
