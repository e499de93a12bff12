"""Accounts of headquarters' staff and their sessions.

Passwords are hashed with Argon2id; sessions are opaque, live in the ledger as hashes, and end
with sign-out. Failed sign-ins are slowed down per user name and per address.
"""

import base64
import hmac
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, RowMapping, delete, insert, select

from sync.hq.errors import AlreadyThere, FormRefused, NotSignedIn, SignInRefused, WeakPassword
from sync.hq.journal import record
from sync.hq.office import Office
from sync.hq.persistence import tables
from sync.hq.persistence.ledger import insert_new
from sync.hq.throttle import Throttle
from sync.wire.canonical import digest

_AT_ONCE = threading.Semaphore(2)  # each check takes 64 MiB


@dataclass(frozen=True)
class Session:
    """A signed-in person. ``token`` is empty except right after signing in."""

    username: str
    csrf: str
    expires_at: datetime
    token: str = ""


class Accounts:
    """Creates accounts, signs people in and out."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._hasher = PasswordHasher()
        self._throttle = Throttle(office)
        # Checked when the user name is unknown, so that the answer takes as long.
        self._nobody = self._hasher.hash("nobody has this password", salt=bytes(16))

    def create(self, username: str, password: str, by: str) -> None:
        """Add an account; raises :class:`WeakPassword` or :class:`AlreadyThere`."""
        minimum = self._office.settings.console.password_minimum
        if len(password) < minimum:
            raise WeakPassword(minimum=minimum)
        with _AT_ONCE:
            hashed = self._hasher.hash(password, salt=self._office.entropy(16))
        now = self._office.clock.now()
        with self._office.ledger.write() as connection:
            new = insert_new(
                connection,
                tables.accounts,
                username=username,
                password_hash=hashed,
                created_at=now,
            )
            if not new:
                raise AlreadyThere(what=f"Account {username}")
            record(connection, now, "account_created", by, account=username)

    def names(self) -> Sequence[str]:
        """All user names."""
        query = select(tables.accounts.c.username).order_by(tables.accounts.c.username)
        with self._office.ledger.read() as connection:
            return list(connection.execute(query).scalars())

    def sign_in(self, username: str, password: str, remote: str) -> Session:
        """A new session; raises :class:`SignInRefused` or ``TooManyTries``."""
        keys = (f"user/{username}"[:200], f"address/{remote}"[:200])
        self._throttle.require_open(keys)
        if not self._password_fits(username, password):
            self._throttle.failed(keys)
            raise SignInRefused
        self._throttle.forget(keys[:1])
        return self._open(username)

    def session(self, token: str | None) -> Session:
        """The session of a cookie's token; raises :class:`NotSignedIn`."""
        if not token:
            raise NotSignedIn
        table = tables.sessions
        query = select(table).where(table.c.token_hash == digest(token.encode()))
        with self._office.ledger.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None or row["expires_at"] <= self._office.clock.now():
            raise NotSignedIn
        return Session(row["username"], row["csrf"], row["expires_at"])

    def sign_out(self, token: str) -> None:
        """End the session of that token."""
        table = tables.sessions
        with self._office.ledger.write() as connection:
            connection.execute(delete(table).where(table.c.token_hash == digest(token.encode())))

    def _password_fits(self, username: str, password: str) -> bool:
        query = select(tables.accounts).where(tables.accounts.c.username == username)
        with self._office.ledger.read() as connection:
            row = connection.execute(query).mappings().first()
        with _AT_ONCE:
            return self._verify(row, password) and row is not None

    def _verify(self, row: RowMapping | None, password: str) -> bool:
        try:
            return self._hasher.verify(row["password_hash"] if row else self._nobody, password)
        except VerificationError:
            return False

    def _open(self, username: str) -> Session:
        now = self._office.clock.now()
        expires = now + timedelta(hours=self._office.settings.console.session_hours)
        token, csrf = self._secret(), self._secret()
        with self._office.ledger.write() as connection:
            _forget_expired(connection, now)
            connection.execute(
                insert(tables.sessions).values(
                    token_hash=digest(token.encode()),
                    username=username,
                    csrf=csrf,
                    created_at=now,
                    expires_at=expires,
                )
            )
            record(connection, now, "signed_in", username)
        return Session(username, csrf, expires, token)

    def _secret(self) -> str:
        return base64.urlsafe_b64encode(self._office.entropy(32)).decode().rstrip("=")


def require_csrf(expected: str, given: str | None) -> None:
    """Raise :class:`FormRefused` unless a form brought the session's secret."""
    if not given or not hmac.compare_digest(expected.encode(), given.encode()):
        raise FormRefused


def _forget_expired(connection: Connection, now: datetime) -> None:
    connection.execute(delete(tables.sessions).where(tables.sessions.c.expires_at <= now))
