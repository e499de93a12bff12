"""Staff accounts: creation, passwords, roles, rooms and locks. Every change records who made it."""

import re
from collections.abc import Callable, Collection, Sequence

from sqlite_utils import Database

from kiosk.credentials.passwords import matches
from kiosk.credentials.throttling import FREE_TRIES
from kiosk.exam.actors import member_of_staff
from kiosk.exam.ports import Clock
from kiosk.exam.typed_texts import plain_text
from kiosk.hall.accounts.passwords import hash_password
from kiosk.hall.accounts.throttle import Throttle
from kiosk.hall.errors import AccountExists, BadUsername, LastChief, NotFound, SignInRefused
from kiosk.hall.rights import CHIEF
from kiosk.hall.views.accounts import AccountView
from kiosk.store.centre import staff, throttle
from kiosk.store.centre.staff import StaffAccount, StaffAct
from kiosk.store.centre.throttle import Tries, key_of
from kiosk.store.sqlite.database import Store
from sync.wire.errors import TooBusy

ACTS_SHOWN = 50
USERNAME = re.compile(r"[\w.@-]{1,40}")
OF_STAFF, OF_CANDIDATES = ("staff", "unlock"), ("candidate",)
"""Kinds of throttled tries, by who makes them."""


class StaffAccounts:
    """The accounts of one centre. Needs only a store, so the command line can use it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._throttle = Throttle(store, clock)

    def list(self) -> Sequence[AccountView]:
        """Return all accounts by name."""
        db = self._store.read()
        return [
            AccountView(
                each.username, each.role, each.locked_at, sorted(staff.rooms(db, each.username))
            )
            for each in staff.accounts(db)
        ]

    def acts(self) -> Sequence[StaffAct]:
        """Return the latest changes to accounts, newest first."""
        return staff.acts(self._store.read(), ACTS_SHOWN)

    def add(self, username: str, password: str, role: str, by: str) -> None:
        """Create an account.

        Raises:
            BadUsername: the name is too long or has characters that are not allowed.
            WeakPassword: the password is too short.
            AccountExists: the name is in use.
        """
        username = plain_text(username)
        require_username(username)
        account = StaffAccount(username, hash_password(password), role)

        def job(db: Database) -> None:
            if staff.account(db, username) is not None:
                raise AccountExists(username=username)
            staff.add_account(db, account, self._clock.now())
            self._record(db, "created", by, username, role)

        self._store.write(job)

    def set_password(self, username: str, password: str, by: str) -> None:
        """Set an account's password, clear its waits and end its sessions.

        Raises:
            NotFound: there is no such account.
            WeakPassword: the password is too short.
        """
        hashed = hash_password(password)

        def job(db: Database) -> None:
            staff.set_password(db, username, hashed)
            throttle.clear_account(db, "staff", username)
            self._record(db, "password", by, username)

        self._change(username, job)

    def change_own_password(self, username: str, present: str, new: str, place: str) -> None:
        """Change the own password, which ends all sessions of the account.

        Raises:
            SignInRefused: the present password is wrong.
            TooManyTries: it was wrong too often.
            WeakPassword: the new password is too short.
        """
        tries = key_of("staff", username, place)
        # Throttled like a sign-in: an open session at an unattended desk must not allow guessing.
        self._throttle.begin({tries: FREE_TRIES})
        account = staff.account(self._store.read(), username)
        try:
            right = matches(account.password_hash if account else None, present)
        except TooBusy:
            self._throttle.give_back([tries])
            raise
        if not right:
            raise SignInRefused()
        self._throttle.succeeded([tries])
        self.set_password(username, new, member_of_staff(username))

    def set_role(self, username: str, role: str, by: str) -> None:
        """Set an account's role and end its sessions.

        Raises:
            NotFound: there is no such account.
            LastChief: it is the only chief invigilator who can sign in.
        """

        def job(db: Database) -> None:
            if role != CHIEF:
                _require_another_chief(db, username)
            staff.set_role(db, username, role)
            self._record(db, "role", by, username, role)

        self._change(username, job)

    def set_rooms(self, username: str, rooms: Collection[str], by: str) -> None:
        """Assign an account to rooms; with none it may act in all of them.

        It holds for an invigilator, at once. A chief invigilator acts everywhere.

        Raises:
            NotFound: there is no such account.
        """

        def job(db: Database) -> None:
            if staff.account(db, username) is None:
                raise NotFound()
            staff.set_rooms(db, username, rooms)
            self._record(db, "rooms", by, username, ", ".join(sorted(rooms)))

        self._store.write(job)

    def lock(self, username: str, by: str) -> None:
        """Lock an account and end its sessions.

        Raises:
            NotFound: there is no such account.
            LastChief: it is the only chief invigilator who can sign in.
        """

        def job(db: Database) -> None:
            _require_another_chief(db, username)
            staff.set_locked(db, username, self._clock.now())
            self._record(db, "locked", by, username)

        self._change(username, job)

    def unlock(self, username: str, by: str) -> None:
        """Unlock an account and clear its waits after wrong passwords.

        Raises:
            NotFound: there is no such account.
        """

        def job(db: Database) -> None:
            staff.set_locked(db, username, None)
            throttle.clear_account(db, "staff", username)
            self._record(db, "unlocked", by, username)

        self._change(username, job)

    def reset(self, username: str, password: str, by: str) -> None:
        """Give a locked-out account a new password and unlock it.

        Raises:
            NotFound: there is no such account.
            WeakPassword: the password is too short.
        """
        self.set_password(username, password, by)
        self.unlock(username, by)

    def waiting(self) -> Sequence[Tries]:
        """Return the staff and candidates who have to wait after wrong entries."""
        return self._throttle.waiting()

    def clear_waits(self, kinds: Sequence[str], account: str, by: str) -> None:
        """Clear an account's waits of these kinds.

        Raises:
            NotFound: it has none.
        """

        def job(db: Database) -> None:
            cleared = [throttle.clear_account(db, kind, account) for kind in kinds]
            if not any(cleared):
                raise NotFound()
            self._record(db, "tries_cleared", by, account)

        self._store.write(job)

    def clear_all_waits(self, by: str) -> int:
        """Clear all waits and return how many counts there were."""

        def job(db: Database) -> int:
            cleared = throttle.clear_all(db)
            self._record(db, "tries_cleared", by, "*")
            return cleared

        return self._store.write(job)

    def _change(self, username: str, change: Callable[[Database], None]) -> None:
        def job(db: Database) -> None:
            if staff.account(db, username) is None:
                raise NotFound()
            change(db)
            # No session from before a new password, role or lock may survive.
            staff.end_sessions_of(db, username)

        self._store.write(job)

    def _record(self, db: Database, kind: str, by: str, username: str, detail: str = "") -> None:
        staff.add_act(db, StaffAct(self._clock.now(), kind, by, username, detail))


def _require_another_chief(db: Database, username: str) -> None:
    account = staff.account(db, username)
    if account and account.role == CHIEF and not staff.others_of_role(db, CHIEF, username):
        raise LastChief()


def require_username(username: str) -> None:
    """Check a new user name.

    Raises:
        BadUsername: it does not match ``USERNAME``.
    """
    if not USERNAME.fullmatch(username):
        raise BadUsername()
