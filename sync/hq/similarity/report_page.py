"""Typesetting of a report on A4: title, notes, facts, tables, page numbers."""

from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import WrapMode
from fpdf.fonts import FontFace

from kiosk.printing.fonts import font_face
from kiosk.printing.pdf_file import finished

_MARGIN, _WIDTH, _LABEL = 18.0, 174.0, 32.0


class _Pages(FPDF):
    """A document whose pages have a footer."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self._foot = foot

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font("text", size=8)
        self.set_text_color(110)
        self.cell(_WIDTH - 20, 5, self._foot)
        self.cell(20, 5, f"{self.page_no()} / {{nb}}", align="R")
        self.set_text_color(0)


class ReportTypesetter:
    """Adds one element below the other; lengths in millimetres."""

    def __init__(self, font: Path, foot: str) -> None:
        self._pdf = _Pages(foot)
        self._pdf.set_margins(_MARGIN, 16, _MARGIN)
        self._pdf.set_auto_page_break(auto=True, margin=18)
        self._pdf.add_font("text", fname=font, collection_font_number=font_face(font))
        self._pdf.add_page()

    def title(self, title: str, below: str) -> None:
        """Set the title of the document."""
        self._write(title, 18, 9, "C")
        self._write(below, 11, 6, "C")
        self._pdf.ln(3)

    def heading(self, text: str) -> None:
        """Set a heading, with the element that follows on the same page."""
        if self._pdf.will_page_break(30):
            self._pdf.add_page()
        self._pdf.ln(3)
        self._write(text, 13, 7)

    def note(self, text: str) -> None:
        """Set a text in a frame."""
        top = self._pdf.get_y()
        self._write(text, 10, 5.2)
        self._pdf.rect(_MARGIN - 1, top - 1, _WIDTH + 2, self._pdf.get_y() - top + 2)
        self._pdf.ln(3)

    def text(self, text: str) -> None:
        """Set a paragraph."""
        self._write(text, 9, 4.8)
        self._pdf.ln(1.5)

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Set labels with their values."""
        for label, value in rows:
            self._pdf.set_font("text", size=9)
            if self._pdf.will_page_break(6):
                self._pdf.add_page()
            self._pdf.set_text_color(90)
            self._pdf.cell(_LABEL, 5.2, label)
            self._pdf.set_text_color(0)
            self._pdf.multi_cell(
                _WIDTH - _LABEL, 5.2, value, align="L", new_x="LMARGIN", new_y="NEXT",
                wrapmode=WrapMode.CHAR,
            )  # fmt: skip
        self._pdf.ln(2)

    def table(
        self, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]
    ) -> None:
        """Set a table whose headings are repeated on each page."""
        self._pdf.set_font("text", size=8)
        with self._pdf.table(
            headings_style=FontFace(emphasis=None, fill_color=235),
            col_widths=tuple(widths),
            width=_WIDTH,
            line_height=4.4,
            padding=0.8,
            text_align="LEFT",
            wrapmode=WrapMode.CHAR,
        ) as table:
            for cells in (headings, *rows):
                row = table.row()
                for cell in cells:
                    row.cell(cell)
        self._pdf.ln(2)

    def output(self) -> bytes:
        """Return the PDF and close the font."""
        return finished(self._pdf)

    def _write(self, text: str, size: float, line: float, align: str = "L") -> None:
        self._pdf.set_font("text", size=size)
        for paragraph in text.split("\n"):
            # Chinese has no blanks between words: lines may end anywhere.
            chinese = any(char > "\u2e80" for char in paragraph)
            self._pdf.multi_cell(
                _WIDTH, line, paragraph, align=align, new_x="LMARGIN", new_y="NEXT",
                wrapmode=WrapMode.CHAR if chinese else WrapMode.WORD,
            )  # fmt: skip
