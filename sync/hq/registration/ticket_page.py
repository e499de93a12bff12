"""Typesetting of an admission ticket: an A4 page with portrait, barcode, facts and rules."""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from barcode.codex import Code128
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import WrapMode

from kiosk.printing.fonts import font_face
from kiosk.printing.pdf_file import finished

_PORTRAIT = 35.0, 49.0
_LEFT, _RIGHT, _LABEL, _BOTTOM = 20.0, 190.0, 34.0, 284.0
_TOP = 44.0
_BAR, _BARS_HEIGHT = 0.4, 11.0
"""Width of the narrowest bar where there is room, and height of the barcode."""

_SIZES, _LEADING = (9.5, 8.0, 6.5), 0.58
"""Sizes of the rules, in points, and millimetres from line to line for each point."""

Fact = tuple[str, str]
"""A label and its value."""


@dataclass(frozen=True)
class TicketPage:
    """What one page shows, from top to bottom; ``portrait`` is JPEG."""

    title: str
    own: Sequence[Fact]
    admission_no: str
    portrait: bytes | None
    facts: Sequence[Fact]
    rules: Sequence[str]


class TicketTypesetter:
    """Typesets tickets on A4; lengths in millimetres."""

    def __init__(self, font: Path) -> None:
        self._pdf = FPDF(format="A4")
        self._pdf.set_auto_page_break(auto=False)
        number = font_face(font)
        self._pdf.add_font("text", fname=font, collection_font_number=number)
        with TTFont(font, fontNumber=number, lazy=True) as characters:
            self._known = frozenset(characters.getBestCmap())

    def lacking(self, text: str) -> str:
        """Return the characters of a text that the font lacks."""
        unknown = {char for char in text if ord(char) not in self._known}
        return "".join(sorted(unknown - {"\n"}))

    def output(self) -> bytes:
        """Return the PDF and close the font."""
        return finished(self._pdf)

    def add(self, page: TicketPage) -> None:
        """Add one candidate's page."""
        pdf = self._pdf
        pdf.add_page()
        pdf.set_draw_color(120)
        self._heading(20, page.title, 17)
        self._heading(pdf.get_y(), "准考证  Admission ticket", 13)
        top = max(_TOP, pdf.get_y() + 3)
        beside = _RIGHT - _PORTRAIT[0] - 4
        y = self._rows(top, page.own, beside)
        self._barcode(page.admission_no, y, beside)
        self._portrait(page.portrait, top)
        y = max(y + _BARS_HEIGHT, top + _PORTRAIT[1]) + 4
        y = self._rows(y, page.facts, _RIGHT)
        pdf.line(_LEFT, y + 1, _RIGHT, y + 1)
        self._rules(y + 3, page.rules)
        pdf.rect(_LEFT - 6, 14, _RIGHT - _LEFT + 12, pdf.get_y() - 10)

    def _heading(self, y: float, text: str, size: float) -> None:
        self._pdf.set_font("text", size=size)
        self._pdf.set_xy(_LEFT, y)
        self._text(_RIGHT - _LEFT, 9, text, "C")

    def _rows(self, y: float, rows: Sequence[Fact], right: float) -> float:
        pdf = self._pdf
        for label, value in rows:
            pdf.set_xy(_LEFT, y)
            pdf.set_font("text", size=9)
            pdf.set_text_color(90)
            pdf.cell(_LABEL, 7, label)
            pdf.set_text_color(0)
            pdf.set_font("text", size=12)
            pdf.set_xy(_LEFT + _LABEL, y)
            self._text(right - _LEFT - _LABEL, 7, value or "–")
            y = max(y + 8.5, pdf.get_y() + 1.5)
        return y

    def _rules(self, y: float, rules: Sequence[str]) -> None:
        """Set the rules, smaller if a long address has left them little room."""
        pdf = self._pdf
        pdf.set_y(y)
        for size in _SIZES:
            line = size * _LEADING
            pdf.set_font("text", size=size)
            if y + line * self._lines(rules) <= _BOTTOM:
                break
        for rule in rules:
            pdf.set_x(_LEFT)
            self._text(_RIGHT - _LEFT, line, rule)

    def _text(self, width: float, line: float, text: str, align: str = "L") -> None:
        """Set a text over as many lines as it needs."""
        # Chinese has no blanks between words: lines may end anywhere.
        wrap = WrapMode.CHAR if any(char > "\u2e80" for char in text) else WrapMode.WORD
        self._pdf.multi_cell(
            width, line, text, align=align, new_x="LMARGIN", new_y="NEXT", wrapmode=wrap
        )

    def _lines(self, texts: Sequence[str]) -> int:
        """Return how many lines texts need; lines that break at a word are a little shorter."""
        width = 0.95 * (_RIGHT - _LEFT)
        return sum(math.ceil(self._pdf.get_string_width(text) / width) for text in texts)

    def _portrait(self, jpeg: bytes | None, y: float) -> None:
        width, height = _PORTRAIT
        x = _RIGHT - width
        if jpeg is not None:
            picture = io.BytesIO(jpeg)
            self._pdf.image(picture, x, y, width, height, keep_aspect_ratio=True)
        else:
            self._pdf.rect(x, y, width, height)

    def _barcode(self, number: str, y: float, right: float) -> None:
        """Draw the number as Code 128, which scanners at the door read."""
        if not number.isascii():
            return
        (modules,) = Code128(number).build()
        x, room = _LEFT + _LABEL, right - _LEFT - _LABEL
        width = min(_BAR, room / len(modules))
        self._pdf.set_fill_color(0)
        at = 0
        for bar in modules.replace("01", "0 1").replace("10", "1 0").split():
            if bar[0] == "1":
                self._pdf.rect(x + at * width, y, len(bar) * width, _BARS_HEIGHT, style="F")
            at += len(bar)
