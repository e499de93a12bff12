"""Years of work from periods: overlaps count once, up to the day that a programme names.

Both ends of a period are days of work. A run is work without a day's break; its length is its
whole months, as anniversaries count them. Rests of several runs add up: 30 days are a month.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

_DAY = timedelta(days=1)
_DAYS_OF_A_MONTH = 30


@dataclass(frozen=True, order=True)
class Period:
    """A period of work from its first to its last day; without ``end`` it goes on."""

    start: date
    end: date | None = None


@dataclass(frozen=True)
class Work:
    """Years of work in all, and in the longest run."""

    total: Decimal = Decimal(0)
    continuous: Decimal = Decimal(0)


def runs(periods: Iterable[Period], until: date) -> list[tuple[date, date]]:
    """Return the runs of work up to and including a day, in order: first day, last day."""
    found: list[tuple[date, date]] = []
    ends = ((period.start, min(period.end or until, until)) for period in periods)
    for start, end in sorted(one for one in ends if one[0] <= one[1]):
        if found and start <= found[-1][1] + _DAY:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def work(periods: Iterable[Period], until: date) -> Work:
    """Return the years of work up to and including a day."""
    lengths = [_length(start, end + _DAY) for start, end in runs(periods, until)]
    months = sum(months for months, _ in lengths)
    rests = [days for _, days in lengths if days]
    # The days of one run make a month only as its anniversaries count it.
    rest = sum(rests) // _DAYS_OF_A_MONTH if len(rests) > 1 else 0
    longest = max((months for months, _ in lengths), default=0)
    return Work(years_of(months + rest), years_of(longest))


def years_of(months: int) -> Decimal:
    """Return months as years, rounded down so that no year counts before it is over."""
    return (Decimal(months) / 12).quantize(Decimal("0.01"), ROUND_DOWN)


def months_of(years: Decimal) -> int:
    """Return years as whole months: the inverse of :func:`years_of`."""
    return int(years * 12 + Decimal("0.119"))


def reached(periods: Sequence[Period], day: date, need: Decimal, *, unbroken: bool) -> date:
    """Return the day on which ``need`` years are complete if work goes on after ``day``.

    ``unbroken``: in the longest run, instead of in all. Who does not work on ``day`` begins on
    the next one.
    """
    going = any(period.start <= day and period.end is None for period in periods)
    lasting = [*periods] if going else [*periods, Period(day + _DAY)]
    earliest, latest = day, after(day, months_of(need) + 2)
    while earliest < latest:
        middle = earliest + (latest - earliest) // 2
        done = work(lasting, middle)
        if (done.continuous if unbroken else done.total) >= need:
            latest = middle
        else:
            earliest = middle + _DAY
    return earliest


def after(day: date, months: int) -> date:
    """Return the same day some months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _length(start: date, end: date) -> tuple[int, int]:
    """Return the whole months from ``start`` to before ``end``, and the days that are left."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if after(start, months) > end:
        months -= 1
    return months, (end - after(start, months)).days
