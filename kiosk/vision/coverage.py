"""Whether the lower face is visible, or covered by a mask, a hand or a scarf.

Nine measures of the aligned face, weighted by logistic regression. They compare mouth and chin
with the bridge of the nose, which a cover leaves visible, in colour, light and texture, and
check whether the lower face resembles a nose and a mouth at all. How the weights were found and
how well they perform: ``docs/faces.md``.
"""

from math import exp, log

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.images import Image

Grey = NDArray[np.float32]
Part = tuple[slice, slice]

EYES: tuple[Part, Part] = (np.s_[44:58, 28:48], np.s_[44:58, 64:84])
MOUTH, BRIDGE, NOSTRILS = np.s_[86:100, 38:74], np.s_[54:64, 51:61], np.s_[68:80, 46:66]
CHIN: tuple[Part, ...] = (np.s_[80:88, 30:40], np.s_[80:88, 72:82], np.s_[100:110, 46:66])
CHEEKS: tuple[Part, Part] = (np.s_[58:84, 26:42], np.s_[58:84, 70:86])
LOWER, LIPS, LOWER_FACE = np.s_[78:110, 34:78], np.s_[80:104, 42:70], np.s_[62:110, 24:88]
"""Rows and columns of the aligned face, 112 × 112 pixels."""

WEIGHTS = np.array([-3.0, 2.107, 0.078, 1.114, 2.73, 2.43, -1.279, 1.854, -4.766])
BIAS = -6.939

_USUAL = np.array(
    [[26, 38, 38, 37, 44, 38, 23, 44, 68, 37, 29, 38, 33, 37, 43, 34],
     [22, 45, 63, 67, 57, 29, 21, 51, 73, 42, 27, 48, 62, 62, 56, 40],
     [20, 40, 57, 50, 20, 9, 27, 50, 66, 44, 12, 10, 40, 53, 48, 32],
     [2, 20, 25, 12, -11, -22, -31, -28, 0, -23, -10, -6, -3, 23, 26, 14],
     [-18, -8, -7, -7, 3, -27, -88, -79, -58, -67, -41, 4, -11, -8, 1, -5],
     [-27, -26, -24, -12, 16, 18, -4, -29, -28, -14, 8, 22, 0, -19, -14, -19],
     [-22, -14, -20, -33, -15, -6, -12, -20, -20, -12, -9, -14, -24, -17, -6, -13],
     [-22, -2, 1, -38, -97, -94, -74, -61, -57, -68, -92, -96, -46, -3, 5, -13],
     [-29, -6, 8, 11, -11, -45, -41, -29, -28, -25, -34, -17, 2, 6, 0, -20],
     [-57, -25, -4, 20, 26, 2, -24, -31, -29, -21, -4, 23, 25, 7, -11, -29],
     [-99, -49, -21, 11, 34, 27, 13, 1, -3, 6, 25, 35, 27, -4, -19, -34],
     [-95, -71, -47, -13, 32, 46, 51, 47, 46, 54, 54, 43, 13, -23, -30, -32]],
    np.float32,
)  # fmt: skip
"""Mean light of 43 lower faces in 12 × 16 cells, with slow changes of light removed."""


def covered(face: Image) -> float:
    """Return the likelihood, 0 to 1, that the lower face is covered.

    ``face`` is aligned and 112 × 112 pixels large.
    """
    weighed = float(WEIGHTS @ _measures(face)) + BIAS
    # Clamped: ``exp`` overflows for large arguments, and ±30 is certain enough.
    return 1 / (1 + exp(-max(-30.0, min(30.0, weighed))))


def _measures(face: Image) -> NDArray[np.float64]:
    smooth = np.asarray(cv2.GaussianBlur(face, (0, 0), 1.0), np.uint8)
    lab = cv2.cvtColor(smooth, cv2.COLOR_BGR2LAB).astype(np.float32)
    light = np.ascontiguousarray(lab[..., 0])
    down = np.asarray(cv2.Sobel(light, cv2.CV_32F, 0, 1), np.float32)
    texture = np.asarray(cv2.magnitude(cv2.Sobel(light, cv2.CV_32F, 1, 0), down), np.float32)
    eyes = float(np.mean([texture[eye].mean() for eye in EYES]))
    bridge = np.median(lab[BRIDGE].reshape(-1, 3), axis=0)
    chin = np.median(np.concatenate([lab[part].reshape(-1, 3) for part in CHIN]), axis=0)
    mouth = log((float(texture[MOUTH].mean()) + 2) / (eyes + 2))
    darker = float(chin[0] - bridge[0]) / max(float(bridge[0]), 20.0)
    across = max(float(np.abs(down[cheek]).mean(1).max()) for cheek in CHEEKS) / (eyes + 2)
    # A plain mask has too little of a thing, a patterned one too much: what counts is how far from
    # a usual face's value it lies. Bounds keep one odd measure from outweighing all others.
    return np.array(
        [
            mouth,
            abs(mouth + 0.2),
            min(float(np.hypot(*(chin - bridge)[1:])), 40.0),
            min(abs(darker + 0.2), 1.5),
            abs(float(light[LOWER].std()) / 50 - 0.65),
            min(abs(_line_of_lips(down[LIPS]) - 2.2), 3.0),
            _dark_nostrils(light[NOSTRILS]),
            min(across, 4.0),
            _likeness(face),
        ]
    )


def _line_of_lips(down: Grey) -> float:
    """Return how strongly the sharpest row of edges across the mouth exceeds the average row."""
    rows = np.abs(down).mean(1)
    return float(rows.max() / (rows.mean() + 2))


def _dark_nostrils(light: Grey) -> float:
    usual = float(np.median(light))
    return (usual - float(np.percentile(light, 4))) / max(usual, 20.0)


def _likeness(face: Image) -> float:
    """Return the correlation, -1 to 1, of the lower face's light with that of usual faces."""
    grey = cv2.cvtColor(face, cv2.COLOR_BGR2GRAY).astype(np.float32)[LOWER_FACE]
    cells = cv2.resize(grey, (16, 12), interpolation=cv2.INTER_AREA)
    detail = cells - cv2.GaussianBlur(cells, (0, 0), 4)
    detail = detail - detail.mean()
    usual = _USUAL - _USUAL.mean()
    # The added 20 pulls a nearly flat picture towards 0: its correlation would be that of noise.
    lengths = float(np.linalg.norm(usual)) * (float(np.linalg.norm(detail)) + 20)
    return float((detail * usual).sum()) / lengths
