"""The next regular time slots of programmes, which forms offer as starts of a sitting."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.exam.programme.programme import Programme


def next_slots(
    programmes: Iterable[Programme], now: datetime, zone: ZoneInfo, most: int = 12
) -> Sequence[datetime]:
    """Return the next starts in the calendars of some programmes, in local time."""
    today = now.astimezone(zone).date()
    starts = {
        datetime.combine(day, start, zone)
        for programme in programmes
        for year in (today.year, today.year + 1)
        for day in programme.calendar.days(year)
        for start in programme.calendar.starts
        if day > today
    }
    return sorted(starts)[:most]
