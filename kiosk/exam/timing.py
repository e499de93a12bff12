"""Exam time: a line that only moves forward, whatever anybody does to the wall clock (R19, R22).

The line is anchored once to the wall clock. Within one boot it advances with the monotonic
clock; across a boot by the wall clock's difference, never by less than nothing. Its last
reading is kept on disk (a *tick*), so that a restart goes on from there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

JUMP = timedelta(seconds=2)
"""A wall clock this far off the line has been set by somebody."""


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


def ends_at(started_at: datetime, duration_minutes: int, extra_minutes: int = 0) -> datetime:
    """When an attempt's time is up, on the line."""
    return started_at + timedelta(minutes=duration_minutes + extra_minutes)


def remaining(now: datetime, end: datetime) -> timedelta:
    """Time left, never below zero."""
    return max(timedelta(0), end - now)
