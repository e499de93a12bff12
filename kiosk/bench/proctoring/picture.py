"""Renders a shot as a terminal's camera would send it: 640 × 480, JPEG."""

from collections.abc import Mapping
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.bench.proctoring import scenes
from kiosk.bench.proctoring.head import posed
from kiosk.bench.proctoring.held import AROUND, held
from kiosk.bench.proctoring.people import FACE_WIDTH, SIDE, Person
from kiosk.bench.proctoring.script import Other, Shot
from kiosk.bench.proctoring.worn import dress, sunlit, yawning
from kiosk.vision.images import Image, jpeg
from kiosk.vision.samples import HEIGHT, WIDTH

QUALITY = 65
CLOTHES = ((88.0, 66.0, 52.0), (60.0, 58.0, 110.0), (104.0, 110.0, 112.0), (70.0, 92.0, 64.0))
"""Colours of four tops."""

SPARE = 160
"""Pixels by which the noise pattern is larger than a frame."""

Floats = NDArray[np.float32]
Random = np.random.Generator


def draw(shot: Shot, people: Mapping[str, Person], random: Random) -> bytes:
    """Return the frame as JPEG; noise and reflections come from ``random``."""
    picture = scenes.place(shot.wall).copy()
    for other in shot.others:
        _other(picture, shot, other, people[other.person], random)
    if shot.person is not None:
        _person(picture, shot, people[shot.person], random)
    if shot.glare > 0.02:
        picture[:, WIDTH * 3 // 4 :] *= 1 + 0.3 * shot.glare
    seen = picture * shot.light if not shot.lens else scenes.lens(shot.lens, random)
    if shot.blur > 0.3:
        seen = np.asarray(cv2.GaussianBlur(np.clip(seen, 0, 255), (0, 0), shot.blur), np.float32)
    noisy = np.asarray(seen + _noise(shot.noise, random), np.float32)
    return jpeg(np.clip(noisy, 0, 255).astype(np.uint8), QUALITY)


def _noise(deviation: float, random: Random) -> Floats:
    """Return the noise of a camera that removes part of it and thereby smears the rest."""
    top, left = (int(edge) for edge in random.integers(0, SPARE, 2))
    return deviation * _grain()[top : top + HEIGHT, left : left + WIDTH]


@lru_cache(1)
def _grain() -> Floats:
    """Return noise of deviation 1, larger than a frame: each frame shows another part of it."""
    shape = (HEIGHT + SPARE, WIDTH + SPARE, 3)
    fine = np.random.default_rng(9).normal(0, 1, shape).astype(np.float32)
    smooth = cv2.GaussianBlur(fine, (0, 0), 0.6)
    return np.asarray(smooth / smooth.std(), np.float32)


def _person(picture: Floats, shot: Shot, person: Person, random: Random) -> None:
    _body(picture, shot.x, shot.y, shot.share * WIDTH / FACE_WIDTH, person)
    head, matte = dress(person, shot.props, random)
    head = sunlit(yawning(head, shot.yawn), shot.glare, random.uniform(-0.15, 0.15))
    head, matte = posed(head, matte, person.hair, shot.yaw, shot.bend)
    scale = shot.share * WIDTH / FACE_WIDTH
    middle = (shot.x * WIDTH, shot.y * HEIGHT)
    _lay(picture, head, matte, _affine(SIDE / 2, scale, shot.roll, middle))
    for prop in shot.props:
        layer = held(prop, person.skin)
        if layer is not None:
            _lay(picture, *layer, _affine(SIDE / 2 + AROUND, scale, shot.roll, middle))


def _other(picture: Floats, shot: Shot, other: Other, person: Person, random: Random) -> None:
    """Draw a person behind, who moves a little, or a picture on the wall, which does not."""
    scale = other.ratio * shot.share * WIDTH / FACE_WIDTH
    if other.flat:
        scale = other.ratio * 0.23 * WIDTH / FACE_WIDTH
        _poster(picture, other, scale, person)
        return
    x, y = other.x + random.normal(0, 0.004), other.y + random.normal(0, 0.004)
    _body(picture, x, y, scale, person)
    head, matte = posed(person.head, person.matte, person.hair, random.normal(0, 5), 0)
    middle = (x * WIDTH, y * HEIGHT)
    _lay(picture, head, matte, _affine(SIDE / 2, scale, random.normal(0, 2), middle))


def _poster(picture: Floats, other: Other, scale: float, person: Person) -> None:
    middle = (other.x * WIDTH, other.y * HEIGHT)
    paper = np.full((SIDE + 40, SIDE + 40, 3), 236, np.uint8)
    paper[20:-20, 20:-20] = person.head
    whole = np.ones(paper.shape[:2], np.float32)
    _lay(picture, paper, whole, _affine(SIDE / 2 + 20, scale, 0, middle))


def _body(picture: Floats, x: float, y: float, scale: float, person: Person) -> None:
    """Draw neck and shoulders below a head at ``x``, ``y``, in shares of the picture."""
    left, top = x * WIDTH, y * HEIGHT
    area = np.zeros((HEIGHT, WIDTH), np.uint8)
    neck = (round(left), round(top + 90 * scale))
    shade = tuple(0.8 * c for c in person.skin)
    size = (round(44 * scale), round(70 * scale))
    cv2.ellipse(area, neck, size, 0, 0, 360, 255, -1, cv2.LINE_AA)
    _tint(picture, area, shade)
    area[:] = 0
    chest = (round(left), round(top + 290 * scale))
    size = (round(190 * scale), round(175 * scale))
    cv2.ellipse(area, chest, size, 0, 0, 360, 255, -1, cv2.LINE_AA)
    half = round(190 * scale)
    cv2.rectangle(area, (chest[0] - half, chest[1]), (chest[0] + half, HEIGHT), 255, -1)
    _tint(picture, area, CLOTHES[sum(map(ord, person.id)) % len(CLOTHES)])


def _tint(picture: Floats, area: NDArray[np.uint8], colour: tuple[float, ...]) -> None:
    left, top, width, height = cv2.boundingRect(area)
    rows, columns = slice(top, top + height), slice(left, left + width)
    part = area[rows, columns, None].astype(np.float32) / 255
    folds = 1 + 0.08 * np.sin(np.arange(left, left + width, dtype=np.float32) / 17)
    cloth = np.array(colour, np.float32) * folds[None, :, None]
    picture[rows, columns] = picture[rows, columns] * (1 - part) + cloth * part


def _affine(half: float, scale: float, roll: float, middle: tuple[float, float]) -> Floats:
    """Return the matrix from a square picture to the frame.

    ``roll``: degrees, to the person's left shoulder.
    """
    matrix = np.asarray(cv2.getRotationMatrix2D((half, half), -roll, scale), np.float64)
    matrix[:, 2] += np.array(middle) - half
    return np.asarray(matrix, np.float32)


def _lay(picture: Floats, layer: Image, matte: Floats, matrix: Floats) -> None:
    """Draw a square picture into the frame, placed by the matrix."""
    shrink = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if shrink < 0.6:
        layer = np.asarray(cv2.GaussianBlur(layer, (0, 0), 0.4 / shrink), np.uint8)
    side = float(layer.shape[0])
    corners = np.array([[0, 0, 1], [side, 0, 1], [0, side, 1], [side, side, 1]]) @ matrix.T
    low = np.clip(corners.min(0), 0, (WIDTH - 1, HEIGHT - 1)).astype(int)
    high = np.clip(corners.max(0) + 1, 1, (WIDTH, HEIGHT)).astype(int)
    moved = matrix - np.array([[0, 0, low[0]], [0, 0, low[1]]], np.float32)
    size = (int(high[0] - low[0]), int(high[1] - low[1]))
    if min(size) <= 0:
        return
    colours = cv2.warpAffine(layer, moved, size, borderMode=cv2.BORDER_REPLICATE)
    part = cv2.warpAffine(matte, moved, size)[..., None]
    rows, columns = slice(low[1], high[1]), slice(low[0], high[0])
    picture[rows, columns] = picture[rows, columns] * (1 - part) + colours * part
