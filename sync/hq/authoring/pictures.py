"""Pictures of items: checked, converted to formats that browsers show, named by their content."""

import io
import re
import warnings
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from PIL import ExifTags, Image, ImageOps
from sqlalchemy import Connection, select

from kiosk.exam.items.markup import PICTURE_NAME
from sync.hq.context import HqContext
from sync.hq.errors import HqError, NotFound
from sync.hq.persistence import tables
from sync.hq.persistence.database import insert_new
from sync.hq.problems import Phrase
from sync.wire.canonical import digest
from sync.wire.jpeg import CostlyJpeg, NoJpeg, read_jpeg_header

MAX_BYTES = 1_500_000
"""Largest picture in bytes; exam packages accept none that is larger."""
MAX_SIDE = 6000
"""Largest width or height in pixels."""
MAX_PIXELS = 16_000_000
"""Most pixels: candidates' browsers must decode them, which takes about a second at this size."""

_NAME_LENGTH = 32
_PHONE = "MPO"  # several pictures in a JPEG; the first is the one that is shown
_KEPT = {"PNG": "png", "JPEG": "jpg", _PHONE: "jpg"}
_QUALITY = 95
_OPENED = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")
_SHOWN = re.compile(rf"(!\[[^\]\n]*\]\()({PICTURE_NAME})(\))")
_ACTIVE = ("script", "foreignObject", "iframe", "object", "embed", "use", "image", "set", "animate")


class PictureUnusable(HqError):
    """Not a picture that a paper can show; ``reason`` says why."""

    code = "hq_picture_unusable"
    message = "The picture cannot be used: %(reason)s."


class Collected:
    """The checked pictures of one file, by their new names."""

    def __init__(self) -> None:
        self.pictures: dict[str, bytes] = {}

    def add(self, data: bytes) -> str:
        """Add a picture and return its name.

        Raises:
            PictureUnusable: it cannot be shown.
        """
        name, usable = checked(data)
        self.pictures[name] = usable
        return name


class Pictures:
    """The pictures of the item bank."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def put(self, connection: Connection, pictures: Mapping[str, bytes]) -> None:
        """Store pictures under the names that :func:`checked` returned."""
        now = self._context.clock.now()
        for name, data in pictures.items():
            sha256 = self._context.blobs.put(data)
            insert_new(connection, tables.pictures, name=name, sha256=sha256, added_at=now)

    def get(self, name: str) -> bytes:
        """Return a picture's bytes.

        Raises:
            NotFound: it does not exist.
        """
        query = select(tables.pictures.c.sha256).where(tables.pictures.c.name == name)
        with self._context.database.read() as connection:
            sha256 = connection.execute(query).scalar_one_or_none()
        if sha256 is None:
            raise NotFound(what="picture")
        return self._context.blobs.get(sha256)

    def names(self) -> frozenset[str]:
        """Return the names of all stored pictures."""
        with self._context.database.read() as connection:
            return frozenset(connection.execute(select(tables.pictures.c.name)).scalars())


def media_type(name: str) -> str:
    """Return the media type for a picture's name."""
    return {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}[name.split(".")[-1]]


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Replace picture names in a text; names not in ``names`` stay."""
    return _SHOWN.sub(lambda m: f"{m[1]}{names.get(m[2], m[2])}{m[3]}", text)


def checked(data: bytes) -> tuple[str, bytes]:
    """Return the name and the bytes under which a picture is stored.

    PNG, JPEG and SVG are not changed, unless they lie on their side or have the colours of
    print; other kinds are converted to PNG.

    Raises:
        PictureUnusable: it cannot be shown.
    """
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:5].startswith((b"<svg", b"<?xml", b"<!--", b"<!DOC")):
        _check_svg(data)
        kind = "svg"
    else:
        kind, data = _raster(data)
    if len(data) > MAX_BYTES:
        raise PictureUnusable(reason=_too_large(len(data)))
    return f"{digest(data)[:_NAME_LENGTH]}.{kind}", data


def _raster(data: bytes) -> tuple[str, bytes]:
    try:
        read_jpeg_header(data)
    except NoJpeg:
        pass  # Pillow identifies the other formats
    except CostlyJpeg as error:
        raise PictureUnusable(reason=Phrase("it would take too long to decode")) from error
    except ValueError as error:
        raise PictureUnusable(reason=Phrase("the JPEG is damaged or of an unusual kind")) from error
    try:
        with warnings.catch_warnings():
            # Pillow only warns about moderately oversized pictures; here they must fail.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_OPENED) as picture:
                return _decoded(picture, data)
    except PictureUnusable:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as error:
        reason = Phrase("it is no complete PNG, JPEG, SVG, GIF, BMP or WebP")
        raise PictureUnusable(reason=reason) from error


def _decoded(picture: Any, data: bytes) -> tuple[str, bytes]:
    if max(picture.size) > MAX_SIDE or picture.width * picture.height > MAX_PIXELS:
        size = {"width": picture.width, "height": picture.height}
        raise PictureUnusable(reason=Phrase("it has %(width)s × %(height)s pixels", size))
    if getattr(picture, "is_animated", False) and picture.format != _PHONE:
        raise PictureUnusable(reason=Phrase("it moves"))
    picture.load()
    kind = _KEPT.get(picture.format)
    upright = picture.getexif().get(ExifTags.Base.Orientation, 1) == 1
    if kind and upright and picture.mode != "CMYK":
        return kind, data
    shown = ImageOps.exif_transpose(picture)
    converted = io.BytesIO()
    if kind == "jpg":
        colours = shown if shown.mode == "L" else shown.convert("RGB")
        colours.save(converted, "JPEG", quality=_QUALITY)
        return kind, converted.getvalue()
    if shown.mode.startswith("I;16"):
        shown = shown.point(lambda value: value / 256, "L")
    # "optimize" takes half a minute for the largest.
    shown.convert("RGBA").save(converted, "PNG")
    return "png", converted.getvalue()


def _check_svg(data: bytes) -> None:
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise PictureUnusable(reason=Phrase("the SVG is not well-formed")) from error
    if _local(root.tag) != "svg":
        raise PictureUnusable(reason=Phrase("it is XML, but no SVG"))
    for element in root.iter():
        _check_svg_element(element)


def _check_svg_element(element: Element) -> None:
    """Allow only elements that draw: nothing active, animated, or loaded from elsewhere."""
    if _local(element.tag) in _ACTIVE:
        raise PictureUnusable(reason=_svg_has(f"<{_local(element.tag)}>"))
    for name, value in element.attrib.items():
        if _local(name).lower().startswith("on"):
            raise PictureUnusable(reason=_svg_has(_local(name)))
        fetches = "url(" in value and "url(#" not in value
        if fetches or (_local(name) == "href" and not value.startswith("#")):
            raise PictureUnusable(reason=Phrase("the SVG fetches something from elsewhere"))


def _too_large(size: int) -> Phrase:
    return Phrase("it has %(size)s bytes, at most %(limit)s", {"size": size, "limit": MAX_BYTES})


def _svg_has(name: str) -> Phrase:
    return Phrase("the SVG contains %(name)s", {"name": name})


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
