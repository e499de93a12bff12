"""Room on the disk in hours of exam, and what is given up first."""

import pytest

from kiosk.exam.disk_space import MB, PLANNED_BYTES, DiskLevel, Growth, disk_space, hours_left

RESERVE, PICTURES = 64 * MB, 200 * MB


def test_without_a_measurement_the_planned_growth_counts() -> None:
    assert hours_left(60 * PLANNED_BYTES * 5, None, 60) == 5.0


def test_a_measurement_counts_when_it_is_worse_than_planned() -> None:
    assert hours_left(1000 * MB, 500 * MB, 1) == 2.0
    assert hours_left(60 * PLANNED_BYTES, 1.0, 60) == 1.0


def test_an_empty_hall_on_a_large_disk_has_no_absurd_number_of_hours() -> None:
    assert hours_left(10**13, None, 0) == 999.0


def test_growth_is_measured_over_the_last_half_hour() -> None:
    growth = Growth()
    assert growth.per_hour() is None
    growth.add(0, 1000)
    growth.add(300, 900)
    assert growth.per_hour() is None
    growth.add(900, 700)
    assert growth.per_hour() == pytest.approx(1200)
    growth.add(2650, 700)
    assert growth.per_hour() == 0.0


def test_a_disk_that_was_cleared_does_not_shrink() -> None:
    growth = Growth()
    growth.add(0, 100)
    growth.add(1000, 5000)
    assert growth.per_hour() == 0.0


@pytest.mark.parametrize(
    ("free", "hours", "level"),
    [
        (50_000 * MB, 99.0, DiskLevel.OK),
        (50_000 * MB, 3.9, DiskLevel.LOW),
        (199 * MB, 99.0, DiskLevel.SHEDDING),
        (31 * MB, 99.0, DiskLevel.FULL),
        (0, 0.0, DiskLevel.FULL),
    ],
)
def test_pictures_are_given_up_before_the_reserve_is_used(
    free: int, hours: float, level: DiskLevel
) -> None:
    assert disk_space(free, RESERVE, RESERVE, PICTURES, hours).level is level
