"""The state machine behind every incident rule."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from kiosk.exam.proctoring.rules import FollowUp, RuleId, RuleSettings


@dataclass(frozen=True)
class RuleEvent:
    """An incident rule became active or inactive. ``since``: when the condition was first seen."""

    rule: RuleId
    kind: Literal["started", "ended"]
    at: float
    since: float
    measured: float | None
    threshold: float | None
    follow_up: FollowUp


@dataclass(frozen=True)
class Reading:
    """One value judged against a rule. ``broken`` None: neither broken nor unbroken."""

    measured: float
    broken: bool | None


class State(StrEnum):
    """The state of one rule of one attempt."""

    CLEAR = "clear"
    SUSPECT = "suspect"
    ACTIVE = "active"
    COOLDOWN = "cooldown"


@dataclass
class Machine:
    """One rule of one attempt: CLEAR → SUSPECT → ACTIVE → COOLDOWN → CLEAR.

    Times are seconds of exam time and never go back.
    """

    rule: RuleId
    settings: RuleSettings
    threshold: float | None
    state: State = State.CLEAR
    since: float = 0.0
    clear_since: float | None = None
    clear_frames: int = 0
    votes: deque[bool] = field(default_factory=deque)

    def feed(self, at: float, reading: Reading) -> list[RuleEvent]:
        """Judge one frame."""
        if self.state is State.COOLDOWN and at >= self._quiet_until:
            self.state = State.CLEAR
        if self.state is State.ACTIVE:
            return self._while_active(at, reading)
        if self.state is not State.COOLDOWN and reading.broken is not None:
            return self._while_quiet(at, reading.broken, reading.measured)
        return []

    def activate(
        self, at: float, since: float, measured: float, threshold: float
    ) -> list[RuleEvent]:
        """Become active at once, unless already active or in cool-down.

        ``threshold``: the limit that was applied; it may change with the load.
        """
        cooling = self.state is State.COOLDOWN
        if self.state is State.ACTIVE or (cooling and at < self._quiet_until):
            return []
        self.since, self.threshold = since, threshold
        return self._start(at, measured)

    @property
    def _quiet_until(self) -> float:
        return self.since + self.settings.cooldown_seconds

    def _while_quiet(self, at: float, broken: bool, measured: float) -> list[RuleEvent]:
        if self.state is State.CLEAR:
            if not broken:
                return []
            self.state, self.since = State.SUSPECT, at
            self.votes = deque(maxlen=self.settings.of)
        self.votes.append(broken)
        enough = sum(self.votes) >= self.settings.need
        if enough and broken and at - self.since >= self.settings.enter_seconds:
            return self._start(at, measured)
        misses = len(self.votes) - sum(self.votes)
        # So many frames disagree that this window can no longer reach ``need``.
        if misses > self.settings.of - self.settings.need:
            self.state = State.CLEAR
        return []

    def _start(self, at: float, measured: float) -> list[RuleEvent]:
        self.state, self.clear_since, self.clear_frames = State.ACTIVE, None, 0
        return [self._event("started", at, measured)]

    def _while_active(self, at: float, reading: Reading) -> list[RuleEvent]:
        # None, too: a value in between must not end an incident.
        if reading.broken is not False:
            self.clear_since, self.clear_frames = None, 0
            return []
        if self.clear_since is None:
            self.clear_since = at
        self.clear_frames += 1
        held = at - self.clear_since >= self.settings.exit_seconds
        if not held or self.clear_frames < self.settings.exit_frames:
            return []
        event = self._event("ended", at, reading.measured)
        # From here ``since`` is the start of the cool-down, no longer that of the incident.
        self.state, self.since = State.COOLDOWN, at
        return [event]

    def _event(self, kind: Literal["started", "ended"], at: float, measured: float) -> RuleEvent:
        return RuleEvent(
            self.rule, kind, at, self.since, measured, self.threshold, self.settings.follow_up
        )
