"""Whole face checks, frame by frame, with the centre's own code and a real face pack."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import cv2
import numpy as np

from kiosk.bench.liveness.attacks import DISTANCES, OPEN, SCENES, Cast, Instrument, Swap
from kiosk.bench.liveness.heads import Head, RoundHead
from kiosk.bench.liveness.people import HABITS, Person
from kiosk.exam.checkin.liveness import Ask, FaceCheckRules, FaceCheckSession, choose_turns
from kiosk.exam.identity.bands import Band
from kiosk.hall.checkin.face_check import FaceCheck
from kiosk.vision.analysis.checkin import (
    FaceCheckTask,
    FaceResult,
    PortraitTask,
    face_check,
    read_portrait,
)
from kiosk.vision.engine import FaceEngine
from kiosk.vision.errors import PackUnusable
from kiosk.vision.evaluation.rates import Rate
from kiosk.vision.images import jpeg

SECONDS_A_FRAME = 0.5

SWAP, IMPOSTOR = "another face goes on", "another person turns as asked"
"""Kinds that involve two people."""


class Presented(Protocol):
    """What is in front of the camera."""

    def frame(self, ask: Ask, at: float) -> bytes:
        """Return what the camera sees at a time, when the page asks for something."""
        ...


@dataclass
class Tally:
    """Outcomes of the face checks of one kind.

    ``through``: completed the liveness part without a flaw. ``not_begun``: rejected before the
    first turn was asked for. ``bands``: results of the comparison with the portrait, of those
    that came through.
    """

    face_checks: int = 0
    through: int = 0
    not_begun: int = 0
    flaws: Counter[str] = field(default_factory=Counter)
    bands: Counter[str] = field(default_factory=Counter)

    def add(self, session: FaceCheckSession) -> None:
        """Count a face check that is over."""
        self.face_checks += 1
        if session.flaw is not None:
            self.flaws[session.flaw.value] += 1
            self.not_begun += session.step == 0
            return
        self.through += 1
        self.bands[session.verdict().value] += 1

    @property
    def apcer(self) -> Rate:
        """Return the share of attacks that liveness did not reject."""
        return Rate(self.through, self.face_checks)

    @property
    def bpcer(self) -> Rate:
        """Return the share of real people whom liveness rejected."""
        return Rate(self.face_checks - self.through, self.face_checks)

    @property
    def passed(self) -> int:
        """Return how many face checks passed, identity included."""
        return self.bands[Band.PASS.value]


@dataclass(frozen=True)
class Plan:
    """``face_checks``: number per kind. ``seed``: of everything that varies."""

    face_checks: int
    seed: int = 1
    rules: FaceCheckRules = field(default_factory=FaceCheckRules)
    kinds: tuple[str, ...] = ()

    def wants(self, kind: str) -> bool:
        """Return whether a kind is measured; all are unless some are named."""
        return not self.kinds or any(part in kind for part in self.kinds)


class Bench:
    """Runs face checks of heads with one engine."""

    def __init__(self, engine: FaceEngine, heads: Sequence[Head], plan: Plan) -> None:
        self._engine, self._plan = engine, plan
        self._heads = [head for head in heads if self._reference(head) and self._found(head)]
        if not self._heads:
            raise PackUnusable("it finds no usable face", pack=engine.pack_id)

    def _reference(self, head: Head) -> bytes | None:
        return read_portrait(self._engine, PortraitTask(jpeg(head.seen(), 90))).vector

    def _found(self, head: Head) -> bool:
        return len(self._engine.detect(head.seen())) == 1

    def people(self) -> Iterator[tuple[str, Tally]]:
        """Yield the outcomes of real people by habit."""
        painted = all(isinstance(head, RoundHead) for head in self._heads)
        for kind, habit in HABITS.items():
            if self._plan.wants(kind) and (painted or not habit.paint):
                tally = Tally()
                for cast in self._casts(kind):
                    self._run(Person(cast.victim, habit, cast.random), cast, tally)
                yield kind, tally

    def attacks(self) -> Iterator[tuple[str, Tally]]:
        """Yield the outcomes of attacks by kind; some need two heads."""
        for kind in [*SCENES, *OPEN, SWAP, IMPOSTOR]:
            two = kind in (SWAP, IMPOSTOR)
            if self._plan.wants(kind) and (not two or len(self._heads) > 1):
                tally = Tally()
                for number, cast in enumerate(self._casts(kind)):
                    self._run(_attack(kind, cast, number), cast, tally)
                yield kind, tally

    def _casts(self, kind: str) -> Iterator[Cast]:
        for number in range(self._plan.face_checks):
            random = np.random.default_rng([self._plan.seed, number, *kind.encode()])
            victim = self._heads[number % len(self._heads)]
            step = 1 + int(random.integers(max(1, len(self._heads) - 1)))
            other = self._heads[(number + step) % len(self._heads)]
            five = self._engine.detect(victim.seen())[0].five
            points = np.zeros((5, 2), np.float32) if five is None else five
            yield Cast(victim, other, points, choose_turns(random.bytes(1)), random)

    def _run(self, shown: Presented, cast: Cast, tally: Tally) -> None:
        reference = self._reference(cast.victim)
        assert reference is not None
        tally.add(run(self._engine, shown, reference, self._plan.rules, cast.turns))


def _attack(kind: str, cast: Cast, number: int) -> Presented:
    if kind == SWAP:
        return Swap(cast)
    if kind == IMPOSTOR:
        return Person(cast.other, HABITS["as asked"], cast.random)
    scene = {**SCENES, **OPEN}[kind](cast)
    return Instrument(scene, cast.random, DISTANCES[number % len(DISTANCES)])


def run(
    engine: FaceEngine,
    shown: Presented,
    reference: bytes,
    rules: FaceCheckRules,
    turns: tuple[Ask, ...],
) -> FaceCheckSession:
    """Run one face check from its first frame to its end, at two frames per second."""
    cv2.setNumThreads(1)
    session = FaceCheckSession(rules, engine.bands, turns, started_at=0.0)
    going = FaceCheck(session, reference)
    at = 0.0

    def analyse(task: FaceCheckTask) -> FaceResult:
        return face_check(engine, task)

    while not session.over:
        at += SECONDS_A_FRAME
        going.see(shown.frame(session.ask, at), analyse, lambda at=at: at)  # type: ignore[misc]
    return session
