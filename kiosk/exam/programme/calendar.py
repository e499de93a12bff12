"""Dates of a programme: regular sittings by rule (R4, R10), and the dates of an edition (R12).

The rule gives the regular days. An edition of the work plan may name another day, as the notice of
the eighth edition does, so a sitting off the calendar gives a warning and is not an error.
"""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kiosk.exam.values import Table, Text

SATURDAY, SUNDAY = 5, 6
Month = Annotated[int, Field(ge=1, le=12)]


class Calendar(Table):
    """The regular sittings of a year.

    ``third_weekend``: Saturday and Sunday of the month's third week.
    ``month_end``: the month's last Saturday and the Sunday after it, if it is still that month.
    ``third_week``: how weeks count in a month that begins on a Sunday. ``saturday``: the third
    Saturday; ``row``: the third row of a calendar whose rows begin on Monday, so that this Sunday
    alone is the first row. In other months both are the same.
    ``starts``: local times of day at which a sitting's slots begin.
    """

    younger = frozenset({"third_week"})

    rule: Literal["third_weekend", "month_end"]
    third_week: Literal["saturday", "row"] = "saturday"
    months: tuple[Month, ...] = Field(min_length=1)
    starts: tuple[time, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _third_week_is_asked_for(self) -> Self:
        if self.third_week != "saturday" and self.rule != "third_weekend":
            raise ValueError("third_week has a meaning only where rule is third_weekend")
        return self

    def days(self, year: int) -> tuple[date, ...]:
        """Return the regular days of a year, in order."""
        return tuple(day for month in sorted(set(self.months)) for day in self._days(year, month))

    def _days(self, year: int, month: int) -> tuple[date, ...]:
        saturdays = [date(year, month, 1) + timedelta(days=n) for n in range(31)]
        saturdays = [d for d in saturdays if d.month == month and d.weekday() == SATURDAY]
        saturday = saturdays[self._third(date(year, month, 1))]
        sunday = saturday + timedelta(days=1)
        return (saturday, sunday) if sunday.month == month else (saturday,)

    def _third(self, first: date) -> int:
        """Return which Saturday of the month that begins on ``first`` is meant, from 0."""
        if self.rule == "month_end":
            return -1
        return 1 if self.third_week == "row" and first.weekday() == SUNDAY else 2

    def includes(self, day: date) -> bool:
        """Return whether that day is one of the regular ones."""
        return day in self.days(day.year)

    def next_from(self, day: date) -> date:
        """Return the first regular day on or after ``day``."""
        return next(d for year in (day.year, day.year + 1) for d in self.days(year) if d >= day)


class Edition(Table):
    """The work plan of one edition (R12). Nothing may be published before its date.

    ``class_hours_until`` and all dates are local to the programme.
    """

    id: str = Field(min_length=1, max_length=40)
    name: Text
    registration_closes: date
    material_closes: date
    class_hours_until: datetime
    exam: date
    results_published: date
    certificates_issued: date

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if not self.exam <= self.results_published <= self.certificates_issued:
            raise ValueError("exam, results_published and certificates_issued are out of order")
        before = (self.registration_closes, self.material_closes, self.class_hours_until.date())
        if max(before) > self.exam:
            raise ValueError("registration, material and class hours must close before the exam")
        return self
