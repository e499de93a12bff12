"""A mock exam is refused while a real sitting is open or near, and ends before one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.exam.mock_exam import LONGEST, MockExamTooLate, MockExamWhileOpen, free_until
from kiosk.exam.states import SittingStatus

NOW = datetime(2026, 4, 24, 6, tzinfo=UTC)
MINUTES = 30
HOURS = 2.0
SOONEST = timedelta(hours=3)
"""Two hours, half an hour for check-in, and the paper."""


@dataclass(frozen=True)
class Sitting:
    """What counts of one."""

    starts_at: datetime
    state: SittingStatus = SittingStatus.IMPORTED
    title: str = "2026年4月考试"


def until(*sittings: Sitting) -> datetime:
    return free_until(sittings, NOW, HOURS, MINUTES)


def test_without_a_sitting_it_ends_after_the_longest_time() -> None:
    assert until() == NOW + LONGEST


@pytest.mark.parametrize("state", [SittingStatus.UNLOCKED, SittingStatus.STARTED])
@pytest.mark.parametrize("days", [-30, 0, 30])
def test_it_is_refused_while_a_sitting_is_open_whenever_it_was_planned(
    state: SittingStatus, days: int
) -> None:
    with pytest.raises(MockExamWhileOpen, match="2026年4月考试"):
        until(Sitting(NOW + timedelta(days=days), state))


def test_it_ends_the_hours_of_the_settings_before_the_next_sitting() -> None:
    starts_at = NOW + timedelta(hours=7)
    later = Sitting(NOW + timedelta(days=9))
    assert until(later, Sitting(starts_at)) == starts_at - timedelta(hours=2)


def test_there_must_be_time_for_check_in_and_paper() -> None:
    assert until(Sitting(NOW + SOONEST)) == NOW + timedelta(hours=1)
    with pytest.raises(MockExamTooLate) as refused:
        until(Sitting(NOW + SOONEST - timedelta(seconds=1)))
    assert refused.value.params["starts_at"] == NOW + SOONEST - timedelta(seconds=1)


def test_a_sitting_that_is_late_counts_for_a_day() -> None:
    with pytest.raises(MockExamTooLate):
        until(Sitting(NOW - timedelta(hours=23)))
    assert until(Sitting(NOW - timedelta(hours=25))) == NOW + LONGEST


@pytest.mark.parametrize("state", [SittingStatus.CLOSED, SittingStatus.STOPPED])
def test_a_sitting_that_is_over_does_not_count(state: SittingStatus) -> None:
    assert until(Sitting(NOW, state)) == NOW + LONGEST
