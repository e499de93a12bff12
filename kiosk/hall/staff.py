"""Staff accounts and sign-in. Passwords are hashed with Argon2id; there is no default one."""

import threading
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from kiosk.hall.centre import Centre
from kiosk.hall.errors import NotSignedIn, SignInRefused, WeakPassword
from kiosk.hall.staff_views import StaffSession
from kiosk.hall.tokens import Throttle, new_token, token_hash
from kiosk.store import staff

MIN_PASSWORD = 10
SESSION = timedelta(hours=12)
ROLES = ("chief_invigilator", "invigilator")

_hasher = PasswordHasher()
_two_at_once = threading.BoundedSemaphore(2)
"""A check takes 64 MiB and a core for a moment; more at once would slow the hall."""


def hash_password(password: str) -> str:
    """The Argon2id hash to keep; raise WeakPassword when it is too short."""
    if len(password) < MIN_PASSWORD:
        raise WeakPassword(minimum=MIN_PASSWORD)
    return _hasher.hash(password)


class StaffDesk:
    """Who may run sittings here."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._throttle = Throttle(centre.store, centre.clock)
        self._nobody = _hasher.hash(new_token(centre.entropy))

    def create(self, username: str, password: str, role: str = "chief_invigilator") -> None:
        """Create an account or change its password; raise WeakPassword."""
        account = staff.StaffAccount(username, hash_password(password), role)
        now = self._centre.clock.now()
        self._centre.store.write(lambda db: staff.put_account(db, account, now))

    def sign_in(self, username: str, password: str, remote: str) -> StaffSession:
        """Open a session; raise SignInRefused or TooManyTries."""
        keys = (f"staff:{username}", f"staff-from:{remote}")
        for key in keys:
            self._throttle.check(key)
        account = staff.account(self._centre.store.read(), username)
        # An unknown name costs the same time as a wrong password.
        stored = account.password_hash if account else self._nobody
        if not _matches(stored, password) or account is None:
            for key in keys:
                self._throttle.failed(key)
            raise SignInRefused()
        for key in keys:
            self._throttle.succeeded(key)
        return self._open(account)

    def session(self, token: str | None) -> StaffSession:
        """The session of a token; raise NotSignedIn."""
        row = None
        if token:
            now = self._centre.clock.now()
            row = staff.session(self._centre.store.read(), token_hash(token), now)
        if token is None or row is None:
            raise NotSignedIn()
        return StaffSession(token, row.csrf, row.username, row.role, row.expires_at)

    def sign_out(self, token: str) -> None:
        """End the session; the token is worthless from then on."""
        self._centre.store.write(lambda db: staff.end_session(db, token_hash(token)))

    def _open(self, account: staff.StaffAccount) -> StaffSession:
        centre = self._centre
        token, csrf = new_token(centre.entropy), new_token(centre.entropy)
        now = centre.clock.now()
        until = now + SESSION
        centre.store.write(
            lambda db: staff.add_session(db, token_hash(token), account.username, csrf, now, until)
        )
        return StaffSession(token, csrf, account.username, account.role, until)


def _matches(stored: str, password: str) -> bool:
    with _two_at_once:
        try:
            return _hasher.verify(stored, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
