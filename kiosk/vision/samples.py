"""Faces for rehearsals, the demo and tests: four people out of a picture that insightface ships.

Nothing of it is stored in the project; the crops are made when they are needed.
"""

import importlib.util
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.errors import PackUnusable
from kiosk.vision.images import Image, jpeg

PEOPLE = 4
WIDTH, HEIGHT = 640, 480

# centre, width and tilt (degrees) of each face in insightface's t1.jpg, as the dlib pack finds them
_FACES = ((508, 342, 138, 15), (780, 412, 115, 7), (112, 326, 115, -25), (1170, 330, 115, -4))
_TURNED = ((954, 130, 115, -10), (312, 208, 100, -33))
"""Two more people there, who have turned their heads by about 40 degrees."""
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


def _head(place: tuple[int, int, int, int], reach: float) -> Image:
    """The square around a face, upright, ``reach`` face widths each way, the face 170 wide."""
    x, y, width, tilt = place
    scale = _FACE_WIDTH / width
    side = round(_FACE_WIDTH * 2 * reach)
    matrix = np.asarray(cv2.getRotationMatrix2D((x, y), tilt, scale), np.float64)
    matrix[:, 2] += side / 2 - np.array([x, y])
    cut = cv2.warpAffine(
        _group(), matrix, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(cut, np.uint8)


def sample_portrait(person: int) -> bytes:
    """A portrait of person 0 to 3 as JPEG (numbers above go round)."""
    return jpeg(_head(_FACES[person % PEOPLE], 0.9), 90)


def sample_frame(person: int, variation: int = 0, yaw: float = 0.0) -> bytes:
    """What a terminal's camera would send of a person: 640 × 480 JPEG.

    The same arguments always give the same picture; each variation has its own light, noise,
    shift and tilt of the head. ``yaw``: how far the head is turned, as in :func:`turned_head`.
    """
    return jpeg(frame(person, variation, yaw=yaw), 70)


def sample_card(person: int, variation: int = 0, on_card: int | None = None) -> bytes:
    """A person who holds a card with a portrait beside the face: 1280 × 960 JPEG.

    ``on_card``: whose portrait the card bears, the person's own by default.
    """
    large = cv2.resize(frame(person, variation, shift=-110), (2 * WIDTH, 2 * HEIGHT))
    card = np.full((300, 460, 3), 225, np.uint8)
    owner = person if on_card is None else on_card
    portrait = _head(_FACES[owner % PEOPLE], 0.9)
    card[50:250, 235:435] = cv2.resize(portrait, (200, 200), interpolation=cv2.INTER_AREA)
    for line in range(70, 250, 36):
        cv2.rectangle(card, (30, line), (190, line + 8), (150, 150, 150), -1)
    large[560:860, 780:1240] = card
    return jpeg(np.asarray(large, np.uint8), 80)


def frame(
    person: int | None,
    variation: int = 0,
    other: int | None = None,
    yaw: float = 0.0,
    shift: int = 0,
) -> Image:
    """The picture behind :func:`sample_frame`; nobody for None, a second person for ``other``."""
    random = np.random.default_rng([variation, 0 if person is None else person + 1])
    picture: NDArray[np.float64] = np.full((HEIGHT, WIDTH, 3), 170.0)
    picture = picture + np.linspace(-20, 20, WIDTH)[None, :, None]
    if person is not None:
        aside = np.array([shift if other is None else -150, 0])
        head = turned_head(_head(_FACES[person % PEOPLE], 0.75), yaw)
        place = random.integers(-20, 21, 2) + aside
        _paste(picture, _tilted(head, random.uniform(-4, 4)), place)
    if other is not None:
        _paste(picture, _head(_FACES[other % PEOPLE], 0.75), np.array([150, 0]))
    picture = picture * random.uniform(0.9, 1.1) + random.normal(0, 4, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def side_view(person: int) -> Image:
    """Person 0 or 1 of two whose heads are turned by about 40 degrees: 640 × 480."""
    picture: NDArray[np.float64] = np.full((HEIGHT, WIDTH, 3), 170.0)
    _paste(picture, _head(_TURNED[person], 0.75), np.array([0, 0]))
    return picture.astype(np.uint8)


def turned_head(head: Image, yaw: float) -> Image:
    """The head as if turned by about ``yaw`` degrees: the nose moves, the eyes stay.

    Positive turns to the person's left. Good up to some 35 degrees; a simulation, not a person.
    """
    if not yaw:
        return head
    side = head.shape[0]
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side - 0.5
    nose = np.exp(-((x / 0.22) ** 2) - ((y - 0.14) / 0.22) ** 2)
    moved = x - np.sin(np.radians(yaw)) * 0.27 * nose
    across, down = ((axis + 0.5) * side for axis in (moved, y))
    turned = cv2.remap(
        head,
        across.astype(np.float32),
        down.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(turned, np.uint8)


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
