"""The day at the centre, for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.exam.day import OpenPoint, Remark, Step


@dataclass(frozen=True)
class SittingDayView:
    """One sitting of the day with its steps, and what is open in it."""

    id: str
    title: str
    starts_at: datetime
    steps: Sequence[Step]
    open: Sequence[OpenPoint]


@dataclass(frozen=True)
class DayView:
    """The day at ``at``; with ``open`` points the machine has to stay on."""

    at: datetime
    sittings: Sequence[SittingDayView]
    open: Sequence[OpenPoint]
    remarks: Sequence[Remark]
