"""The queue before the workers: check-in first, then the newest frame of each terminal, in turn."""

import threading
from collections import OrderedDict, deque
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from kiosk.vision.analysis.speech import SoundTask
from kiosk.vision.workers.worker import AnyTask


@dataclass(frozen=True)
class Job:
    """A task with its sender.

    ``key``: the sender. ``future``: receives the answer, if a caller waits for it.
    """

    task: AnyTask
    key: str | None = None
    future: "Future[Any] | None" = None


def sound_of(key: str) -> str:
    """Return the queue key of a terminal's sound snippet, beside that of its frame."""
    return f"{key} sound"


URGENT_IN_A_ROW = 3
"""After this many urgent jobs in a row, a waiting frame gets a turn."""


class JobQueue:
    """The jobs that wait for a worker, bounded by design.

    These are one frame and one sound snippet per terminal, and the urgent jobs for which a
    caller waits. Senders take turns: none gets a second turn while another is waiting.
    """

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._urgent: OrderedDict[str | None, deque[Job]] = OrderedDict()
        self._newest: OrderedDict[str, Job] = OrderedDict()
        self._in_a_row = 0
        self._closed = False
        self.dropped = 0

    def put_urgent(self, job: Job) -> bool:
        """Queue a job that a caller waits for; return False if the queue is closed."""
        with self._ready:
            if self._closed:
                return False
            self._urgent.setdefault(job.key, deque()).append(job)
            self._ready.notify()
            return True

    def put_newest(self, key: str, job: Job) -> None:
        """Queue a job; it replaces an older one under the same key."""
        with self._ready:
            if key in self._newest:
                self.dropped += 1
            # A key that is queued already keeps its turn: sending more often gains nothing.
            self._newest[key] = job
            self._ready.notify()

    def drop(self, key: str) -> None:
        """Remove the job that is queued under a key, if there is one."""
        with self._ready:
            self._newest.pop(key, None)

    def put_back(self, job: Job) -> bool:
        """Queue a job again that no worker began; return False if the queue is closed."""
        with self._ready:
            if self._closed:
                return False
            if job.future is not None:
                self._urgent.setdefault(job.key, deque()).appendleft(job)
                # The sender's turn had come already; it does not wait for another one.
                self._urgent.move_to_end(job.key, last=False)
            else:
                key = str(job.key)
                place = sound_of(key) if isinstance(job.task, SoundTask) else key
                # A newer frame that arrived in the meantime takes precedence.
                self._newest.setdefault(place, job)
            self._ready.notify()
            return True

    def get(self, seconds: float | None = None) -> Job | None:
        """Return the next job, waiting up to ``seconds`` for one.

        None if there is none by then, or if the queue is closed.
        """
        with self._ready:
            self._ready.wait_for(lambda: self._closed or self._urgent or self._newest, seconds)
            if self._closed or not (self._urgent or self._newest):
                return None
            frames_wait = self._newest and self._in_a_row >= URGENT_IN_A_ROW
            if self._urgent and not frames_wait:
                self._in_a_row += 1
                return self._next_urgent()
            self._in_a_row = 0
            return self._newest.popitem(last=False)[1]

    def _next_urgent(self) -> Job:
        """Return the oldest job of the sender whose turn it is, and move the sender to the end."""
        key, jobs = self._urgent.popitem(last=False)
        job = jobs.popleft()
        if jobs:
            self._urgent[key] = jobs
        return job

    def close(self) -> list[Job]:
        """Wake all waiting workers and return the urgent jobs left undone."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        return self.drain_urgent()

    def drain_urgent(self) -> list[Job]:
        """Remove and return the urgent jobs, for which there is no worker."""
        with self._ready:
            waiting = [job for jobs in self._urgent.values() for job in jobs]
            self._urgent.clear()
            return waiting


class Recent:
    """Times and costs of the latest pictures; safe to use from any thread."""

    def __init__(self, most: int = 500) -> None:
        self._lock = threading.Lock()
        self._done: deque[tuple[float, float]] = deque(maxlen=most)

    def add(self, at: float, cost: float) -> None:
        """Record a picture that was finished at ``at`` and took ``cost`` seconds."""
        with self._lock:
            self._done.append((at, cost))

    def per_second(self, now: float, window: float) -> float:
        """Return the pictures per second during the last ``window`` seconds."""
        with self._lock:
            return sum(now - at <= window for at, _ in self._done) / window

    def mean_cost(self) -> float:
        """Return the mean seconds per picture; 0 before the first."""
        with self._lock:
            return sum(cost for _, cost in self._done) / max(1, len(self._done))
