"""Decoding untrusted pictures. The cost of decoding is bounded before it begins."""

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.errors import BrokenPicture, NotAJpeg, PictureTooCostly, PictureTooLarge
from sync.wire.jpeg import BrokenJpeg, CostlyJpeg, NoJpeg, read_jpeg_header

Image = NDArray[np.uint8]
"""A picture as (height, width, 3), blue-green-red."""

MAX_BYTES = 512 * 1024
MAX_PIXELS = 1920 * 1080

MAX_PORTRAIT_BYTES = 4 * 1024 * 1024
MAX_PORTRAIT_PIXELS = 4096 * 4096

NARROWEST = 8
"""Greatest ratio of the longer to the shorter side; no camera's picture exceeds it."""


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Return width and height from a JPEG's header, without decoding the picture.

    Raises:
        NotAJpeg: the bytes are another kind of file.
        BrokenPicture: the header is damaged.
        PictureTooCostly: the picture has too many scans or segments.
    """
    try:
        header = read_jpeg_header(data)
    except NoJpeg as error:
        raise NotAJpeg() from error
    except CostlyJpeg as error:
        raise PictureTooCostly() from error
    except BrokenJpeg as error:
        raise BrokenPicture() from error
    return header.width, header.height


def check_jpeg(data: bytes, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> None:
    """Reject a picture that must not be decoded, without decoding it.

    Raises:
        NotAJpeg: the bytes are another kind of file.
        PictureTooLarge: the picture has too many bytes or pixels.
        PictureTooCostly: the picture has too many scans or segments.
        BrokenPicture: the header is damaged, or the shape is not that of a camera's picture.
    """
    if len(data) > max_bytes:
        raise PictureTooLarge(limit=f"{max_bytes // 1024} KiB")
    # A few bytes can declare a huge picture, so the header is checked before any pixel is
    # decoded.
    width, height = jpeg_size(data)
    if width * height > max_pixels:
        raise PictureTooLarge(limit=f"{max_pixels} pixels")
    if min(width, height) < 16 or max(width, height) > NARROWEST * min(width, height):
        raise BrokenPicture()


def decode_jpeg(data: bytes, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> Image:
    """Return the decoded picture in blue-green-red.

    Raises:
        PictureRefused: :func:`check_jpeg` rejects the picture, or it cannot be decoded.
    """
    check_jpeg(data, max_bytes, max_pixels)
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise BrokenPicture()
    return np.asarray(image, np.uint8)


def jpeg(image: Image, quality: int = 80) -> bytes:
    """Return the picture encoded as JPEG."""
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()
