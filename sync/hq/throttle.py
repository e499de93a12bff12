"""Slowing down repeated failures: after five, each one doubles the wait, up to 15 minutes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from sync.hq.errors import TooManyTries
from sync.hq.office import Office
from sync.hq.persistence.tables import throttle

FREE = 5
FIRST = timedelta(seconds=10)
LONGEST = timedelta(minutes=15)
FORGET = timedelta(hours=24)


class Throttle:
    """Counts failures by key (a user name, an address); survives a restart."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def require_open(self, keys: Sequence[str]) -> None:
        """Raise :class:`TooManyTries` while one of the keys has to wait."""
        now = self._office.clock.now()
        query = select(throttle.c.until).where(throttle.c.key.in_(keys), throttle.c.until > now)
        with self._office.ledger.read() as connection:
            waits = [until - now for until in connection.execute(query).scalars()]
        # No wait is longer than LONGEST, even after the clock was set back.
        if waits:
            wait = min(max(waits), LONGEST)
            raise TooManyTries(retry_after=max(1, round(wait.total_seconds())))

    def failed(self, keys: Sequence[str]) -> None:
        """Count one failure for each key."""
        now = self._office.clock.now()
        with self._office.ledger.write() as connection:
            connection.execute(delete(throttle).where(throttle.c.until < now - FORGET))
            for key in keys:
                _count(connection, key, now)

    def forget(self, keys: Sequence[str]) -> None:
        """Start again after a success."""
        with self._office.ledger.write() as connection:
            connection.execute(delete(throttle).where(throttle.c.key.in_(keys)))


def _count(connection: Connection, key: str, now: datetime) -> None:
    known = connection.execute(select(throttle.c.failures).where(throttle.c.key == key)).scalar()
    failures = (known or 0) + 1
    until = now + _wait(failures)
    if known is None:
        connection.execute(insert(throttle).values(key=key, failures=failures, until=until))
    else:
        connection.execute(
            update(throttle).where(throttle.c.key == key).values(failures=failures, until=until)
        )


def _wait(failures: int) -> timedelta:
    if failures < FREE:
        return timedelta(0)
    doublings = min(failures - FREE, 10)
    return min(FIRST * (1 << doublings), LONGEST)
