"""Laying landmarks on a template: rotation, scale and shift only, by least squares.

Source: Umeyama, "Least-squares estimation of transformation parameters between two point
patterns", 1991; without reflection.
"""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]


def similarity_transform(source: Points, target: Points) -> Points:
    """The 2 × 3 matrix that brings ``source`` as near to ``target`` as possible; (n, 2) each."""
    p, q = source - source.mean(0), target - target.mean(0)
    norm = float((p * p).sum())
    a = float((p * q).sum()) / norm
    b = float((p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum()) / norm
    turn = np.array([[a, -b], [b, a]], np.float32)
    shift = target.mean(0) - turn @ source.mean(0)
    return np.column_stack([turn, shift]).astype(np.float32)
