"""Pictures as small as paper needs them."""

import io

from PIL import Image

from sync.wire.jpeg import BrokenJpeg, CostlyJpeg, NoJpeg, read_jpeg_header

PORTRAIT = 197, 276
"""Pixels of a portrait: 25 by 35 millimetres at 200 dots per inch."""

EVIDENCE = 457, 343
"""Pixels of a picture of an incident: 58 by 43.5 millimetres at 200 dots per inch."""

MOST_PIXELS = 40_000_000
"""Larger pictures are not decoded."""


def shrunk(jpeg: bytes, pixels: tuple[int, int]) -> bytes | None:
    """Return a picture as a JPEG of at most that size; None for one that cannot be read."""
    try:
        header = read_jpeg_header(jpeg)
        if header.width * header.height > MOST_PIXELS:
            return None
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
            picture.draft("RGB", pixels)
            small = picture.convert("RGB")
            small.thumbnail(pixels)
            file = io.BytesIO()
            small.save(file, "JPEG", quality=82)
            return file.getvalue()
    except (NoJpeg, BrokenJpeg, CostlyJpeg, OSError, ValueError):
        return None
