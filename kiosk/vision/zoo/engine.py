"""YuNet finds faces, SFace recognises them, both in ONNX Runtime.

Sources: Wu et al., "YuNet: A Tiny Millisecond-level Face Detector" (2023); Zhong et al., "SFace:
Sigmoid-Constrained Hypersphere Loss for Robust Face Recognition", arXiv:2205.12010.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.exam.identity.bands import Bands
from kiosk.exam.proctoring.observation import Box
from kiosk.vision.alignment import FIVE, SIDE, similarity_transform
from kiosk.vision.engine import Face, Vector, cosine
from kiosk.vision.images import Image
from kiosk.vision.packs.manifest import PackInfo
from kiosk.vision.runtime import session
from kiosk.vision.zoo.upright import odd, posed, upright
from kiosk.vision.zoo.yunet import Rows, YuNet, distinct

DETECTOR, RECOGNISER = "detector.onnx", "recogniser.onnx"
"""Files of the built pack."""

LEAST_LENGTH = 8.5
"""Smallest length of a reliable vector. A shorter one shows a face that is bent far down, half
covered, or out of focus. No vector of 83 portraits is shorter, 95 % have 9.7 or more, and
strangers in a room 10.7 or more; bent heads that match badly have 4.8 to 7.7.
"""

NEAR, FAR = 320, 640
"""Widths to which pictures are shrunk; the detector finds faces of 10 to 300 pixels in them."""


class ZooEngine:
    """A :class:`kiosk.vision.engine.FaceEngine`."""

    def __init__(self, info: PackInfo, folder: Path) -> None:
        self.pack_id = info.id
        self.bands: Bands = info.decision_bands
        self._detector = YuNet(folder / DETECTOR)
        self._recogniser = session(folder / RECOGNISER)

    def detect(self, image: Image) -> list[Face]:
        """Return all faces from about 20 of 640 pixels, the largest first."""
        return self._faces(image, self._rows(image, NEAR))

    def search(self, image: Image) -> list[Face]:
        """Return all faces from about 10 of 640 pixels, the largest first."""
        # A face that fills the picture is found only in the smaller version.
        both = np.concatenate([self._rows(image, NEAR), self._rows(image, FAR)])
        return self._faces(image, distinct(both))

    def follow(self, image: Image, box: Box) -> Face | None:  # noqa: ARG002 - the port's
        """Return None: searching the whole picture costs hardly more than a part of it."""
        return None

    def _rows(self, image: Image, widest: int) -> Rows:
        scale = min(1.0, widest / max(image.shape[:2]))
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        small = image if scale == 1 else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        rows = self._detector(np.asarray(small, np.uint8))
        rows[:, :14] /= scale
        return rows

    def _faces(self, image: Image, rows: Rows) -> list[Face]:
        faces = sorted((_face(row) for row in rows), key=lambda face: -face.width)
        # Only the largest face is corrected here: a correction runs the detector several times.
        if faces and odd(faces[0]):
            faces[0] = upright(self._detector, image, faces[0])
        return faces

    def embed(self, image: Image, face: Face) -> Vector:
        """Return the 128-d vector; the surer the network is of the face, the longer the vector."""
        face = upright(self._detector, image, face)
        chip = cv2.warpAffine(image, similarity_transform(face.landmarks, FIVE), (SIDE, SIDE))
        # SFace reads red-green-blue from 0 to 255, without further normalisation.
        rgb = chip[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32)
        return np.asarray(self._recogniser.run(None, {"data": rgb})[0][0], np.float32)

    def reliable(self, vector: Vector) -> bool:
        """Return whether the vector is as long as those of well-seen faces, strangers' included."""
        return float(np.linalg.norm(vector)) >= LEAST_LENGTH

    def similarity(self, one: Vector, other: Vector) -> float:
        """Return the cosine similarity, -1 to 1; the publisher's threshold is 0.363."""
        return cosine(one, other)


def _face(row: NDArray[np.float32]) -> Face:
    """Build a face from a row of :class:`YuNet`."""
    x, y, width, height = map(float, row[:4])
    points = row[4:14].reshape(5, 2).astype(np.float32)
    pose = posed(points, width / max(height, 1.0))
    return Face((x, y, x + width, y + height), points, float(row[14]), pose, points)
