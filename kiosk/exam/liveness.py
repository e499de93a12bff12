"""A look at check-in: some frames straight ahead, then a random pair of head turns (R15).

Pure rules. A flat picture keeps its pose however it is held, a film does not know which way it will
be asked to turn, and whoever ends the look must be who began it. What fails here costs a try;
a person decides in the end.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kiosk.exam.identity import Band, Bands, best_score
from kiosk.exam.inspection import StaffLook
from kiosk.exam.proctoring.observation import Observation


class Ask(StrEnum):
    """What the candidate is asked for now."""

    FRONT = "front"
    LEFT = "left"
    RIGHT = "right"
    DONE = "done"


class Flaw(StrEnum):
    """Why a look failed."""

    TOO_SLOW = "too_slow"
    WRONG_TURN = "wrong_turn"
    STILL = "still_picture"
    FACE_CHANGED = "face_changed"
    FACE_LOST = "face_lost"


class LookRules(BaseModel):
    """How a look goes (``[check_in.look]`` of a programme file).

    ``frames``: frames straight ahead that are compared. ``turn_degrees``: how far the head must
    turn from there, as the five points tell. ``stage_seconds``: time for each thing asked.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    liveness: Literal["head_turn", "off"] = "head_turn"
    frames: Annotated[int, Field(ge=2, le=10)] = 4
    turn_degrees: Annotated[float, Field(ge=8, le=40)] = 15
    stage_seconds: Annotated[float, Field(ge=4, le=120)] = 15
    lost_seconds: Annotated[float, Field(ge=0.5, le=20)] = 3
    least_change: Annotated[float, Field(ge=0, le=5)] = 0.3


class VerificationRules(BaseModel):
    """Check-in's part of a programme file: ``[check_in]``.

    ``max_tries``: looks before staff decide. ``id_card``: whether a photograph with the identity
    card is taken (R14), of which ``card_tries`` may be unclear before staff decide.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_tries: Annotated[int, Field(ge=1, le=10)] = 3
    look: LookRules = LookRules()
    id_card: bool = True
    card_tries: Annotated[int, Field(ge=1, le=10)] = 3
    compare_portraits: bool = True
    staff_look: StaffLook = "ask"


LOOK_AWAY = frozenset({"no_face", "several_faces", "too_dark", "too_bright", "not_clear"})
"""Advice that makes any frame worthless; being turned or near does not."""

IN_A_ROW = 2
"""Frames that must agree on a turn, or on a stranger: nothing happens on one frame."""


def choose_turns(random: bytes) -> tuple[Ask, Ask]:
    """The pair that a random byte stands for; every pair is as likely."""
    sides = (Ask.LEFT, Ask.RIGHT)
    return sides[random[0] & 1], sides[random[0] >> 1 & 1]


@dataclass
class LookSession:
    """One look from its first frame to its verdict. Times are seconds and never go back."""

    rules: LookRules
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
    _agree: deque[Ask | None] = field(default_factory=lambda: deque(maxlen=IN_A_ROW))

    def __post_init__(self) -> None:
        if self.rules.liveness == "off":
            self.turns = ()
        self._stage_at = self._seen_at = self.started_at

    @property
    def stages(self) -> tuple[Ask, ...]:
        """Everything that is asked, in order: a turn is followed by looking straight ahead."""
        asked = [Ask.FRONT]
        for turn in self.turns:
            asked += [turn, Ask.FRONT]
        return (*asked, Ask.DONE)

    @property
    def ask(self) -> Ask:
        """What the candidate is asked for now."""
        return self.stages[self._stage]

    @property
    def step(self) -> int:
        """How many of ``steps`` are done."""
        return self._stage

    @property
    def steps(self) -> int:
        """How many things are asked in all."""
        return len(self.stages) - 1

    @property
    def over(self) -> bool:
        """Whether the look has ended, well or not."""
        return self.flaw is not None or self.ask is Ask.DONE

    def seconds_left(self, at: float) -> float:
        """Time left for what is asked now."""
        return max(0.0, self.rules.stage_seconds - (at - self._stage_at))

    def see(self, seen: Observation, same: float | None, repeated: bool = False) -> None:
        """Judge a frame. ``same``: similarity to the face of the first frame, if comparable.

        ``repeated``: byte for byte a frame that came before; no live camera sends that.
        """
        if self.over:
            return
        self.flaw = self._flaw(seen, same, repeated)
        if self.flaw is not None or LOOK_AWAY & set(seen.advice) or seen.yaw is None:
            return
        if self._stage == 0:
            self._front(seen)
        else:
            self._turn(seen.yaw, seen.at, known=self._strangers == 0 and same is not None)

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
        if self._stage > 0 and seen.at - self._seen_at > self.rules.lost_seconds:
            return Flaw.FACE_LOST
        return Flaw.TOO_SLOW if self.seconds_left(seen.at) <= 0 else None

    def _frontal(self, seen: Observation) -> bool:
        """Turned faces compare badly; only those near straight ahead can prove a change."""
        return seen.yaw is not None and abs(seen.yaw - self._straight) < self.rules.turn_degrees / 2

    @property
    def _straight(self) -> float:
        """The yaw of looking straight ahead, as this camera at this place sees it."""
        return median(self._fronts) if self._fronts else 0.0

    def _front(self, seen: Observation) -> None:
        if seen.advice or seen.yaw is None or (seen.band is not None and seen.match is None):
            return
        self._fronts.append(seen.yaw)
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

    def _turn(self, yaw: float, at: float, known: bool) -> None:
        """Wait until some frames in a row agree on what is asked, or on the other side.

        ``known``: the face is the one that the look began with; nobody else gets on by looking
        straight ahead.
        """
        turn = yaw - self._straight
        limit = self.rules.turn_degrees
        side = Ask.LEFT if turn >= limit else Ask.RIGHT if turn <= -limit else None
        if side is None and abs(turn) < limit / 2:
            side = Ask.FRONT if known else None
        self._agree.append(side)
        if len(self._agree) < IN_A_ROW or len(set(self._agree)) > 1 or side is None:
            return
        if side is self.ask:
            self._next(at)
        elif self.ask is not Ask.FRONT and side is not Ask.FRONT:
            self.flaw = Flaw.WRONG_TURN

    def _next(self, at: float) -> None:
        self._stage += 1
        self._stage_at = at
        self._agree.clear()

    def verdict(self, live_at: float = 0.8) -> Band:
        """The band of the look: what is unfinished or flawed fails; doubtful liveness asks staff.

        ``live_at``: passive liveness (0 to 1) from which nobody need look.
        """
        best = best_score(self.scores)
        if self.flaw is not None or self.ask is not Ask.DONE or best is None:
            return Band.FAIL
        band = self.bands.verdict(best)
        doubtful = bool(self.live_scores) and median(self.live_scores) < live_at
        return Band.STAFF if doubtful and band is Band.PASS else band


def card_band(scores: Sequence[float | None], bands: Bands) -> Band:
    """The band of an identity card: its face must match both the holder and the portrait.

    Small printed faces compare worse than live ones, so a miss asks staff and never fails.
    """
    known = [score for score in scores if score is not None]
    if bands.decides and known and all(bands.band(score) is not Band.FAIL for score in known):
        return Band.PASS
    return Band.STAFF
