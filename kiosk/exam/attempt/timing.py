"""Exam time: a line that only moves forward, whatever happens to the wall clock (R19, R22).

The line is anchored once to the wall clock. Within one boot it advances with the monotonic
clock; across a boot by the difference of the wall clock, but never backwards. The last reading
(a *tick*) is stored on disk, and a restart continues from there.

A candidate's time is the start, the duration, extra time, and time credits with their reasons.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from kiosk.exam.values import Table

JUMP = timedelta(seconds=2)
"""A wall clock further off the line than this has been set."""

GRACE = timedelta(seconds=2)
"""Answers that were on their way when the time ran out, or a pause began, are still accepted."""


@dataclass(frozen=True)
class Tick:
    """One reading: exam time, and both clocks of the machine at that moment."""

    line: datetime
    wall: datetime
    monotonic: float
    boot_id: str


@dataclass(frozen=True)
class Reading:
    """Exam time now, and how far the wall clock jumped since the last tick."""

    tick: Tick
    jump: timedelta

    @property
    def jumped(self) -> bool:
        """Whether the wall clock was set since the last tick (off by more than ``JUMP``)."""
        return abs(self.jump) > JUMP


def first_tick(wall: datetime, monotonic: float, boot_id: str) -> Tick:
    """Anchor exam time to the wall clock."""
    return Tick(wall, wall, monotonic, boot_id)


def advance(last: Tick, wall: datetime, monotonic: float, boot_id: str) -> Reading:
    """Return exam time now, from the last tick and the machine's clocks."""
    walked = wall - last.wall
    if boot_id == last.boot_id:
        # Monotonic values of different boots are not comparable; within one they cannot be set.
        passed = timedelta(seconds=max(0.0, monotonic - last.monotonic))
    else:
        # A wall clock that lost time over the reboot must not move exam time backwards.
        passed = max(timedelta(0), walked)
    jump = walked - passed
    return Reading(Tick(last.line + passed, wall, monotonic, boot_id), jump)


class TimeRules(Table):
    """``[time]`` of a programme file. Minutes count from the start of the sitting.

    ``late_entry_minutes``: candidates who sign in later are not admitted.
    ``earliest_hand_in_minutes``: handing in is refused before. ``warn_minutes``: minutes left
    at which the page warns. ``server_outage``: time lost while the centre's server was down is
    credited to the ``room``, or left to ``staff``. ``terminal_outage``: the same for one
    terminal, credited to ``one`` candidate or left to ``staff``. Outages shorter than
    ``outage_seconds`` are not credited. A sitting that an outage or a pause of the room
    interrupts for ``repair_minutes`` is stopped and has to be rescheduled.
    ``arrive_minutes_before``: when candidates should be at the centre, as tickets say.
    """

    younger: ClassVar[frozenset[str]] = frozenset({"arrive_minutes_before"})

    late_entry_minutes: int = Field(default=30, ge=0, le=600)
    earliest_hand_in_minutes: int = Field(default=30, ge=0, le=600)
    warn_minutes: tuple[int, ...] = (15, 5)
    server_outage: Literal["room", "staff"] = "room"
    terminal_outage: Literal["one", "staff"] = "staff"
    outage_seconds: int = Field(default=15, ge=5, le=600)
    repair_minutes: int = Field(default=45, ge=1, le=600)
    arrive_minutes_before: int = Field(default=30, ge=0, le=600)

    @model_validator(mode="after")
    def _warnings_fall(self) -> Self:
        if any(minutes < 1 for minutes in self.warn_minutes):
            raise ValueError("warn_minutes must be at least 1")
        if sorted(set(self.warn_minutes), reverse=True) != list(self.warn_minutes):
            raise ValueError("warn_minutes must be in descending order, each number once")
        return self

    def check(self, duration_minutes: int) -> None:
        """Check the rules against an examination's length.

        Raises:
            ValueError: a rule is longer than the examination.
        """
        for name in ("late_entry_minutes", "earliest_hand_in_minutes"):
            if getattr(self, name) > duration_minutes:
                raise ValueError(f"time.{name} is longer than {duration_minutes} minutes")


CreditKind = Literal["pause", "outage", "staff"]


@dataclass(frozen=True)
class Credit:
    """A time credit: ``seconds`` added, or deducted when negative, with author and reason."""

    kind: CreditKind
    seconds: float
    reason: str
    by: str
    at: datetime


def ends_at(
    started_at: datetime,
    duration_minutes: int,
    extra_minutes: int = 0,
    time_credits: Iterable[Credit] = (),
) -> datetime:
    """Return the exam time at which an attempt's time is up, never before its start."""
    seconds = 60 * (duration_minutes + extra_minutes) + sum(
        credit.seconds for credit in time_credits
    )
    return started_at + timedelta(seconds=max(0.0, seconds))


def remaining(now: datetime, end: datetime, paused_at: datetime | None = None) -> timedelta:
    """Return the time left, never negative; ``paused_at`` stops the clock."""
    return max(timedelta(0), end - (paused_at or now))


def minute_of(started_at: datetime, minutes: int) -> datetime:
    """Return the moment ``minutes`` after the start of the sitting."""
    return started_at + timedelta(minutes=minutes)
