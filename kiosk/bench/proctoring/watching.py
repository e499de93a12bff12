"""Runs a sequence through the pipeline: ``examine`` analyses each frame, and the rules judge it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from kiosk.bench.proctoring.people import Person
from kiosk.bench.proctoring.picture import draw
from kiosk.bench.proctoring.script import Expect, Sequence
from kiosk.exam.proctoring import Observation, ProctoringSettings, Watch
from kiosk.exam.proctoring.machine import RuleEvent
from kiosk.vision.analysis.monitor import Task, examine
from kiosk.vision.analysis.track import Track
from kiosk.vision.workers.loading import Models

KEPT = 12
"""Number of frames shown of a false incident or a miss."""

Frames = Iterable[tuple[float, bytes]]
"""Seconds and JPEG, in order."""

Caption = Callable[[Observation], str]


@dataclass(frozen=True)
class Notice:
    """A rule that became active. ``right``: whether it should have."""

    event: RuleEvent
    right: bool

    @property
    def incident(self) -> bool:
        """Return whether an incident opens; advice is shown only to the candidate."""
        return self.event.follow_up != "advice"

    @property
    def urgent(self) -> bool:
        """Return whether staff are called at once."""
        return self.event.follow_up == "staff_urgent"


@dataclass(frozen=True)
class Noticed:
    """A staged scene, and the seconds until its rule became active; None if it was missed."""

    expect: Expect
    after: float | None


@dataclass(frozen=True)
class Outcome:
    """The result of a script or clip.

    ``pictures``: the name of each false incident and miss with its captioned frames.
    """

    name: str
    honest: bool
    optional: bool
    seconds: float
    notices: tuple[Notice, ...]
    expected: tuple[Noticed, ...]
    match: float | None
    pictures: tuple[tuple[str, tuple[tuple[str, bytes], ...]], ...] = ()


def frames(sequence: Sequence, people: Mapping[str, Person]) -> Iterator[tuple[float, bytes]]:
    """Yield a script's frames, one per second; the same script always gives the same frames."""
    random = np.random.default_rng([sequence.seed, 1])
    held: bytes | None = None
    for second in range(sequence.seconds):
        shot = sequence.at(second)
        if not shot.still or held is None:
            held = draw(shot, people, random)
        yield float(second), held


def watch(
    models: Models, sequence: Sequence, people: Mapping[str, Person], pictures: bool = False
) -> Outcome:
    """Return how the rules react to a script."""
    reference = people[sequence.reference].vector
    seen, events, kept = _run(models, frames(sequence, people), reference, pictures)
    expects, optional = sequence.expects, sequence.optional
    return judged(sequence.name, expects, seen, events, kept, optional=optional)


def watch_clip(models: Models, name: str, clip: Frames, reference: bytes | None) -> Outcome:
    """Return how the rules react to recorded frames in which nothing should be noticed."""
    seen, events, kept = _run(models, clip, reference, keep=True)
    return judged(name, (), seen, events, kept)


def _run(
    models: Models, shown: Frames, reference: bytes | None, keep: bool
) -> tuple[list[Observation], list[RuleEvent], list[bytes]]:
    rules, track = Watch(ProctoringSettings(), 0.0, models.engine.bands.staff_at), Track()
    seen, events, kept = [], [], []
    for at, picture in shown:
        task = Task(picture, at, reference, 5.0, track)
        finding = examine(models.engine, task, models.objects, models.liveness)
        track = finding.track
        events += rules.observe(finding.observation) + rules.tick(at)
        seen.append(finding.observation)
        if keep:
            kept.append(finding.thumbnail)
    return seen, [event for event in events if event.kind == "started"], kept


def judged(
    name: str,
    expects: tuple[Expect, ...],
    seen: list[Observation],
    events: list[RuleEvent],
    kept: list[bytes],
    *,
    optional: bool = False,
) -> Outcome:
    """Compare the rules' reactions with the expected ones."""
    notices = tuple(Notice(event, _right(event, expects)) for event in events)
    expected = tuple(Noticed(expect, _after(expect, events)) for expect in expects)
    begin = expects[0].at + 3 if expects else 0.0
    matches = [one.match for one in seen if one.match is not None and one.at >= begin]
    pictures = tuple(_pictures(name, notices, expected, optional, seen, kept)) if kept else ()
    last = seen[-1].at - seen[0].at + 1 if seen else 0.0
    match = float(np.median(matches)) if matches else None
    return Outcome(name, not expects, optional, last, notices, expected, match, pictures)


def _right(event: RuleEvent, expects: tuple[Expect, ...]) -> bool:
    return any(
        event.rule in (expect.rule, *expect.also, *expect.either) and event.at >= expect.at
        for expect in expects
    )


def _after(expect: Expect, events: list[RuleEvent]) -> float | None:
    """Return the seconds until the expected rule became active; None if later than it should."""
    rules = (expect.rule, *expect.either)
    times = [e.at - expect.at for e in events if e.rule in rules and e.at >= expect.at]
    return min((time for time in times if time <= expect.within), default=None)


def _pictures(
    name: str,
    notices: tuple[Notice, ...],
    expected: tuple[Noticed, ...],
    optional: bool,
    seen: list[Observation],
    kept: list[bytes],
) -> Iterator[tuple[str, tuple[tuple[str, bytes], ...]]]:
    shown = [(one, frame) for one, frame in zip(seen, kept, strict=True)]
    for notice in notices:
        if not notice.right:
            kind = "false" if notice.incident else "advice"
            until = [pair for pair in shown if pair[0].at <= notice.event.at][-KEPT:]
            yield f"{kind} {notice.event.rule}, {name}", _captioned(until)
    for one in expected:
        if one.after is None and not optional:
            since = [pair for pair in shown if pair[0].at >= one.expect.at - 1][:KEPT]
            yield f"missed {one.expect.rule}, {name}", _captioned(since)


def _captioned(shown: list[tuple[Observation, bytes]]) -> tuple[tuple[str, bytes], ...]:
    return tuple((_caption(seen), frame) for seen, frame in shown)


def _caption(seen: Observation) -> str:
    """Return the measured values, abbreviated to fit over a small picture."""
    values = {
        "m": seen.match, "y": seen.yaw, "r": seen.roll, "p": seen.pitch, "c": seen.covered,
        "s": seen.sharpness, "l": seen.lens,
    }  # fmt: skip
    said = " ".join(f"{name}{value:.3g}" for name, value in values.items() if value is not None)
    return f"{seen.at:.0f}s {seen.faces} {said}"
