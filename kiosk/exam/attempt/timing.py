"""Exam time: a line that only moves forward, whatever anybody does to the wall clock (R19, R22).

The line is anchored once to the wall clock. Within one boot it advances with the monotonic
clock; across a boot by the wall clock's difference, never by less than nothing. Its last
reading is kept on disk (a *tick*), so that a restart goes on from there.

A candidate's time is a list: start, duration, extra time, and credits with their reasons.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from kiosk.exam.values import Table

JUMP = timedelta(seconds=2)
"""A wall clock this far off the line has been set by somebody."""

GRACE = timedelta(seconds=2)
"""Answers that were on their way when the time ran out, or a pause began, are still taken."""


@dataclass(frozen=True)
class Tick:
    """One reading: the line's time and both clocks of the machine at that moment."""

    line: datetime
    wall: datetime
    monotonic: float
    boot_id: str


@dataclass(frozen=True)
class Reading:
    """The line's time now, and how far the wall clock jumped since the last tick."""

    tick: Tick
    jump: timedelta

    @property
    def jumped(self) -> bool:
        """Whether the wall clock was set meanwhile (more than two seconds off)."""
        return abs(self.jump) > JUMP


def first_tick(wall: datetime, monotonic: float, boot_id: str) -> Tick:
    """Anchor the line to the wall clock."""
    return Tick(wall, wall, monotonic, boot_id)


def advance(last: Tick, wall: datetime, monotonic: float, boot_id: str) -> Reading:
    """The line's time now, from the last tick and the machine's clocks."""
    walked = wall - last.wall
    if boot_id == last.boot_id:
        passed = timedelta(seconds=max(0.0, monotonic - last.monotonic))
    else:
        passed = max(timedelta(0), walked)
    jump = walked - passed
    return Reading(Tick(last.line + passed, wall, monotonic, boot_id), jump)


class TimeRules(Table):
    """``[time]`` of a programme file. Minutes count from the start of the sitting.

    ``late_entry_minutes``: who signs in later is not admitted. ``earliest_hand_in_minutes``:
    nobody may hand in before. ``warn_minutes``: the page warns when so much is left.
    ``server_outage``: time lost while the centre's machine was down is credited to the ``room``,
    or left to ``staff``. ``terminal_outage``: the same for one terminal that went down, to ``one``
    candidate or to ``staff``. Cuts shorter than ``outage_seconds`` cost nobody anything. After
    ``repair_minutes`` of standstill the sitting is stopped, to be sat again.
    """

    late_entry_minutes: int = Field(default=30, ge=0, le=600)
    earliest_hand_in_minutes: int = Field(default=30, ge=0, le=600)
    warn_minutes: tuple[int, ...] = (15, 5)
    server_outage: Literal["room", "staff"] = "room"
    terminal_outage: Literal["one", "staff"] = "staff"
    outage_seconds: int = Field(default=15, ge=5, le=600)
    repair_minutes: int = Field(default=45, ge=1, le=600)

    @model_validator(mode="after")
    def _warnings_fall(self) -> Self:
        if any(minutes < 1 for minutes in self.warn_minutes):
            raise ValueError("warn_minutes must be at least 1")
        if sorted(set(self.warn_minutes), reverse=True) != list(self.warn_minutes):
            raise ValueError("warn_minutes must be in descending order, each number once")
        return self

    def check(self, duration_minutes: int) -> None:
        """Raise ValueError when a rule does not fit an examination of that length."""
        for name in ("late_entry_minutes", "earliest_hand_in_minutes"):
            if getattr(self, name) > duration_minutes:
                raise ValueError(f"time.{name} is longer than {duration_minutes} minutes")


CreditKind = Literal["pause", "outage", "staff"]


@dataclass(frozen=True)
class Credit:
    """Time given back, or by staff given or taken (below zero), with who and why."""

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
    """When an attempt's time is up, on the line; never before it began."""
    seconds = 60 * (duration_minutes + extra_minutes) + sum(one.seconds for one in time_credits)
    return started_at + timedelta(seconds=max(0.0, seconds))


def remaining(now: datetime, end: datetime, paused_at: datetime | None = None) -> timedelta:
    """Time left, never below zero; while paused it stands still."""
    return max(timedelta(0), end - (paused_at or now))


def minute_of(started_at: datetime, minutes: int) -> datetime:
    """The moment so many minutes after the start of the sitting."""
    return started_at + timedelta(minutes=minutes)
