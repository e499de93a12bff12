"""The cost of decoding a JPEG, read from its markers without decoding it.

A JPEG of half a megabyte can contain tens of thousands of scans, and a decoder passes over the
whole picture for each: tens of seconds. Markers: ITU-T T.81, annex B.
"""

import re
from dataclasses import dataclass

MAX_SCANS = 32
"""Encoders write 1 to 4 scans, or 6 to 20 for a progressive picture."""

MAX_SEGMENTS = 512
"""Tables and metadata: a camera writes fewer than 40, a colour profile at most 255."""

_SOI = b"\xff\xd8\xff"
_EOI, _SOS = 0xD9, 0xDA
_FRAMES = range(0xC0, 0xD0)
_NO_FRAMES = frozenset({0xC4, 0xC8, 0xCC})
_DECODED_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive; cameras never write the lossless and arithmetic ones."""

_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""As decoders find it: stuffed bytes, fill bytes and restart markers are skipped."""


class NoJpeg(ValueError):
    """The file is of another kind."""


class BrokenJpeg(ValueError):
    """A JPEG whose markers contradict each other, or of a kind that no camera writes."""


class CostlyJpeg(ValueError):
    """A JPEG with more scans or segments than a picture needs."""


@dataclass(frozen=True)
class JpegHeader:
    """Size in pixels, and how many scans and segments follow."""

    width: int
    height: int
    scans: int
    segments: int


def read_jpeg_header(data: bytes) -> JpegHeader:
    """Walk all markers. The time depends on the number of bytes only, not on what they claim.

    Raises:
        NoJpeg: the file does not begin like a JPEG.
        BrokenJpeg: the markers contradict each other.
        CostlyJpeg: there are too many scans or segments.
    """
    if not data.startswith(_SOI):
        raise NoJpeg("it does not begin like a JPEG")
    size: tuple[int, int] | None = None
    scans = segments = 0
    at = _marker(data, 2, inside=False)
    while at is not None and data[at + 1] != _EOI:
        marker = data[at + 1]
        segments += 1
        if marker in _FRAMES and marker not in _NO_FRAMES:
            size = _size(data, at, size)
        scans += marker == _SOS
        if scans > MAX_SCANS or segments > MAX_SEGMENTS + MAX_SCANS:
            raise CostlyJpeg(f"more than {MAX_SCANS} scans or {MAX_SEGMENTS} segments")
        at = _marker(data, at + _length(data, at), inside=scans > 0)
    if size is None:
        raise BrokenJpeg("no picture in it")
    return JpegHeader(*size, scans, segments)


def _marker(data: bytes, at: int, *, inside: bool) -> int | None:
    """Return the position of the next marker; ``inside``: coded data may precede it."""
    found = _NEXT_MARKER.search(data, at)
    if found is None:
        return None
    if not inside and data[at : found.start()].strip(b"\xff"):
        raise BrokenJpeg("bytes between two segments")
    return found.start()


def _size(data: bytes, at: int, known: tuple[int, int] | None) -> tuple[int, int]:
    if known is not None or data[at + 1] not in _DECODED_FRAMES or at + 9 > len(data):
        raise BrokenJpeg("a second frame, or a kind that no camera writes")
    height = int.from_bytes(data[at + 5 : at + 7], "big")
    return int.from_bytes(data[at + 7 : at + 9], "big"), height


def _length(data: bytes, at: int) -> int:
    if data[at + 1] in _WITHOUT_LENGTH:
        return 2
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    if length < 2:
        raise BrokenJpeg("a segment without a length")
    return 2 + length
