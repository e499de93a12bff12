"""Faces for rehearsals, the demo and tests: four people from a picture that insightface ships.

The project stores none of it; the crops are made on demand.
"""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.errors import PackUnusable
from kiosk.vision.images import Image, jpeg
from kiosk.vision.packs.extras import require_insightface

PEOPLE = 4
TURN = 36.0
"""Degrees by which a sample head turns when a face check asks for a turn."""

WIDTH, HEIGHT = 640, 480

# centre, width and tilt (degrees) of each face in insightface's t1.jpg, as the dlib pack finds them
_FACES = ((508, 342, 138, 15), (780, 412, 115, 7), (112, 326, 115, -25), (1170, 330, 115, -4))
_TURNED = ((954, 130, 115, -10), (312, 208, 100, -33))
"""Two more people in the picture, whose heads are turned by about 40 degrees."""
_FACE_WIDTH = 170


@cache
def _group() -> Image:
    origin = require_insightface("samples").origin
    path = Path(origin or "").parent / "data" / "images" / "t1.jpg"
    image = cv2.imread(str(path))
    if image is None:
        raise PackUnusable(f"{path} is missing", pack="samples")
    return np.asarray(image, np.uint8)


def _head(place: tuple[int, int, int, int], reach: float) -> Image:
    """Return the square around a face, upright and scaled so that the face is 170 pixels wide.

    The square reaches ``reach`` face widths from the face's centre to each side.
    """
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
    """Return a portrait of a sample person as JPEG; numbers above 3 start again from 0."""
    return jpeg(_head(_FACES[person % PEOPLE], 0.9), 90)


def sample_frame(person: int, variation: int = 0, yaw: float = 0.0) -> bytes:
    """Return a person's frame as a terminal's camera would send it: 640 × 480 JPEG.

    The same arguments always return the same picture; each variation has its own light, noise,
    shift and tilt of the head. ``yaw``: how far the head is turned, as in :func:`turned_head`.
    """
    return jpeg(frame(person, variation, yaw=yaw), 70)


def sample_card(person: int, variation: int = 0, on_card: int | None = None) -> bytes:
    """Return a picture of a person holding a card with a portrait: 1280 × 960 JPEG.

    ``on_card``: the person whose portrait is on the card; by default the one who holds it.
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
    """Return the picture behind :func:`sample_frame`.

    ``person`` None leaves the seat empty; ``other`` adds a second person.
    """
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
    """Return a picture of person 0 or 1 with the head turned by about 40 degrees: 640 × 480."""
    picture: NDArray[np.float64] = np.full((HEIGHT, WIDTH, 3), 170.0)
    _paste(picture, _head(_TURNED[person], 0.75), np.array([0, 0]))
    return picture.astype(np.uint8)


HEAD_WIDTH, HEAD_HEIGHT, HEAD_DEPTH, NOSE_DEPTH = 0.32, 0.48, 0.44, 0.12
"""Half axes of a head as an ellipsoid, and the additional depth of the nose, in sides of the
picture.
"""

FINE = 2
"""Surface points per pixel along each side, so that stretching the surface opens no gaps."""


def turned_head(head: Image, yaw: float, pitch: float = 0.0) -> Image:
    """Return the head turned by about ``yaw`` degrees, rendered on an ellipsoid with a nose.

    Positive yaw turns to the person's left, positive ``pitch`` bends the head down. Usable up
    to about 40 degrees. This is a simulation, not a picture of a turned person.
    """
    if not yaw and not pitch:
        return head
    side = head.shape[0]
    fine = np.asarray(cv2.resize(head, None, fx=FINE, fy=FINE))
    down, across = np.mgrid[0 : side * FINE, 0 : side * FINE].astype(np.float32) / side / FINE - 0.5
    on_head = (across / HEAD_WIDTH) ** 2 + (down / HEAD_HEIGHT) ** 2 < 1
    x, y, colours = across[on_head], down[on_head], fine[on_head]
    depth = _depth(x, y)
    sine, cosine = np.sin(np.radians(yaw)), np.cos(np.radians(yaw))
    place, near = x * cosine + depth * sine, depth * cosine - x * sine
    if pitch:
        bent, lift = np.sin(np.radians(pitch)), np.cos(np.radians(pitch))
        y, near = y * lift + near * bent, near * lift - y * bent
    order = np.argsort(near)  # of points that fall on one pixel the nearest is written last
    columns = np.clip(np.round((place + 0.5) * side), 0, side - 1).astype(int)[order]
    rows = np.clip(np.round((y + 0.5) * side), 0, side - 1).astype(int)[order]
    picture = _without_head(head)
    picture[rows, columns] = colours[order]
    return picture


def _depth(across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Return how far the head's surface lies in front of the axis of rotation."""
    round_part = 1 - (across / HEAD_WIDTH) ** 2 - (down / HEAD_HEIGHT) ** 2
    nose = NOSE_DEPTH * np.exp(-((across / 0.08) ** 2) - ((down - 0.06) / 0.11) ** 2)
    return np.asarray(HEAD_DEPTH * np.sqrt(np.clip(round_part, 0, 1)) + nose, np.float32)


def _without_head(head: Image) -> Image:
    """Return the picture with the place of the head filled in from its blurred surroundings."""
    side = head.shape[0]
    middle, axes = (side // 2, side // 2), (round(HEAD_WIDTH * side), round(HEAD_HEIGHT * side))
    around = cv2.ellipse(np.ones((side, side), np.float32), middle, axes, 0, 0, 360, 0.0, -1)
    weights = cv2.GaussianBlur(around, (0, 0), side / 10) + 1e-6
    filled = cv2.GaussianBlur(head * around[..., None], (0, 0), side / 10) / weights[..., None]
    return np.where(around[..., None] > 0, head, filled).astype(np.uint8)


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
