"""The sittings of a year follow from a rule (R4, R10)."""

from datetime import date, time

from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.programme.calendar import Calendar
from tests.exam.programmes import shipped

SKILLS, MANAGER = shipped("carbon-skills").calendar, shipped("carbon-manager").calendar


def test_the_third_weekend_is_the_third_saturday_and_the_sunday_after_it() -> None:
    assert [str(day) for day in SKILLS.days(2026)[:4]] == [
        "2026-01-17", "2026-01-18", "2026-03-21", "2026-03-22",
    ]  # fmt: skip


def test_a_months_end_that_is_a_saturday_has_no_sunday() -> None:
    days = [str(day) for day in MANAGER.days(2026)]
    assert days[0] == "2026-01-31"
    assert days[1:3] == ["2026-04-25", "2026-04-26"]


def test_the_next_sitting_may_be_next_year() -> None:
    assert MANAGER.next_from(date(2026, 11, 21)) == date(2027, 1, 30)
    assert MANAGER.next_from(date(2026, 10, 31)) == date(2026, 10, 31)


@given(st.integers(2000, 2100), st.sets(st.integers(1, 12), min_size=1))
def test_every_day_is_a_weekend_of_a_named_month_in_order(year: int, months: set[int]) -> None:
    for rule in ("third_weekend", "month_end"):
        calendar = Calendar(rule=rule, months=tuple(months), starts=(time(9),))
        days = calendar.days(year)
        assert list(days) == sorted(set(days))
        assert {day.month for day in days} == months
        assert all(day.weekday() >= 5 and calendar.includes(day) for day in days)
        if rule == "third_weekend":
            assert all(15 <= day.day <= 22 for day in days)
