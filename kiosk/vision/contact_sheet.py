"""A contact sheet: many small pictures in chronological order, for review."""

from collections.abc import Sequence

import cv2
import numpy as np

from kiosk.vision.images import Image

COLUMNS, WIDTH, HEIGHT, CAPTION = 4, 320, 240, 22
PAPER, INK = 245, (40, 40, 40)


def contact_sheet(pictures: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a JPEG of captioned pictures, four per row.

    ``pictures``: at least one caption with its JPEG.
    """
    rows = -(-len(pictures) // COLUMNS)
    columns = min(COLUMNS, len(pictures))
    sheet = np.full((rows * (HEIGHT + CAPTION), columns * WIDTH, 3), PAPER, np.uint8)
    for number, (caption, jpeg) in enumerate(pictures):
        top, left = number // COLUMNS * (HEIGHT + CAPTION), number % COLUMNS * WIDTH
        _place(sheet[top : top + HEIGHT + CAPTION, left : left + WIDTH], caption, jpeg)
    _, data = cv2.imencode(".jpg", sheet, [cv2.IMWRITE_JPEG_QUALITY, 60])
    return data.tobytes()


def _place(cell: Image, caption: str, jpeg: bytes) -> None:
    cv2.putText(cell, caption, (6, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.5, INK, 1, cv2.LINE_AA)
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if picture is not None:
        cell[CAPTION:] = cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
