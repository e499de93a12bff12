"""What a programme allows of toilet breaks, and when one is too long."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.attempt.breaks import BreakObjection, BreakRules, BreakSpan, objections

START = datetime(2026, 4, 25, 1, 0, tzinfo=UTC)
MINUTES = st.integers(0, 600)


def against(
    rules: BreakRules, before: int = 0, since: float = 60, left: float = 60
) -> tuple[BreakObjection, ...]:
    now = START + timedelta(minutes=since)
    return objections(rules, before, START, timedelta(minutes=left), now)


def test_a_programme_without_rules_allows_any_number_at_any_time() -> None:
    assert against(BreakRules(), before=30, since=0, left=0) == ()


@pytest.mark.parametrize(
    ("before", "since", "left", "expected"),
    [
        (0, 30, 15, []),
        (1, 30, 15, ["too_many"]),
        (0, 29.9, 15, ["too_early"]),
        (0, 30, 14.9, ["too_late"]),
        (2, 0, 0, ["too_many", "too_early", "too_late"]),
    ],
)
def test_number_and_time_are_limited(
    before: int, since: float, left: float, expected: list[str]
) -> None:
    rules = BreakRules(most=1, not_in_first_minutes=30, not_in_last_minutes=15)
    assert list(against(rules, before, since, left)) == expected


@given(MINUTES, MINUTES, MINUTES, MINUTES, st.integers(0, 20), st.integers(0, 40))
def test_stricter_rules_never_allow_more(
    first: int, last: int, since: int, left: int, most: int, before: int
) -> None:
    loose = BreakRules(most=most, not_in_first_minutes=first // 2, not_in_last_minutes=last // 2)
    strict = BreakRules(most=most, not_in_first_minutes=first, not_in_last_minutes=last)
    assert set(against(loose, before, since, left)) <= set(against(strict, before, since, left))


@given(st.integers(1, 120), st.integers(0, 10_000))
def test_a_break_is_overdue_only_while_it_goes_on_and_past_the_limit(
    longest: int, seconds: int
) -> None:
    rules, now = BreakRules(longest_minutes=longest), START + timedelta(seconds=seconds)
    assert BreakSpan(START).is_overdue(rules, now) == (seconds > 60 * longest)
    assert not BreakSpan(START, now).is_overdue(rules, now + timedelta(days=1))


@given(st.integers(-1_000, 1_000), st.integers(0, 1_000))
def test_a_break_never_lasts_less_than_nothing(over: int, now: int) -> None:
    span = BreakSpan(START, START + timedelta(seconds=over))
    assert span.lasted(START + timedelta(seconds=now)) == timedelta(seconds=max(0, over))
