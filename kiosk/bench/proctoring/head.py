"""A turned or bent head: its picture on an ellipsoid with a nose, and hair on the back."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.bench.proctoring.people import SIDE, Colour, Matte
from kiosk.vision.images import Image
from kiosk.vision.samples import FINE, HEAD_DEPTH, HEAD_HEIGHT, HEAD_WIDTH, NOSE_DEPTH

Floats = NDArray[np.float32]

NAPE = 0.7
"""How far hair extends down the back of a head, in sides of its picture."""


def posed(head: Image, matte: Matte, hair: Colour, yaw: float, bend: float) -> tuple[Image, Matte]:
    """Return the head turned to its left by ``yaw`` and down by ``bend`` degrees.

    A simulation: usable up to about 40 degrees, plausible to 60. What hangs beside the head
    does not turn.
    """
    if abs(yaw) < 1 and abs(bend) < 1:
        return head, matte
    rows, columns, order_from, inside = _surface(round(yaw / 2) * 2, round(bend / 2) * 2)
    x, y = _fine()
    colours, alpha = head[y, x].astype(np.float32), matte[y, x]
    back = np.random.default_rng(1).normal(0, 12, (len(x), 1)) + np.array(hair)
    picture, cover = head.copy(), np.where(inside, 0, matte).astype(np.float32)
    both = np.concatenate([colours, back.astype(np.float32)])
    there = np.concatenate([alpha > 0.5, (alpha > 0.5) & (y < NAPE * SIDE)])[order_from]
    rows, columns, order_from = rows[there], columns[there], order_from[there]
    picture[rows, columns] = np.clip(both[order_from], 0, 255).astype(np.uint8)
    cover[rows, columns] = 1.0
    return picture, np.asarray(cv2.GaussianBlur(cover, (0, 0), 1.2), np.float32)


@lru_cache(1)
def _fine() -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the pixel of the picture for each point of the ellipsoid's front."""
    x, y = _points()
    return _pixels(x), _pixels(y)


@lru_cache(1)
def _points() -> tuple[Floats, Floats]:
    down, across = np.mgrid[0 : SIDE * FINE, 0 : SIDE * FINE].astype(np.float32) / SIDE / FINE - 0.5
    on_head = (across / HEAD_WIDTH) ** 2 + (down / HEAD_HEIGHT) ** 2 < 1
    return across[on_head], down[on_head]


@lru_cache(32)
def _surface(
    yaw: float, bend: float
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
    """Return row and column of every point of front and back, farthest first, and the head's area.

    The third array has the number of each point: those of the front, then those of the back.
    """
    x, y = _points()
    round_part = np.sqrt(1 - (x / HEAD_WIDTH) ** 2 - (y / HEAD_HEIGHT) ** 2)
    nose = NOSE_DEPTH * np.exp(-((x / 0.08) ** 2) - ((y - 0.02) / 0.11) ** 2)
    front, back = HEAD_DEPTH * 0.85 * round_part + nose, -HEAD_DEPTH * 0.7 * round_part
    x, y, z = np.tile(x, 2), np.tile(y, 2), np.concatenate([front, back])
    x, z = _rotated(x, z, yaw)
    y, z = _rotated(y, z, bend)
    order = np.argsort(z)  # of points that fall on one pixel the nearest is written last
    down, across = np.mgrid[0:SIDE, 0:SIDE] / SIDE - 0.5
    inside = (across / HEAD_WIDTH) ** 2 + (down / HEAD_HEIGHT) ** 2 < 1
    return (
        _pixels(y)[order],
        _pixels(x)[order],
        order.astype(np.int32),
        np.asarray(inside, np.bool_),
    )


def _rotated(side: Floats, depth: Floats, degrees: float) -> tuple[Floats, Floats]:
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    return side * cosine + depth * sine, depth * cosine - side * sine


def _pixels(places: Floats) -> NDArray[np.int32]:
    return np.asarray(np.clip(np.round((places + 0.5) * SIDE), 0, SIDE - 1), np.int32)
