"""Toilet breaks: what a programme allows, and how long one lasts.

A break stops no clock: the candidate's time runs on. It covers the paper and sets the camera rules
and page leaves aside until staff have seen the candidate back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from kiosk.exam.values import Table


class BreakRules(Table):
    """``[breaks]`` of a programme file. Staff may begin a break beyond these rules with a reason.

    ``most``: breaks of one attempt, 0 for any number. ``longest_minutes``: after these the board
    shows the break urgently. ``not_in_first_minutes`` and ``not_in_last_minutes``: after the start
    and before the end of the candidate's own time.
    """

    most: int = Field(default=0, ge=0, le=20)
    longest_minutes: int = Field(default=10, ge=1, le=120)
    not_in_first_minutes: int = Field(default=0, ge=0, le=600)
    not_in_last_minutes: int = Field(default=0, ge=0, le=600)


class BreakObjection(StrEnum):
    """Why the programme does not allow a break now."""

    TOO_MANY = "too_many"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"


@dataclass(frozen=True)
class BreakSpan:
    """A break; ``over_at`` is None while the candidate is out."""

    at: datetime
    over_at: datetime | None = None

    def lasted(self, now: datetime) -> timedelta:
        """Return how long it lasted, until now while it goes on; never negative."""
        return max(timedelta(0), (self.over_at or now) - self.at)

    def is_overdue(self, rules: BreakRules, now: datetime) -> bool:
        """Whether the candidate is out for longer than the programme allows."""
        return self.over_at is None and self.lasted(now) > timedelta(minutes=rules.longest_minutes)


def objections(
    rules: BreakRules, before: int, started_at: datetime, left: timedelta, now: datetime
) -> tuple[BreakObjection, ...]:
    """Return what speaks against a break now.

    ``before``: breaks that the attempt has had. ``left``: what is left of the candidate's time.
    """
    early = now - started_at < timedelta(minutes=rules.not_in_first_minutes)
    late = left < timedelta(minutes=rules.not_in_last_minutes)
    found = {
        BreakObjection.TOO_MANY: bool(rules.most) and before >= rules.most,
        BreakObjection.TOO_EARLY: early,
        BreakObjection.TOO_LATE: late,
    }
    return tuple(objection for objection, holds in found.items() if holds)
