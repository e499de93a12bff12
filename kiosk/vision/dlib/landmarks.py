"""dlib's five-point shape predictor: regression trees in arrays.

Points: outer and inner corner of the eye at the picture's right, outer and inner corner of the
eye at its left, base of the nose.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.vision.dlib.reader import Reader

CASCADES, TREES, DEPTH, SPLITS, LEAVES, PIXELS = 15, 500, 4, 15, 16, 800

_TREE = np.arange(TREES)

Points = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Predictor:
    """The trees: ``initial`` (5, 2); per cascade the splits' two pixel numbers and threshold
    (trees, splits), the leaves (trees, leaves, 10), and where the pixels lie (800 each).
    """

    initial: Points
    first: Ints
    second: Ints
    threshold: Points
    leaves: Points
    anchors: Ints
    deltas: Points

    def predict(self, grey: NDArray[np.uint8], box: tuple[float, float, float, float]) -> Points:
        """The five points (x, y) in pixels of ``grey`` for a face in ``box``."""
        corner = np.array(box[:2], np.float32)
        extent = np.array([box[2] - box[0], box[3] - box[1]], np.float32) - 1
        shape = self.initial.copy()
        for cascade in range(CASCADES):
            turned = self.deltas[cascade] @ _linear_part(self.initial, shape)
            values = _values(grey, (shape[self.anchors[cascade]] + turned) * extent + corner)
            shape = shape + self._fall(cascade, values)
        return np.asarray(shape * extent + corner, np.float32)

    def _fall(self, cascade: int, values: Points) -> Points:
        """What the leaves add up to where the trees lead; every split is judged at once."""
        one = values.take(self.first[cascade].reshape(-1))
        other = values.take(self.second[cascade].reshape(-1))
        right = one - other <= self.threshold[cascade].reshape(-1)
        node = np.zeros(TREES, np.intp)
        for _ in range(DEPTH):
            node = 2 * node + 1 + right.take(_TREE * SPLITS + node)
        leaves = self.leaves[cascade].reshape(-1, 10)
        reached = leaves.take(_TREE * LEAVES + node - SPLITS, axis=0)
        return np.asarray(reached.sum(0).reshape(5, 2), np.float32)


def _linear_part(source: Points, target: Points) -> Points:
    """Rotation and scale of the best similarity transform, for row vectors from the right."""
    p, q = source - source.mean(0), target - target.mean(0)
    norm = float((p * p).sum())
    a = float((p * q).sum()) / norm
    b = float((p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum()) / norm
    return np.array([[a, b], [-b, a]], np.float32)


def _values(grey: NDArray[np.uint8], where: Points) -> Points:
    """Grey values at rounded positions; 0 outside the picture."""
    spots = np.floor(where + 0.5).astype(np.intp)
    x, y = spots[:, 0], spots[:, 1]
    inside = (x >= 0) & (y >= 0) & (x < grey.shape[1]) & (y < grey.shape[0])
    values = grey.reshape(-1).take(y * grey.shape[1] + x, mode="clip")
    return np.asarray(np.where(inside, values, 0), np.float32)


def read_predictor(data: bytes) -> Predictor:
    """Read the model file; raises ValueError when it is not the expected one."""
    reader = Reader(data)
    if reader.integer() != 1:
        raise ValueError("unknown version of the shape predictor")
    initial = reader.matrix().reshape(5, 2)
    forests = [_forest(reader) for _ in range(reader.integer())]
    anchors = np.array([_counted(reader) for _ in range(reader.integer())], np.int64)
    deltas = [reader.reals(2 * reader.integer()) for _ in range(reader.integer())]
    if reader.at != len(data):
        raise ValueError("the shape predictor has bytes left over")
    splits = np.array([forest[0] for forest in forests])
    return Predictor(
        initial=initial,
        first=splits[..., 0].astype(np.int64),
        second=splits[..., 1].astype(np.int64),
        threshold=splits[..., 2].astype(np.float32),
        leaves=np.array([forest[1] for forest in forests], np.float32),
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
