"""Violation rules over what the camera shows: small state machines, never a single frame (R16-R20).

CLEAR → SUSPECT → ACTIVE → COOLDOWN → CLEAR. A rule becomes active when enough of the latest
judged frames break it *and* they span enough time; it ends only after it has held for a while.
All times are seconds of exam time.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.exam.identity import Band

RuleId = Literal["nobody", "several_people", "another_person", "camera_lost"]
FollowUp = Literal["record", "warn", "staff", "staff_urgent"]


@dataclass(frozen=True)
class Observation:
    """What one frame said.

    ``faces``: faces seen well enough to count. ``brightness`` and ``contrast``: mean and standard
    deviation of grey, 0 to 255. ``match``: similarity to the registered portrait with its
    ``band``, or None when identity was not judged. ``box``: the candidate's face as left, top,
    right, bottom in pixels. ``advice``: ids of what the candidate could change.
    """

    at: float
    faces: int
    brightness: float
    contrast: float
    match: float | None = None
    band: Band | None = None
    box: tuple[float, float, float, float] | None = None
    advice: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleEvent:
    """A rule began or ceased to be broken. ``since``: when the breach was first seen."""

    rule: RuleId
    kind: Literal["started", "ended"]
    at: float
    since: float
    measured: float | None
    threshold: float | None


class RuleSettings(BaseModel):
    """When a rule becomes active, when it ends, and what follows.

    Active: at least ``need`` of the latest ``of`` judged frames break it, over at least
    ``enter_seconds``. Over: unbroken for ``exit_seconds``. Silent for ``cooldown_seconds`` after.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    need: int = Field(ge=2, le=60)
    of: int = Field(ge=2, le=60)
    enter_seconds: float = Field(ge=0, le=600)
    exit_seconds: float = Field(ge=0, le=600)
    cooldown_seconds: float = Field(ge=0, le=3600)
    follow_up: FollowUp

    @model_validator(mode="after")
    def _need_fits(self) -> Self:
        if self.need > self.of:
            raise ValueError("need lies above of")
        return self


def _rule(
    need: int, of: int, enter: float, leave: float, cooldown: float, follow_up: FollowUp
) -> RuleSettings:
    return RuleSettings(
        need=need,
        of=of,
        enter_seconds=enter,
        exit_seconds=leave,
        cooldown_seconds=cooldown,
        follow_up=follow_up,
    )


class ProctoringSettings(BaseModel):
    """The rules of a programme, with the starting values of the design."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    nobody: RuleSettings = _rule(4, 5, 5, 2, 30, "warn")
    several_people: RuleSettings = _rule(2, 3, 1, 3, 30, "staff")
    another_person: RuleSettings = _rule(3, 4, 10, 4, 60, "staff_urgent")
    camera_lost: RuleSettings = _rule(2, 2, 5, 2, 30, "warn")


class _State(StrEnum):
    CLEAR = "clear"
    SUSPECT = "suspect"
    ACTIVE = "active"
    COOLDOWN = "cooldown"


@dataclass
class _Machine:
    """One rule of one attempt."""

    rule: RuleId
    settings: RuleSettings
    threshold: float | None
    state: _State = _State.CLEAR
    since: float = 0.0
    clear_since: float | None = None
    votes: deque[bool] = field(default_factory=deque)

    def feed(self, at: float, broken: bool, measured: float | None) -> list[RuleEvent]:
        """Judge one frame."""
        if self.state is _State.COOLDOWN and at >= self._quiet_until:
            self.state = _State.CLEAR
        if self.state is _State.ACTIVE:
            return self._while_active(at, broken, measured)
        if self.state is not _State.COOLDOWN:
            return self._while_quiet(at, broken, measured)
        return []

    def activate(self, at: float, since: float, measured: float) -> list[RuleEvent]:
        """Become active at once, unless it is or has to stay silent."""
        cooling = self.state is _State.COOLDOWN
        if self.state is _State.ACTIVE or (cooling and at < self._quiet_until):
            return []
        self.state, self.since, self.clear_since = _State.ACTIVE, since, None
        return [self._event("started", at, measured)]

    @property
    def _quiet_until(self) -> float:
        return self.since + self.settings.cooldown_seconds

    def _while_quiet(self, at: float, broken: bool, measured: float | None) -> list[RuleEvent]:
        if self.state is _State.CLEAR:
            if not broken:
                return []
            self.state, self.since = _State.SUSPECT, at
            self.votes = deque(maxlen=self.settings.of)
        self.votes.append(broken)
        enough = sum(self.votes) >= self.settings.need
        if enough and broken and at - self.since >= self.settings.enter_seconds:
            self.state, self.clear_since = _State.ACTIVE, None
            return [self._event("started", at, measured)]
        misses = len(self.votes) - sum(self.votes)
        if misses > self.settings.of - self.settings.need:
            self.state = _State.CLEAR
        return []

    def _while_active(self, at: float, broken: bool, measured: float | None) -> list[RuleEvent]:
        if broken:
            self.clear_since = None
            return []
        if self.clear_since is None:
            self.clear_since = at
        if at - self.clear_since < self.settings.exit_seconds:
            return []
        event = self._event("ended", at, measured)
        self.state, self.since = _State.COOLDOWN, at
        return [event]

    def _event(
        self, kind: Literal["started", "ended"], at: float, measured: float | None
    ) -> RuleEvent:
        return RuleEvent(self.rule, kind, at, self.since, measured, self.threshold)


class Watch:
    """All rules of one attempt. Feed it observations, and a tick now and then."""

    def __init__(
        self, settings: ProctoringSettings, started_at: float, staff_at: float | None = None
    ) -> None:
        """``staff_at``: the similarity below which a face counts as another person's."""
        self._last_frame = started_at
        self._settings = settings
        self._nobody = _Machine("nobody", settings.nobody, settings.nobody.enter_seconds)
        self._several = _Machine("several_people", settings.several_people, 1.0)
        self._another = _Machine("another_person", settings.another_person, staff_at)
        self._lost = _Machine("camera_lost", settings.camera_lost, self._patience)

    @property
    def _patience(self) -> float:
        return self._settings.camera_lost.enter_seconds

    @property
    def active(self) -> tuple[RuleId, ...]:
        """Ids of the rules that are broken now."""
        machines = (self._nobody, self._several, self._another, self._lost)
        return tuple(m.rule for m in machines if m.state is _State.ACTIVE)

    def observe(self, seen: Observation) -> list[RuleEvent]:
        """Judge one frame. A frame older than the last one judged is ignored."""
        if seen.at < self._last_frame:
            return []
        self._last_frame = seen.at
        events = self._nobody.feed(seen.at, seen.faces == 0, float(seen.faces))
        events += self._several.feed(seen.at, seen.faces > 1, float(seen.faces))
        if seen.band is not None:
            events += self._another.feed(seen.at, seen.band is Band.FAIL, seen.match)
        if self._lost.state is _State.ACTIVE:
            events += self._lost.feed(seen.at, broken=False, measured=0.0)
        return events

    def tick(self, at: float) -> list[RuleEvent]:
        """Notice that no frame has come for too long; call it about once a second."""
        silence = at - self._last_frame
        if silence < self._patience:
            return []
        return self._lost.activate(at, self._last_frame, silence)
