"""Aligning landmarks to a template by least squares: rotation, scale and shift only.

Source: Umeyama, "Least-squares estimation of transformation parameters between two point
patterns", 1991; without reflection.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.images import Image

Points = NDArray[np.float32]

SIDE = 112
FIVE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655],
     [70.7299, 92.2041]],
    np.float32,
)  # fmt: skip
"""Positions of eyes, nose and corners of the mouth in an aligned face of 112 × 112 pixels, as
ArcFace and SFace were trained.
"""


def aligned(image: Image, five: Points) -> Image:
    """Return the face upright and centred in 112 × 112 pixels."""
    matrix = similarity_transform(five, FIVE)
    shrink = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    flags = cv2.INTER_AREA if shrink < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.warpAffine(image, matrix, (SIDE, SIDE), flags=flags), np.uint8)


def similarity_transform(source: Points, target: Points) -> Points:
    """Return the 2 × 3 matrix that maps ``source`` closest to ``target``; both are (n, 2)."""
    p, q = source - source.mean(0), target - target.mean(0)
    norm = float((p * p).sum())
    a = float((p * q).sum()) / norm
    b = float((p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum()) / norm
    # Of this form the matrix can only rotate and scale: a face is never sheared or mirrored.
    turn = np.array([[a, -b], [b, a]], np.float32)
    shift = target.mean(0) - turn @ source.mean(0)
    return np.column_stack([turn, shift]).astype(np.float32)
