"""Faces for rehearsals, the demo and tests: six people out of a picture that insightface ships.

Nothing of it is stored in the project; the crops are made when they are needed.
"""

import importlib.util
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.errors import PackUnusable
from kiosk.vision.images import Image

PEOPLE = 6
WIDTH, HEIGHT = 640, 480

# centre and width of each face in insightface's t1.jpg, as the dlib pack finds them
_FACES = ((508, 342, 138), (954, 130, 115), (780, 412, 115), (112, 326, 115), (1170, 330, 115),
          (312, 208, 100))  # fmt: skip
_FACE_WIDTH = 170


@cache
def _group() -> Image:
    spec = importlib.util.find_spec("insightface")
    if spec is None or spec.origin is None:
        raise PackUnusable("insightface is not installed", pack="samples")
    path = Path(spec.origin).parent / "data" / "images" / "t1.jpg"
    image = cv2.imread(str(path))
    if image is None:
        raise PackUnusable(f"{path} is missing", pack="samples")
    return np.asarray(image, np.uint8)


def _head(person: int, reach: float) -> Image:
    """The square around a face, ``reach`` face widths each way, the face 170 pixels wide."""
    x, y, width = _FACES[person % PEOPLE]
    half = round(width * reach)
    padded = cv2.copyMakeBorder(_group(), half, half, half, half, cv2.BORDER_REPLICATE)
    cut = padded[y : y + 2 * half, x : x + 2 * half]
    side = round(_FACE_WIDTH * 2 * reach)
    return np.asarray(cv2.resize(cut, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)


def sample_portrait(person: int) -> bytes:
    """A portrait of person 0 to 5 as JPEG (numbers above go round)."""
    return _jpeg(_head(person, 0.9), 90)


def sample_frame(person: int, variation: int = 0) -> bytes:
    """What a terminal's camera would send of a person: 640 × 480 JPEG.

    The same arguments always give the same picture; each variation has its own light, noise,
    shift and tilt of the head.
    """
    return _jpeg(frame(person, variation), 70)


def frame(person: int | None, variation: int = 0, other: int | None = None) -> Image:
    """The picture behind :func:`sample_frame`; nobody for None, a second person for ``other``."""
    random = np.random.default_rng([variation, 0 if person is None else person + 1])
    picture: NDArray[np.float64] = np.full((HEIGHT, WIDTH, 3), 170.0)
    picture += np.linspace(-20, 20, WIDTH)[None, :, None]
    if person is not None:
        shift = random.integers(-20, 21, 2) + np.array([0 if other is None else -150, 0])
        _paste(picture, _tilted(_head(person, 0.75), random.uniform(-4, 4)), shift)
    if other is not None:
        _paste(picture, _head(other, 0.75), np.array([150, 0]))
    picture = picture * random.uniform(0.85, 1.1) + random.normal(0, 4, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _tilted(head: Image, degrees: float) -> Image:
    side = head.shape[0]
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), degrees, 1.0)
    turned = cv2.warpAffine(head, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.uint8)


def _paste(picture: np.ndarray, head: Image, shift: np.ndarray) -> None:
    side = head.shape[0]
    top = int(np.clip((HEIGHT - side) // 2 + shift[1], 0, HEIGHT - side))
    left = int(np.clip((WIDTH - side) // 2 + shift[0], 0, WIDTH - side))
    picture[top : top + side, left : left + side] = head


def _jpeg(image: Image, quality: int) -> bytes:
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()
