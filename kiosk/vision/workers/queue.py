"""What waits for analysis: check-in before the newest frame of each terminal, all in turn."""

import threading
from collections import OrderedDict, deque
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from kiosk.vision.analysis.speech import SoundTask
from kiosk.vision.workers.worker import AnyTask


@dataclass(frozen=True)
class Job:
    """A task, who sent it (``key``), and the future that waits for its answer, if one does."""

    task: AnyTask
    key: str | None = None
    future: "Future[Any] | None" = None


def sound_of(key: str) -> str:
    """Where a terminal's snippet of sound waits, beside its frame."""
    return f"{key} sound"


URGENT_IN_A_ROW = 3
"""After so many urgent jobs a frame that waits gets its turn."""


class JobQueue:
    """Bounded by design: one frame and one snippet of sound a terminal, and the pictures that
    somebody waits for. Senders take turns: nobody gets a second turn while another waits.
    """

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._urgent: OrderedDict[str | None, deque[Job]] = OrderedDict()
        self._newest: OrderedDict[str, Job] = OrderedDict()
        self._in_a_row = 0
        self._closed = False
        self.dropped = 0

    def put_urgent(self, job: Job) -> bool:
        """Queue a job that somebody waits for; False when the queue is closed."""
        with self._ready:
            if self._closed:
                return False
            self._urgent.setdefault(job.key, deque()).append(job)
            self._ready.notify()
            return True

    def put_newest(self, key: str, job: Job) -> None:
        """Queue a job; it takes the place of an older one under the same key."""
        with self._ready:
            if key in self._newest:
                self.dropped += 1
            self._newest[key] = job
            self._ready.notify()

    def drop(self, key: str) -> None:
        """Forget the frame and the snippet that wait under a key."""
        with self._ready:
            self._newest.pop(key, None)

    def put_back(self, job: Job) -> bool:
        """Queue a job again that nobody began; False when the queue is closed."""
        with self._ready:
            if self._closed:
                return False
            if job.future is not None:
                self._urgent.setdefault(job.key, deque()).appendleft(job)
                self._urgent.move_to_end(job.key, last=False)
            else:
                key = str(job.key)
                place = sound_of(key) if isinstance(job.task, SoundTask) else key
                self._newest.setdefault(place, job)
            self._ready.notify()
            return True

    def get(self, seconds: float | None = None) -> Job | None:
        """The next job; waits ``seconds`` for one. None when there is none, or no more to come."""
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
        """The oldest job of the sender whose turn it is, who then goes to the end of the line."""
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
        """Take out the urgent jobs: nobody is there to do them."""
        with self._ready:
            waiting = [job for jobs in self._urgent.values() for job in jobs]
            self._urgent.clear()
            return waiting


class Recent:
    """When the latest pictures were done, and what each took; safe to use from any thread."""

    def __init__(self, most: int = 500) -> None:
        self._lock = threading.Lock()
        self._done: deque[tuple[float, float]] = deque(maxlen=most)

    def add(self, at: float, cost: float) -> None:
        """A picture was done at ``at`` and took ``cost`` seconds."""
        with self._lock:
            self._done.append((at, cost))

    def per_second(self, now: float, window: float) -> float:
        """Pictures a second over the last ``window`` seconds."""
        with self._lock:
            return sum(now - at <= window for at, _ in self._done) / window

    def mean_cost(self) -> float:
        """Mean seconds of a picture; 0 before the first."""
        with self._lock:
            return sum(cost for _, cost in self._done) / max(1, len(self._done))
