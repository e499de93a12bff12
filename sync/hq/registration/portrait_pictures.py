"""Portraits as they are stored: upright JPEG of a bounded size, and nothing but the picture.

Applicants send what their phones write: turned by a tag, in HEIC, with the place where it was
taken. Everything is decoded and encoded again, one picture at a time. What says where and when a
picture was taken is left out.
"""

import io
import struct
import threading
import warnings
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

from PIL import ExifTags, Image, ImageCms

from sync.hq.problems import Phrase
from sync.wire.jpeg import CostlyJpeg, NoJpeg, read_jpeg_header

MAX_PORTRAIT = 512 * 1024
"""Largest stored portrait, in bytes; packages carry none that is larger."""
MAX_FILE = 32 << 20
"""Largest file that is decoded, in bytes."""
MAX_PIXELS = 50_400_000
"""Most pixels of a file, as phones take at most without enlarging."""
MAX_SIDE = 1200
"""Largest width or height of a stored portrait; larger ones are scaled down."""

SUFFIXES = (
    ".jpg", ".jpeg", ".jfif", ".jpe", ".png", ".webp", ".heic", ".heif", ".hif", ".bmp", ".gif",
    ".tif", ".tiff",
)  # fmt: skip
"""What names of pictures end with, in any case."""

_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG", b"BM", b"GIF8", b"II*\0", b"MM\0*")
_QUALITY = 92
_BROKEN = (
    OSError, ValueError, SyntaxError, KeyError, TypeError, IndexError, OverflowError, EOFError,
    MemoryError, struct.error,
)  # fmt: skip
"""What Pillow's readers raise for damaged files."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By the orientation of Exif. Pillow's own function writes the metadata again, which may fail."""
_at_once = threading.Lock()
"""Decoding needs up to half a gigabyte: two uploads at a time must not need twice as much."""


class PortraitUnusable(Exception):
    """Not a picture that can be a portrait; ``reason`` says why."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


def normalised(data: bytes, side: int = MAX_SIDE, most: int = MAX_PORTRAIT) -> bytes:
    """Return a picture as it is stored: at most ``side`` pixels a side and ``most`` bytes.

    Raises:
        PortraitUnusable: it is no picture, damaged, or too large or costly to decode.
    """
    if len(data) > MAX_FILE:
        raise too_large(len(data))
    formats = _formats(data)
    try:
        with _at_once, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata; the size is checked here
            with Image.open(io.BytesIO(data), formats=formats) as picture:
                return _encoded(_upright(picture, side), most)
    except Image.DecompressionBombError as error:
        raise PortraitUnusable(Phrase("it has too many pixels")) from error
    except _BROKEN as error:
        raise PortraitUnusable(Phrase("it is no complete JPEG, PNG, WebP or HEIC")) from error


def upright(jpeg: bytes) -> bytes:
    """Return a stored portrait without metadata; earlier versions stored files as they were."""
    if b"Exif\0" not in jpeg[: 1 << 16]:
        return jpeg
    with suppress(PortraitUnusable):
        return normalised(jpeg)
    return jpeg


def is_picture(beginning: bytes) -> bool:
    """Return whether a file begins like a picture; its first 16 bytes are enough."""
    is_webp = beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP"
    return beginning.startswith(_BEGINNINGS) or is_webp or _is_heic(beginning)


def too_large(size: int) -> PortraitUnusable:
    """Return the error for a file of ``size`` bytes."""
    return PortraitUnusable(
        Phrase("it has %(size)s bytes, at most %(limit)s", {"size": size, "limit": MAX_FILE})
    )


def _formats(data: bytes) -> tuple[str, ...]:
    """Return the formats that may be tried, by what the file contains."""
    if _is_heic(data):
        return _heic()
    try:
        read_jpeg_header(data)
    except NoJpeg:
        return _FORMATS
    except CostlyJpeg as error:
        raise PortraitUnusable(Phrase("it would take too long to decode")) from error
    except ValueError as error:
        raise PortraitUnusable(Phrase("the JPEG is damaged or of an unusual kind")) from error
    return ("JPEG",)


def _is_heic(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS


def _heic() -> tuple[str, ...]:
    if find_spec("pillow_heif") is None:
        reason = Phrase("it is HEIC, which this headquarters does not read; save it as JPEG")
        raise PortraitUnusable(reason)
    import pillow_heif

    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener(thumbnails=False)
    return ("HEIF",)


def _upright(picture: Any, side: int) -> Any:
    """Return the picture as people see it: turned, at most ``side``, in sRGB on white."""
    if picture.width * picture.height > MAX_PIXELS:
        size = {"width": picture.width, "height": picture.height}
        raise PortraitUnusable(Phrase("it has %(width)s × %(height)s pixels", size))
    profile = picture.info.get("icc_profile")
    turn = _turn(picture)
    shown = _eight_bits(picture)
    shown.thumbnail((side, side), reducing_gap=2.0)
    # Scaled down before it is turned, which needs a second copy in memory.
    turned = shown if turn is None else shown.transpose(turn)
    return _on_white(_srgb(turned, profile))


def _turn(picture: Any) -> Image.Transpose | None:
    """Return how to turn a picture that a phone stored as it was held; None if it is upright."""
    if picture.format == "TIFF":
        return None  # Pillow turns it when it loads it
    with suppress(*_BROKEN):  # a picture with broken metadata can be shown nevertheless
        return _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation))
    return None


def _eight_bits(picture: Any) -> Any:
    """Return the picture with eight bits a channel and no palette."""
    if picture.mode.startswith("I;16"):
        return picture.point(lambda value: value / 256, "L")
    if picture.mode in ("P", "PA"):
        return picture.convert("RGBA")
    return picture.convert("L") if picture.mode in ("1", "I", "F") else picture


def _srgb(picture: Any, profile: bytes | None) -> Any:
    """Convert colours of print and of phones' screens, which browsers and checks do not know."""
    if not profile or picture.mode not in ("RGB", "CMYK"):
        return picture
    with suppress(ImageCms.PyCMSError, OSError):
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" not in ImageCms.getProfileDescription(given):
            target = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(picture, given, target, outputMode="RGB")
    return picture


def _on_white(picture: Any) -> Any:
    if picture.mode not in ("RGBA", "LA"):
        return picture.convert("RGB")
    coloured = picture.convert("RGBA")
    white = Image.new("RGB", picture.size, "white")
    white.paste(coloured, mask=coloured)
    return white


def _encoded(picture: Any, most: int) -> bytes:
    """Return a picture as JPEG without metadata."""
    picture.info.clear()  # comments in it would be written, too
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY)
    while buffer.tell() > most:
        picture = picture.reduce(2)
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
