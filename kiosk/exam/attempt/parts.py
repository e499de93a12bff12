"""Parts of an attempt that are sat one after another, each in its own time or all in one.

One part is open at a time. It is over when the candidate hands it in or its time is up, and never
opens again. The first begins with the sitting, each other one when the part before it is over.
Extra minutes are shared out in proportion to the parts' minutes. A time credit belongs to the part
that was open when it was given, so a pause lengthens the part in which it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.exam.attempt.states import EndReason
from kiosk.exam.attempt.timing import Credit, ends_at


@dataclass(frozen=True)
class PartTime:
    """A part's own minutes, if it has any, and its minutes before it may be handed in."""

    id: str
    minutes: int | None
    earliest_hand_in_minutes: int


@dataclass(frozen=True)
class PartEnd:
    """The end of a part: when, why, and how many time credits had been given by then."""

    at: datetime
    reason: EndReason
    credits: int


@dataclass(frozen=True)
class PartSpan:
    """A part that has begun; ``end`` is None while it is open."""

    part: PartTime
    began_at: datetime
    end: PartEnd | None


@dataclass(frozen=True)
class Course:
    """An attempt's way through its parts.

    ``duration_minutes``: of an examination whose parts have no minutes of their own.
    ``started_at``: the start of the sitting. ``credits``: in the order in which they were given.
    ``over``: the ends of the first parts, in order; the last part ends with the attempt.
    """

    parts: tuple[PartTime, ...]
    carry_over: bool
    duration_minutes: int
    started_at: datetime
    extra_minutes: int = 0
    credits: Sequence[Credit] = ()
    over: tuple[PartEnd, ...] = ()

    @property
    def position(self) -> int:
        """Place of the open part, from 0."""
        return len(self.over)

    @property
    def part(self) -> PartTime:
        """The open part."""
        return self.parts[self.position]

    @property
    def is_last(self) -> bool:
        """Whether no part follows the open one."""
        return self.position == len(self.parts) - 1

    @property
    def began_at(self) -> datetime:
        """When the open part began."""
        return self.over[-1].at if self.over else self.started_at

    @property
    def spans(self) -> tuple[PartSpan, ...]:
        """The parts that have begun, in order."""
        begins = (self.started_at, *(end.at for end in self.over))
        return tuple(
            PartSpan(part, began, end)
            for part, began, end in zip(self.parts, begins, (*self.over, None), strict=False)
        )

    @property
    def ends_at(self) -> datetime:
        """When the time of the open part is up, never before the part began."""
        if self.part.minutes is None:
            start, minutes = self.started_at, self.duration_minutes
            end = ends_at(start, minutes, self.extra_minutes, self.credits)
        elif self.carry_over:
            end = self.started_at + self._share(self.position + 1) + _sum(self.credits)
        else:
            own = self._share(self.position + 1) - self._share(self.position)
            end = self.began_at + own + _sum(self._own_credits)
        return max(self.began_at, end)

    @property
    def last_end(self) -> datetime:
        """When the attempt's time is up if no part is handed in early."""
        if self.part.minutes is None:
            return self.ends_at
        return self.ends_at + self._share(len(self.parts)) - self._share(self.position + 1)

    @property
    def earliest_hand_in(self) -> datetime:
        """When the open part may be handed in; time lost in pauses and outages does not count."""
        lost = _sum([credit for credit in self._own_credits if credit.kind != "staff"])
        return self.began_at + timedelta(minutes=self.part.earliest_hand_in_minutes) + lost

    def end_open(self, at: datetime, reason: EndReason) -> PartEnd:
        """Return the end of the open part at that time, at the latest when its time was up."""
        return PartEnd(min(at, self.ends_at), reason, len(self.credits))

    @property
    def _own_credits(self) -> Sequence[Credit]:
        return self.credits[self.over[-1].credits if self.over else 0 :]

    def _share(self, count: int) -> timedelta:
        """Return the time of the first ``count`` parts with their share of the extra minutes.

        Computed from the sum, so that the shares of all parts add up exactly.
        """
        minutes = [part.minutes or 0 for part in self.parts]
        own, all_ = sum(minutes[:count]), sum(minutes)
        return timedelta(minutes=own) + timedelta(minutes=self.extra_minutes) * own / all_


def _sum(given: Sequence[Credit]) -> timedelta:
    return timedelta(seconds=sum(credit.seconds for credit in given))
