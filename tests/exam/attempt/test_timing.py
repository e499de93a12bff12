"""Exam time only moves forward, whatever happens to the wall clock (R19, R22)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.attempt.timing import Tick, advance, ends_at, first_tick, remaining

NOON = datetime(2026, 4, 25, 12, tzinfo=UTC)
START = first_tick(NOON, 1000.0, "boot-1")


def after(seconds: float) -> timedelta:
    """That many seconds."""
    return timedelta(seconds=seconds)


def test_within_a_boot_the_monotonic_clock_counts() -> None:
    reading = advance(START, NOON + after(60), 1060.0, "boot-1")
    assert reading.tick.line == NOON + after(60)
    assert not reading.jumped


@pytest.mark.parametrize("hours", [-3, 3, -24 * 365 * 50])
def test_setting_the_wall_clock_changes_nothing_but_is_noticed(hours: int) -> None:
    wall = NOON + timedelta(hours=hours) + after(10)
    reading = advance(START, wall, 1010.0, "boot-1")
    assert reading.tick.line == NOON + after(10)
    assert reading.jump == timedelta(hours=hours)
    assert reading.jumped


def test_across_a_reboot_the_wall_clock_counts() -> None:
    reading = advance(START, NOON + after(300), 5.0, "boot-2")
    assert reading.tick.line == NOON + after(300)


def test_a_wall_clock_set_back_across_a_reboot_does_not_turn_time_back() -> None:
    reading = advance(START, NOON - after(3600), 5.0, "boot-2")
    assert reading.tick.line == NOON
    assert reading.jumped


@given(
    st.lists(
        st.tuples(
            st.floats(-1e6, 1e6),
            st.floats(0, 1e4),
            st.booleans(),
        ),
        max_size=20,
    )
)
def test_the_line_never_goes_back(steps: list[tuple[float, float, bool]]) -> None:
    tick: Tick = START
    monotonic, boot = tick.monotonic, 1
    for wall_step, mono_step, reboot in steps:
        boot += reboot
        monotonic = mono_step if reboot else monotonic + mono_step
        before = tick.line
        tick = advance(tick, tick.wall + after(wall_step), monotonic, f"boot-{boot}").tick
        assert tick.line >= before


def test_time_is_up_after_duration_and_extra_time() -> None:
    end = ends_at(NOON, 120, 30)
    assert end == NOON + timedelta(minutes=150)
    assert remaining(end + after(1), end) == timedelta(0)
    assert remaining(end - after(1), end) == after(1)
