"""How far a head leans, which YuNet's landmarks hardly show, and landmarks corrected for the lean.

YuNet places its points as if the head were upright: at a lean of 20 degrees they are off by 15,
and the recogniser's match falls from 0.97 to 0.6. But its boxes are narrow only for upright
heads and widen with the lean. Detecting the face turned to both sides therefore shows which way
it leans, and detecting it once more, turned upright, places the points. Turns are degrees,
anticlockwise as seen.

The points hardly show a bent head either, but its box, cut off at brow and chin, becomes wider
as well.
"""

from dataclasses import dataclass, replace
from math import sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.engine import Face
from kiosk.vision.images import Image
from kiosk.vision.pose import NOSE_TIP, Pose, estimate
from kiosk.vision.zoo.yunet import YuNet

SIDE, FACE = 128, 60
"""Pixels of the square in which a face is examined, and of the face in it."""

LOWEST = 35
"""Smaller width in that square: the row is another face, or none."""

ASPECT = 0.75
"""Width over height of the box of an upright face."""

STEP = 30
"""Degrees by which the face is turned to either side to find its lean."""

FROM_WIDTH, FROM_SCORE, FROM_POINTS, BIAS = -31.0, 26.6, 3.4, 0.3
"""Weights of the lean: differences of width over height and of score between both sides, and the
lean of the points. Least squares on 78 pictures turned by -28 to 28 degrees, leaving 6.1
degrees.
"""

BEND, BEND_BY_POINTS, BEND_BY_WIDTH = 8.5, 0.86, 132.0
"""Weights of the bend: the pitch of the points, and the width over height beyond that of an
upright face. Least squares on 15 heads drawn with a bend of 0 to 52 degrees, leaving 9.8. At
36 degrees the match has fallen to 0.5, at 44 to 0.4; 137 of 140 frontal pictures are below
30.
"""

ODD_ASPECT, ODD_SCORE = 0.87, 0.85
"""Beyond these limits a face may lean so far that large turns must be tried as well."""

FARTHEST, PER_QUARTER = 120, 0.05
"""Largest lean of a head on a desk in degrees, and how much better each quarter turn must look:
without it, a bent or scarfed head was detected upside down.
"""


@dataclass(frozen=True)
class _Glance:
    """The best face in the square: a row of YuNet, and the matrix from picture to square."""

    row: NDArray[np.float32]
    matrix: NDArray[np.float64]

    @property
    def aspect(self) -> float:
        return float(self.row[2] / self.row[3])

    @property
    def score(self) -> float:
        return float(self.row[14])

    @property
    def lean(self) -> float:
        right, left = self.row[6:8], self.row[4:6]
        return float(np.degrees(np.arctan2(right[1] - left[1], right[0] - left[0])))


def upright(detector: YuNet, image: Image, face: Face) -> Face:
    """Return the face with landmarks and pose corrected for its lean.

    The face is returned unchanged if its lean cannot be found.
    """
    turn = _turn(detector, image, face)
    seen = None if turn is None else _glance(detector, image, face, turn)
    if turn is None or seen is None:
        return face
    back = cv2.invertAffineTransform(seen.matrix)
    points = seen.row[4:14].reshape(5, 2)
    placed = (points @ back[:, :2].T + back[:, 2]).astype(np.float32)
    pose = replace(posed(points, seen.aspect), roll=turn + seen.lean)
    distance = float(np.hypot(*(placed[1] - placed[0])))
    return replace(face, landmarks=placed, five=placed, pose=replace(pose, eye_distance=distance))


def posed(points: NDArray[np.float32], aspect: float) -> Pose:
    """Return the pose of a face from its five points and the width over height of its box."""
    pose = estimate(points[:2], points[2], NOSE_TIP, points[3:])
    if pose.pitch is None:
        return pose
    bend = BEND + BEND_BY_POINTS * pose.pitch + BEND_BY_WIDTH * (aspect - ASPECT)
    return replace(pose, pitch=bend)


def odd(face: Face) -> bool:
    """Return whether the face may lean far: its box is too wide, or the detector is unsure."""
    return face.width > ODD_ASPECT * (face.box[3] - face.box[1]) or face.score < ODD_SCORE


def _turn(detector: YuNet, image: Image, face: Face) -> float | None:
    """Return the degrees by which to turn the picture to make the face upright."""
    centre = _nearest(detector, image, face) if odd(face) else 0
    turns = (centre - STEP, centre, centre + STEP)
    left, middle, right = (_glance(detector, image, face, turn) for turn in turns)
    if middle is None:
        return None
    if left is None or right is None:
        # On one side the face is too far from upright to be detected: it leans that way.
        return centre + STEP / 2 * (int(right is not None) - int(left is not None))
    lean = (
        FROM_WIDTH * (right.aspect - left.aspect)
        + FROM_SCORE * (right.score - left.score)
        + FROM_POINTS * middle.lean
        + BIAS
    )
    return centre + float(np.clip(lean, -STEP, STEP))


def _nearest(detector: YuNet, image: Image, face: Face) -> int:
    """Return the turn at which the face looks most upright; of two equal ones, the smaller."""
    turns = range(-FARTHEST, FARTHEST + 1, STEP)
    seen = {turn: _merit(_glance(detector, image, face, turn)) for turn in turns}
    return max(seen, key=lambda turn: seen[turn] - PER_QUARTER * abs(turn) / 90)


def _merit(seen: _Glance | None) -> float:
    return -1.0 if seen is None else seen.score - 0.5 * abs(seen.aspect - ASPECT)


def _glance(detector: YuNet, image: Image, face: Face, turn: float) -> _Glance | None:
    left, top, right, bottom = face.box
    middle = ((left + right) / 2, (top + bottom) / 2)
    width = sqrt((right - left) * (bottom - top) * ASPECT)  # a leaning face's box is wider
    matrix = np.asarray(cv2.getRotationMatrix2D(middle, turn, FACE / max(width, 1.0)), np.float64)
    matrix[:, 2] += SIDE / 2 - np.array(middle)
    square = cv2.warpAffine(image, matrix, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    rows = detector(np.asarray(square, np.uint8))
    rows = rows[rows[:, 2] > LOWEST]
    if not len(rows):
        return None
    return _Glance(rows[np.argmax(rows[:, 14])], matrix)
