"""Tokens and the throttle on wrong secrets."""

import base64
import hashlib
from datetime import timedelta

from sqlite_utils import Database

from kiosk.exam.ports import Clock, Entropy
from kiosk.hall.errors import TooManyTries
from kiosk.store import staff
from kiosk.store.database import Store

FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=15)


def new_token(entropy: Entropy) -> str:
    """An opaque token of 256 random bits."""
    return base64.urlsafe_b64encode(entropy(32)).rstrip(b"=").decode()


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _wait(count: int) -> timedelta:
    """How long to wait after so many wrong tries in a row."""
    if count < FREE_TRIES:
        return timedelta(0)
    return min(FIRST_WAIT * int(2 ** min(count - FREE_TRIES, 16)), LONGEST_WAIT)


class Throttle:
    """After five wrong tries each further one doubles the wait, from 10 s to 15 min.

    Counts outlive a restart. A success clears the count.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def check(self, key: str) -> None:
        """Raise :class:`TooManyTries` while ``key`` has to wait."""
        _, until = staff.failures(self._store.read(), key)
        wait = (until - self._clock.now()).total_seconds() if until else 0
        if wait > 0:
            raise TooManyTries(retry_after=min(int(wait) + 1, int(LONGEST_WAIT.total_seconds())))

    def failed(self, key: str) -> None:
        """Count a wrong try."""
        now = self._clock.now()

        def job(db: Database) -> None:
            count = staff.failures(db, key)[0] + 1
            staff.set_failures(db, key, count, now + _wait(count))

        self._store.write(job)

    def succeeded(self, key: str) -> None:
        """Forget the wrong tries."""
        self._store.write(lambda db: staff.clear_failures(db, key))
