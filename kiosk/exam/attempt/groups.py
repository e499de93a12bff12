"""Groups of a sitting that start and pause together: everybody, a room, a paper, or both.

Time runs for a candidate from the first start of a group that the candidate is in, and stands
still while any of these groups is paused. Each pause is ended on its own, so a room that was
paused before everybody was stays paused when everybody resumes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.exam.attempt.timing import Credit

ROOM_PAUSE = "room"
"""Reason of the credit for time in which a candidate's group was paused."""


@dataclass(frozen=True)
class Group:
    """Everybody who has this room and this paper; None is any."""

    room: str | None = None
    paper: str | None = None

    def has(self, room: str, paper: str) -> bool:
        """Whether a candidate with that room and paper belongs to the group."""
        return self.room in (None, room) and self.paper in (None, paper)

    @property
    def named(self) -> dict[str, str]:
        """Room and paper as events record them; a part that is not limited is left out."""
        return {name: value for name, value in vars(self).items() if value is not None}


EVERYBODY = Group()


@dataclass(frozen=True)
class Start:
    """The start of a group."""

    group: Group
    at: datetime


@dataclass(frozen=True)
class Pause:
    """A pause of a group; open while ``resumed_at`` is None."""

    id: int
    group: Group
    reason: str
    paused_at: datetime
    resumed_at: datetime | None

    @property
    def open(self) -> bool:
        return self.resumed_at is None


@dataclass(frozen=True)
class GroupCredit:
    """A time credit for all in a group."""

    group: Group
    credit: Credit


@dataclass(frozen=True)
class GroupTimes:
    """All starts, pauses and time credits of a sitting's groups."""

    starts: Sequence[Start]
    pauses: Sequence[Pause]
    given: Sequence[GroupCredit]

    def started_at(self, room: str, paper: str) -> datetime | None:
        """Return when time began to run for that room and paper, None if it has not."""
        found = [start.at for start in self.starts if start.group.has(room, paper)]
        return min(found, default=None)

    def paused(self, room: str, paper: str) -> Sequence[Pause]:
        """Return the open pauses that hold that room and paper, the first one first."""
        found = [pause for pause in self.open_pauses if pause.group.has(room, paper)]
        return sorted(found, key=lambda pause: pause.paused_at)

    @property
    def open_pauses(self) -> Sequence[Pause]:
        """All pauses that last."""
        return [pause for pause in self.pauses if pause.open]

    def pause_of(self, group: Group) -> Pause | None:
        """Return the open pause of exactly this group."""
        return next((pause for pause in self.open_pauses if pause.group == group), None)

    def credits(self, room: str, paper: str) -> Sequence[Credit]:
        """Return the credits for that room and paper since its start, without open pauses.

        What was credited before the start was time that no clock of theirs lost.
        """
        start = self.started_at(room, paper)
        if start is None:
            return []
        closed = [
            (pause.paused_at, pause.resumed_at)
            for pause in self.pauses
            if pause.resumed_at is not None and pause.group.has(room, paper)
        ]
        paused = [
            Credit("pause", (end - begin).total_seconds(), ROOM_PAUSE, "system", end)
            for begin, end in merged(closed, start)
        ]
        given = [
            one.credit
            for one in self.given
            if one.group.has(room, paper) and one.credit.at >= start
        ]
        return sorted([*paused, *given], key=lambda credit: credit.at)

    def stood_still(self, room: str, paper: str, now: datetime) -> float:
        """Return the seconds by which rules that count from the start are postponed."""
        start = self.started_at(room, paper)
        if start is None:
            return 0.0
        held = [
            (pause.paused_at, pause.resumed_at or now)
            for pause in self.pauses
            if pause.group.has(room, paper)
        ]
        paused = sum((end - begin).total_seconds() for begin, end in merged(held, start))
        given = sum(
            one.credit.seconds
            for one in self.given
            if one.group.has(room, paper) and one.credit.at >= start
        )
        return max(0.0, paused + given)


def merged(
    spans: Iterable[tuple[datetime, datetime]], since: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Return the spans after ``since`` with overlaps counted once, in order."""
    begin = end = since
    for first, last in sorted(spans):
        if first > end:
            if end > begin:
                yield begin, end
            begin = first
        end = max(end, last)
    if end > begin:
        yield begin, end
