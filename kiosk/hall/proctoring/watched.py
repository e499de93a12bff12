"""What the server knows of one attempt's camera, in memory since this process started."""

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kiosk.exam.proctoring import Watch
from kiosk.exam.proctoring.room import SETTLE_SECONDS, Camera

FULL_FRAMES = 3
BEFORE, AFTER = timedelta(seconds=15), timedelta(seconds=10)
"""Spans before and after an incident whose small pictures are stored."""

ROUNDING = timedelta(milliseconds=1)
"""Tolerance for frame times, which are passed as float seconds."""

HOLD_SECONDS = 1.0
"""Extra wait, besides one interval, before a camera counts as lost: others may fall silent, too."""


@dataclass
class WatchedSeat:
    """The camera of one attempt.

    ``arrived``: when its newest frame arrived, None before the first. ``answered``: when its
    newest analysed frame arrived. ``waiting``: since when a frame has been waiting for
    analysis.
    """

    watch: Watch
    sitting_id: str
    identity_seconds: float
    began: datetime
    interval_ms: int
    camera_on: bool = True
    lock: threading.Lock = field(default_factory=threading.Lock)
    full: deque[tuple[datetime, bytes]] = field(default_factory=lambda: deque(maxlen=FULL_FRAMES))
    small: deque[tuple[datetime, bytes]] = field(default_factory=deque)
    advice: tuple[str, ...] = ()
    open: dict[str, str] = field(default_factory=dict)
    followed: dict[str, datetime] = field(default_factory=dict)
    refused_at: datetime | None = None
    arrived: datetime | None = None
    answered: datetime | None = None
    waiting: datetime | None = None

    def arrive(self, now: datetime, jpeg: bytes, interval_ms: int) -> None:
        """Note that a frame arrived; the next is requested after ``interval_ms``."""
        self.full.append((now, jpeg))
        self.arrived, self.interval_ms = now, interval_ms
        self.waiting = self.waiting or now

    def answer(self, at: datetime, *, usable: bool) -> None:
        """Note that the frame that arrived at ``at`` was analysed.

        An unusable one counts as not arrived.
        """
        if usable:
            self.answered = at
        else:
            self.arrived = self.answered
        newer = self.arrived is not None and self.arrived - at > ROUNDING
        self.waiting = self.arrived if newer else None

    def remember(self, at: datetime, thumbnail: bytes) -> None:
        """Keep a small picture for ``BEFORE``, as evidence of a possible incident."""
        self.small.append((at, thumbnail))
        while at - self.small[0][0] > BEFORE:
            self.small.popleft()

    @property
    def last_frame(self) -> datetime:
        """When the newest frame arrived; before the first, the latest time it was due."""
        return self.arrived or self.began + timedelta(seconds=SETTLE_SECONDS)

    def camera(self, now: datetime) -> Camera:
        """Return the camera's state for the room's watch."""
        silent, waiting = now - self.last_frame, now - (self.waiting or now)
        return Camera(
            max(0.0, silent.total_seconds()),
            waiting.total_seconds(),
            self.interval_ms / 1000,
            lost="camera_lost" in self.watch.active,
        )
