"""The port that every face pack implements: detect, follow, embed and compare faces."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kiosk.exam.identity.bands import Bands
from kiosk.exam.proctoring.observation import Box
from kiosk.vision.images import Image
from kiosk.vision.pose import Pose

Vector = NDArray[np.float32]
"""A recogniser's vector of a face. Its length depends on the pack; vectors are comparable within
one pack only.
"""


@dataclass(frozen=True)
class Face:
    """A detected face: box in pixels, the pack's own (x, y) landmarks, detector score, pose.

    ``five``: both eyes, tip of the nose and both corners of the mouth, the one at the picture's
    left first; None for a pack with other points.
    """

    box: Box
    landmarks: NDArray[np.float32]
    score: float
    pose: Pose
    five: NDArray[np.float32] | None = None

    @property
    def width(self) -> float:
        """Width of the box in pixels."""
        return self.box[2] - self.box[0]

    def moved(self, x: float, y: float) -> "Face":
        """Return the face moved by ``x`` and ``y`` pixels, as from a crop to its picture."""
        left, top, right, bottom = self.box
        box = (left + x, top + y, right + x, bottom + y)
        shift = np.array([x, y], np.float32)
        five = None if self.five is None else self.five + shift
        return replace(self, box=box, landmarks=self.landmarks + shift, five=five)


class FaceEngine(Protocol):
    """A face pack that is loaded and ready. Not shared between threads."""

    pack_id: str
    bands: Bands

    def detect(self, image: Image) -> list[Face]:
        """Return all faces of the size of a person at a terminal, the largest first."""
        ...

    def search(self, image: Image) -> list[Face]:
        """Return all faces like ``detect``, including smaller ones, at a higher cost."""
        ...

    def follow(self, image: Image, box: Box) -> Face | None:
        """Return the face at about ``box``, where the previous picture had it, or None."""
        ...

    def embed(self, image: Image, face: Face) -> Vector:
        """Return the recogniser's vector of a face."""
        ...

    def reliable(self, vector: Vector) -> bool:
        """Return whether a low similarity of this vector means another person.

        If not, the face was seen too badly.
        """
        ...

    def similarity(self, one: Vector, other: Vector) -> float:
        """Return how alike two faces are, on this pack's own scale; higher is more alike."""
        ...


def cosine(one: Vector, other: Vector) -> float:
    """Return the cosine similarity, -1 to 1; 0 if a vector has no length."""
    lengths = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
    return float(one @ other) / lengths if lengths > 0 else 0.0


def around(image: Image, box: Box, reach: float) -> tuple[Image, int, int]:
    """Return the part of a picture around a box, and the (left, top) corner of that part.

    The box is grown by ``reach`` times its width on each side and clipped to the picture.
    """
    grow = reach * (box[2] - box[0])
    left, top = (max(0, round(edge - grow)) for edge in box[:2])
    right, bottom = (max(0, round(edge + grow)) for edge in box[2:])
    return image[top:bottom, left:right], left, top


def overlap(one: Box, other: Box) -> float:
    """Return the intersection over union of two boxes, 0 to 1."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    common = max(0.0, width) * max(0.0, height)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return common / (areas - common) if areas > common else 0.0
