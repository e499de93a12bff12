"""Calendar months, as bans are counted."""

import calendar
from datetime import datetime


def months_after(start: datetime, months: int) -> datetime:
    """Return the same day and time some months later; the last day of a shorter month."""
    count = start.month - 1 + months
    year, month = start.year + count // 12, count % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return start.replace(year=year, month=month, day=day)
