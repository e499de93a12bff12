"""People who do what is asked, with the habits of honest people."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.bench.liveness.camera import Shot, take
from kiosk.bench.liveness.heads import Head, Paint, RoundHead
from kiosk.exam.checkin.liveness import Ask
from kiosk.vision.images import Image

SIDES = {Ask.LEFT: 1.0, Ask.RIGHT: -1.0}

FURTHER_AFTER, FURTHER = 4.0, 10.0
"""After this many seconds of turning without effect, a person turns this many degrees further."""


@dataclass(frozen=True)
class Habit:
    """How a person does what is asked.

    ``reach``: smallest and largest first turn in degrees. ``speed``: degrees per second.
    ``past``: degrees by which the head swings past straight ahead when it comes back.
    ``pitch``: degrees that it bends down while turned. ``lean``: degrees of roll while turned,
    to the side of the turn or the other. ``paint``: what is drawn on the head; with ``blinks``,
    only in every third frame.
    """

    reach: tuple[float, float] = (25.0, 40.0)
    speed: float = 40.0
    past: float = 0.0
    pitch: float = 0.0
    lean: float = 0.0
    scale: float = 1.0
    light: float = 1.0
    paint: Paint | None = None
    blinks: bool = False


class Person:
    """A head with a habit that turns as asked. ``random`` decides everything that varies."""

    def __init__(self, head: Head, habit: Habit, random: np.random.Generator) -> None:
        self._habit, self._random = habit, random
        self._head = self._still = head
        if habit.paint and isinstance(head, RoundHead):
            self._head = head.painted(habit.paint)
        self._yaw, self._at, self._asked_at = 0.0, 0.0, 0.0
        self._ask = self._heard = Ask.FRONT
        self._frames = 0
        self._reach = random.uniform(*habit.reach)
        self._delay = random.uniform(0.4, 1.2)
        self._shift = random.uniform(-20, 20, 2)
        self._roll = random.uniform(-4, 4)

    def frame(self, ask: Ask, at: float) -> bytes:
        """Return what the camera sees at a time, when the page asks for something."""
        if ask is not self._ask:
            self._ask, self._asked_at = ask, at
        if at - self._asked_at >= self._delay:
            self._heard = self._ask
        self._move(at - self._at)
        self._at, self._frames = at, self._frames + 1
        habit, turned = self._habit, self._yaw / 30
        blinks = habit.blinks and self._frames % 3
        head = self._still if blinks else self._head
        picture = head.seen(self._yaw, habit.pitch * min(1.0, abs(turned)))
        wobble = self._random.normal(0, 2, 2)
        x, y = self._shift + wobble
        roll = self._roll + habit.lean * turned + self._random.normal(0, 0.5)
        return take(picture, Shot(habit.scale, roll, (x, y), habit.light), self._random)

    def _move(self, seconds: float) -> None:
        target = self._target()
        step = self._habit.speed * seconds
        self._yaw += float(np.clip(target - self._yaw, -step, step))
        self._yaw += self._random.normal(0, 0.5)

    def _target(self) -> float:
        side, waited = SIDES.get(self._heard, 0.0), self._at - self._asked_at
        if not side:
            # Back from a turn the head swings past straight ahead for a moment.
            return -np.sign(self._yaw) * self._habit.past if waited < 1.5 and self._at > 3 else 0.0
        reach = self._reach + (FURTHER if waited > FURTHER_AFTER else 0.0)
        return side * min(reach, self._head.furthest)


def glasses(image: Image, points: NDArray[np.float32]) -> None:
    """Draw a dark frame, and a faint reflection on each glass."""
    across = float(np.hypot(*(points[1] - points[0])))
    axes = (round(0.38 * across), round(0.3 * across))
    for x, y in points[:2]:
        place = (round(float(x)), round(float(y) + 0.05 * across))
        shine = image.copy()
        cv2.ellipse(shine, place, (axes[0] // 2, axes[1] // 3), 30, 0, 360, (235, 230, 225), -1)
        image[:] = cv2.addWeighted(shine, 0.35, image, 0.65, 0)
        cv2.ellipse(image, place, axes, 0, 0, 360, (30, 30, 35), 4)
    inner = np.array([[axes[0], 0], [-axes[0], 0]])
    left, right = (points[:2] + inner).round().astype(int).tolist()
    cv2.line(image, left, right, (30, 30, 35), 4)


def blink_and_talk(image: Image, points: NDArray[np.float32]) -> None:
    """Draw closed eyes and an open mouth."""
    across = float(np.hypot(*(points[1] - points[0])))
    for x, y in points[:2]:
        skin = image[round(float(y) + 0.3 * across), round(float(x))].tolist()
        place = (round(float(x)), round(float(y)))
        cv2.ellipse(image, place, (round(0.24 * across), round(0.1 * across)), 0, 0, 360, skin, -1)
        cv2.line(image, (place[0] - 8, place[1] + 3), (place[0] + 8, place[1] + 3), (40, 40, 60), 2)
    mouth = points[3:].mean(0)
    place = (round(float(mouth[0])), round(float(mouth[1]) + 0.05 * across))
    axes = (round(0.2 * across), round(0.16 * across))
    cv2.ellipse(image, place, axes, 0, 0, 360, (40, 35, 80), -1)


HABITS: dict[str, Habit] = {
    "as asked": Habit(),
    "slow": Habit(speed=8.0),
    "further away": Habit(scale=0.65),
    "swings past": Habit(speed=70.0, past=12.0),
    "looks down": Habit(pitch=15.0),
    "leans to the turn": Habit(lean=10.0),
    "leans against it": Habit(lean=-10.0),
    "blinks and talks": Habit(paint=blink_and_talk, blinks=True),
    "dim light": Habit(light=0.45),
    "glasses": Habit(paint=glasses),
    "turns little": Habit(reach=(18.0, 24.0)),
}
"""Painted habits need a portrait; they are left out for frames of a head."""
