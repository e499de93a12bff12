"""Years of work follow from periods: overlaps count once, breaks break a run (R6, R8)."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.programme.work import Period, after, months_of, reached, runs, work, years_of

UNTIL = date(2026, 4, 25)
DAYS = st.dates(date(2000, 1, 1), UNTIL)
PERIODS = st.builds(Period, DAYS, st.none() | DAYS)


def period(start: str, end: str = "") -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end) if end else None)


@pytest.mark.parametrize(
    ("periods", "total", "continuous"),
    [
        ([], "0", "0"),
        ([period("2018-07-01", "2021-06-30")], "3", "3"),
        ([period("2018-07-01", "2021-06-29")], "2.91", "2.91"),
        ([period("2018-07-01", "2021-06-30"), period("2021-07-01")], "7.75", "7.75"),
        ([period("2018-07-01", "2021-06-30"), period("2021-08-01", "2022-07-31")], "4", "3"),
        ([period("2018-07-01", "2021-06-30"), period("2019-01-01", "2020-12-31")], "3", "3"),
        ([period("2020-01-01", "2020-12-31"), period("2022-01-01", "2023-06-30")], "2.5", "1.5"),
        ([period("2025-04-26")], "1", "1"),
        ([period("2025-04-27")], "0.91", "0.91"),
        ([period("2026-05-01")], "0", "0"),
        ([period("2021-01-01", "2030-12-31")], "5.25", "5.25"),
        ([period("2025-01-01", "2025-01-15"), period("2025-03-01", "2025-03-15")], "0.08", "0"),
        ([period("2024-02-29", "2025-02-26")], "0.91", "0.91"),
        ([period("2024-02-29", "2025-02-27")], "1", "1"),
    ],
)
def test_years_in_all_and_in_the_longest_run(
    periods: list[Period], total: str, continuous: str
) -> None:
    done = work(periods, UNTIL)
    assert (done.total, done.continuous) == (Decimal(total), Decimal(continuous))


@given(st.lists(PERIODS, max_size=6), st.randoms())
def test_the_order_of_periods_and_what_lies_within_another_change_nothing(
    periods: list[Period], lot: Random
) -> None:
    shuffled = periods * 2
    lot.shuffle(shuffled)
    assert work(shuffled, UNTIL) == work(periods, UNTIL)


@given(st.lists(PERIODS, max_size=6))
def test_runs_lie_apart_in_order_and_hold_every_day_of_work(periods: list[Period]) -> None:
    found = runs(periods, UNTIL)
    for (_, end), (start, _) in pairwise(found):
        assert start > end + timedelta(days=1)
    for one in periods:
        last = one.end or UNTIL
        if one.start <= last:
            assert any(start <= one.start and last <= end for start, end in found)


@given(st.lists(PERIODS, max_size=6), DAYS, DAYS)
def test_no_run_is_longer_than_all_of_it_and_later_days_take_nothing_away(
    periods: list[Period], day: date, other: date
) -> None:
    before, later = work(periods, min(day, other)), work(periods, max(day, other))
    assert before.continuous <= before.total
    assert before.continuous <= later.continuous


@given(DAYS, st.integers(1, 40))
def test_a_year_is_over_the_day_before_its_anniversary(start: date, years: int) -> None:
    last = after(start, 12 * years) - timedelta(days=1)
    assert work([Period(start, last)], date.max).total == years
    assert work([Period(start, last - timedelta(days=1))], date.max).total < years


@given(st.lists(PERIODS, max_size=4), st.integers(1, 12), st.booleans())
def test_the_day_on_which_years_are_reached_is_the_first_such_day(
    periods: list[Period], years: int, unbroken: bool
) -> None:
    day = reached(periods, UNTIL, Decimal(years), unbroken=unbroken)
    going = any(one.end is None for one in periods)
    lasting = periods if going else [*periods, Period(UNTIL + timedelta(days=1))]
    what = "continuous" if unbroken else "total"
    assert getattr(work(lasting, day), what) >= years
    assert day == UNTIL or getattr(work(lasting, day - timedelta(days=1)), what) < years


@given(st.integers(0, 720))
def test_months_become_years_and_back(months: int) -> None:
    assert months_of(years_of(months)) == months
    assert (years_of(months) >= 1) is (months >= 12)
