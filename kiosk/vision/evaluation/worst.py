"""The pairs that a pack judges worst, as a list and as a sheet of pictures to review."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from kiosk.vision.contact_sheet import HEIGHT, PAPER, WIDTH, contact_sheet
from kiosk.vision.engine import FaceEngine
from kiosk.vision.evaluation.pairs import Pair
from kiosk.vision.evaluation.trial import Outcome, main_face, read_picture
from kiosk.vision.images import Image, jpeg

SIDE = WIDTH // 2
LINE = 17
MARGIN = 0.35
"""Margin around a face, in widths of its box."""


@dataclass(frozen=True)
class WorstPair:
    """A pair, its similarity, and its pictures' groups ("" without a group)."""

    pair: Pair
    similarity: float
    groups: tuple[str, str]


def worst_pairs(outcome: Outcome, count: int) -> list[WorstPair]:
    """Return the most alike impostor pairs, then the least alike mated pairs, ``count`` of each."""
    order = np.argsort(outcome.scores, kind="stable")
    kept = [index for index in order.tolist() if outcome.compared[index]]
    impostors = [index for index in reversed(kept) if not outcome.mated[index]][:count]
    mated = [index for index in kept if outcome.mated[index]][:count]
    return [_described(outcome, index) for index in (*impostors, *mated)]


def _described(outcome: Outcome, index: int) -> WorstPair:
    pair, group = outcome.material.pairs[index], outcome.material.group
    return WorstPair(pair, float(outcome.scores[index]), (group[pair.one], group[pair.other]))


def draw_sheet(engine: FaceEngine, found: list[WorstPair], *, names: bool) -> bytes:
    """Return a JPEG with both faces of each pair side by side; ``names`` adds the file names."""
    cells = []
    for number, worst in enumerate(found, start=1):
        kind = "one person" if worst.pair.mated else "two people"
        cell = _cell(engine, worst, names=names)
        cells.append((f"{number}. {worst.similarity:.3f}  {kind}", jpeg(cell, 90)))
    return contact_sheet(cells)


def _cell(engine: FaceEngine, worst: WorstPair, *, names: bool) -> Image:
    cell = np.full((HEIGHT, WIDTH, 3), PAPER, np.uint8)
    for left, path in ((0, worst.pair.one), (SIDE, worst.pair.other)):
        cell[:SIDE, left : left + SIDE] = _head(engine, read_picture(path))
    texts = [f"line {worst.pair.line}", *(dict.fromkeys(filter(None, worst.groups)))]
    if names:
        texts = [" · ".join(texts), worst.pair.one.name, worst.pair.other.name]
    return _written(cell, texts[: (HEIGHT - SIDE) // LINE])


def _head(engine: FaceEngine, image: Image) -> Image:
    """Return the face with a margin, or the whole picture without a face, as a square."""
    face = main_face(engine, image)
    if face is not None:
        grow = MARGIN * face.width
        left, top = (max(0, round(edge - grow)) for edge in face.box[:2])
        right, bottom = (max(0, round(edge + grow)) for edge in face.box[2:])
        image = image[top:bottom, left:right]
    square = np.full((SIDE, SIDE, 3), PAPER, np.uint8)
    scale = SIDE / max(image.shape[:2])
    width, height = (max(1, round(side * scale)) for side in (image.shape[1], image.shape[0]))
    left, top = (SIDE - width) // 2, (SIDE - height) // 2
    square[top : top + height, left : left + width] = cv2.resize(
        image, (width, height), interpolation=cv2.INTER_AREA
    )
    return square


def _written(cell: Image, lines: list[str]) -> Image:
    """Return the cell with text under the faces; OpenCV cannot write Chinese."""
    picture = Pillow.fromarray(cell)
    pen = ImageDraw.Draw(picture)
    for number, text in enumerate(lines):
        pen.text((6, SIDE + 4 + number * LINE), text, font=_font(), fill=(40, 40, 40))
    return np.asarray(picture, np.uint8)


@cache
def _font() -> ImageFont.FreeTypeFont:
    from kiosk.vision.evaluation.fonts import font_file  # matplotlib takes a second to import

    return ImageFont.truetype(font_file(), 12)
