"""Hands and cups in front of a head, drawn on a square twice as wide as the head's picture."""

from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.bench.proctoring.people import SIDE, Colour
from kiosk.vision.images import Image

Floats = NDArray[np.float32]
Layer = tuple[Image, Floats]
Point = tuple[float, float]

AROUND = SIDE // 2
"""Pixels of the square on each side of the head's picture."""

SLEEVE: Colour = (92, 74, 60)


@lru_cache(64)
def held(prop: str, skin: Colour) -> Layer | None:
    """Return the layer of an object and its opacity; None for what is not held."""
    draw = HELD.get(prop)
    if draw is None:
        return None
    board = _Board(skin)
    draw(board)
    return board.layer()


class _Board:
    """A drawing in the coordinates of the head's picture."""

    def __init__(self, skin: Colour) -> None:
        self.skin = skin
        self.colours = np.zeros((2 * SIDE, 2 * SIDE, 3), np.uint8)
        self.opaque = np.zeros((2 * SIDE, 2 * SIDE), np.float32)

    def limb(self, start: Point, end: Point, width: float, colour: Colour) -> None:
        """Draw a finger or an arm: rounded, darker along its edges."""
        a, b = _place(start), _place(end)
        for part, shade in ((1.0, 0.72), (0.86, 0.88), (0.6, 1.0), (0.3, 1.05)):
            tone = tuple(min(255.0, shade * c) for c in colour)
            cv2.line(self.colours, a, b, tone, max(1, round(part * width)), cv2.LINE_AA)
        cv2.line(self.opaque, a, b, 1.0, round(width))

    def palm(self, centre: Point, size: Point, angle: float) -> None:
        """Draw the broad part of a hand."""
        for part, shade in ((1.0, 0.78), (0.85, 0.95), (0.6, 1.02)):
            tone = tuple(min(255.0, shade * c) for c in self.skin)
            axes = (round(part * size[0]), round(part * size[1]))
            cv2.ellipse(self.colours, _place(centre), axes, angle, 0, 360, tone, -1, cv2.LINE_AA)
        axes = (round(size[0]), round(size[1]))
        cv2.ellipse(self.opaque, _place(centre), axes, angle, 0, 360, 1.0, -1)

    def shape(self, corners: tuple[Point, ...], colour: Colour) -> None:
        """Draw a flat object."""
        places = np.array([_place(corner) for corner in corners], np.int32)
        cv2.fillPoly(self.colours, [places], colour, cv2.LINE_AA)
        cv2.fillPoly(self.opaque, [places], 1.0)

    def layer(self) -> Layer:
        """Return the drawing with soft edges."""
        smooth = np.asarray(cv2.GaussianBlur(self.colours, (0, 0), 1.2), np.uint8)
        inner = cv2.erode(self.opaque, np.ones((3, 3), np.uint8))
        return smooth, np.asarray(cv2.GaussianBlur(inner, (0, 0), 1.2), np.float32)


def _place(point: Point) -> tuple[int, int]:
    return round(point[0]) + AROUND, round(point[1]) + AROUND


def _arm(board: _Board, wrist: Point, elbow: Point) -> None:
    third = (wrist[0] + 0.3 * (elbow[0] - wrist[0]), wrist[1] + 0.3 * (elbow[1] - wrist[1]))
    board.limb(third, elbow, 68, SLEEVE)
    board.limb(wrist, third, 44, board.skin)


def _before_mouth(board: _Board) -> None:
    """Draw a hand over mouth and nose, from the side."""
    _arm(board, (96, 262), (40, 470))
    board.palm((118, 226), (50, 38), -30)
    for number in range(4):
        start, end = (124 + 4 * number, 196 + 16 * number), (214 - 4 * number, 172 + 19 * number)
        board.limb(start, end, 23, board.skin)


def _before_face(board: _Board) -> None:
    """Draw both hands in front of the whole face, with the head in the hands."""
    for side in (-1, 1):
        _arm(board, (160 + 42 * side, 262), (160 + 120 * side, 470))
        board.palm((160 + 38 * side, 220), (38, 52), 8 * side)
        for number in range(4):
            x = 160 + (14 + 17 * number) * side
            board.limb((x, 196), (x + 4 * side, 106 + 7 * abs(number - 1)), 20, board.skin)


def _on_chin(board: _Board) -> None:
    """Draw a fist under the chin, with two fingers up the cheek beside the mouth."""
    _arm(board, (186, 292), (250, 470))
    board.palm((178, 264), (36, 26), -15)
    board.limb((192, 256), (206, 196), 19, board.skin)
    board.limb((178, 254), (186, 212), 19, board.skin)


def _on_lips(board: _Board) -> None:
    """Draw a fist under the chin, with one finger across the lips."""
    _arm(board, (186, 292), (250, 470))
    board.palm((182, 258), (36, 26), -15)
    board.limb((198, 238), (146, 205), 19, board.skin)


def _in_hair(board: _Board) -> None:
    """Draw a hand through the hair, with the arm beside the face."""
    _arm(board, (72, 92), (-40, 300))
    board.palm((96, 62), (38, 28), -35)
    for number in range(4):
        board.limb((104 + 8 * number, 52), (134 + 12 * number, 36 + 9 * number), 18, board.skin)


def _cup(board: _Board) -> None:
    """Draw a mug at the mouth, held from the side."""
    _arm(board, (246, 262), (300, 470))
    board.shape(((126, 186), (198, 186), (192, 262), (132, 262)), (214, 208, 202))
    board.shape(((126, 186), (138, 186), (142, 262), (132, 262)), (182, 176, 170))
    cv2.ellipse(board.colours, _place((162, 187)), (36, 8), 0, 0, 360, (150, 140, 130), -1)
    board.palm((222, 236), (30, 36), 10)
    for number in range(3):
        board.limb((214, 208 + 20 * number), (184, 206 + 20 * number), 19, board.skin)


HELD: dict[str, Callable[[_Board], None]] = {
    "hand_mouth": _before_mouth,
    "hands_face": _before_face,
    "hand_chin": _on_chin,
    "hand_lips": _on_lips,
    "hand_hair": _in_hair,
    "cup": _cup,
}
