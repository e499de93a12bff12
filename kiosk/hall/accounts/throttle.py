"""Slowing down wrong secrets at a centre; see :mod:`kiosk.credentials.throttling`."""

from collections.abc import Mapping, Sequence

from sqlite_utils import Database

from kiosk.credentials.throttling import FORGOTTEN_AFTER, MOST, seconds_left, wait_after
from kiosk.exam.ports import Clock
from kiosk.hall.errors import TooManyTries
from kiosk.store.centre import throttle
from kiosk.store.centre.throttle import Tries
from kiosk.store.sqlite.database import Store

MOST_SHOWN = 200


class Throttle:
    """After some free tries each further one doubles the wait, from 5 to 60 seconds.

    Counts are stored, so a restart does not clear them.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def begin(self, free: Mapping[str, int]) -> None:
        """Count a try for each key before the secret is checked.

        ``free``: number of tries without a wait, by key. Call :meth:`succeeded` after a right
        secret, and :meth:`give_back` after one that could not have been a guess.

        Raises:
            TooManyTries: a key has to wait. Nothing is counted then.
        """
        now = self._clock.now()

        def job(db: Database) -> None:
            throttle.forget_before(db, now - FORGOTTEN_AFTER)
            known = {key: throttle.get(db, key) for key in free}
            if wait := seconds_left((tries.until for tries in known.values() if tries), now):
                raise TooManyTries(retry_after=wait)
            for key, tries in known.items():
                if tries is None:
                    throttle.make_room(db, MOST)
                # Counted before the check, in the write thread: parallel tries cannot share one
                # free try.
                failures = (tries.failures if tries else 0) + 1
                throttle.put(db, key, failures, now + wait_after(failures, free[key]))

        self._store.write(job)

    def succeeded(self, keys: Sequence[str]) -> None:
        """Clear the counts after a right secret."""

        def job(db: Database) -> None:
            for key in keys:
                throttle.clear(db, key)

        self._store.write(job)

    def give_back(self, keys: Sequence[str]) -> None:
        """Uncount one try of each key, such as a mistyped number."""
        now = self._clock.now()

        def job(db: Database) -> None:
            for key in keys:
                tries = throttle.get(db, key)
                if tries is not None:
                    throttle.put(db, key, tries.failures - 1, now)

        self._store.write(job)

    def waiting(self) -> list[Tries]:
        """Return the counts that have to wait now, at most ``MOST_SHOWN``."""
        return throttle.waiting(self._store.read(), self._clock.now(), MOST_SHOWN)
