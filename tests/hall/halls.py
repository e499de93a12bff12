"""A hall of honest candidates on a clock that tests turn, with an analysis as fast as they say."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from kiosk.exam.identity.bands import Bands
from kiosk.exam.proctoring import Observation
from kiosk.hall.proctoring.face_analysis import Faces
from kiosk.hall.views.incidents import IncidentView
from kiosk.hall.views.room import DisturbanceView
from kiosk.settings import DEFAULT_PACK
from kiosk.vision.analysis.monitor import Finding, Task
from kiosk.vision.analysis.track import Track
from kiosk.vision.workers.pool import OnAnswer
from kiosk.vision.workers.queue import Job, JobQueue
from tests.centres import ManualClock, Site, candidates
from tests.faces import live
from tests.hall.conftest import SITTING, Room, open_room

STEP = 0.5
RETRY_SECONDS = 13.0
"""A page whose request got no answer tries again after at most so long."""


class PacedPool:
    """The real queue, and a worker that takes ``cost`` seconds of the test's clock a frame."""

    workers, stopped, deaths = 1, False, 0

    def __init__(self, cost: float) -> None:
        self.cost = cost
        self._queue = JobQueue()
        self._waiting: set[str] = set()
        self._spare = 0.0
        self._costs: deque[float] = deque(maxlen=500)
        self._answer: OnAnswer = lambda *_: None

    def on_answer(self, listener: OnAnswer) -> None:
        """Whom to call."""
        self._answer = listener

    def watch(self, key: str, task: Task) -> None:
        """Queue a frame."""
        self._waiting.add(key)
        self._queue.put_newest(key, Job(task, key))

    def work(self, seconds: float) -> None:
        """Do what can be done in this time."""
        self._spare += seconds
        while self._waiting and self._spare >= self.cost:
            self._spare -= self.cost
            self._costs.append(self.cost)
            job = self._queue.get()
            assert job is not None
            assert job.key is not None
            self._waiting.discard(job.key)
            self._answer(job.key, honest(job.task.at))  # type: ignore[union-attr]
        if not self._waiting:
            self._spare = min(self._spare, self.cost)

    def forget(self, key: str) -> None:
        """The terminal has gone."""
        self._waiting.discard(key)
        self._queue.drop(key)

    def cost_s(self) -> float:
        """Mean of the latest."""
        return sum(self._costs) / max(1, len(self._costs))

    def frames_per_s(self) -> float:
        """Nothing that matters here."""
        return 0.0


def honest(at: float) -> Finding:
    """What a frame says of somebody who sits the exam."""
    seen = Observation(at, 1, 120, 50, change=3.0, share=0.3, cut=0.0, yaw=0.0, roll=0.0)
    return Finding(seen, Track(), b"\xff\xd8\xff\xd9")


class BusyHall:
    """Terminals that send frames as the server asks for, until something keeps them."""

    def __init__(self, room: Room, pool: PacedPool, attempts: list[str]) -> None:
        self.room = room
        self.pool = pool
        self.attempts = attempts
        self.cut: set[str] = set()
        self._picture = live(0)
        self._random = np.random.default_rng(7)
        self._due = {attempt: float(self._random.random()) for attempt in attempts}
        self._now = self._ticked = 0.0

    def run(self, seconds: float, *, working: bool = True) -> None:
        """Let so much of the exam pass; without ``working`` nothing is analysed."""
        for _ in range(round(seconds / STEP)):
            self._now += STEP
            self.room.clock.pass_time(STEP)
            for attempt in [name for name, due in self._due.items() if due <= self._now]:
                self._send(attempt)
            if working:
                self.pool.work(STEP)
            if self._now - self._ticked >= 1:
                self._ticked = self._now
                self.room.hall.proctoring.tick()

    def stall(self, seconds: float) -> None:
        """The server does nothing at all for so long."""
        self._now += seconds
        self.room.clock.pass_time(seconds)

    def _send(self, attempt: str) -> None:
        if attempt in self.cut:
            self._due[attempt] = self._now + RETRY_SECONDS * float(self._random.random())
            return
        reply = self.room.hall.proctoring.frame(attempt, self._picture)
        self._due[attempt] = self._now + reply.interval_ms / 1000

    @property
    def incidents(self) -> list[IncidentView]:
        """All incidents, oldest first."""
        return list(reversed(self.room.hall.rooms.incidents(SITTING)))

    @property
    def disturbances(self) -> list[DisturbanceView]:
        """The room's spans, oldest first."""
        return list(reversed(self.room.hall.proctoring.disturbances(SITTING)))

    @property
    def kinds(self) -> set[str]:
        """Kinds of the spans so far."""
        return {span.kind for span in self.disturbances}


@contextmanager
def busy_hall(site: Site, clock: ManualClock, count: int, cost: float) -> Iterator[BusyHall]:
    """So many candidates sit the exam; analysing a frame takes ``cost`` seconds."""
    pool: Any = PacedPool(cost)
    faces = Faces(pool, DEFAULT_PACK, Bands(0.45, 0.4), 1000)
    with open_room(site, clock, faces) as room:
        attempts = room.begin(count, roster=candidates(count, 0))
        room.hall.proctoring.tick()
        yield BusyHall(room, pool, attempts)
