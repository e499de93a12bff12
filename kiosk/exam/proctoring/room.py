"""Disturbances of the whole room: causes of missing frames that are not a candidate's doing.

The server, the analysis or the network may fail. While such a span lasts, and until terminals
have had time to reconnect, no camera counts as lost. Times are seconds of exam time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kiosk.exam.proctoring.watch import patience

RoomKind = Literal[
    "analysis_stopped", "frames_not_analysed", "analysis_slow", "terminals_silent", "server_late"
]

SUSPENDING: frozenset[RoomKind] = frozenset(
    {"analysis_stopped", "frames_not_analysed", "terminals_silent", "server_late"}
)
"""While one of these lasts no camera counts as lost; slow analysis alone hides no camera."""

SEVERAL, SEVERAL_SHARE = 3, 0.05
"""This many terminals and this share of all, silent together, point to network or server."""

GONE_SECONDS = 120.0
"""A terminal that has been silent for longer no longer keeps the disturbance open."""

SETTLE_SECONDS = 15.0
"""Pages need this long after a disturbance: a request times out after 10 s, then comes the next."""

END_SECONDS = 5.0
"""A disturbance ends when nothing has been wrong for this long."""

LATE_SECONDS = 5.0
"""The server ticks once a second; a longer gap means that the server itself did not run."""


@dataclass(frozen=True)
class Camera:
    """One terminal at this moment.

    ``silent_s``: since its last frame. ``waiting_s``: how long its oldest frame has waited for
    the analysis, 0 with none. ``interval_s``: between frames, as the server asked for.
    ``lost``: it already counts as lost.
    """

    silent_s: float
    waiting_s: float
    interval_s: float
    lost: bool = False


@dataclass(frozen=True)
class Analysis:
    """State of the analysis. ``stopped``: no worker is left.

    ``short``: its capacity is below one frame per terminal and longest interval. ``quiet_s``:
    seconds since it last answered, for any terminal.
    """

    stopped: bool
    short: bool
    quiet_s: float


@dataclass
class Disturbance:
    """A span in which frames were missing or late. ``seen_at``: when that was last observed.

    ``members``: ids of the affected attempts.
    """

    kind: RoomKind
    since: float
    seen_at: float
    members: set[str] = field(default_factory=set)


class RoomWatch:
    """Separates disturbances of the room from those of a single terminal."""

    def __init__(self, enter_seconds: float) -> None:
        """``enter_seconds``: the shortest silence after which a camera counts as lost."""
        self._enter_seconds = enter_seconds
        self._last_tick: float | None = None
        self._excused: set[str] = set()
        self.active: dict[RoomKind, Disturbance] = {}
        self.judged_from = 0.0

    def tick(
        self, at: float, cameras: Mapping[str, Camera], analysis: Analysis
    ) -> tuple[list[Disturbance], list[Disturbance]]:
        """Judge the whole room; return the disturbances that began and those that ended."""
        before = set(self.active)
        for kind, (since, members) in self._wrong(at, cameras, analysis).items():
            span = self.active.setdefault(kind, Disturbance(kind, since, at))
            span.seen_at, span.members = at, span.members | members
        self._last_tick = at
        ended = [
            self.active.pop(kind)
            for kind, span in list(self.active.items())
            if at - span.seen_at >= END_SECONDS
        ]
        self._excuse(at, cameras)
        return [span for kind, span in self.active.items() if kind not in before], ended

    def judges(self, attempt_id: str) -> bool:
        """Return whether the silence of this terminal may count against it."""
        disturbed = any(kind in SUSPENDING for kind in self.active)
        return not disturbed and attempt_id not in self._excused

    def _wrong(
        self, at: float, cameras: Mapping[str, Camera], analysis: Analysis
    ) -> dict[RoomKind, tuple[float, set[str]]]:
        """Return what is wrong now: since when, and which attempts are affected."""
        found: dict[RoomKind, tuple[float, set[str]]] = {}
        if self._last_tick is not None and at - self._last_tick >= LATE_SECONDS:
            found["server_late"] = self._last_tick, set(cameras)
        waiting = self._overdue(cameras, "waiting_s")
        longest = max((cameras[name].waiting_s for name in waiting), default=0.0)
        if analysis.stopped:
            found["analysis_stopped"] = at, set(cameras)
        elif waiting and analysis.quiet_s >= self._enter_seconds:
            found["frames_not_analysed"] = at - min(longest, analysis.quiet_s), set(cameras)
        elif waiting or (analysis.short and cameras):
            found["analysis_slow"] = at - longest, waiting
        silent = self._overdue(cameras, "silent_s")
        silent = {
            name
            for name in silent
            if cameras[name].silent_s < GONE_SECONDS and not cameras[name].lost
        }
        if self._several(len(silent), len(cameras)):
            shortest = min(cameras[name].silent_s for name in silent)
            found["terminals_silent"] = at - shortest, silent
        return found

    def _overdue(self, cameras: Mapping[str, Camera], what: str) -> set[str]:
        return {
            name
            for name, camera in cameras.items()
            if getattr(camera, what) >= patience(self._enter_seconds, camera.interval_s)
        }

    @staticmethod
    def _several(silent: int, terminals: int) -> bool:
        # A single terminal in the room is never "all of them": its silence stays its own.
        everybody = silent == terminals >= 2
        return everybody or silent >= max(SEVERAL, SEVERAL_SHARE * terminals)

    def _excuse(self, at: float, cameras: Mapping[str, Camera]) -> None:
        """Excuse terminals that fell silent together until their frames return."""
        silent = self._overdue(cameras, "silent_s")
        if any(kind in SUSPENDING for kind in self.active):
            self.judged_from = at + SETTLE_SECONDS
        if "terminals_silent" in self.active:
            self._excused |= self.active["terminals_silent"].members & silent
        # Without this, one network failure would excuse a terminal for the rest of the exam.
        self._excused &= silent
