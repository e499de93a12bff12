"""All rules of one attempt: which value each one judges, and when that value breaks it."""

from collections.abc import Callable

from kiosk.exam.identity.bands import Band
from kiosk.exam.proctoring.machine import Machine, Reading, RuleEvent, State
from kiosk.exam.proctoring.observation import Hearing, Observation
from kiosk.exam.proctoring.rules import (
    CAMERA_RULES,
    ProctoringSettings,
    RuleId,
    RuleSettings,
)

Measure = Callable[[Observation], float | None]
"""The value that a rule judges, or None when a frame says nothing about it."""

PATIENCE = 2.5
"""A camera counts as lost only after this many of the frame intervals that the server asked for."""

OPEN = 0.5
"""From this value of ``lens`` on, the camera sees the place in front of it."""


def patience(enter_seconds: float, interval_s: float) -> float:
    """Return how many seconds a camera may be silent before it counts as lost."""
    return max(enter_seconds, PATIENCE * interval_s)


def _angle(seen: Observation) -> float | None:
    """Return the larger of yaw and roll: turned away, or lying down."""
    angles = [abs(angle) for angle in (seen.yaw, seen.roll) if angle is not None]
    return max(angles, default=None)


def _present(seen: Observation) -> float | None:
    """Return the number of faces; None behind a covered lens, which cannot show absence."""
    return None if not seen.faces and seen.lens < OPEN else float(seen.faces)


def _seen_object(name: str) -> Measure:
    return lambda seen: None if seen.objects is None else seen.objects.get(name, 0.0)


BELOW: dict[RuleId, Measure] = {
    "nobody": _present,
    "covered": lambda seen: seen.lens,
    "frozen": lambda seen: seen.change if seen.faces else None,
    "too_dark": lambda seen: seen.brightness,
    "not_clear": lambda seen: seen.sharpness,
    "too_far": lambda seen: seen.share,
}
"""Rules that are broken when the value falls below the limit."""

ABOVE: dict[RuleId, Measure] = {
    "several_people": lambda seen: float(seen.faces),
    "too_bright": lambda seen: seen.brightness,
    "turned_away": _angle,
    "face_covered": lambda seen: seen.covered,
    "out_of_frame": lambda seen: seen.cut,
    "too_near": lambda seen: seen.share,
    "phone": _seen_object("phone"),
    "book": _seen_object("book"),
    "laptop": _seen_object("laptop"),
}
"""Rules that are broken when the value rises above the limit."""


def _judge(settings: RuleSettings, value: float, below: bool, active: bool) -> Reading:
    """Judge a value with hysteresis: an active rule ends at ``release``, not at ``limit``."""
    limit, release = settings.limit or 0.0, settings.release or 0.0
    if below:
        broken = value < (release if active else limit)
    else:
        broken = value > (release if active else limit)
    return Reading(value, broken)


class Watch:
    """All rules of one attempt. Feed it observations, hearings, and about one tick a second."""

    def __init__(
        self,
        settings: ProctoringSettings,
        started_at: float,
        staff_at: float | None = None,
        pass_at: float | None = None,
    ) -> None:
        """Start watching.

        ``staff_at``: the similarity below which a face counts as another person's; from
        ``pass_at`` on it is the candidate's.
        """
        self._last_frame = self._last_sound = started_at
        self._settings = settings
        thresholds: dict[RuleId, float | None] = {
            "another_person": staff_at,
            "identity_in_doubt": pass_at,
            "camera_lost": settings.camera_lost.enter_seconds,
        }
        self._machines = {
            rule: Machine(
                rule, settings.rule(rule), thresholds.get(rule, settings.rule(rule).limit)
            )
            for rule in CAMERA_RULES
            if settings.rule(rule).enabled
        }

    @property
    def active(self) -> tuple[RuleId, ...]:
        """Ids of the rules that are active now."""
        return tuple(m.rule for m in self._machines.values() if m.state is State.ACTIVE)

    @property
    def advised(self) -> tuple[RuleId, ...]:
        """Ids of the active rules that the candidate sees: not ``record`` and ``review``."""
        silent = ("record", "review")
        return tuple(r for r in self.active if self._settings.rule(r).follow_up not in silent)

    @property
    def suspicious(self) -> bool:
        """Whether any rule is active or may become so: under load it gets more frames."""
        watched = (State.SUSPECT, State.ACTIVE)
        return any(m.state in watched for m in self._machines.values())

    def patience(self, interval: float) -> float:
        """Return how many seconds the camera may be silent before it counts as lost."""
        return patience(self._settings.camera_lost.enter_seconds, interval)

    def observe(self, seen: Observation) -> list[RuleEvent]:
        """Judge one frame. A frame older than the last judged one is ignored."""
        if seen.at < self._last_frame:
            return []
        self._last_frame = seen.at
        events = self._identity(seen) + self._doubt(seen)
        for rules, below in ((BELOW, True), (ABOVE, False)):
            for rule, measure in rules.items():
                events += self._feed(rule, seen.at, measure(seen), below)
        lost = self._machines.get("camera_lost")
        if lost is not None and lost.state is State.ACTIVE:
            events += lost.feed(seen.at, Reading(0.0, broken=False))
        return events

    def hear(self, heard: Hearing) -> list[RuleEvent]:
        """Judge one snippet of sound. A snippet older than the last judged one is ignored."""
        if heard.at < self._last_sound:
            return []
        self._last_sound = heard.at
        return self._feed("talking", heard.at, heard.speech, below=False)

    def tick(
        self, at: float, interval: float = 1.0, last_frame: float | None = None
    ) -> list[RuleEvent]:
        """Notice that frames have stopped; call it about once a second.

        ``interval``: seconds between frames as the server asked for them. ``last_frame``: when
        the newest frame arrived; without it, when the newest judged one was taken. Silence of
        the microphone is normal: a terminal sends sound only when someone may be speaking.
        """
        events = []
        talking = self._machines.get("talking")
        # No snippet means no speech, and without one nothing else would end the incident.
        if talking is not None and at - self._last_sound >= talking.settings.exit_seconds:
            events += talking.feed(at, Reading(0.0, broken=False))
        lost = self._machines.get("camera_lost")
        since = self._last_frame if last_frame is None else last_frame
        limit = self.patience(interval)
        if lost is not None and at - since >= limit:
            events += lost.activate(at, since, at - since, limit)
        return events

    def _feed(self, rule: RuleId, at: float, value: float | None, below: bool) -> list[RuleEvent]:
        machine = self._machines.get(rule)
        if machine is None or value is None:
            return []
        active = machine.state is State.ACTIVE
        return machine.feed(at, _judge(machine.settings, value, below, active))

    def _identity(self, seen: Observation) -> list[RuleEvent]:
        """Judge whether someone else sits there; doubt neither starts nor ends an incident."""
        machine = self._machines.get("another_person")
        if machine is None or seen.band is None:
            return []
        broken = {Band.FAIL: True, Band.STAFF: None, Band.PASS: False}[seen.band]
        # Doubtful frames vote against a stranger, but do not end an incident.
        if broken is None and machine.state is not State.ACTIVE:
            broken = False
        return machine.feed(seen.at, Reading(seen.match or 0.0, broken))

    def _doubt(self, seen: Observation) -> list[RuleEvent]:
        """Judge faces that are neither clearly the candidate nor clearly a stranger.

        A look-alike must not stay unnoticed for long. Clear strangers have a rule of their own.
        """
        machine = self._machines.get("identity_in_doubt")
        if machine is None or seen.band in (None, Band.FAIL):
            return []
        return machine.feed(seen.at, Reading(seen.match or 0.0, seen.band is Band.STAFF))
