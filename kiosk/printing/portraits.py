"""Portraits as small as a desk label needs them."""

import io

from PIL import Image

from sync.wire.jpeg import BrokenJpeg, CostlyJpeg, NoJpeg, read_jpeg_header

PIXELS = 197, 276
"""Largest size: 25 by 35 millimetres at 200 dots per inch."""

MOST_PIXELS = 40_000_000
"""Larger pictures are not decoded."""


def shrunk(jpeg: bytes) -> bytes | None:
    """Return a portrait as a small JPEG; None for one that cannot be read."""
    try:
        header = read_jpeg_header(jpeg)
        if header.width * header.height > MOST_PIXELS:
            return None
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
            picture.draft("RGB", PIXELS)
            small = picture.convert("RGB")
            small.thumbnail(PIXELS)
            file = io.BytesIO()
            small.save(file, "JPEG", quality=82)
            return file.getvalue()
    except (NoJpeg, BrokenJpeg, CostlyJpeg, OSError, ValueError):
        return None
