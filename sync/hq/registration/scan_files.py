"""Scans as they are stored: pictures decoded and encoded again, PDF files as they are (R9).

A PDF is never interpreted here: it is checked for its beginning and end, stored sealed, and only
ever handed out as a download.
"""

from dataclasses import dataclass, field

from sync.hq.problems import Phrase
from sync.hq.registration.portrait_pictures import (
    MAX_FILE,
    SUFFIXES,
    PortraitUnusable,
    is_picture,
    normalised,
)

JPEG, PDF = "jpeg", "pdf"
MAX_PDF = 20 << 20
"""Largest PDF file, in bytes."""
MAX_PICTURE = 3 << 20
"""Largest stored picture, in bytes."""
MAX_SIDE = 2600
"""Largest width or height of a stored picture: A4 at 220 dots an inch."""
ENDINGS = (*SUFFIXES, ".pdf")
"""What names of scans end with, in any case."""

_HEAD, _TAIL = 1024, 2048
"""Where a PDF file begins and ends, as readers look for it."""


class ScanUnusable(Exception):
    """A file that cannot be stored as a scan; ``reason`` says why."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class ScanFile:
    """A scan to be stored; ``kind`` is ``jpeg`` or ``pdf``."""

    kind: str
    data: bytes = field(repr=False)


def read_scan(data: bytes) -> ScanFile:
    """Return a file as it is stored.

    Raises:
        ScanUnusable: it is neither a picture nor a PDF file, damaged, or too large.
    """
    if b"%PDF-" in data[:_HEAD]:
        return _pdf(data)
    if not is_picture(data[:16]):
        raise ScanUnusable(Phrase("it is neither a picture (JPEG, PNG, WebP, HEIC) nor a PDF"))
    try:
        return ScanFile(JPEG, normalised(data, MAX_SIDE, MAX_PICTURE))
    except PortraitUnusable as error:
        raise ScanUnusable(error.reason) from error


def require_size(size: int) -> None:
    """Refuse a file before it is read.

    Raises:
        ScanUnusable: no scan is that large.
    """
    if size > (most := max(MAX_FILE, MAX_PDF)):
        sizes = {"size": size, "limit": most}
        raise ScanUnusable(Phrase("it has %(size)s bytes, at most %(limit)s", sizes))


def _pdf(data: bytes) -> ScanFile:
    if len(data) > MAX_PDF:
        sizes = {"size": len(data), "limit": MAX_PDF}
        raise ScanUnusable(Phrase("it has %(size)s bytes, at most %(limit)s", sizes))
    if b"%%EOF" not in data[-_TAIL:]:
        raise ScanUnusable(Phrase("the PDF is incomplete"))
    return ScanFile(PDF, data)
