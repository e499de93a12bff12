"""Decoding pictures that strangers send: sizes are read from the header before decoding."""

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.errors import BrokenPicture, NotAJpeg, PictureTooLarge

Image = NDArray[np.uint8]
"""A picture as (height, width, 3), blue-green-red."""

MAX_BYTES = 512 * 1024
MAX_PIXELS = 1920 * 1080

MAX_PORTRAIT_BYTES = 4 * 1024 * 1024
MAX_PORTRAIT_PIXELS = 4096 * 4096

NARROWEST = 8
"""No camera's picture is so many times longer than wide."""

_FRAME_HEADERS = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive JPEG; the rest is lossless or arithmetic and never camera."""

_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height from a JPEG's header; raises NotAJpeg or BrokenPicture."""
    if not data.startswith(b"\xff\xd8\xff"):
        raise NotAJpeg()
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            raise BrokenPicture()
        marker = data[at + 1]
        if marker in _FRAME_HEADERS:
            height = int.from_bytes(data[at + 5 : at + 7], "big")
            return int.from_bytes(data[at + 7 : at + 9], "big"), height
        at += _skip(data, at, marker)
    raise BrokenPicture()


def _skip(data: bytes, at: int, marker: int) -> int:
    if marker == 0xFF:
        return 1  # fill bytes before a marker
    if marker in _WITHOUT_LENGTH:
        return 2
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    if length < 2:
        raise BrokenPicture()
    return 2 + length


def check_jpeg(data: bytes, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> None:
    """Refuse what should not be decoded at all, without decoding it.

    Raises NotAJpeg, PictureTooLarge or BrokenPicture.
    """
    if len(data) > max_bytes:
        raise PictureTooLarge(limit=f"{max_bytes // 1024} KiB")
    width, height = jpeg_size(data)
    if width * height > max_pixels:
        raise PictureTooLarge(limit=f"{max_pixels} pixels")
    if min(width, height) < 16 or max(width, height) > NARROWEST * min(width, height):
        raise BrokenPicture()


def decode_jpeg(data: bytes, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> Image:
    """The picture as blue-green-red; raises NotAJpeg, PictureTooLarge or BrokenPicture."""
    check_jpeg(data, max_bytes, max_pixels)
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise BrokenPicture()
    return np.asarray(image, np.uint8)


def jpeg(image: Image, quality: int = 80) -> bytes:
    """A picture as JPEG."""
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()
