"""Background jobs go on whatever happens to the wall clock."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.system import SystemClock
from sync.agent.schedule import Every, Schedule

NOON = datetime(2026, 4, 25, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class SetClock(SystemClock):
    """The machine's clock, with a wall clock that was set by ``offset``."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """The wall clock as somebody has set it."""
        return super().now() + self.offset


def test_a_job_runs_at_once_and_again() -> None:
    schedule, runs = Schedule(SystemClock()), threading.Semaphore(0)
    schedule.every(0.05, "job", runs.release)
    schedule.start()
    assert all(runs.acquire(timeout=5) for _ in range(3))
    schedule.close()


def test_a_job_on_demand_runs_only_when_asked() -> None:
    schedule, ran = Schedule(SystemClock()), threading.Event()
    schedule.on_demand("sync-now", ran.set)
    schedule.start()
    assert not ran.is_set()
    schedule.now("sync-now")
    assert ran.wait(5)
    schedule.now("nobody knows this one")
    schedule.close()


def test_a_job_that_is_asked_for_while_it_runs_runs_once_more() -> None:
    schedule = Schedule(SystemClock())
    begun, go_on, runs = threading.Semaphore(0), threading.Event(), []

    def job() -> None:
        runs.append(1)
        begun.release()
        assert go_on.wait(5)

    schedule.on_demand("backup-now", job)
    schedule.start()
    schedule.now("backup-now")
    assert begun.acquire(timeout=5)
    for _ in range(2):
        schedule.now("backup-now")
        time.sleep(0.2)  # until the scheduler has found it running
    go_on.set()
    assert begun.acquire(timeout=5)
    schedule.close()
    assert len(runs) == 2


def test_jobs_planned_for_a_far_future_are_due_after_a_step_back() -> None:
    clock = SetClock(timedelta(hours=3))
    schedule, ran = Schedule(clock), threading.Event()
    schedule.every(3600, "job", ran.set)
    schedule.start()
    assert not ran.wait(0.2)
    clock.offset = timedelta(0)
    schedule.after_clock_step()
    assert ran.wait(5)
    schedule.close()


@pytest.mark.parametrize("missed", [timedelta(0), timedelta(hours=3), timedelta(days=20_000)])
def test_missed_runs_are_not_made_up_for(missed: timedelta) -> None:
    trigger = Every(SECOND)
    now = NOON + missed
    first = trigger.get_next_fire_time(NOON, now)
    second = trigger.get_next_fire_time(first, now)
    assert first >= now
    assert second > now


def test_the_next_run_is_an_interval_after_the_last() -> None:
    assert Every(SECOND).get_next_fire_time(NOON, NOON) == NOON + SECOND
    assert Every(SECOND).get_next_fire_time(None, NOON) == NOON


def test_a_turn_that_finds_the_job_running_is_passed_over_without_a_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    schedule, may_end, begun = Schedule(SystemClock()), threading.Event(), threading.Semaphore(0)
    turns = threading.Semaphore(0)

    def job() -> None:
        begun.release()
        may_end.wait(30)

    schedule.every(0.05, "long", job)
    schedule.every(0.05, "other", turns.release)
    schedule.start()
    assert begun.acquire(timeout=30)
    assert all(turns.acquire(timeout=30) for _ in range(5))
    assert not begun.acquire(blocking=False)
    may_end.set()
    assert begun.acquire(timeout=30)
    schedule.close()
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


@pytest.mark.parametrize("error", [OSError("no room"), ValueError("nobody foresaw it")])
def test_a_job_that_fails_each_time_goes_on_and_is_logged_once(
    caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    schedule, runs = Schedule(SystemClock()), threading.Semaphore(0)

    def fail() -> None:
        runs.release()
        raise error

    schedule.every(0.02, "job", fail)
    schedule.start()
    assert all(runs.acquire(timeout=5) for _ in range(5))
    schedule.close()
    (record,) = caplog.records
    assert record.getMessage() == f"job job: {error}"
    assert bool(record.exc_info) == isinstance(error, ValueError)
