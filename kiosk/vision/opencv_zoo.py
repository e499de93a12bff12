"""The OpenCV Zoo pack: YuNet finds faces, SFace recognises them, both by OpenCV's own classes.

Sources: Wu et al., "YuNet: A Tiny Millisecond-level Face Detector" (2023); Zhong et al., "SFace:
Sigmoid-Constrained Hypersphere Loss for Robust Face Recognition", arXiv:2205.12010.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.exam.identity import Bands
from kiosk.exam.proctoring.observation import Box
from kiosk.vision.engine import Face, Vector, around, overlap
from kiosk.vision.errors import PackUnusable
from kiosk.vision.images import Image
from kiosk.vision.packs import PackInfo
from kiosk.vision.pose import NOSE_TIP, estimate

SCORE, OVERLAP, MOST = 0.6, 0.3, 200
REACH = 0.6
SAME_TRACK = 0.3
WIDEST = 320
"""Pictures are shrunk to this width for the detector, which finds faces of 10 pixels and more."""


class ZooEngine:
    """A :class:`kiosk.vision.engine.FaceEngine`."""

    def __init__(self, info: PackInfo, folder: Path) -> None:
        self.pack_id = info.id
        self.bands: Bands = info.decision_bands
        detector, recogniser = (str(folder / file.name) for file in info.files[:2])
        try:
            self._detector = cv2.FaceDetectorYN.create(
                detector, "", (WIDEST, WIDEST), SCORE, OVERLAP, MOST
            )
            self._recogniser = cv2.FaceRecognizerSF.create(recogniser, "")
        except cv2.error as error:
            raise PackUnusable(str(error), pack=info.id) from error

    def detect(self, image: Image) -> list[Face]:
        """All faces, the largest first."""
        return self._find(image, WIDEST)

    def search(self, image: Image) -> list[Face]:
        """All faces, small ones too, the largest first."""
        return self._find(image, 2 * WIDEST)

    def follow(self, image: Image, box: Box) -> Face | None:
        """Look around the last box only."""
        part, left, top = around(image, box, REACH)
        if min(part.shape[:2]) < 16:
            return None
        found = [face.moved(left, top) for face in self._find(part, WIDEST // 2)]
        best = max(found, key=lambda face: overlap(face.box, box), default=None)
        return best if best and overlap(best.box, box) >= SAME_TRACK else None

    def _find(self, image: Image, widest: int) -> list[Face]:
        scale = min(1.0, widest / image.shape[1])
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        self._detector.setInputSize(size)
        small = image if scale == 1 else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        _, rows = self._detector.detect(small)
        faces = [] if rows is None else [_face(row / _scaling(scale)) for row in rows]
        return sorted(faces, key=lambda face: -face.width)

    def embed(self, image: Image, face: Face) -> Vector:
        """The 128-d vector, of length one."""
        row = np.concatenate([_corner(face.box), face.landmarks.reshape(-1), [face.score]])
        chip = self._recogniser.alignCrop(image, row.astype(np.float32)[None])
        vector = self._recogniser.feature(chip).reshape(-1)
        return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)

    def similarity(self, one: Vector, other: Vector) -> float:
        """Cosine similarity, -1 to 1; the maker's threshold is 0.363."""
        return float(one @ other)


def _scaling(scale: float) -> NDArray[np.float32]:
    return np.array([scale] * 14 + [1.0], np.float32)


def _corner(box: Box) -> list[float]:
    return [box[0], box[1], box[2] - box[0], box[3] - box[1]]


def _face(row: NDArray[np.float32]) -> Face:
    """From YuNet's row: x, y, width, height, five points (eyes, nose, mouth corners), score."""
    x, y, width, height = map(float, row[:4])
    points = row[4:14].reshape(5, 2).astype(np.float32)
    pose = estimate(points[:2], points[2], NOSE_TIP)
    return Face((x, y, x + width, y + height), points, float(row[14]), pose)
