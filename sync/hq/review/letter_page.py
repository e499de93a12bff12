"""Typesetting of letters of cases on A4, in Chinese: headings, numbered facts, and paragraphs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import WrapMode

from kiosk.printing.fonts import font_face
from kiosk.printing.pdf_file import finished

_LEFT, _RIGHT, _TOP, _BOTTOM = 28.0, 182.0, 28.0, 26.0
_LINE = 7.4


@dataclass(frozen=True)
class LetterPage:
    """A letter from top to bottom. ``sections``: a heading and its paragraphs each."""

    office: str
    title: str
    number: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[tuple[str, Sequence[str]]]
    ending: Sequence[str]


def set_letter(page: LetterPage, font: Path) -> bytes:
    """Return the letter as a PDF."""
    pdf = _Sheet(page.number)
    number = font_face(font)
    pdf.add_font("text", fname=font, collection_font_number=number)
    pdf.set_margins(_LEFT, _TOP, 210 - _RIGHT)
    pdf.set_auto_page_break(auto=True, margin=_BOTTOM)
    pdf.add_page()
    _centred(pdf, page.office, 14)
    _centred(pdf, page.title, 19)
    pdf.ln(2)
    _paragraph(pdf, page.number, 11, align="R")
    pdf.ln(2)
    for label, value in page.facts:
        _paragraph(pdf, f"{label}：{value}", 12)
    for heading, paragraphs in page.sections:
        pdf.ln(3)
        _paragraph(pdf, heading, 13)
        for text in paragraphs:
            _paragraph(pdf, f"　　{text}", 12)
    pdf.ln(10)
    for text in page.ending:
        _paragraph(pdf, text, 12, align="R")
    return finished(pdf)


class _Sheet(FPDF):
    """Pages with their number and the letter's at the foot."""

    def __init__(self, number: str) -> None:
        super().__init__(format="A4")
        self._number = number

    def footer(self) -> None:
        """Set the foot of each page."""
        self.set_y(-16)
        self.set_font("text", size=9)
        self.cell(0, 6, f"{self._number}　第 {self.page_no()} 页", align="C")


def _centred(pdf: FPDF, text: str, size: float) -> None:
    if text:
        pdf.set_font("text", size=size)
        pdf.multi_cell(_RIGHT - _LEFT, size * 0.6, text, align="C", new_x="LMARGIN", new_y="NEXT")


def _paragraph(pdf: FPDF, text: str, size: float, align: str = "L") -> None:
    pdf.set_font("text", size=size)
    pdf.multi_cell(
        _RIGHT - _LEFT, _LINE, text, align=align, new_x="LMARGIN", new_y="NEXT",
        wrapmode=WrapMode.CHAR,  # Chinese has no blanks between words: lines may end anywhere
    )  # fmt: skip
