"""Slowing down wrong secrets without locking anybody out.

Tries are counted by account and place together, so that nobody keeps somebody else away from
another terminal or address, and a terminal or address that many share is never slowed as a whole.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlite_utils import Database

from kiosk.exam.ports import Clock
from kiosk.hall.errors import TooManyTries
from kiosk.store.centre import throttle
from kiosk.store.centre.throttle import Tries
from kiosk.store.sqlite.database import Store

FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(hours=1)
"""A count is forgotten when nobody has tried for so long."""

MOST = 5000
"""Counts that are kept: who types ever other names makes room by what ended first."""

MOST_SHOWN = 200


class Throttle:
    """After some free tries each further one doubles the wait, from 5 to 60 seconds.

    Counts outlive a restart.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def begin(self, free: Mapping[str, int]) -> None:
        """Count a try for each key before it is judged, so that parallel ones count, too.

        ``free``: how many tries of a key come without a wait. Raises TooManyTries, and counts
        nothing, while a key has to wait. What turns out right, or could not have been right, is
        given back by :meth:`succeeded` or :meth:`give_back`.
        """
        now = self._clock.now()

        def job(db: Database) -> None:
            throttle.forget_before(db, now - FORGOTTEN_AFTER)
            known = {key: throttle.get(db, key) for key in free}
            # No wait is longer than the longest, even after the clock was set back.
            waits = [min(tries.until - now, LONGEST_WAIT) for tries in known.values() if tries]
            longest = max(waits, default=timedelta(0)).total_seconds()
            if longest > 0:
                raise TooManyTries(retry_after=int(longest) + 1)
            for key, tries in known.items():
                if tries is None:
                    throttle.make_room(db, MOST)
                failures = (tries.failures if tries else 0) + 1
                throttle.put(db, key, failures, now + _wait(failures, free[key]))

        self._store.write(job)

    def succeeded(self, keys: Sequence[str]) -> None:
        """Forget the wrong tries."""

        def job(db: Database) -> None:
            for key in keys:
                throttle.clear(db, key)

        self._store.write(job)

    def give_back(self, keys: Sequence[str]) -> None:
        """Take one try back that could not have been right, such as a number mistyped."""
        now = self._clock.now()

        def job(db: Database) -> None:
            for key in keys:
                tries = throttle.get(db, key)
                if tries is not None:
                    throttle.put(db, key, tries.failures - 1, now)

        self._store.write(job)

    def waiting(self) -> list[Tries]:
        """Who has to wait at present."""
        return throttle.waiting(self._store.read(), self._clock.now(), MOST_SHOWN)


def _wait(failures: int, free: int) -> timedelta:
    """How long to wait after so many wrong tries in a row."""
    if failures < free:
        return timedelta(0)
    return min(FIRST_WAIT * int(2 ** min(failures - free, 16)), LONGEST_WAIT)
