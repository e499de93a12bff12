"""Day reports: how a centre's sittings of these days stand, so that headquarters can show it.

Counts only: nothing says who somebody is, and nothing follows from a report but a picture. A centre
of an older version sends none, and an older headquarters refuses them, which changes nothing else.
"""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field, field_validator

from sync.wire.model import CentreCode, Identifier, Utc, WireModel

REPORTED_AROUND = timedelta(hours=48)
"""Centres report sittings that start this close to now."""
FORMAT: Literal["day-report/1"] = "day-report/1"
MOST_SITTINGS = 20
"""Most sittings in one report, those closest to now."""
MOST_COUNTED = 100_000
YEARS = range(2000, 2200)


class SittingReport(WireModel):
    """A sitting at the centre. ``version``: of its package that is there.

    ``present``: signed in and not begun; ``writing``, ``ended``: attempts; ``incidents``: so far.
    """

    sitting_id: Identifier
    version: int = Field(ge=1, le=1_000_000)
    state: Literal["imported", "unlocked", "started", "closed", "stopped"]
    started_at: Utc | None = None
    closed_at: Utc | None = None
    present: int = Field(ge=0, le=MOST_COUNTED)
    writing: int = Field(ge=0, le=MOST_COUNTED)
    ended: int = Field(ge=0, le=MOST_COUNTED)
    incidents: int = Field(ge=0, le=MOST_COUNTED)

    @field_validator("started_at", "closed_at", mode="before")
    @classmethod
    def _of_our_time(cls, value: object) -> object:
        # Before it is converted to UTC, where a time at the end of the calendar overflows.
        year = value.year if isinstance(value, datetime) else str(value)[:4]
        if value is not None and str(year) not in map(str, YEARS):
            raise ValueError("a year that no exam has")
        return value


class DayReport(WireModel):
    """All sittings of the centre that are open or close to now; empty: it has none."""

    format: Literal["day-report/1"] = FORMAT
    centre_code: CentreCode
    sittings: tuple[SittingReport, ...] = Field(max_length=MOST_SITTINGS)
