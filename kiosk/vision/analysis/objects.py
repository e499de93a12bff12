"""The optional object pack: phones, books and laptops, detected by YOLOX on COCO's classes.

It detects neither headphones nor food. Its findings are only shown to staff for review. Source:
Ge et al., "YOLOX: Exceeding YOLO Series in 2021", arXiv:2107.08430.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.errors import PackUnusable
from kiosk.vision.images import Image
from kiosk.vision.runtime import session

CLASSES = {"laptop": 63, "phone": 67, "book": 73}
"""Indices in COCO's list of eighty classes."""

PADDING = 114
"""Grey of the border, as in the network's training."""

LEAST = 0.1
"""Lower scores are not reported."""


class ObjectFinder:
    """A YOLOX network. Not shared between threads."""

    def __init__(self, path: Path) -> None:
        self._session = session(path)
        self._input = self._session.get_inputs()[0]
        self._side = int(self._input.shape[2])
        rows = sum((self._side // stride) ** 2 for stride in (8, 16, 32))
        found = self._session.get_outputs()[0].shape
        if list(found[1:]) != [rows, 85]:
            raise PackUnusable(
                f"output {found} is not that of a COCO network", pack=path.parent.name
            )

    def __call__(self, image: Image) -> dict[str, float]:
        """Return the best score of each kind of object in a picture, without those near zero.

        Boxes are not needed, so neither anchors are decoded nor duplicates suppressed.
        """
        out = self._session.run(None, {self._input.name: self._prepared(image)})[0][0]
        return {name: score for name, score in self._scores(out).items() if score >= LEAST}

    def _prepared(self, image: Image) -> NDArray[np.float32]:
        scale = self._side / max(image.shape[:2])
        size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
        canvas = np.full((self._side, self._side, 3), PADDING, np.float32)
        canvas[: size[1], : size[0]] = cv2.resize(image, size)
        return np.ascontiguousarray(canvas.transpose(2, 0, 1)[None])

    @staticmethod
    def _scores(rows: NDArray[np.float32]) -> dict[str, float]:
        """Multiply objectness by class; columns are box (4), objectness, classes (80)."""
        best = (rows[:, 4:5] * rows[:, 5:]).max(0)
        return {name: round(float(best[number]), 3) for name, number in CLASSES.items()}
