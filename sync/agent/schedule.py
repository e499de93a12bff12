"""The centre's background jobs, on APScheduler, robust against changes of the wall clock.

APScheduler 3 waits by the wall clock: after a step back its jobs stop until the old time is reached
again. A watch on the monotonic clock therefore detects the step and makes every job due. After a
step forward its interval trigger iterates over every missed run, which takes minutes for months;
:class:`Every` skips them.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from kiosk.exam.errors import ExamError
from kiosk.exam.ports import Clock
from kiosk.exam.troubles import Troubles

_log = logging.getLogger(__name__)

STEP = timedelta(seconds=2)
CHECK_EVERY_SECONDS = 1.0
INSTANCES = 3
"""One that runs, and others that find it running and return."""

NEVER = timedelta(days=36_500)


class Every(BaseTrigger):  # type: ignore[misc]  # the library is untyped
    """Fires every ``interval``; missed runs are skipped."""

    def __init__(self, interval: timedelta) -> None:
        self._interval = interval

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Return one interval after the last time, or now if that has passed."""
        if previous_fire_time is None:
            return now
        return max(previous_fire_time + self._interval, now)


class Schedule:
    """Named jobs that repeat until :meth:`close`; a job never overlaps itself.

    A run that is due while the job is still running is skipped silently: APScheduler would log
    a warning each time, which looks like a fault. A job that fails is logged once, then with a
    count, and stays scheduled.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._on_demand: set[str] = set()
        self._troubles = Troubles(clock.monotonic)
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"coalesce": True, "max_instances": INSTANCES, "misfire_grace_time": None},
        )
        self._stop = threading.Event()
        self._watch = threading.Thread(target=self._watch_clock, name="clock-watch", daemon=True)

    def every(self, seconds: float, name: str, job: Callable[[], object]) -> None:
        """Run ``job`` every ``seconds``, the first time at once."""
        trigger = Every(timedelta(seconds=seconds))
        self._scheduler.add_job(
            self._guarded(name, job), trigger, id=name, next_run_time=self._clock.now()
        )

    def start(self) -> None:
        self._scheduler.start()
        self._watch.start()

    def on_demand(self, name: str, job: Callable[[], object]) -> None:
        """Add a job that runs only when :meth:`now` asks for it (and after a clock step).

        If it is asked for while it runs, it runs once more: what is wanted may have come too late
        for the run before.
        """
        self._on_demand.add(name)
        self._scheduler.add_job(
            self._repeated(name, job), Every(NEVER), id=name, next_run_time=None
        )

    def now(self, name: str) -> None:
        """Run an on-demand job as soon as possible; no effect when no job has that name."""
        if name in self._on_demand:
            self._scheduler.modify_job(name, next_run_time=self._clock.now())

    def after_clock_step(self) -> None:
        """Make every job due by the present clock."""
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=self._clock.now())
        self._scheduler.wakeup()

    def close(self) -> None:
        """Let running jobs finish, then stop."""
        self._stop.set()
        self._scheduler.shutdown(wait=True)
        self._watch.join()

    def _watch_clock(self) -> None:
        apart = self._wall_minus_monotonic()
        while not self._stop.wait(CHECK_EVERY_SECONDS):
            now_apart = self._wall_minus_monotonic()
            if abs(now_apart - apart) > STEP.total_seconds():
                self.after_clock_step()
            apart = now_apart

    def _wall_minus_monotonic(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()

    def _guarded(self, name: str, job: Callable[[], object]) -> Callable[[], None]:
        """Wrap the job so that it does not overlap itself, and logs its failures briefly."""
        running = threading.Lock()

        def run() -> None:
            if running.acquire(blocking=False):
                try:
                    self._run(name, job)
                finally:
                    running.release()

        return run

    def _repeated(self, name: str, job: Callable[[], object]) -> Callable[[], None]:
        """Wrap the job likewise, with another run for who came while it ran."""
        running, wanted = threading.Lock(), threading.Event()

        def run() -> None:
            wanted.set()
            # Looked at again after the release: somebody may have found the lock taken until then.
            while wanted.is_set() and running.acquire(blocking=False):
                try:
                    wanted.clear()
                    self._run(name, job)
                finally:
                    running.release()

        return run

    def _run(self, name: str, job: Callable[[], object]) -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 - logged; the job has its next turn
            if text := self._troubles.failed(name, error):
                foreseen = isinstance(error, ExamError | OSError | sqlite3.Error)
                _log.error("job %s: %s", name, text, exc_info=None if foreseen else error)
        else:
            if text := self._troubles.worked(name):
                _log.warning("job %s: %s", name, text)
