"""The YuNet detector: finds boxes, landmarks and scores in a picture."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.images import Image
from kiosk.vision.runtime import session

STRIDES = (8, 16, 32)
SIDE = STRIDES[-1]
"""Pictures are padded to multiples of this, on the right and at the bottom."""

SCORE, OVERLAP = 0.6, 0.3
"""Lowest score of a face; boxes with a larger intersection over union are one face."""

MOST = 100
"""Largest number of boxes examined; more do not occur in a picture of an exam room."""

Rows = NDArray[np.float32]


class YuNet:
    """The network in ONNX Runtime. Not shared between threads."""

    def __init__(self, path: Path) -> None:
        self._session = session(path)

    def __call__(self, image: Image) -> Rows:
        """Return the faces as (n, 15), in pixels.

        Columns: x, y, width, height; five points (both eyes, nose, both corners of the mouth;
        the one at the picture's left first); score from 0 to 1.
        """
        height, width = image.shape[:2]
        below, right = -height % SIDE, -width % SIDE
        padded = cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_CONSTANT)
        outputs = self._session.run(None, {"input": cv2.dnn.blobFromImage(padded)})
        columns = (width + right) // STRIDES[0]
        found = np.concatenate(
            [
                _decoded(
                    [outputs[kind * len(STRIDES) + n][0] for kind in range(4)], stride, columns
                )
                for n, stride in enumerate(STRIDES)
            ]
        )
        return distinct(found)


def _decoded(outputs: list[Rows], stride: int, columns: int) -> Rows:
    """Return the rows of one level from its outputs: class, objectness, box and points by cell.

    Box and points are offsets from the cell's corner in strides; sizes are logarithms.
    """
    classes, objects, boxes, points = outputs
    scores = np.sqrt(np.clip(classes[:, 0], 0, 1) * np.clip(objects[:, 0], 0, 1))
    cells = np.flatnonzero(scores >= SCORE)
    row, column = np.divmod(cells, columns * STRIDES[0] // stride)
    corner = np.stack([column, row], 1).astype(np.float32)
    middle = corner + boxes[cells, :2]
    size = np.exp(boxes[cells, 2:])
    five = points[cells].reshape(-1, 5, 2) + corner[:, None]
    placed = np.concatenate([middle - size / 2, size, five.reshape(-1, 10)], 1) * stride
    return np.concatenate([placed, scores[cells, None]], 1).astype(np.float32)


def distinct(rows: Rows) -> Rows:
    """Return the best of each set of rows whose boxes overlap."""
    # Bounds the quadratic cost of comparing all boxes in a crafted picture.
    if len(rows) > MOST:
        rows = rows[np.argsort(-rows[:, 14])[:MOST]]
    kept = cv2.dnn.NMSBoxes(rows[:, :4].tolist(), rows[:, 14].tolist(), SCORE, OVERLAP)
    return np.asarray(rows[np.asarray(kept, int).reshape(-1)], np.float32)
