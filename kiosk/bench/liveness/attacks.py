"""Attacks on a face check: instruments that an attacker moves as the page asks."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.bench.liveness import flat
from kiosk.bench.liveness.camera import Shot, take
from kiosk.bench.liveness.heads import Head
from kiosk.bench.liveness.people import HABITS, SIDES, Person
from kiosk.exam.checkin.liveness import Ask
from kiosk.vision.images import Image

DISTANCES = (0.7, 1.0, 1.3)

Scene = Callable[["Hand"], Image]
"""What the camera sees of an instrument moved by a hand."""


@dataclass(frozen=True)
class Cast:
    """The people in an attack.

    ``victim``: the person whose portrait is registered. ``points``: the five points of the
    victim's head from the front. ``turns``: the turns that will be asked for.
    """

    victim: Head
    other: Head
    points: NDArray[np.float32]
    turns: tuple[Ask, ...]
    random: np.random.Generator


class Hand:
    """An attacker's hand, which follows what is asked.

    ``side``: -1, right, to 1, left. ``at``: seconds. ``reach``: 0 to 1, how far this attacker
    goes. ``asked``: number of earlier requests.
    """

    def __init__(self, random: np.random.Generator) -> None:
        self.side, self.at, self.asked = 0.0, 0.0, 0
        self.reach = random.uniform(0.5, 1.0)
        self.random = random
        self._ask, self._delay = Ask.FRONT, random.uniform(0.4, 1.2)
        self._asked_at = 0.0

    def follow(self, ask: Ask, at: float) -> None:
        """Move towards what is asked; without success, go further each time."""
        if ask is not self._ask:
            self._ask, self._asked_at, self.asked = ask, at, self.asked + 1
        waited = at - self._asked_at
        step = 1.5 * (at - self.at)
        target = SIDES.get(ask, 0.0) if waited >= self._delay else self.side
        if target and waited > 5:
            target *= 1 if waited % 4 < 2.5 else -0.1
            self.reach = min(1.0, self.reach + 0.02)
        self.side += float(np.clip(target - self.side, -step, step))
        self.at = at


class Instrument:
    """An attack in progress."""

    def __init__(self, scene: Scene, random: np.random.Generator, scale: float = 1.0) -> None:
        self._scene, self._random, self._scale = scene, random, scale
        self._hand = Hand(random)
        self._shift = random.uniform(-20, 20, 2)

    def frame(self, ask: Ask, at: float) -> bytes:
        """Return what the camera sees at a time, when the page asks for something."""
        self._hand.follow(ask, at)
        x, y = self._shift + self._random.normal(0, 3, 2)
        shot = Shot(self._scale, self._random.normal(0, 1.5), (x, y))
        return take(self._scene(self._hand), shot, self._random)


def _print(cast: Cast) -> Image:
    return flat.printed(cast.victim.seen())


def print_turned(cast: Cast) -> Scene:
    """Turn a print about its upright axis by up to 60 degrees, and tilt it."""
    paper, pitch = _print(cast), cast.random.uniform(-15, 15)
    return lambda hand: flat.turned(paper, 60 * hand.reach * hand.side, pitch * abs(hand.side))


def print_moved(cast: Cast) -> Scene:
    """Move a print sideways and tilt it a little."""
    paper = _print(cast)
    return lambda hand: np.asarray(
        np.roll(flat.turned(paper, 15 * hand.side), round(90 * hand.reach * hand.side), 1), np.uint8
    )


def print_bent(cast: Cast) -> Scene:
    """Bend a print by hand the more it is turned, up to 45 degrees."""
    paper = _print(cast)

    def scene(hand: Hand) -> Image:
        radius = 330 / max(0.15, abs(hand.side))
        return flat.rolled(paper, radius, 45 * hand.reach * hand.side)

    return scene


def print_rolled(cast: Cast) -> Scene:
    """Roll a print round a cylinder as wide as a head or wider, and turn it by up to 45 degrees."""
    paper, radius = _print(cast), cast.random.uniform(130, 260)
    return lambda hand: flat.rolled(paper, radius, 45 * hand.reach * hand.side)


def print_cut_eyes(cast: Cast) -> Scene:
    """Move eyes behind a print with holes, turned by up to 45 degrees."""
    paper = _print(cast)

    def scene(hand: Hand) -> Image:
        shut = hand.random.random() < 0.2
        eyes = flat.cut_eyes(paper, cast.points, hand.side, shut)
        return flat.turned(eyes, 45 * hand.reach * hand.side)

    return scene


def still(cast: Cast) -> Scene:
    """Send a photograph as the camera's picture, with a camera's noise."""
    picture = cast.victim.seen()
    return lambda _hand: picture


def affine(cast: Cast) -> Scene:
    """Squeeze, shear and shift a photograph in software."""
    picture = cast.victim.seen()

    def scene(hand: Hand) -> Image:
        far = hand.reach * hand.side
        return flat.squeezed(picture, 1 - 0.4 * abs(far), 0.15 * far)

    return scene


def nose_shifted(cast: Cast) -> Scene:
    """Shift the middle of a photograph in software, but not its outline."""
    picture = cast.victim.seen()
    return lambda hand: flat.animated(picture, cast.points, 0.5 * hand.reach * hand.side)


def squeezed_too(cast: Cast) -> Scene:
    """Shift the middle and squeeze the whole, as a simple animation of a photograph does."""
    picture = cast.victim.seen()

    def scene(hand: Hand) -> Image:
        far = hand.reach * hand.side
        return flat.animated(picture, cast.points, 0.5 * far, 1 - 0.2 * abs(far))

    return scene


def _film(cast: Cast, turns: tuple[Ask, ...]) -> Scene:
    """Return a film of head turns on a screen, repeated at its own pace."""
    yaws = [0.0] * 4
    for turn in turns:
        yaws += [SIDES[turn] * 18, *[SIDES[turn] * min(36.0, cast.victim.furthest)] * 4, 0, 0, 0]
    glare = cast.random.uniform(0, 60)

    def scene(hand: Hand) -> Image:
        picture = cast.victim.seen(yaws[int(hand.at * 2) % len(yaws)])
        return flat.on_screen(picture, hand.random.uniform(0, 6), glare)

    return scene


def film_of_other_turns(cast: Cast) -> Scene:
    """Play a film of one of the three pairs of turns that are not asked for."""
    sides = (Ask.LEFT, Ask.RIGHT)
    others = [(a, b) for a in sides for b in sides if (a, b) != cast.turns]
    return _film(cast, others[cast.random.integers(len(others))])


def film_of_these_turns(cast: Cast) -> Scene:
    """Play a film of the very pair of turns that is asked for, as one film in four is."""
    return _film(cast, cast.turns)


def film_by_hand(cast: Cast) -> Scene:
    """Play the film of each turn when it is asked for: as good as a live face swap."""
    glare = cast.random.uniform(0, 60)

    def scene(hand: Hand) -> Image:
        picture = cast.victim.seen(min(36.0, cast.victim.furthest) * hand.side)
        return flat.on_screen(picture, hand.random.uniform(0, 6), glare)

    return scene


class Swap:
    """The victim begins, and another person continues: at the first turn, or after it."""

    def __init__(self, cast: Cast) -> None:
        habit = HABITS["as asked"]
        self._first = Person(cast.victim, habit, cast.random)
        self._second = Person(cast.other, habit, cast.random)
        self._after = int(cast.random.integers(1, 3))
        self._ask, self._asked = Ask.FRONT, 0

    def frame(self, ask: Ask, at: float) -> bytes:
        """Return what the camera sees at a time, when the page asks for something."""
        self._asked += ask is not self._ask
        self._ask = ask
        frames = self._first.frame(ask, at), self._second.frame(ask, at)
        return frames[self._asked >= self._after]


SCENES: dict[str, Callable[[Cast], Scene]] = {
    "print, turned": print_turned,
    "print, moved": print_moved,
    "print, bent": print_bent,
    "print round a cylinder": print_rolled,
    "print with cut-out eyes": print_cut_eyes,
    "still picture with noise": still,
    "moved picture: affine": affine,
    "moved picture: middle shifted": nose_shifted,
    "moved picture: shifted and squeezed": squeezed_too,
    "screen: film of other turns": film_of_other_turns,
}
"""Attacks that a face check should reject."""

OPEN: dict[str, Callable[[Cast], Scene]] = {
    "screen: film of these turns": film_of_these_turns,
    "screen: each turn played when asked": film_by_hand,
}
"""Attacks that head turns cannot detect; staff in the room are the safeguard."""
