"""A sequence as a script: what the camera shows when, and how the rules should react."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiosk.exam.proctoring.rules import RuleId


@dataclass(frozen=True)
class Other:
    """Another face in view.

    ``ratio``: its width over the candidate's. ``flat``: on paper, so it never moves. ``x``,
    ``y``: its centre, in shares of the picture.
    """

    person: str
    ratio: float
    x: float = 0.8
    y: float = 0.35
    flat: bool = False


@dataclass(frozen=True)
class Shot:
    """Everything that makes a frame. Angles in degrees, places in shares of the picture.

    ``person``: who sits there, None for an empty seat. ``share``: the face's width. ``yaw``:
    beyond the person's usual direction; ``bend``: down. ``yawn``, ``glare``: 0 to 1. ``props``:
    what is worn or held, by the names in :mod:`.worn` and :mod:`.held`. ``light``: factor.
    ``blur``: sigma in pixels. ``lens``: what covers it. ``still``: the same picture repeated.
    """

    person: str | None
    wall: str = "plain"
    share: float = 0.23
    x: float = 0.5
    y: float = 0.46
    yaw: float = 0.0
    roll: float = 0.0
    bend: float = 0.0
    yawn: float = 0.0
    glare: float = 0.0
    light: float = 1.0
    blur: float = 0.5
    noise: float = 3.0
    lens: str = ""
    props: tuple[str, ...] = ()
    others: tuple[Other, ...] = ()
    still: bool = False


@dataclass(frozen=True)
class Cue:
    """Changes of the shot for ``seconds`` from ``at``; numbers change gradually within ``ramp``."""

    at: float
    seconds: float
    changes: dict[str, Any]
    ramp: float = 1.0


@dataclass(frozen=True)
class Expect:
    """A staged scene that begins at ``at`` and should be noticed within ``within`` seconds.

    ``also``: other rules that may become active from then on. ``either``: rules that count as
    noticing the scene as well.
    """

    rule: RuleId
    at: float
    within: float
    also: tuple[RuleId, ...] = ()
    either: tuple[RuleId, ...] = ()


@dataclass(frozen=True)
class Sequence:
    """A script. ``reference``: the person whose portrait is registered.

    ``optional``: whether the rules may, but need not, notice what is expected.
    """

    name: str
    seconds: int
    shot: Shot
    reference: str
    cues: tuple[Cue, ...] = ()
    expects: tuple[Expect, ...] = ()
    optional: bool = False
    seed: int = 0
    sway: NDArray[np.float64] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sway", _sway(self.seed, self.seconds))

    @property
    def honest(self) -> bool:
        """Return whether nothing should be noticed."""
        return not self.expects

    def at(self, second: int) -> Shot:
        """Return what the camera shows in that second, with small involuntary movements."""
        shot = self.shot
        for cue in self.cues:
            if cue.at <= second < cue.at + cue.seconds:
                shot = _moved(shot, cue, second)
        x, y, roll, yaw, share = self.sway[second]
        return replace(
            shot,
            x=shot.x + 0.012 * x,
            y=shot.y + 0.010 * y,
            roll=shot.roll + 2.5 * roll,
            yaw=shot.yaw + 4.0 * yaw,
            share=shot.share * (1 + 0.02 * share),
        )


def _moved(shot: Shot, cue: Cue, second: float) -> Shot:
    """Return the shot with the part of a cue's changes that has happened by then."""
    there = (second - cue.at + 1) / max(cue.ramp, 1.0)
    back = (cue.at + cue.seconds - second) / max(cue.ramp, 1.0)
    part = min(1.0, there, back)
    changes = {
        name: (1 - part) * getattr(shot, name) + part * value if type(value) is float else value
        for name, value in cue.changes.items()
    }
    return replace(shot, **changes)


def _sway(seed: int, seconds: int) -> NDArray[np.float64]:
    """Return a slow random walk about 0, of deviation 1, for five fields."""
    random = np.random.default_rng([seed, 7])
    steps = random.normal(0, 1, (seconds, 5))
    walk = np.zeros_like(steps)
    for second in range(1, seconds):
        walk[second] = 0.85 * walk[second - 1] + 0.53 * steps[second]
    return np.clip(walk, -2, 2)
