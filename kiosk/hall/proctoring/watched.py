"""What the server remembers of one attempt's camera since this process started."""

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kiosk.exam.proctoring import Watch
from kiosk.exam.proctoring.room import SETTLE_SECONDS, Camera

FULL_FRAMES = 3
BEFORE, AFTER = timedelta(seconds=15), timedelta(seconds=10)
"""How much of what led to an incident, and of what followed, is kept in small pictures."""

ROUNDING = timedelta(milliseconds=1)
"""Frames carry their time as seconds in a float."""

HOLD_SECONDS = 1.0
"""A lost camera waits for one more interval and this, to see whether others fall silent too."""


@dataclass
class WatchedSeat:
    """One attempt. ``arrived``: its newest frame, at first when one may be expected at the latest.

    ``answered``: when its newest analysed frame arrived. ``waiting``: since when a frame of it has
    waited for the analysis.
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
        """A frame came; the next is asked for after ``interval_ms``."""
        self.full.append((now, jpeg))
        self.arrived, self.interval_ms = now, interval_ms
        self.waiting = self.waiting or now

    def answer(self, at: datetime, *, usable: bool) -> None:
        """The frame that arrived at ``at`` was analysed; one that is no picture never came."""
        if usable:
            self.answered = at
        else:
            self.arrived = self.answered
        newer = self.arrived is not None and self.arrived - at > ROUNDING
        self.waiting = self.arrived if newer else None

    def remember(self, at: datetime, thumbnail: bytes) -> None:
        """Keep a small picture for what may follow."""
        self.small.append((at, thumbnail))
        while at - self.small[0][0] > BEFORE:
            self.small.popleft()

    @property
    def last_frame(self) -> datetime:
        """When the newest frame arrived; before the first, when pages had time to send one."""
        return self.arrived or self.began + timedelta(seconds=SETTLE_SECONDS)

    def camera(self, now: datetime) -> Camera:
        """How it stands now."""
        silent, waiting = now - self.last_frame, now - (self.waiting or now)
        return Camera(
            max(0.0, silent.total_seconds()),
            waiting.total_seconds(),
            self.interval_ms / 1000,
            lost="camera_lost" in self.watch.active,
        )
