"""Sign-in and sessions of the centre's staff."""

from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.credentials.passwords import matches
from kiosk.credentials.throttling import FREE_TRIES
from kiosk.credentials.tokens import new_token, token_hash
from kiosk.hall.accounts.throttle import Throttle
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotSignedIn, SignInRefused
from kiosk.hall.rights import CHIEF, RIGHTS
from kiosk.hall.views.accounts import StaffSession
from kiosk.store.centre import staff
from kiosk.store.centre.throttle import key_of
from sync.wire.errors import TooBusy

SESSION = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)
"""How often a session's activity is written to the database."""


class StaffSignIn:
    """Opens, checks and ends staff sessions."""

    def __init__(self, context: CentreContext) -> None:
        self._context = context
        self._throttle = Throttle(context.store, context.clock)
        self._active: dict[str, datetime] = {}

    def sign_in(self, username: str, password: str, place: str) -> StaffSession:
        """Open a session; ``place`` (an address, or a known browser) is where tries are counted.

        Raises:
            SignInRefused: name or password is wrong, or the account is locked.
            TooManyTries: the last tries from there were wrong; wait.
            TooBusy: too many passwords are being hashed; the try does not count.
        """
        tries = key_of("staff", username, place)
        session = self._open(self._matching(tries, username, password))
        self._throttle.succeeded([tries])
        return session

    def vouch(self, username: str, password: str, place: str) -> StaffSession:
        """Check that somebody is who they say, for one act; no session is opened.

        Raises:
            SignInRefused: name or password is wrong, or the account is locked.
            TooManyTries: the last tries from there were wrong; wait.
            TooBusy: too many passwords are being hashed; the try does not count.
        """
        tries = key_of("staff", username, place)
        account = self._matching(tries, username, password)
        if account.locked_at is not None:
            raise SignInRefused()
        self._throttle.succeeded([tries])
        rooms, now = self._rooms(username, account.role), self._context.clock.now()
        return StaffSession("", "", account.username, account.role, now, rooms)

    def _matching(self, tries: str, username: str, password: str) -> staff.StaffAccount:
        self._throttle.begin({tries: FREE_TRIES})
        account = staff.account(self._context.store.read(), username)
        try:
            right = matches(account.password_hash if account else None, password)
        except TooBusy:
            self._throttle.give_back([tries])
            raise
        if not right or account is None:
            raise SignInRefused()
        return account

    def session(self, token: str | None, *, active: bool) -> StaffSession:
        """Return the session of a token.

        ``active``: the request comes from a person, not from a page that polls. Only these
        prolong it.

        Raises:
            NotSignedIn: the token is missing, unknown or expired, or the session was idle too long.
        """
        if not token:
            raise NotSignedIn()
        hashed, now = token_hash(token), self._context.clock.now()
        row = staff.session(self._context.store.read(), hashed, now)
        idle = timedelta(minutes=self._context.settings.staff.idle_minutes)
        seen = None if row is None else max(row.seen_at, self._active.get(hashed, row.seen_at))
        if row is None or seen is None or now - seen > idle:
            self._active.pop(hashed, None)
            raise NotSignedIn()
        if active and now - seen > NOTED_EVERY:
            # Also in memory: on a full disk the write fails, and staff must not be signed out then.
            self._active[hashed] = now
            self._context.store.write_later(lambda db: staff.touch_session(db, hashed, now))
        rooms = self._rooms(row.username, row.role)
        return StaffSession(token, row.csrf, row.username, row.role, row.expires_at, rooms)

    def _rooms(self, username: str, role: str) -> frozenset[str]:
        """Return the rooms to which an account is limited; a chief invigilator never is."""
        limited = RIGHTS[role] < RIGHTS[CHIEF]
        return staff.rooms(self._context.store.read(), username) if limited else frozenset()

    def sign_out(self, token: str) -> None:
        self._active.pop(token_hash(token), None)
        self._context.store.write(lambda db: staff.end_session(db, token_hash(token)))

    def _open(self, account: staff.StaffAccount) -> StaffSession:
        context = self._context
        token, csrf = new_token(context.entropy), new_token(context.entropy)
        now = context.clock.now()
        until = now + SESSION

        def job(db: Database) -> None:
            # The account may have been locked or changed while the password was checked.
            if account.locked_at is not None or staff.account(db, account.username) != account:
                raise SignInRefused()
            staff.add_session(db, token_hash(token), account.username, csrf, now, until)

        context.store.write(job)
        rooms = self._rooms(account.username, account.role)
        return StaffSession(token, csrf, account.username, account.role, until, rooms)
