"""What a head wears or shows, drawn into its picture so that it turns with the head."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.bench.proctoring.people import SIDE, Colour, Matte, Person
from kiosk.vision.images import Image

Random = np.random.Generator
Floats = NDArray[np.float32]
Dressed = tuple[Image, Matte]

MASK = ((92, 152), (126, 146), (160, 140), (194, 146), (228, 152), (222, 212), (196, 248),
        (160, 262), (124, 248), (98, 212))  # fmt: skip
SCARF = ((66, 176), (110, 168), (160, 160), (210, 168), (254, 176), (262, 319), (58, 319))
STRAND = ((78, 52), (118, 44), (112, 100), (116, 170), (122, 240), (112, 300), (76, 300), (70, 150))
COLOURS: dict[str, Colour] = {
    "mask_blue": (196, 168, 122), "mask_white": (226, 226, 222), "mask_black": (42, 40, 40),
    "scarf": (52, 44, 128), "headscarf": (128, 106, 92),
}  # fmt: skip


def dress(person: Person, props: tuple[str, ...], random: Random) -> Dressed:
    """Return the head with everything on it."""
    head, matte = person.head.copy(), person.matte.copy()
    for prop in props:
        if prop in WORN:
            head, matte = WORN[prop](head, matte, person, random)
    return head, matte


def yawning(head: Image, amount: float) -> Image:
    """Open the mouth and lower the jaw."""
    if amount <= 0.05:
        return head
    rows, columns = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    inner = np.clip(1 - np.abs(columns - 160) / 90, 0, 1)
    drop = 26 * amount * inner * np.clip((rows - 198) / 30, 0, 1) * np.clip((318 - rows) / 40, 0, 1)
    open_jaw = np.asarray(cv2.remap(head, columns, rows - drop, cv2.INTER_LINEAR), np.uint8)
    middle = (160, round(204 + 12 * amount))
    gap = cv2.ellipse(
        np.zeros((SIDE, SIDE), np.float32), middle, (22, round(5 + 22 * amount)), 0, 0, 360, 1.0, -1
    )
    return _blend(
        open_jaw,
        _image(np.full(head.shape, (38.0, 28.0, 62.0))),
        cv2.GaussianBlur(gap, (0, 0), 1.5),
    )


def sunlit(head: Image, amount: float, edge: float) -> Image:
    """Light the side of the face beyond a slanting edge; ``edge``: -1 to 1 across the face."""
    if amount <= 0.02:
        return head
    rows, columns = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    lit = np.clip((columns - 160 - 80 * edge + 0.35 * (rows - 160)) / 5 + 0.5, 0, 1)
    factor = 1 + 1.1 * amount * lit[..., None]
    return _image(head * factor + 30 * amount * lit[..., None])


def _mask(colour: Colour) -> Callable[[Image, Matte, Person, Random], Dressed]:
    def put_on(head: Image, matte: Matte, _person: Person, random: Random) -> Dressed:
        cloth = _cloth(colour, random)
        for row in (178, 200, 222):
            cv2.line(cloth, (96, row), (224, row), tuple(0.82 * c for c in colour), 2)
        for ear in ((92, 152, 74, 140), (228, 152, 246, 140)):
            cv2.line(head, ear[:2], ear[2:], colour, 3, cv2.LINE_AA)
        area = _area(MASK)
        return _blend(head, cloth, area), np.maximum(matte, area)

    return put_on


def _scarf(head: Image, matte: Matte, _person: Person, random: Random) -> Dressed:
    area = _area(SCARF)
    knit = _cloth(COLOURS["scarf"], random).astype(np.float32)
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    knit += 10 * np.sin(rows / 1.6 + 2 * np.sin(columns / 4))[..., None]
    return _blend(head, _image(knit), area), np.maximum(matte, area)


def _headscarf(head: Image, matte: Matte, _person: Person, random: Random) -> Dressed:
    """Draw a scarf round the face, which leaves it free from the brows to the chin."""
    around = cv2.ellipse(
        np.zeros((SIDE, SIDE), np.float32), (160, 160), (112, 146), 0, 0, 360, 1.0, -1
    )
    cv2.rectangle(around, (78, 250), (242, 319), 1.0, -1)
    cv2.ellipse(around, (160, 176), (74, 84), 0, 0, 360, 0.0, -1)
    area = np.asarray(cv2.GaussianBlur(around, (0, 0), 1.5), np.float32)
    return _blend(head, _cloth(COLOURS["headscarf"], random), area), np.maximum(matte, area)


def _long_hair(head: Image, matte: Matte, person: Person, _random: Random) -> Dressed:
    """Draw strands over one cheek."""
    area = _area(STRAND)
    streaks = np.random.default_rng(5).normal(0, 14, (1, SIDE)).astype(np.float32)
    hair = np.array(person.hair) + streaks[..., None].repeat(SIDE, 0)
    return _blend(head, _image(hair), area), np.maximum(matte, area)


def _glasses(head: Image, matte: Matte, _person: Person, random: Random) -> Dressed:
    """Draw frames, and reflections of a window or a screen that move with every frame."""
    shine = np.zeros((SIDE, SIDE), np.float32)
    for eye in ((129, 131), (191, 131)):
        at = np.array(eye) + random.integers(-10, 11, 2)
        size = random.integers(8, 20, 2)
        corners = np.array([[-1, -1], [0.7, -1.2], [1, 0.9], [-0.8, 1]]) * size + at
        lens = cv2.ellipse(np.zeros_like(shine), eye, (25, 20), 0, 0, 360, 1.0, -1)
        white = cv2.fillConvexPoly(np.zeros_like(shine), corners.astype(np.int32), 1.0)
        shine += lens * white * random.uniform(0.3, 0.9)
        cv2.ellipse(head, eye, (26, 21), 0, 0, 360, (40, 36, 34), 3, cv2.LINE_AA)
    cv2.line(head, (155, 128), (165, 128), (40, 36, 34), 3, cv2.LINE_AA)
    cv2.line(head, (103, 128), (80, 124), (40, 36, 34), 3, cv2.LINE_AA)
    cv2.line(head, (217, 128), (240, 124), (40, 36, 34), 3, cv2.LINE_AA)
    white = _image(np.full(head.shape, (250.0, 246.0, 240.0)))
    return _blend(head, white, cv2.GaussianBlur(shine, (0, 0), 1.0)), matte


WORN: dict[str, Callable[[Image, Matte, Person, Random], Dressed]] = {
    **{name: _mask(COLOURS[name]) for name in ("mask_blue", "mask_white", "mask_black")},
    "scarf": _scarf,
    "headscarf": _headscarf,
    "long_hair": _long_hair,
    "glasses": _glasses,
}


def _cloth(colour: Colour, random: Random) -> Image:
    """Return cloth over a round shape, lit from the front and above."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    shade = 1.04 - 0.3 * ((columns - 160) / 90) ** 2 - 0.12 * (rows - 180) / 80
    cloth = np.array(colour) * shade[..., None] + random.normal(0, 3, (SIDE, SIDE, 1))
    return _image(cloth)


def _area(corners: tuple[tuple[int, int], ...]) -> Floats:
    area = cv2.fillPoly(np.zeros((SIDE, SIDE), np.float32), [np.array(corners, np.int32)], 1.0)
    return np.asarray(cv2.GaussianBlur(area, (0, 0), 1.5), np.float32)


def _blend(under: Image, over: Image, area: NDArray[np.generic]) -> Image:
    part = np.asarray(area, np.float32)[..., None]
    return _image(under * (1 - part) + over * part)


def _image(values: NDArray[np.generic]) -> Image:
    return np.asarray(np.clip(values, 0, 255), np.uint8)
