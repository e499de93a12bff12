"""Sheets of A4 on which texts of any length fit: they break into lines, or become smaller."""

from collections.abc import Collection, Sequence
from pathlib import Path

from fpdf import FPDF

from kiosk.printing.documents import Document, Label
from kiosk.printing.fonts import font_face, is_visible
from kiosk.printing.lines import break_lines

LEFT, RIGHT, TOP, BOTTOM = 15.0, 195.0, 14.0, 279.0
"""Edges of what is printed, in millimetres."""

POINT = 25.4 / 72
LEADING = 1.3
SMALLEST, STEP = 6.0, 0.5
STAND_IN = "〓"
"""Printers' sign for a character that is not in the case."""

_BY_HAND = f"{STAND_IN}：字体缺少该字，请手写补正 Not in the font, add by hand"
_MOST_FOOT = 160
_PAGES = "{¶}"
"""Stands for the number of pages, as fpdf's own ``{nb}`` may stand in a text."""

_MEASURED = 100
_GREY, _BLACK = 95, 0
_ENGLISH = 0.68
"""Size of the English below its Chinese."""


class Sheet(FPDF):
    """Pages with a foot, and texts whose lines are measured once."""

    def __init__(self, document: Document, font: Path, unknown: Collection[str]) -> None:
        super().__init__(format="A4")
        self._foot = document.foot
        self._unknown = unknown
        self._widths: dict[str, float] = {}
        self.set_auto_page_break(auto=False)
        self.set_margin(0)
        self.alias_nb_pages(_PAGES)
        self.c_margin = 0
        self.set_lang("zh-CN")
        self.set_title(f"{document.title.zh} {document.about}")
        self.set_creation_date(document.made_at)
        self.add_font("text", fname=font, collection_font_number=font_face(font))
        self.set_font("text", size=10)

    def footer(self) -> None:
        """Set the foot: what was printed when, the page, and what has to be filled in by hand."""
        if self._unknown:
            codes = " ".join(f"U+{ord(char):04X}" for char in self._unknown)
            text = f"{_BY_HAND}: {codes}"[:_MOST_FOOT]
            self.set(LEFT, BOTTOM + 1.5, RIGHT - LEFT, text, 7, most=1)
        self.set_text_color(_GREY)
        self.set(LEFT, BOTTOM + 6, RIGHT - LEFT - 24, self._foot, 7.5, most=1)
        self.set(RIGHT - 24, BOTTOM + 6, 24, f"{self.page_no()} / {_PAGES}", 7.5, "R")
        self.set_text_color(_BLACK)

    def lines(self, text: str, size: float, width: float) -> Sequence[str]:
        """Return the lines of a text, with a sign for what the font lacks."""
        shown = "".join(self._shown(char) for char in text)
        return break_lines(shown, width / (size * POINT), self._width)

    def fitting(self, text: str, size: float, width: float, most: int) -> float:
        """Return the largest size at which a text needs no more lines than ``most``."""
        while size > SMALLEST and len(self.lines(text, size, width)) > most:
            size -= STEP
        return max(size, SMALLEST)

    def set(
        self, x: float, y: float, width: float, text: str, size: float, align: str = "L",
        most: int = 0,
    ) -> float:  # fmt: skip
        """Set a text and return the y below it.

        ``most``: shrink it to fit in this many lines; 0 for no limit.
        """
        if most:
            size = self.fitting(text, size, width, most)
        height = size * POINT * LEADING
        lines = self.lines(text, size, width)
        self.set_font_size(size)
        for line in lines:
            self.set_xy(x, y)
            self.cell(width, height, line, align=align)
            y += height
        return y

    def label(
        self, x: float, y: float, width: float, label: Label, size: float, align: str = "L"
    ) -> float:
        """Set a heading with its English below; return the y below it."""
        y = self.set(x, y, width, label.zh, size, align, most=1)
        self.set_text_color(_GREY)
        y = self.set(x, y - 0.3, width, label.en, size * _ENGLISH, align, most=1)
        self.set_text_color(_BLACK)
        return y

    def rule(self, x: float, y: float, width: float, grey: int = 150) -> None:
        """Draw a thin line."""
        self.set_draw_color(grey)
        self.set_line_width(0.2)
        self.line(x, y, x + width, y)

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """Draw a thin rectangle."""
        self.set_draw_color(120)
        self.set_line_width(0.2)
        self.rect(x, y, width, height)

    def _shown(self, char: str) -> str:
        if char in self._unknown:
            return STAND_IN
        if char in "\n　" or is_visible(char):
            return char
        return " " if char.isspace() else ""

    def _width(self, text: str) -> float:
        """Return the width of a text, in ems."""
        for char in set(text) - self._widths.keys():
            self.set_font_size(_MEASURED)
            self._widths[char] = self.get_string_width(char) / (_MEASURED * POINT)
        return sum(self._widths[char] for char in text)
