"""Slowing down wrong secrets at headquarters; see :mod:`kiosk.credentials.throttling`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from kiosk.credentials.throttling import FORGOTTEN_AFTER, MOST, seconds_left, wait_after
from sync.hq.context import HqContext
from sync.hq.errors import TooManyTries
from sync.hq.persistence.database import put
from sync.hq.persistence.tables import throttle


def key_of(kind: str, username: str, place: str) -> str:
    """Return the key that counts tries for one account at one place."""
    return f"{kind}/{username[:64]}@{place[:64]}"


class Throttle:
    """Counts tries by key. Counts survive a restart and are shared by all processes."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def begin(self, key: str) -> None:
        """Count a try before it is judged, so that parallel tries count as well.

        Raises:
            TooManyTries: the key must wait; the try is not counted.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            connection.execute(delete(throttle).where(throttle.c.until < now - FORGOTTEN_AFTER))
            failures, until = _known(connection, key, now)
            if wait := seconds_left([until], now):
                raise TooManyTries(retry_after=wait)
            if not failures:
                _make_room(connection)
            row = {"key": key, "failures": failures + 1, "until": now + wait_after(failures + 1)}
            put(connection, throttle, [row])

    def succeeded(self, key: str) -> None:
        """Reset the count after a success."""
        with self._context.database.write() as connection:
            connection.execute(delete(throttle).where(throttle.c.key == key))

    def give_back(self, key: str) -> None:
        """Undo the count of a try that was never judged."""
        values = {"failures": throttle.c.failures - 1, "until": self._context.clock.now()}
        with self._context.database.write() as connection:
            connection.execute(update(throttle).where(throttle.c.key == key).values(**values))


def forget_account(connection: Connection, kinds: Sequence[str], username: str) -> None:
    """Reset the counts of an account at all places."""
    for kind in kinds:
        start = key_of(kind, username, "")
        connection.execute(
            delete(throttle).where(throttle.c.key.startswith(start, autoescape=True))
        )


def _known(connection: Connection, key: str, now: datetime) -> tuple[int, datetime]:
    query = select(throttle.c.failures, throttle.c.until).where(throttle.c.key == key)
    row = connection.execute(query).first()
    return (row.failures, row.until) if row else (0, now)


def _make_room(connection: Connection) -> None:
    count = connection.execute(select(func.count()).select_from(throttle)).scalar_one()
    if count >= MOST:
        first = select(throttle.c.key).order_by(throttle.c.until).limit(count - MOST + 1)
        connection.execute(delete(throttle).where(throttle.c.key.in_(first)))
