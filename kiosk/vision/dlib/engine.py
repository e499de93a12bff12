"""The dlib pack at work: pyramid detector, five landmarks, aligned chip, 128-d vector."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from kiosk.exam.identity import Bands
from kiosk.vision.dlib.pack import DETECTOR, RECOGNISER, load_landmarks
from kiosk.vision.engine import Face, Vector
from kiosk.vision.images import Image

WINDOW = 80.0
"""Side of the detector's window in pixels of a pyramid level."""

STEP = 5 / 6
CHIP = 150
PADDING = 0.25
OVERLAP = 0.4
"""Two windows that share more than this (intersection over union) are one face."""

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
_CHIP_POINTS = (_MEAN_SHAPE + PADDING) / (2 * PADDING + 1) * CHIP


def session(path: Path) -> onnxruntime.InferenceSession:
    """An ONNX session on one thread that does not spin: worker processes share the cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class DlibEngine:
    """A :class:`kiosk.vision.engine.FaceEngine`. ``min_face``: smallest face looked for, pixels."""

    pack_id = "dlib"

    def __init__(self, folder: Path, bands: Bands, min_face: float = 100.0) -> None:
        self.bands = bands
        self._shrink = min(1.0, WINDOW / min_face)
        self._detector = session(folder / DETECTOR)
        self._recogniser = session(folder / RECOGNISER)
        self._landmarks = load_landmarks(folder)

    def detect(self, image: Image) -> list[Face]:
        """All faces of at least ``min_face`` pixels, the largest first."""
        boxes = [
            box for scale, level in self._pyramid(image) for box in self._windows(level, scale)
        ]
        if not boxes:
            return []
        grey = (image.astype(np.uint16).sum(2) // 3).astype(np.uint8)
        kept = _suppress(np.array(boxes, np.float32))
        faces = [self._face(grey, box) for box in kept]
        return sorted(faces, key=lambda face: -face.width)

    def _pyramid(self, image: Image) -> Iterator[tuple[float, Image]]:
        scale = self._shrink
        while min(image.shape[:2]) * scale >= WINDOW:
            size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
            yield scale, np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
            scale *= STEP

    def _windows(self, level: Image, scale: float) -> list[list[float]]:
        rgb = np.ascontiguousarray(level[None, ..., ::-1])
        scores = self._detector.run(None, {"image": rgb})[0][0, 0]
        half = WINDOW / 2
        return [
            [
                (8 * column + 14 - half) / scale,
                (8 * row + 14 - half) / scale,
                (8 * column + 14 + half) / scale,
                (8 * row + 14 + half) / scale,
                float(scores[row, column]),
            ]
            for row, column in np.argwhere(scores > 0)
        ]

    def _face(self, grey: NDArray[np.uint8], box: NDArray[np.float32]) -> Face:
        left, top, right, bottom, score = map(float, box)
        corners = (left, top, right, bottom)
        return Face(corners, self._landmarks.predict(grey, corners), score)

    def chip(self, image: Image, face: Face) -> Image:
        """The face turned upright and cut to 150 × 150 pixels, as dlib does it."""
        matrix = _similarity(face.landmarks, _CHIP_POINTS)
        shrink = float(np.hypot(matrix[0, 0], matrix[1, 0]))
        flags = cv2.INTER_AREA if shrink < 0.5 else cv2.INTER_LINEAR
        return np.asarray(cv2.warpAffine(image, matrix, (CHIP, CHIP), flags=flags), np.uint8)

    def embed(self, image: Image, face: Face) -> Vector:
        """The raw 128-d vector."""
        rgb = np.ascontiguousarray(self.chip(image, face)[None, ..., ::-1])
        return np.asarray(self._recogniser.run(None, {"image": rgb})[0][0], np.float32)

    def similarity(self, one: Vector, other: Vector) -> float:
        """1 minus the Euclidean distance: 1 is the same picture, 0.4 is dlib's threshold."""
        return 1.0 - float(np.linalg.norm(one - other))


def _suppress(boxes: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Keep the best of windows that overlap."""
    kept: list[NDArray[np.float32]] = []
    for box in boxes[np.argsort(-boxes[:, 4])]:
        if all(_shared(box, other) <= OVERLAP for other in kept):
            kept.append(box)
    return kept


def _shared(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Intersection over union, or over the smaller window when one lies in the other."""
    low, high = np.maximum(one[:2], other[:2]), np.minimum(one[2:4], other[2:4])
    common = float(np.prod(np.maximum(high - low, 0)))
    areas = [float(np.prod(box[2:4] - box[:2])) for box in (one, other)]
    return max(common / (sum(areas) - common), common / min(areas) - 0.3)


def _similarity(source: NDArray[np.float32], target: NDArray[np.float32]) -> NDArray[np.float32]:
    """The 2 × 3 matrix of the least-squares similarity transform (no reflection)."""
    p, q = source - source.mean(0), target - target.mean(0)
    norm = float((p * p).sum())
    a = float((p * q).sum()) / norm
    b = float((p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum()) / norm
    turn = np.array([[a, -b], [b, a]], np.float32)
    shift = target.mean(0) - turn @ source.mean(0)
    return np.column_stack([turn, shift]).astype(np.float32)
