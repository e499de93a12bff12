"""Degradation of pictures, as by a terminal's camera or a bad connection, in defined strengths.

Lengths in pixels refer to a face of :data:`FACE` pixels, as at a terminal's 640 × 480: every
picture is scaled to that first, so that a strength means the same for every source.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.vision.images import Image, jpeg

FACE = 160
"""Width of the detector's box in pixels."""


@dataclass(frozen=True)
class Degradation:
    """A kind of degradation. ``strengths``: in ``unit``, the mildest first."""

    unit: str
    strengths: tuple[float, ...]
    apply: Callable[[Image, float], Image]


def at_terminal_size(image: Image, face_width: float) -> Image:
    """Return the picture scaled so that the face is :data:`FACE` pixels wide."""
    return _scaled(image, FACE / face_width)


def _scaled(image: Image, scale: float) -> Image:
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)


def _blurred(image: Image, sigma: float) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)


def _compressed(image: Image, quality: float) -> Image:
    data = np.frombuffer(jpeg(image, round(quality)), np.uint8)
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _gamma(image: Image, gamma: float) -> Image:
    table = np.round(255 * (np.arange(256) / 255) ** gamma).astype(np.uint8)
    return np.asarray(cv2.LUT(image, table), np.uint8)


def _shrunk(image: Image, width: float) -> Image:
    """Return the picture as seen from further away: less detail at the same size."""
    height, across = image.shape[:2]
    small = _scaled(image, width / FACE)
    return np.asarray(cv2.resize(small, (across, height), interpolation=cv2.INTER_LINEAR), np.uint8)


DEGRADATIONS = {
    "blur": Degradation("sigma, pixels", (1, 2, 3, 4, 6, 8), _blurred),
    "jpeg": Degradation("quality", (60, 40, 20, 10, 5), _compressed),
    "dark": Degradation("gamma", (1.5, 2, 3, 4), _gamma),
    "bright": Degradation("gamma", (0.7, 0.5, 0.3, 0.2), _gamma),
    "small": Degradation("face width, pixels", (112, 80, 56, 40, 28, 20), _shrunk),
}
