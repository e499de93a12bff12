"""The dlib pack: pyramid detector, five landmarks, aligned chip, 128-d vector."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.exam.identity.bands import Bands
from kiosk.exam.proctoring.observation import Box
from kiosk.vision.alignment import similarity_transform
from kiosk.vision.dlib.landmarks import Predictor
from kiosk.vision.engine import Face, Vector, around, overlap
from kiosk.vision.images import Image
from kiosk.vision.pose import NOSE_BASE, estimate
from kiosk.vision.runtime import session

DETECTOR, RECOGNISER, LANDMARKS = "detector.onnx", "recogniser.onnx", "landmarks.npz"
"""Files of the built pack."""

WINDOW = 80.0
"""Side of the detector's window in pixels of a pyramid level."""

NEAR_FACE, FAR_FACE = 100.0, 60.0
"""Smallest faces in pixels: of a person at a terminal, and in a thorough search."""

REACH = 0.45
"""How far around its last box a face is searched, in widths of the box."""

SAME_TRACK = 0.3
"""Smallest overlap (intersection over union) with the last box that continues the track."""

STEP = 5 / 6
"""Scale from one level of dlib's pyramid to the next."""

COARSE = STEP**2
"""The scale for quick searches. A window is found at several levels, so every other level finds
the same faces (all of 180 trials with faces of 105 to 290 pixels) at 0.6 of the cost.
"""

CHIP = 150
PADDING = 0.25
OVERLAP = 0.4
"""Two windows that share more than this (intersection over union) show one face."""

# dlib's mean positions of its five points in a unit square
_MEAN_SHAPE = np.array(
    [
        [0.8595674595992, 0.2134981538014],
        [0.6460604764104, 0.2289674387677],
        [0.1205750620789, 0.2137274526848],
        [0.3340850613712, 0.2290642403242],
        [0.4901123135679, 0.6277975316475],
    ],
    np.float32,
)
_GREY = np.full((1, 3), 1 / 3, np.float32)
_CHIP_POINTS = (_MEAN_SHAPE + PADDING) / (2 * PADDING + 1) * CHIP


class DlibEngine:
    """A :class:`kiosk.vision.engine.FaceEngine`."""

    pack_id = "dlib"

    def __init__(self, folder: Path, bands: Bands) -> None:
        self.bands = bands
        self._detector = session(folder / DETECTOR)
        self._recogniser = session(folder / RECOGNISER)
        self._landmarks = _landmarks(folder)

    def detect(self, image: Image) -> list[Face]:
        """Return all faces of at least 100 pixels, the largest first."""
        return self._find(image, NEAR_FACE, COARSE)

    def search(self, image: Image) -> list[Face]:
        """Return all faces of at least 60 pixels, the largest first."""
        return self._find(image, FAR_FACE, STEP)

    def follow(self, image: Image, box: Box) -> Face | None:
        """Search the surroundings of the last box at the one scale that fits it."""
        part, left, top = around(image, box, REACH)
        scale = WINDOW / (box[2] - box[0])
        if min(part.shape[:2]) * scale < WINDOW:
            return None
        found = self._windows(_rgb(_resized(part, scale)), scale)
        if not found:
            return None
        best = self._face(part, max(found, key=lambda window: window[4])).moved(left, top)
        return best if overlap(best.box, box) >= SAME_TRACK else None

    def _find(self, image: Image, smallest: float, step: float) -> list[Face]:
        levels = _pyramid(image, smallest, step)
        boxes = [box for scale, level in levels for box in self._windows(level, scale)]
        if not boxes:
            return []
        kept = _suppress(np.array(boxes, np.float32))
        return sorted((self._face(image, box) for box in kept), key=lambda face: -face.width)

    def _windows(self, level: Image, scale: float) -> list[list[float]]:
        scores = self._detector.run(None, {"image": level[None]})[0][0, 0]
        half = WINDOW / 2
        return [
            [
                # The network's output has stride 8; its first cell is centred on pixel 14.
                (8 * column + 14 - half) / scale,
                (8 * row + 14 - half) / scale,
                (8 * column + 14 + half) / scale,
                (8 * row + 14 + half) / scale,
                float(scores[row, column]),
            ]
            for row, column in np.argwhere(scores > 0)
        ]

    def _face(self, image: Image, window: Sequence[float] | NDArray[np.float32]) -> Face:
        left, top, right, bottom, score = map(float, window)
        box = (left, top, right, bottom)
        part, x, y = around(image, box, 0.5)
        grey = np.asarray(cv2.transform(part, _GREY), np.uint8)
        inside = (left - x, top - y, right - x, bottom - y)
        points = self._landmarks.predict(grey, inside) + np.array([x, y], np.float32)
        # dlib's points: both corners of the eye at the picture's right, both of the other, nose
        eyes = np.array([points[2:4].mean(0), points[:2].mean(0)])
        return Face(box, points, score, estimate(eyes, points[4], NOSE_BASE))

    def chip(self, image: Image, face: Face) -> Image:
        """Return the face upright and cropped to 150 × 150 pixels, as dlib does it."""
        matrix = similarity_transform(face.landmarks, _CHIP_POINTS)
        shrink = float(np.hypot(matrix[0, 0], matrix[1, 0]))
        flags = cv2.INTER_AREA if shrink < 0.5 else cv2.INTER_LINEAR
        return np.asarray(cv2.warpAffine(image, matrix, (CHIP, CHIP), flags=flags), np.uint8)

    def embed(self, image: Image, face: Face) -> Vector:
        """Return the raw 128-d vector."""
        chip = _rgb(self.chip(image, face))[None]
        return np.asarray(self._recogniser.run(None, {"image": chip})[0][0], np.float32)

    def reliable(self, vector: Vector) -> bool:  # noqa: ARG002 - the port's
        """Return True: this pack's vectors are not known to show whether a face was seen badly."""
        return True

    def similarity(self, one: Vector, other: Vector) -> float:
        """Return 1 minus the Euclidean distance: 1 for one picture, 0.4 at dlib's threshold."""
        return 1.0 - float(np.linalg.norm(one - other))


def _landmarks(folder: Path) -> Predictor:
    with np.load(folder / LANDMARKS) as arrays:
        return Predictor(**{name: arrays[name] for name in arrays.files})


def _pyramid(image: Image, smallest: float, step: float) -> Iterator[tuple[float, Image]]:
    """Yield the picture at each scale where faces of at least ``smallest`` pixels fill the window.

    In red-green-blue; each level is made from the previous one, as dlib does it.
    """
    scale = WINDOW / smallest
    level = _rgb(_resized(image, scale))
    while min(level.shape[:2]) >= WINDOW:
        yield scale, level
        level = _resized(level, step)
        scale *= step


def _resized(image: Image, scale: float) -> Image:
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    flags = cv2.INTER_AREA if scale <= 0.5 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, size, interpolation=flags), np.uint8)


def _rgb(image: Image) -> Image:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


def _suppress(boxes: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Return the best of each set of overlapping windows."""
    kept: list[NDArray[np.float32]] = []
    for box in boxes[np.argsort(-boxes[:, 4])]:
        if all(_shared(box, other) <= OVERLAP for other in kept):
            kept.append(box)
    return kept


def _shared(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the larger of two measures of overlap.

    Those are intersection over union, and intersection over the smaller window minus 0.3, which
    covers a window inside another.
    """
    low, high = np.maximum(one[:2], other[:2]), np.minimum(one[2:4], other[2:4])
    common = float(np.prod(np.maximum(high - low, 0)))
    areas = [float(np.prod(box[2:4] - box[:2])) for box in (one, other)]
    return max(common / (sum(areas) - common), common / min(areas) - 0.3)
