"""Sheets of an XLSX workbook: cells as typed and as shown, and all that lies on them."""

import re

from openpyxl.utils.datetime import from_excel

from sync.hq.errors import BadImport
from sync.hq.imports import cells
from sync.hq.imports.archives import Archive
from sync.hq.imports.cell_places import LAST_ROW, place, span
from sync.hq.imports.cells import (
    MAX_CELL,
    MAX_COLUMNS,
    Cell,
    Fault,
    Range,
    Sheet,
    damaged,
    refused,
    tidy,
)
from sync.hq.imports.number_formats import is_date, shown_number, shown_text
from sync.hq.imports.text_runs import Styles, TextRuns, marked
from sync.hq.imports.xlsx_book import Book, SheetPart, Style, read_book, relations
from sync.hq.imports.xlsx_comments import Comments
from sync.hq.imports.xlsx_pictures import read_pictures
from sync.hq.imports.xml_events import Attributes, Handler, read_part

_EXACT = 1e15  # spreadsheets store no more than 15 digits of a number
_VALUES = 40 * cells.MAX_ROWS
"""Most cells with a value in all sheets together."""
_ELEMENTS = 5_000_000
"""Most rows and cells of a sheet, empty ones included."""
_MERGED = 100_000
_WPS_PICTURE = re.compile(r'DISPIMG\("([^"]+)"', re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_sheets(data: bytes) -> list[Sheet]:
    """Read all sheets of a workbook.

    Raises:
        BadImport: the workbook is damaged or too large.
    """
    archive = Archive(data)
    if archive.problems:
        raise BadImport(archive.problems)
    book = read_book(archive)
    room = _Room()
    return [_sheet(book, part, room) for part in book.sheets]


class _Room:
    """Counts the cells of a workbook."""

    def __init__(self) -> None:
        self.left = _VALUES

    def take(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise refused("too_many", limit=cells.MAX_ROWS)


def _sheet(book: Book, part: SheetPart, room: _Room) -> Sheet:
    handler = _Cells(book, room)
    read_part(book.archive, part.part, handler)
    related = relations(book.archive, part.part)
    pictures, loose = read_pictures(book.archive, related, handler.rich, handler.wps)
    comments = Comments()
    for relation in related.values():
        if relation.kind in ("comments", "threadedComment"):
            read_part(book.archive, relation.target, comments)
    return Sheet(
        part.title,
        handler.rows,
        part.hidden,
        frozenset(handler.hidden_rows),
        frozenset(handler.hidden_columns),
        handler.merged,
        comments.found,
        pictures,
        loose,
    )


class _Cells(Handler):
    """The cells of a sheet."""

    def __init__(self, book: Book, room: _Room) -> None:
        self.rows: dict[int, dict[int, Cell]] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.merged: list[Range] = []
        self.rich: dict[tuple[int, int], int] = {}
        self.wps: dict[tuple[int, int], str] = {}
        self._book, self._room = book, room
        self._seen = 0
        self._row, self._column = 0, 0
        self._attributes: Attributes = {}
        self._value: list[str] = []
        self._runs: TextRuns | None = None
        self._in_value = False
        self._formula: list[str] | None = None
        self._in_formula = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self._in_value = True
        elif name == "row":
            self._begin_row(attributes)
        elif name == "f":
            self._formula, self._in_formula = [], True
        elif name == "is":
            self._runs = TextRuns()
        elif name == "mergeCell" and len(self.merged) < _MERGED:
            found = span(attributes.get("ref", ""))
            self.merged += [found] if found else []
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = _whole(attributes.get("min")), _whole(attributes.get("max"))
            self.hidden_columns |= set(range(first, min(last, MAX_COLUMNS) + 1))
        elif self._runs is not None:
            self._runs.start(name, attributes)

    def end(self, name: str) -> None:
        if name == "v":
            self._in_value = False
        elif name == "f":
            self._in_formula = False
        elif name == "c":
            self._end_cell()
        elif self._runs is not None and name != "is":
            self._runs.end(name)

    def text(self, text: str) -> None:
        if self._in_value:
            self._value.append(text)
        elif self._in_formula and self._formula is not None:
            self._formula.append(text)
        elif self._runs is not None:
            self._runs.text(text)

    def _begin_row(self, attributes: Attributes) -> None:
        self._count()
        stated = attributes.get("r", "")
        self._row = _whole(stated) if stated else self._row + 1
        if not 1 <= self._row <= LAST_ROW:
            raise refused("too_many", limit=cells.MAX_ROWS) if stated.isdecimal() else damaged()
        self._column = 0
        if attributes.get("hidden") in ("1", "true"):
            self.hidden_rows.add(self._row)

    def _begin_cell(self, attributes: Attributes) -> None:
        self._count()
        self._attributes = attributes
        found = place(attributes.get("r", ""))
        self._column = found[1] if found else self._column + 1
        self._value, self._runs, self._formula = [], None, None
        if "vm" in attributes:
            self.rich[self._row, self._column] = _whole(attributes["vm"])

    def _end_cell(self) -> None:
        cell = self._read()
        if cell is not None and self._row:
            self._room.take()
            row = self.rows.setdefault(self._row, {})
            row[self._column] = cell
            if len(self.rows) > cells.MAX_ROWS + 100:
                raise refused("too_many", limit=cells.MAX_ROWS)
        self._runs = None

    def _count(self) -> None:
        self._seen += 1
        if self._seen > _ELEMENTS:
            raise refused("too_many", limit=cells.MAX_ROWS)

    def _read(self) -> Cell | None:
        kind, value = self._attributes.get("t", "n"), "".join(self._value)
        if self._formula is not None:
            if shown := _WPS_PICTURE.search("".join(self._formula)):
                self.wps[self._row, self._column] = shown[1]
                return None
            faults = (Fault("formula"),)
            return Cell("", "", faults, faults)
        style = self._book.style(self._attributes.get("s", "0"))
        if kind == "inlineStr":
            runs = self._runs or TextRuns()
            return _text(runs.plain, runs.runs, style)
        if not value or (self._row, self._column) in self.rich:
            return None  # of a picture in the cell, the value is an error
        if kind == "s":
            return self._shared(value, style)
        if kind == "b":
            return Cell("true" if value == "1" else "false", "TRUE" if value == "1" else "FALSE")
        if kind == "e":
            faults = (Fault("cell_error", {"value": value}),)
            return Cell("", "", faults, faults)
        if kind in ("str", "d"):
            return _text(value, None, style)
        return _number(value, style, self._book)

    def _shared(self, value: str, style: Style) -> Cell | None:
        texts = self._book.texts.texts
        at = _whole(value)
        if not value.isdecimal() or at >= len(texts):
            raise damaged()
        plain, runs = texts[at]
        return _text(plain, runs, style)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 8 else 0


def _text(plain: str, runs: list[tuple[Styles, str]] | None, style: Style) -> Cell | None:
    typed = tidy(_unescaped(plain))
    if not typed:
        return None
    if len(typed) > MAX_CELL:
        faults = (Fault("too_long", {"size": len(typed), "limit": MAX_CELL}),)
        return Cell("", "", faults, faults)
    shown = typed
    if runs or style.font:
        shown = tidy(_unescaped(marked(runs or [(frozenset(), plain)], style.font)))
    if style.code in ("General", "@", None):
        return Cell(typed, shown)
    around = shown_text(style.code, shown)
    if around is None:
        return Cell(typed, "", (), (_uncertain(typed, style.code),))
    return Cell(typed, around.strip())


def _number(digits: str, style: Style, book: Book) -> Cell:
    try:
        number = float(digits)
        plain = _typed(number, style, book)
    except (ValueError, OverflowError):
        faults = (Fault("cell_error", {"value": digits[:40]}),)
        return Cell("", "", faults, faults)
    # An identity number stored as a number has already lost its last digits in the file.
    if abs(number) >= _EXACT:
        faults = (Fault("lost_digits", {"value": f"{number:.15g}"}),)
        return Cell("", "", faults, faults)
    if style.code is None:
        return Cell(plain, "", (), (_uncertain(plain, "–"),))
    shown = shown_number(style.code, digits, book.epoch)
    if shown is None and style.code == "General":
        return Cell(plain, plain, (), (Fault("as_typed", {"value": plain}, is_error=False),))
    if shown is None:
        return Cell(plain, "", (), (_uncertain(plain, style.code),))
    notes = (Fault("date_shown", {"value": shown}, is_error=False),) if is_date(style.code) else ()
    if style.font:
        shown = marked([(frozenset(), shown)], style.font)
    return Cell(plain, shown, (), notes)


def _typed(number: float, style: Style, book: Book) -> str:
    if style.code is None or is_date(style.code):
        moment = from_excel(number, book.epoch)
        text = moment.isoformat() if moment is not None else ""
        return text.removesuffix("T00:00:00")
    if number.is_integer():
        return str(int(number))
    return repr(float(f"{number:.15g}"))


def _uncertain(value: str, code: str) -> Fault:
    return Fault("shown_as", {"value": value, "format": code})


def _unescaped(text: str) -> str:
    """Decode ``_x000D_`` and its like, as XLSX writes characters that XML does not allow."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: _character(int(found[1], 16)), text)


def _character(code: int) -> str:
    return "" if code == 0x0D else chr(code)
