"""The sittings of a year follow from a rule (R4, R10)."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.programme.calendar import Calendar
from tests.exam.programmes import shipped

SKILLS, MANAGER = shipped("carbon-skills").calendar, shipped("carbon-manager").calendar


def test_the_third_weekend_is_the_third_saturday_and_the_sunday_after_it() -> None:
    assert [str(day) for day in SKILLS.days(2026)[:4]] == [
        "2026-01-17", "2026-01-18", "2026-03-21", "2026-03-22",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "saturday", "row"),
    [
        ("2026-01", "17-18", "17-18"),
        ("2026-02", "21-22", "14-15"),  # begins on a Sunday
        ("2026-03", "21-22", "14-15"),  # begins on a Sunday
        ("2026-05", "16-17", "16-17"),
        ("2026-06", "20-21", "20-21"),  # begins on a Monday
        ("2026-08", "15-16", "15-16"),  # begins on a Saturday
        ("2026-11", "21-22", "14-15"),  # begins on a Sunday
        ("2027-03", "20-21", "20-21"),
        ("2027-08", "21-22", "14-15"),  # begins on a Sunday
    ],
)
def test_the_programme_says_how_the_third_week_counts(first: str, saturday: str, row: str) -> None:
    year, month = map(int, first.split("-"))
    for third_week, expected in (("saturday", saturday), ("row", row)):
        values = {"rule": "third_weekend", "third_week": third_week}
        days = Calendar(**values, months=(month,), starts=(time(9),)).days(year)
        assert "-".join(str(day.day) for day in days) == expected


def test_a_calendar_of_0_2_0_still_means_the_third_saturday() -> None:
    stored = {"rule": "third_weekend", "months": [3], "starts": ["09:00:00"]}
    calendar = Calendar.model_validate(stored)
    assert calendar.days(2026) == (date(2026, 3, 21), date(2026, 3, 22))
    assert calendar.model_dump(mode="json") == stored


def test_a_months_end_that_is_a_saturday_has_no_sunday() -> None:
    days = [str(day) for day in MANAGER.days(2026)]
    assert days[0] == "2026-01-31"
    assert days[1:3] == ["2026-04-25", "2026-04-26"]


def test_the_next_sitting_may_be_next_year() -> None:
    assert MANAGER.next_from(date(2026, 11, 21)) == date(2027, 1, 30)
    assert MANAGER.next_from(date(2026, 10, 31)) == date(2026, 10, 31)


@given(st.integers(2000, 2100), st.sets(st.integers(1, 12), min_size=1))
def test_every_day_is_a_weekend_of_a_named_month_in_order(year: int, months: set[int]) -> None:
    rules = (("third_weekend", "saturday"), ("third_weekend", "row"), ("month_end", "saturday"))
    for rule, week in rules:
        calendar = Calendar(rule=rule, third_week=week, months=tuple(months), starts=(time(9),))
        days = calendar.days(year)
        assert list(days) == sorted(set(days))
        assert {day.month for day in days} == months
        assert all(day.weekday() >= 5 and calendar.includes(day) for day in days)
        if rule == "third_weekend":
            assert all(14 <= day.day <= 22 for day in days)
