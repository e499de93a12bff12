"""A face check that is going on, frame by frame, and what follows from it."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.exam.checkin.liveness import Ask, FaceCheckSession
from kiosk.exam.identity.bands import Band
from kiosk.exam.identity.outcomes import FaceOutcome
from kiosk.exam.proctoring.observation import Box, Observation
from kiosk.vision.analysis.checkin import FaceCheckTask, FaceResult

OF_TURNING = frozenset({"turned", "not_clear", "face_covered"})
"""Advice that a head earns by turning."""

WHOLE_EVERY = 3
"""Every so many frames of a face check the whole picture is searched, not just around the face."""


@dataclass
class FaceCheck:
    """A face check's session, and what its frames showed.

    ``held``: vector of the face that it began with. ``spent``: seconds that the analysis took so
    far, which are not the candidate's; nor is the time since ``refused_at``, when a frame could not
    be looked at because too many others were.
    """

    session: FaceCheckSession
    reference: bytes
    lock: threading.Lock = field(default_factory=threading.Lock)
    held: bytes | None = None
    before: bytes | None = None
    digests: set[bytes] = field(default_factory=set)
    best: tuple[float, bytes] | None = None
    advice: tuple[str, ...] = ()
    frames: int = 0
    box: Box | None = None
    spent: float = 0.0
    refused_at: float | None = None

    def refuse(self, at: float) -> None:
        """A frame was turned away: the candidate's time stands until the next one."""
        self.refused_at = at if self.refused_at is None else self.refused_at

    def see(
        self, jpeg: bytes, analyse: Callable[[FaceCheckTask], FaceResult], now: Callable[[], float]
    ) -> None:
        """Judge the next frame; raises a VisionError for a bad picture, which costs nothing."""
        arrived = now()
        if self.refused_at is not None:
            self.spent += arrived - self.refused_at
            self.refused_at = None
        box = self.box if self.frames % WHOLE_EVERY else None
        at = arrived - self.spent
        sight = analyse(FaceCheckTask(jpeg, at, self.reference, self.held, self.before, box))
        self.spent += now() - arrived
        self.frames, self.box = self.frames + 1, sight.observation.box
        digest = hashlib.sha256(jpeg).digest()
        repeated = digest in self.digests
        self.digests.add(digest)
        self.before = sight.small
        seen = sight.observation
        self.advice = _advice(self.session, seen)
        if self.held is None and not seen.advice:
            self.held = sight.vector
        if seen.match is not None and (self.best is None or seen.match > self.best[0]):
            self.best = (seen.match, jpeg)
        self.session.see(seen, sight.same, repeated)

    def seconds_left(self, now: float) -> float:
        """Time left for what is asked now."""
        return self.session.seconds_left(now - self.spent)


class Verdict:
    """What follows from a face check that is over, with ``left`` tries after it."""

    def __init__(self, session: FaceCheckSession, score: float | None, left: int) -> None:
        self.session = session
        self.score = score
        self.band = session.verdict()
        passed = self.band is Band.PASS
        to_staff = self.band is Band.STAFF or left <= 0
        self.outcome = _outcome(passed, to_staff)
        self.advice: tuple[str, ...] = () if passed else (session.flaw or "no_match",)


def _outcome(passed: bool, to_staff: bool) -> FaceOutcome:
    if passed:
        return FaceOutcome.PASS
    return FaceOutcome.STAFF if to_staff else FaceOutcome.RETRY


def _advice(session: FaceCheckSession, seen: Observation) -> tuple[str, ...]:
    """While a turn is asked for, being turned is what one wants."""
    if session.ask in (Ask.LEFT, Ask.RIGHT):
        return tuple(one for one in seen.advice if one not in OF_TURNING)
    return seen.advice
