"""Places in front of a camera, and objects that may cover its lens."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.samples import HEIGHT, WIDTH

Picture = NDArray[np.float32]
"""480 × 640 in blue, green, red, 0 to 255."""


@lru_cache(8)
def place(name: str) -> Picture:
    """Return the background behind the person: plain, gradient, white or office."""
    return {"gradient": _gradient, "office": _office, "white": _white}.get(name, _plain)()


def lens(name: str, random: np.random.Generator) -> Picture:
    """Return what a camera sees through a hand (red), tape (black) or paper (grey, white)."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32) / HEIGHT - 0.5
    colour, slope = {
        "hand": ((18.0, 16.0, 62.0), 26.0),
        "tape": ((4.0, 4.0, 4.0), 0.0),
        "paper": ((118.0, 120.0, 122.0), 8.0),
        "white": ((206.0, 208.0, 208.0), 8.0),
    }[name]
    light = slope * (columns - 0.4 * rows + random.normal(0, 0.1))
    return np.asarray(np.array(colour) + light[..., None], np.float32)


def _plain() -> Picture:
    flat = np.full((HEIGHT, WIDTH, 3), (176.0, 178.0, 174.0))
    return np.asarray(flat + np.linspace(-5, 5, WIDTH)[None, :, None], np.float32)


def _white() -> Picture:
    return np.full((HEIGHT, WIDTH, 3), 222.0, np.float32)


def _gradient() -> Picture:
    across = np.linspace(-45, 45, WIDTH)[None, :, None]
    down = np.linspace(20, -20, HEIGHT)[:, None, None]
    return np.asarray(np.array((158.0, 164.0, 170.0)) + across + down, np.float32)


def _office() -> Picture:
    """Return a shelf with books, a window, a door and plaster."""
    random = np.random.default_rng(3)
    grain = cv2.GaussianBlur(random.normal(0, 22, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 2)
    picture = np.asarray(_gradient() + grain[..., None], np.float32)
    _window(picture)
    for shelf in range(4):
        _books(picture, 20 + 110 * shelf, random)
    cv2.rectangle(picture, (250, 60), (390, 479), (96.0, 112.0, 134.0), -1)
    cv2.rectangle(picture, (262, 76), (378, 240), (82.0, 98.0, 122.0), 3)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.0), np.float32)


def _window(picture: Picture) -> None:
    cv2.rectangle(picture, (430, 40), (610, 260), (238.0, 232.0, 224.0), -1)
    for x in (430, 520, 610):
        cv2.line(picture, (x, 40), (x, 260), (120.0, 124.0, 128.0), 8)
    for y in (40, 150, 260):
        cv2.line(picture, (430, y), (610, y), (120.0, 124.0, 128.0), 8)


def _books(picture: Picture, top: int, random: np.random.Generator) -> None:
    left = 8
    while left < 190:
        width, height = int(random.integers(9, 22)), int(random.integers(60, 92))
        colour = tuple(float(c) for c in random.uniform(40, 190, 3))
        cv2.rectangle(picture, (left, top + 96 - height), (left + width, top + 96), colour, -1)
        left += width + 2
    cv2.rectangle(picture, (0, top + 97), (210, top + 104), (60.0, 78.0, 96.0), -1)
