"""Waits after wrong secrets."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.credentials.throttling import seconds_left, wait_after

NOW = datetime(2026, 4, 18, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 0), (4, 0), (5, 5), (6, 10), (8, 40), (9, 60), (10_000, 60)]
)
def test_after_the_free_tries_each_doubles_the_wait_up_to_a_minute(
    failures: int, seconds: int
) -> None:
    assert wait_after(failures).total_seconds() == seconds


def test_the_longest_of_several_waits_counts_and_is_rounded_up() -> None:
    assert seconds_left([NOW, NOW + timedelta(seconds=2.5)], NOW) == 3
    assert seconds_left([NOW - timedelta(seconds=1)], NOW) == seconds_left([], NOW) == 0


def test_nobody_waits_longer_than_a_minute_after_the_clock_was_set_back() -> None:
    assert seconds_left([NOW + timedelta(days=3)], NOW) == 61
