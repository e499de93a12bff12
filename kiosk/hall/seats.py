"""Who has which seat at what time, over all sittings that share a room."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.exam.attempt.states import OVER
from kiosk.exam.typed_numbers import plain_number
from kiosk.hall.errors import SeatTaken
from kiosk.hall.packages import OpenedPackages
from kiosk.store.centre import sittings
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import attempts
from kiosk.store.exam.attempts import Attempt


class Seats:
    """Looks for two candidates on one seat at one time."""

    def __init__(self, papers: OpenedPackages) -> None:
        self._papers = papers

    def require_free(
        self, db: Database, sitting: Sitting, room: str, seat: str, own: str | None = None
    ) -> None:
        """Check that nobody else has a seat while a sitting lasts; "" is no seat.

        ``own``: the attempt that is to have it.

        Raises:
            SeatTaken: somebody else has it.
        """
        place = (room, plain_number(seat))
        if not place[1]:
            return
        for _other, attempt in self._at_the_time_of(db, sitting):
            if attempt.id != own and place_of(attempt) == place:
                raise SeatTaken(seat=seat)

    def clashes(self, db: Database, sitting: Sitting) -> list[tuple[Attempt, Sitting]]:
        """Return this sitting's candidates whose seat another sitting gives away, too."""
        taken = {
            place_of(attempt): other
            for other, attempt in self._at_the_time_of(db, sitting)
            if other.id != sitting.id
        }
        return [
            (attempt, taken[place_of(attempt)])
            for attempt in attempts.of_sitting(db, sitting.id)
            if attempt.seat and place_of(attempt) in taken
        ]

    def _at_the_time_of(self, db: Database, sitting: Sitting) -> Iterator[tuple[Sitting, Attempt]]:
        """Return the open attempts of all sittings that overlap with this one, its own too."""
        begin, end = self._span(sitting)
        for other in sittings.everyone(db):
            if other.over or not self._papers.readable(other):
                continue
            first, last = self._span(other)
            if first < end and begin < last:
                found = attempts.of_sitting(db, other.id)
                yield from ((other, one) for one in found if one.state not in OVER)

    def _span(self, sitting: Sitting) -> tuple[datetime, datetime]:
        """Return the planned time of the longest paper with everybody's extra time."""
        package = self._papers.package(sitting)
        extra = max((one.extra_minutes for one in package.roster.candidates), default=0)
        minutes = package.manifest.sitting.duration_minutes + extra
        return sitting.starts_at, sitting.starts_at + timedelta(minutes=minutes)


def place_of(attempt: Attempt) -> tuple[str, str]:
    """Return room and seat in a form that can be compared."""
    return attempt.room, plain_number(attempt.seat)
