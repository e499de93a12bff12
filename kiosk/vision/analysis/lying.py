"""Heads lying on the desk, found in the picture turned by a quarter in both directions."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.engine import Face, FaceEngine, overlap
from kiosk.vision.images import Image

SAME_HEAD = 0.2
"""Intersection over union from which two boxes show one head."""


def find_lying(engine: FaceEngine, image: Image) -> list[Face]:
    """Return faces of heads that lean by about 90 degrees, the largest first."""
    height, width = image.shape[:2]
    left_down = _turned(engine, image, cv2.ROTATE_90_CLOCKWISE)
    right_down = _turned(engine, image, cv2.ROTATE_90_COUNTERCLOCKWISE)
    # Where a point of the turned picture lies in the picture: (x, y) -> origin + x * a + y * b.
    faces = [_back(face, (0, height), (0, -1), (1, 0), -90.0) for face in left_down]
    faces += [_back(face, (width, 0), (0, 1), (-1, 0), 90.0) for face in right_down]
    return sorted(_distinct(faces), key=lambda face: -face.width)


def _distinct(faces: list[Face]) -> list[Face]:
    """Return one face for each head.

    A lying head is often also found upside down, in the picture turned the other way.
    """
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -face.score):
        if all(overlap(face.box, other.box) < SAME_HEAD for other in kept):
            kept.append(face)
    return kept


def _turned(engine: FaceEngine, image: Image, how: int) -> list[Face]:
    return engine.detect(np.asarray(cv2.rotate(image, how), np.uint8))


def _back(
    face: Face, origin: tuple[int, int], a: tuple[int, int], b: tuple[int, int], roll: float
) -> Face:
    matrix = np.array([a, b], np.float32)

    def moved(points: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(points @ matrix + np.array(origin), np.float32)

    corners = moved(np.array([face.box[:2], face.box[2:]], np.float32))
    (left, top), (right, bottom) = corners.min(0), corners.max(0)
    box = (float(left), float(top), float(right), float(bottom))
    five = None if face.five is None else moved(face.five)
    pose = replace(face.pose, roll=(face.pose.roll + roll + 180) % 360 - 180)
    return replace(face, box=box, landmarks=moved(face.landmarks), five=five, pose=pose)
