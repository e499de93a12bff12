"""dlib's five-point shape predictor: regression trees stored in arrays.

Points: outer and inner corner of the eye at the picture's right, outer and inner corner of the
eye at its left, base of the nose.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.vision.dlib.reader import Reader

CASCADES, TREES, DEPTH, SPLITS, LEAVES, PIXELS = 15, 500, 4, 15, 16, 800

_TREE_SPLITS = np.arange(TREES) * SPLITS
_TREE_LEAVES = np.arange(TREES) * LEAVES - SPLITS

Points = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Predictor:
    """The trees.

    ``initial``: (5, 2). Per cascade: ``splits`` (trees × splits, 4), each two pixel numbers, a
    threshold and a 0; ``leaves`` (trees × leaves, 10); ``anchors`` and ``deltas``, the
    positions of the 800 pixels.

    A split is eight bytes, so that following a tree touches little memory. Grey values are
    whole numbers, so thresholds can be rounded down to whole numbers as well.
    """

    initial: Points
    splits: NDArray[np.int16]
    leaves: Points
    anchors: Ints
    deltas: Points

    def predict(self, grey: NDArray[np.uint8], box: tuple[float, float, float, float]) -> Points:
        """Return the five points (x, y) in pixels of ``grey`` for a face in ``box``."""
        corner = np.array(box[:2], np.float32)
        extent = np.array([box[2] - box[0], box[3] - box[1]], np.float32) - 1
        framed = np.pad(grey, 1)
        fit = _fit(self.initial)
        shape = self.initial.copy()
        for cascade in range(CASCADES):
            turned = self.deltas[cascade] @ (fit @ shape.reshape(-1)).reshape(2, 2)
            where = (shape.take(self.anchors[cascade], axis=0) + turned) * extent + corner
            shape += self._fall(cascade, _values(framed, where))
        return np.asarray(shape * extent + corner, np.float32)

    def _fall(self, cascade: int, values: NDArray[np.int16]) -> Points:
        """Return the sum of the leaves that the trees reach."""
        node = np.zeros(TREES, np.intp)
        for _ in range(DEPTH):
            split = self.splits[cascade].take(_TREE_SPLITS + node, axis=0)
            difference = values.take(split[:, 0]) - values.take(split[:, 1])
            node = 2 * node + 1 + (difference <= split[:, 2])
        reached = self.leaves[cascade].take(_TREE_LEAVES + node, axis=0)
        return np.asarray(np.add.reduce(reached, 0).reshape(5, 2), np.float32)


def _fit(source: Points) -> Points:
    """Return a (4, 10) matrix that fits ``source`` to any five points.

    Applied to the points, it gives the linear part of the best similarity transform: rotation
    and scale, for row vectors from the right.
    """
    p = source - source.mean(0)
    norm = (p * p).sum()
    along = p.reshape(-1) / norm
    across = np.stack([-p[:, 1], p[:, 0]], 1).reshape(-1) / norm
    return np.asarray([along, across, -across, along], np.float32)


def _values(framed: NDArray[np.uint8], where: Points) -> NDArray[np.int16]:
    """Return grey values at rounded positions; 0 outside the picture, from its border of 0."""
    spots = np.floor(where + np.float32(1.5)).astype(np.intp)
    height, width = framed.shape
    np.minimum(np.maximum(spots, 0, out=spots), (width - 1, height - 1), out=spots)
    values = framed.reshape(-1).take(spots[:, 1] * width + spots[:, 0])
    return np.asarray(values, np.int16)


def read_predictor(data: bytes) -> Predictor:
    """Parse the model file.

    Raises:
        ValueError: the file is not the expected one.
    """
    reader = Reader(data)
    if reader.integer() != 1:
        raise ValueError("unknown version of the shape predictor")
    initial = reader.matrix().reshape(5, 2)
    forests = [_forest(reader) for _ in range(reader.integer())]
    anchors = np.array([_counted(reader) for _ in range(reader.integer())], np.int64)
    deltas = [reader.reals(2 * reader.integer()) for _ in range(reader.integer())]
    if reader.at != len(data):
        raise ValueError("the shape predictor has bytes left over")
    splits = np.array([forest[0] for forest in forests]).reshape(CASCADES, TREES * SPLITS, 3)
    leaves = np.array([forest[1] for forest in forests], np.float32)
    return Predictor(
        initial=initial,
        splits=np.floor(np.pad(splits, ((0, 0), (0, 0), (0, 1)))).astype(np.int16),
        leaves=leaves.reshape(CASCADES, TREES * LEAVES, 10),
        anchors=anchors,
        deltas=np.array(deltas, np.float32).reshape(CASCADES, PIXELS, 2),
    )


def _counted(reader: Reader) -> list[int]:
    return reader.integers(reader.integer())


def _forest(reader: Reader) -> tuple[list[list[tuple[int, int, float]]], list[list[Points]]]:
    splits, leaves = [], []
    for _ in range(reader.integer()):
        count = reader.integer()
        splits.append([(*reader.integers(2), reader.real()) for _ in range(count)])
        leaves.append([reader.matrix() for _ in range(reader.integer())])
    return splits, leaves  # type: ignore[return-value]
