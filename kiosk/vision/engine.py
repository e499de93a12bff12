"""The one port to face models: what every pack can do."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kiosk.exam.identity import Bands
from kiosk.vision.images import Image

Vector = NDArray[np.float32]
"""What a recogniser makes of a face; comparable within one pack only."""


@dataclass(frozen=True)
class Face:
    """One face: box as left, top, right, bottom in pixels, five (x, y) landmarks, score.

    Landmarks are, in the picture's left-to-right order: eye, eye, nose, mouth corner, mouth
    corner, as far as the pack finds them.
    """

    box: tuple[float, float, float, float]
    landmarks: NDArray[np.float32]
    score: float

    @property
    def width(self) -> float:
        """Width of the box in pixels."""
        return self.box[2] - self.box[0]


class FaceEngine(Protocol):
    """A face pack that is ready for work. Not shared between threads."""

    pack_id: str
    bands: Bands

    def detect(self, image: Image) -> list[Face]:
        """All faces, the largest first."""
        ...

    def embed(self, image: Image, face: Face) -> Vector:
        """The recogniser's vector of one face."""
        ...

    def similarity(self, one: Vector, other: Vector) -> float:
        """How alike two faces are on this pack's scale; higher is more alike."""
        ...
