"""Typesetting of one certificate by its design: cover, main page and inner page on A4."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import segno
from fpdf.fonts import TTFFont

from kiosk.printing.pdf_file import finished
from sync.hq.certificates import drawings
from sync.hq.certificates.canvas import Canvas
from sync.hq.certificates.design import Block, Box, Design, Facts, Page, Score, Square
from sync.hq.certificates.drawings import rgb
from sync.hq.certificates.fonts import FontFiles
from sync.hq.certificates.metrics import metrics_of

_POINT = 25.4 / 72
_SMALLEST, _STEP = 5.0, 0.5
NO_PORTRAIT = "无照片\nNo portrait"
PORTRAIT_GONE = "照片已按保存期限删除\nPortrait deleted\nwhen due"
_TOTAL = "合计 Total"


@dataclass(frozen=True)
class Printed:
    """What one certificate shows. ``portrait``: JPEG; ``without``: shown where there is none."""

    number: str
    values: Mapping[str, str]
    parts: Sequence[tuple[str, str]]
    total: str
    qr: str
    made_at: datetime
    portrait: bytes | None = field(default=None, repr=False)
    without: str = NO_PORTRAIT

    def texts(self, design: Design) -> Sequence[str]:
        """Return every text that may be printed, for the choice of characters."""
        fixed = [block.text for page in design.pages for block in page.blocks]
        for page in design.pages:
            if page.facts is not None:
                fixed += [text for row in page.facts.rows for text in (row.label, row.text)]
            if page.score is not None:
                fixed += [page.score.heading, _TOTAL]
        named = [text for part in self.parts for text in part]
        return [*fixed, *self.values.values(), *named, self.total, NO_PORTRAIT, PORTRAIT_GONE]


def typeset(design: Design, printed: Printed, fonts: FontFiles) -> bytes:
    """Return the unsigned PDF of a certificate."""
    typesetter = _Typesetter(design, printed, fonts)
    for page in design.pages:
        typesetter.add(page)
    return typesetter.output()


class _Typesetter:
    def __init__(self, design: Design, printed: Printed, fonts: FontFiles) -> None:
        self._printed = printed
        self._metrics = metrics_of(fonts)
        self._pdf = pdf = Canvas(orientation="L", format="A4")
        pdf.set_auto_page_break(auto=False)
        pdf.set_margin(0)
        pdf.c_margin = 0
        pdf.set_lang("zh-CN")
        pdf.set_title(f"{design.title.zh} {printed.number}")
        pdf.set_author(design.issuer.zh)
        pdf.set_creation_date(printed.made_at)
        pdf.add_font("text", fname=fonts.text, collection_font_number=fonts.text_face)
        pdf.add_font("title", fname=fonts.title, collection_font_number=fonts.title_face)
        for font in pdf.fonts.values():
            if isinstance(font, TTFFont):
                # The outlines stay as they are: without this, each is read and written again.
                font.ttfont.recalcBBoxes = False

    def output(self) -> bytes:
        """Return the PDF and close the fonts."""
        return finished(self._pdf)

    def add(self, page: Page) -> None:
        """Add one page."""
        pdf = self._pdf
        pdf.add_page()
        pdf.set_fill_color(*rgb(page.background))
        pdf.rect(0, 0, pdf.w, pdf.h, style="F")
        for band in page.bands:
            pdf.set_fill_color(*rgb(band.colour))
            pdf.rect(band.x, band.y, band.width, band.height, style="F")
        if page.rosette is not None:
            at = page.rosette
            drawings.rosette(pdf, at.x, at.y, at.size, at.colour)
        if page.frame is not None:
            drawings.frame(pdf, page.frame.inset, page.frame.colour)
        if page.emblem is not None:
            at = page.emblem
            drawings.emblem(pdf, at.x, at.y, at.size, at.colour, at.second)
        self._write(page)

    def _write(self, page: Page) -> None:
        for block in page.blocks:
            self._block(block)
        if page.facts is not None:
            self._facts(page.facts)
        if page.score is not None:
            self._score(page.score)
        if page.portrait is not None:
            self._portrait(page.portrait)
        if page.qr is not None:
            self._qr(page.qr)

    def _block(self, block: Block) -> None:
        text = block.text.format_map(self._printed.values).strip(" \n")
        if not text:
            return
        size = self._fitting(text, block.font, block.size, block.width, block.lines)
        line = size * _POINT * block.leading
        # A text that became smaller stays on the middle of its first line.
        y = block.y + (block.size - size) * _POINT * block.leading / 2
        self._pdf.set_text_color(*rgb(block.colour))
        self._set(block.x, y, block.width, line, text, size, block.align, block.font)

    def _set(
        self, x: float, y: float, width: float, line: float, text: str, size: float,
        align: str, font: str = "text",
    ) -> None:  # fmt: skip
        """Set a text from a corner on, over as many lines of that height as it needs."""
        parts = self._broken(text, font, size, width)
        self._pdf.set_font(font, size=size)
        for part in parts:
            self._pdf.set_xy(x, y)
            self._pdf.cell(width, line, part, align=align)
            y += line

    def _broken(self, text: str, font: str, size: float, width: float) -> Sequence[str]:
        return self._metrics.broken(self._pdf, text, font, width / size)

    def _fitting(self, text: str, font: str, size: float, width: float, most: int) -> float:
        """Return the largest size at which a text needs no more lines than it may have."""
        while size > _SMALLEST and len(self._broken(text, font, size, width)) > most:
            size -= _STEP
        return max(size, _SMALLEST)

    def _line(self, x: float, y: float, width: float) -> None:
        self._pdf.set_draw_color(215, 208, 190)
        self._pdf.set_line_width(0.15)
        self._pdf.line(x, y, x + width, y)

    def _cell(
        self, x: float, y: float, width: float, height: float, text: str, size: float, align: str
    ) -> None:
        """Set a text in one line, or smaller in two where it would become too small in one."""
        fit = self._fitting(text, "text", size, width, 1)
        if fit < 0.75 * size:
            fit = self._fitting(text, "text", 0.75 * size, width, 2)
        line = fit * _POINT * 1.25
        lines = len(self._broken(text, "text", fit, width))
        self._set(x, y + (height - line * lines) / 2, width, line, text, fit, align)

    def _facts(self, facts: Facts) -> None:
        y = facts.y
        for row in facts.rows:
            value = row.text.format_map(self._printed.values).strip()
            if not value:
                continue
            label = row.label.format_map(self._printed.values)
            beside = facts.x + facts.label_width
            room = facts.width - facts.label_width
            self._pdf.set_text_color(*rgb(facts.label_colour))
            self._cell(
                facts.x, y, facts.label_width - 2, facts.height, label, facts.size * 0.8, "L"
            )
            self._pdf.set_text_color(*rgb(facts.colour))
            self._cell(beside, y, room, facts.height, value, facts.size, "L")
            y += facts.height
            self._line(facts.x, y, facts.width)

    def _score(self, score: Score) -> None:
        pdf, y = self._pdf, score.y
        pdf.set_text_color(*rgb(score.colour))
        self._cell(score.x, y, score.width, score.height, score.heading, score.size * 1.15, "L")
        for label, points in (*self._printed.parts, (_TOTAL, self._printed.total)):
            y += score.height
            self._line(score.x, y, score.width)
            self._cell(score.x, y, score.width * 0.72, score.height, label, score.size, "L")
            at = score.x + score.width * 0.72
            self._cell(at, y, score.width * 0.28, score.height, points, score.size, "R")

    def _portrait(self, box: Box) -> None:
        pdf, jpeg = self._pdf, self._printed.portrait
        pdf.set_draw_color(190, 182, 160)
        pdf.set_line_width(0.2)
        if jpeg is None:
            pdf.rect(box.x, box.y, box.width, box.height)
            pdf.set_text_color(140, 140, 140)
            text = self._printed.without
            size = self._fitting(text, "text", 8, box.width - 2, 3)
            line = size * _POINT * 1.4
            y = box.y + box.height / 2 - 1.5 * line
            self._set(box.x + 1, y, box.width - 2, line, text, size, "C")
            return
        pdf.image(io.BytesIO(jpeg), box.x, box.y, box.width, box.height, keep_aspect_ratio=True)
        pdf.rect(box.x, box.y, box.width, box.height)

    def _qr(self, place: Square) -> None:
        """Draw the QR code on white; ``size`` is that of its dark part."""
        picture = io.BytesIO()
        code = segno.make(self._printed.qr, error="l", micro=False)
        code.save(picture, kind="png", scale=4, border=4)
        quiet = 4 * place.size / code.symbol_size(border=0)[0]
        self._pdf.set_draw_color(255)
        size = place.size + 2 * quiet
        self._pdf.image(picture, place.x - quiet, place.y - quiet, size, size)
        if self._printed.qr.startswith("https://"):
            self._pdf.link(place.x, place.y, place.size, place.size, self._printed.qr)
