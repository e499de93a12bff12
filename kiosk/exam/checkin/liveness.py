"""The face check: some frames straight ahead, then a random pair of head turns (R15).

Pure rules. A flat picture keeps its pose whichever way it is held, and bending it narrows the
face more than it moves the nose; a recording does not know which turns will be asked for; and
the face at the end must be the face at the beginning. A failure costs one try; staff decide in
the end.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import acos, degrees
from statistics import fmean, median
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kiosk.exam.checkin.inspection import StaffInspection
from kiosk.exam.identity.bands import Band, Bands, best_score
from kiosk.exam.proctoring.observation import Observation


class Ask(StrEnum):
    """What the candidate is asked for now."""

    FRONT = "front"
    LEFT = "left"
    RIGHT = "right"
    DONE = "done"


class Flaw(StrEnum):
    """Why a face check failed."""

    TOO_SLOW = "too_slow"
    WRONG_TURN = "wrong_turn"
    STILL = "still_picture"
    FLAT = "flat_picture"
    FACE_CHANGED = "face_changed"
    FACE_LOST = "face_lost"


class FaceCheckRules(BaseModel):
    """Rules of one face check (``[check_in.face_check]`` of a programme file).

    ``frames``: frames straight ahead that are compared. ``turn_degrees``: how far the head must
    turn, as measured from the five landmarks, which show some 0.6 to 0.9 of the real turn.
    ``stage_seconds``: time limit of each request. ``lost_seconds``: how long no face may be
    visible once the turns have begun. ``least_change``: frames that differ by less, in grey
    levels, are a still picture.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    liveness: Literal["head_turn", "off"] = "head_turn"
    frames: Annotated[int, Field(ge=2, le=10)] = 4
    turn_degrees: Annotated[float, Field(ge=8, le=40)] = 12
    stage_seconds: Annotated[float, Field(ge=4, le=120)] = 15
    lost_seconds: Annotated[float, Field(ge=0.5, le=20)] = 3
    least_change: Annotated[float, Field(ge=0, le=5)] = 0.3


class VerificationRules(BaseModel):
    """``[check_in]`` of a programme file.

    ``max_tries``: face checks before staff decide. ``id_card``: whether a picture with the
    identity card is taken (R14), of which ``card_tries`` may be unclear before staff decide.
    ``on_return``: whether a candidate whose terminal was away during the exam continues at once
    (``go_on``), or after staff have checked the identity (``staff``).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_tries: Annotated[int, Field(ge=1, le=10)] = 3
    face_check: FaceCheckRules = FaceCheckRules()
    id_card: bool = True
    card_tries: Annotated[int, Field(ge=1, le=10)] = 3
    compare_portraits: bool = True
    staff_inspection: StaffInspection = "ask"
    on_return: Literal["go_on", "staff"] = "go_on"


LOOK_AWAY = frozenset({"no_face", "several_faces", "too_dark", "too_bright", "not_clear"})
"""Advice that makes a frame useless; turned or near faces still count."""

IN_A_ROW = 2
"""Consecutive frames that must agree on a turn or on a stranger: one frame decides nothing."""

BACK = 0.7
"""Share of ``turn_degrees`` within which a head is straight ahead again."""

RELIEF = 0.34
"""Least ratio of the turn that the nose shows to the turn that the width of the face shows: 0.4 to
0.8 for drawn heads, 0.3 for a print round a cylinder as wide as a head, less for a flat one.
`kiosk bench liveness` measures what this refuses.
"""


def choose_turns(random: bytes) -> tuple[Ask, Ask]:
    """Return the pair of turns that the first random byte selects; all four are equally likely."""
    sides = (Ask.LEFT, Ask.RIGHT)
    return sides[random[0] & 1], sides[random[0] >> 1 & 1]


@dataclass(frozen=True)
class _Turned:
    """A frame's turn from straight ahead in degrees, and its span where the pack measures one."""

    side: Ask | None
    turn: float
    span: float | None


@dataclass
class FaceCheckSession:
    """One face check from its first frame to its verdict. Times are seconds and never go back."""

    rules: FaceCheckRules
    bands: Bands
    turns: tuple[Ask, ...]
    started_at: float
    flaw: Flaw | None = None
    scores: list[float] = field(default_factory=list)
    live_scores: list[float] = field(default_factory=list)
    _strangers: int = 0
    _stage: int = 0
    _stage_at: float = 0.0
    _seen_at: float = 0.0
    _fronts: list[float] = field(default_factory=list)
    _changes: list[float] = field(default_factory=list)
    _agree: deque[_Turned] = field(default_factory=lambda: deque(maxlen=IN_A_ROW))
    _turned: list[_Turned] = field(default_factory=list)
    _spans: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.rules.liveness == "off":
            self.turns = ()
        self._stage_at = self._seen_at = self.started_at

    @property
    def stages(self) -> tuple[Ask, ...]:
        """All requests in order; each turn is followed by looking straight ahead."""
        asked = [Ask.FRONT]
        for turn in self.turns:
            asked += [turn, Ask.FRONT]
        return (*asked, Ask.DONE)

    @property
    def ask(self) -> Ask:
        """The present request to the candidate."""
        return self.stages[self._stage]

    @property
    def step(self) -> int:
        """Requests that are done, out of ``steps``."""
        return self._stage

    @property
    def steps(self) -> int:
        """The number of requests of this face check."""
        return len(self.stages) - 1

    @property
    def over(self) -> bool:
        """Whether the face check has ended, passed or failed."""
        return self.flaw is not None or self.ask is Ask.DONE

    def seconds_left(self, at: float) -> float:
        """Return the time left for the present request."""
        return max(0.0, self.rules.stage_seconds - (at - self._stage_at))

    def see(self, seen: Observation, same: float | None, repeated: bool = False) -> None:
        """Judge a frame. ``same``: similarity to the face of the first frame, if comparable.

        ``repeated``: the frame equals an earlier one byte for byte, which a live camera never
        sends.
        """
        if self.over:
            return
        self.flaw = self._flaw(seen, same, repeated)
        if self.flaw is not None or LOOK_AWAY & set(seen.advice) or seen.yaw is None:
            return
        if self._stage == 0:
            self._front(seen)
        else:
            self._turn(seen, known=self._strangers == 0 and same is not None)

    def _flaw(self, seen: Observation, same: float | None, repeated: bool) -> Flaw | None:
        if seen.faces:
            self._seen_at = seen.at
        if repeated:
            return Flaw.STILL
        if same is not None and self._frontal(seen):
            stranger = self.bands.band(same) is Band.FAIL
            self._strangers = self._strangers + 1 if stranger else 0
        if self._strangers >= IN_A_ROW:
            return Flaw.FACE_CHANGED
        # While the first frames are collected, a missing face only costs time.
        if self._stage > 0 and seen.at - self._seen_at > self.rules.lost_seconds:
            return Flaw.FACE_LOST
        return Flaw.TOO_SLOW if self.seconds_left(seen.at) <= 0 else None

    def _frontal(self, seen: Observation) -> bool:
        """Return whether the face looks straight ahead; turned faces cannot prove a change."""
        turn = _turn_of(seen)
        return turn is not None and abs(turn - self._straight) < BACK * self.rules.turn_degrees

    @property
    def _straight(self) -> float:
        """The turn measured when looking straight ahead: cameras are seldom exactly in front."""
        return median(self._fronts) if self._fronts else 0.0

    def _front(self, seen: Observation) -> None:
        turn = _turn_of(seen)
        # These frames are the baseline for the turns, so any advice disqualifies a frame.
        if seen.advice or turn is None or (seen.band is not None and seen.match is None):
            return
        self._fronts.append(turn)
        self._spans += [] if seen.span is None else [seen.span]
        if seen.match is not None:
            self.scores.append(seen.match)
        if seen.live is not None:
            self.live_scores.append(seen.live)
        if seen.change is not None:
            self._changes.append(seen.change)
        if len(self._fronts) < self.rules.frames:
            return
        if self._changes and max(self._changes) < self.rules.least_change:
            self.flaw = Flaw.STILL
        self._next(seen.at)

    def _turn(self, seen: Observation, known: bool) -> None:
        """Wait until consecutive frames agree on the requested turn, or on the wrong side.

        ``known``: the face is the one that began the face check. Without it, looking straight
        ahead does not count, so that a second person cannot finish the check.
        """
        turn = (_turn_of(seen) or 0.0) - self._straight
        side = self._side(turn)
        # Turned faces cannot be compared, so the swap has to be caught on the way back.
        if side is Ask.FRONT and not known:
            side = None
        self._agree.append(_Turned(side, turn, seen.span))
        agreed = len(self._agree) == IN_A_ROW and len({frame.side for frame in self._agree}) == 1
        if not agreed or side is None:
            return
        if side is self.ask:
            self._note(side)
            self._next(seen.at)
        # A head that has not turned yet, or not come back yet, is slow, not wrong.
        elif self.ask is not Ask.FRONT and side is not Ask.FRONT:
            self.flaw = Flaw.WRONG_TURN

    def _side(self, turn: float) -> Ask | None:
        limit = self.rules.turn_degrees
        if abs(turn) >= limit:
            return Ask.LEFT if turn > 0 else Ask.RIGHT
        return Ask.FRONT if abs(turn) < BACK * limit else None

    def _note(self, side: Ask) -> None:
        """Store the measurements from which :meth:`_flat` tells a head from a flat picture."""
        if side is Ask.FRONT:
            self._spans += [frame.span for frame in self._agree if frame.span is not None]
        else:
            self._turned += self._agree

    def _next(self, at: float) -> None:
        self._stage += 1
        self._stage_at = at
        self._agree.clear()
        if self.ask is Ask.DONE and self.flaw is None and self._flat():
            self.flaw = Flaw.FLAT

    def _flat(self) -> bool:
        """Return whether the face narrowed more than its nose moved aside.

        A nose stands out from a head but not from a picture, even from one bent round a
        cylinder.
        """
        spans = [frame.span for frame in self._turned if frame.span is not None]
        if not spans or not self._spans:
            return False
        # The width of a flat face shrinks with the cosine of the turn.
        by_width = degrees(acos(min(1.0, fmean(spans) / fmean(self._spans))))
        by_nose = fmean(abs(frame.turn) for frame in self._turned)
        return by_nose < RELIEF * by_width

    def verdict(self, live_at: float = 0.8) -> Band:
        """Return the band: unfinished or failed checks are FAIL, doubtful liveness is STAFF.

        ``live_at``: passive liveness (0 to 1) from which staff need not look.
        """
        best = best_score(self.scores)
        if self.flaw is not None or self.ask is not Ask.DONE or best is None:
            return Band.FAIL
        band = self.bands.verdict(best)
        doubtful = bool(self.live_scores) and median(self.live_scores) < live_at
        return Band.STAFF if doubtful and band is Band.PASS else band


def _turn_of(seen: Observation) -> float | None:
    return seen.yaw if seen.turn is None else seen.turn


def card_band(scores: Sequence[float | None], bands: Bands) -> Band:
    """Return the band of an identity card: its face must match both the holder and the portrait.

    Small printed faces compare worse than live ones, so a mismatch is STAFF and never FAIL.
    """
    known = [score for score in scores if score is not None]
    if bands.decides and known and all(bands.band(score) is not Band.FAIL for score in known):
        return Band.PASS
    return Band.STAFF
