"""How long to wait after wrong secrets: slowing down without locking anybody out.

Tries are counted by account and place together, so that nobody keeps somebody else away from
another terminal or address, and a terminal or address that many share is never slowed as a whole.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(hours=1)
"""A count is forgotten when nobody has tried for so long."""

MOST = 5000
"""Most counts that are stored: a new name replaces the count whose wait ended first."""


def wait_after(failures: int, free: int = FREE_TRIES) -> timedelta:
    """Return the wait after consecutive wrong tries: it doubles with each, from 5 to 60 s."""
    if failures < free:
        return timedelta(0)
    return min(FIRST_WAIT * (1 << min(failures - free, 16)), LONGEST_WAIT)


def seconds_left(ends: Iterable[datetime], now: datetime) -> int:
    """Seconds until the last of these waits ends, rounded up; 0 when a try is allowed.

    No wait is longer than the longest, even after the clock was set back.
    """
    longest = max((min(end - now, LONGEST_WAIT) for end in ends), default=timedelta(0))
    return int(longest.total_seconds()) + 1 if longest > timedelta(0) else 0
