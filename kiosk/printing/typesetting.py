"""Typesetting of documents on A4, block by block; what does not fit goes to the next page."""

import io
from collections.abc import Sequence
from pathlib import Path

import segno

from kiosk.printing import cards
from kiosk.printing.documents import (
    Block,
    Cards,
    Code,
    Document,
    Drawing,
    Facts,
    Heading,
    Lines,
    Note,
    Page,
    Pictures,
    Signatures,
    Table,
)
from kiosk.printing.fonts import lacking
from kiosk.printing.pdf_file import finished
from kiosk.printing.pictures import EVIDENCE, shrunk
from kiosk.printing.sheet import BOTTOM, LEADING, LEFT, POINT, RIGHT, SMALLEST, TOP, Sheet

WIDTH = RIGHT - LEFT
_PAD = 1.4
"""Room between the lines of a table and its texts."""

_MOST_LINES, _LEAST = 3, 0.8
"""A text in a table becomes somewhat smaller before it needs more lines than this."""

_LINE, _SIGN = 9.5, 24.0
_CODE, _DRAWN = 26.0, 22.0
_PICTURE, _ABREAST = (58.0, 43.5), 3
_FEWEST = 4
"""Lines to write on become fewer, down to this, so that signatures stay on the same page."""


_TALLEST = BOTTOM - TOP - 30


def typeset(document: Document, font: Path) -> bytes:
    """Return the PDF of a document."""
    return _Typesetter(document, font).output()


class _Typesetter:
    def __init__(self, document: Document, font: Path) -> None:
        self._document = document
        self._sheet = Sheet(document, font, lacking(font, document.texts()))
        self._y = TOP

    def output(self) -> bytes:
        for page in self._document.pages:
            self._page(page)
        return finished(self._sheet)

    def _page(self, page: Page) -> None:
        if any(isinstance(block, Cards) for block in page.blocks):
            for block in page.blocks:
                if isinstance(block, Cards):
                    cards.add(self._sheet, block.cards)
            return
        self._begin(page)
        for block in page.blocks:
            self._block(block)

    def _begin(self, page: Page) -> None:
        sheet = self._sheet
        sheet.add_page()
        self._y = sheet.label(LEFT, TOP, WIDTH, self._document.title, 18, "C") + 1
        self._y = sheet.set(LEFT, self._y, WIDTH, self._document.about, 10.5, "C", most=2) + 2
        if page.big:
            self._y = sheet.set(LEFT, self._y, WIDTH, page.big, 34, "C", most=2) + 2

    def _room(self, height: float) -> bool:
        """Begin a new page if that much does not fit on this one; return whether it did."""
        if self._y + height <= BOTTOM:
            return False
        self._sheet.add_page()
        self._y = TOP
        return True

    def _block(self, block: Block) -> None:
        if isinstance(block, Facts):
            self._facts(block)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Note):
            self._note(block)
        elif isinstance(block, Heading):
            self._room(25)
            self._y = self._sheet.label(LEFT, self._y + 2, WIDTH, block.label, 12) + 1
        elif isinstance(block, Lines):
            self._lines(block)
        elif isinstance(block, Signatures):
            self._signatures(block)
        elif isinstance(block, Code):
            self._code(block)
        elif isinstance(block, Drawing):
            self._drawing(block)
        elif isinstance(block, Pictures):
            self._pictures(block)

    def _note(self, note: Note) -> None:
        line = note.size * POINT * LEADING
        for text in self._sheet.lines(note.text, note.size, WIDTH):
            self._room(line)
            self._y = self._sheet.set(LEFT, self._y, WIDTH, text, note.size)
        self._y += 2

    def _facts(self, facts: Facts) -> None:
        half, label = WIDTH / 2, 30.0
        for at in range(0, len(facts.rows), 2):
            pair = facts.rows[at : at + 2]
            values = [self._cell(text, 10.5, half - label - 2 * _PAD) for _, text in pair]
            height = max(9.0, *(_height(lines, size) for lines, size in values))
            self._room(height)
            for number, ((head, _), value) in enumerate(zip(pair, values, strict=True)):
                x = LEFT + number * half
                self._sheet.frame(x, self._y, half, height)
                self._sheet.label(x + _PAD, self._y + 1, label - _PAD, head, 9)
                self._set(x + label, half - label, height, value, "L")
            self._y += height
        self._y += 3

    def _table(self, table: Table) -> None:
        whole = sum(column.share for column in table.columns) * table.abreast
        widths = [WIDTH * column.share / whole for column in table.columns]
        self._heads(table, widths)
        for at in range(0, len(table.rows), table.abreast):
            self._row(table, widths, table.rows[at : at + table.abreast])
        self._y += 3

    def _heads(self, table: Table, widths: Sequence[float]) -> None:
        self._room(20)
        x = LEFT
        for _ in range(table.abreast):
            for column, width in zip(table.columns, widths, strict=True):
                self._sheet.frame(x, self._y, width, 9.0)
                align = "C" if column.centred else "L"
                inside = width - 2 * _PAD
                self._sheet.label(x + _PAD, self._y + 1, inside, column.head, 9.5, align)
                x += width
        self._y += 9.0

    def _row(self, table: Table, widths: Sequence[float], rows: Sequence[Sequence[str]]) -> None:
        cells = [
            self._cell(text, table.size, width - 2 * _PAD)
            for row in rows
            for text, width in zip(row, widths, strict=True)
        ]
        height = max(table.height, *(_height(lines, size) for lines, size in cells))
        if self._room(height):
            self._heads(table, widths)
        x = LEFT
        for number, cell in enumerate(cells):
            at = number % len(widths)
            align = "C" if table.columns[at].centred else "L"
            self._sheet.frame(x, self._y, widths[at], height)
            self._set(x, widths[at], height, cell, align)
            x += widths[at]
        self._y += height

    def _cell(self, text: str, size: float, width: float) -> tuple[Sequence[str], float]:
        """Return the lines of a cell and their size, smaller for a long text."""
        fit = max(self._sheet.fitting(text, size, width, _MOST_LINES), size * _LEAST, SMALLEST)
        lines = self._sheet.lines(text, fit, width)
        if _height(lines, fit) > _TALLEST:
            fit, lines = SMALLEST, self._sheet.lines(text, SMALLEST, width)
        return lines, fit

    def _set(
        self, x: float, width: float, height: float, cell: tuple[Sequence[str], float], align: str
    ) -> None:
        """Set a cell's lines in the middle of its height."""
        lines, size = cell
        line = size * POINT * LEADING
        y = self._y + (height - line * len(lines)) / 2
        self._sheet.set_font_size(size)
        for text in lines:
            self._sheet.set_xy(x + _PAD, y)
            self._sheet.cell(width - 2 * _PAD, line, text, align=align)
            y += line

    def _lines(self, block: Lines) -> None:
        self._room(10 + _LINE)
        self._y = self._sheet.label(LEFT, self._y + 1, WIDTH, block.label, 11)
        fitting = int((BOTTOM - self._y - _SIGN - 6) / _LINE)
        for _ in range(min(block.count, fitting) if fitting >= _FEWEST else block.count):
            self._room(_LINE)
            self._y += _LINE
            self._sheet.rule(LEFT, self._y, WIDTH)
        self._y += 4

    def _signatures(self, block: Signatures) -> None:
        self._room(_SIGN + 2)
        width = WIDTH / len(block.labels)
        for number, label in enumerate(block.labels):
            x = LEFT + number * width
            self._sheet.label(x, self._y + 4, width - 4, label, 10.5)
            self._sheet.rule(x, self._y + _SIGN - 4, width - 8, 0)
            self._sheet.set(x, self._y + _SIGN - 3, width - 8, "年　　月　　日", 9, "R")
        self._y += _SIGN + 2

    def _code(self, block: Code) -> None:
        self._room(_CODE + 4)
        picture = io.BytesIO()
        segno.make(block.text, error="m", micro=False).save(picture, kind="png", scale=4, border=4)
        self._sheet.image(picture, LEFT, self._y, _CODE, _CODE)
        self._sheet.set(LEFT + _CODE + 3, self._y + 4, WIDTH - _CODE - 3, block.text, 8)
        self._y += _CODE + 2

    def _drawing(self, block: Drawing) -> None:
        scale = _DRAWN / block.height
        self._room(_DRAWN + 12)
        self._y = self._sheet.label(LEFT, self._y + 1, WIDTH, block.label, 10.5)
        self._sheet.frame(LEFT, self._y, block.width * scale, _DRAWN)
        self._sheet.set_draw_color(0)
        self._sheet.set_line_width(0.4)
        for stroke in block.strokes:
            if len(stroke) > 1:
                points = [(LEFT + x * scale, self._y + y * scale) for x, y in stroke]
                self._sheet.polyline(points)
        self._y += _DRAWN + 3

    def _pictures(self, block: Pictures) -> None:
        width, height = _PICTURE
        gap = (WIDTH - _ABREAST * width) / (_ABREAST - 1)
        for at in range(0, len(block.pictures), _ABREAST):
            self._room(height + 12)
            for number, picture in enumerate(block.pictures[at : at + _ABREAST]):
                x = LEFT + number * (width + gap)
                small = shrunk(picture.jpeg, EVIDENCE)
                if small:
                    file = io.BytesIO(small)
                    self._sheet.image(file, x, self._y, width, height, keep_aspect_ratio=True)
                self._sheet.frame(x, self._y, width, height)
                self._sheet.set(x, self._y + height + 0.5, width, picture.caption, 8, most=2)
            self._y += height + 10


def _height(lines: Sequence[str], size: float) -> float:
    return len(lines) * size * POINT * LEADING + 2
