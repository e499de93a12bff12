"""Widths of characters and line breaks, kept from one certificate to the next of a batch.

Most texts are the same on all of them, and so are most characters.
"""

from collections.abc import Sequence
from functools import lru_cache

from fpdf import FPDF

from kiosk.printing.lines import break_lines
from sync.hq.certificates.fonts import FontFiles

_MEASURED = 100
_MOST = 5000
"""Broken texts that are kept; names are different on each certificate."""


class Metrics:
    """What was measured of two fonts."""

    def __init__(self) -> None:
        self._widths: dict[str, dict[str, float]] = {"text": {}, "title": {}}
        self._broken: dict[tuple[str, str, float], Sequence[str]] = {}

    def broken(self, pdf: FPDF, text: str, font: str, room: float) -> Sequence[str]:
        """Return the lines of a text; ``room``: width of a line at a size of one point."""
        key = (text, font, room)
        if key not in self._broken:
            if len(self._broken) >= _MOST:
                self._broken.clear()
            self._measure(pdf, text, font)
            widths = self._widths[font]
            self._broken[key] = break_lines(
                text, room, lambda part: sum(widths[character] for character in part)
            )
        return self._broken[key]

    def _measure(self, pdf: FPDF, text: str, font: str) -> None:
        widths = self._widths[font]
        unknown = set(text) - widths.keys()
        if unknown:
            pdf.set_font(font, size=_MEASURED)
        for character in unknown:
            widths[character] = pdf.get_string_width(character) / _MEASURED


@lru_cache(maxsize=2)
def metrics_of(_fonts: FontFiles) -> Metrics:
    """Return what is known of these files; another batch has files of its own."""
    return Metrics()
