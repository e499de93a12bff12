"""What a terminal's camera adds to a scene: distance, place, tilt, light, noise, JPEG."""

from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.vision.images import Image, jpeg
from kiosk.vision.samples import HEIGHT, WIDTH

NOISE, QUALITY = 4.0, 70
"""Standard deviation of the camera's noise in grey levels, and the JPEG quality of terminals."""


@dataclass(frozen=True)
class Shot:
    """Where a picture of 640 × 480 is in front of the camera.

    ``scale``: 1 as it is; less is further away. ``roll``: degrees, positive to the person's
    left. ``shift``: pixels to the right and down. ``light``: factor of all grey levels.
    """

    scale: float = 1.0
    roll: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    light: float = 1.0


def take(picture: Image, shot: Shot, noise: np.random.Generator) -> bytes:
    """Return the frame as JPEG."""
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), -shot.roll, shot.scale)
    matrix[:, 2] += np.array(shot.shift)
    size = (WIDTH, HEIGHT)
    seen = cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    grain = NOISE * noise.standard_normal(seen.shape, np.float32)
    lit = seen.astype(np.float32) * np.float32(shot.light) + grain
    return jpeg(np.clip(lit, 0, 255).astype(np.uint8), QUALITY)
