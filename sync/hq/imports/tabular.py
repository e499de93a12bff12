"""Tables that people fill in: XLSX and CSV to rows of plain texts, every oddity named by its place.

Columns are known by their names in either language. Rows are streamed: memory holds the file and
one row. Numbers and dates come as the texts that a person would have typed.
"""

import codecs
import csv
import io
import re
import unicodedata
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from sync.hq.errors import BadImport
from sync.hq.imports.archives import Archive
from sync.hq.problems import Problem
from sync.wire.packages.broken_zip import BROKEN_ZIP

MAX_BYTES = 64 << 20
"""Largest table file in bytes."""
MAX_ROWS = 50_000
MAX_COLUMNS = 16_384
"""As many as XLSX has; what stands to the right of them is refused in its row."""
MAX_CELL = 32_767
"""Longest text of a cell in characters, as in XLSX."""
MAX_PROBLEMS = 200
"""Reading ends after so many problems: the file is another one than was meant."""

_HEADER_WITHIN = 10
_EXACT = 1e15  # spreadsheets keep no more than 15 digits of a number
_VALUES = 40 * MAX_ROWS
"""More cells with a value than this in a sheet are not even looked at."""
_PASSED = 5_000_000
"""Most cells and rows that are passed, empty ones too: a row may claim any number it likes."""
_DAMAGED = (
    *BROKEN_ZIP,
    ParseError,
    InvalidFileException,
    TypeError,
    AttributeError,
)
"""What openpyxl may raise for a damaged workbook: it takes the file at its word."""
_SHEETS = "xl/worksheets/"
_MERGED = re.compile(rb'<mergeCell [^>]*ref="([A-Z0-9:]+)"')


@dataclass(frozen=True)
class Column:
    """A column: the field that it fills, and its names in the header line."""

    field: str
    zh: str
    en: str
    needed: bool = False

    @property
    def names(self) -> frozenset[str]:
        """Everything that the header may call it, as :func:`_plain` has it."""
        return frozenset(map(_plain, (self.field, self.zh, self.en)))


def _plain(text: str) -> str:
    """A column's name in small letters, however an input method or a copied cell spells it."""
    shown = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFKC", shown).casefold().strip().rstrip("*").strip()


@dataclass(frozen=True)
class Row:
    """A row by its number in the file; ``columns``: what the file calls each field's column."""

    number: int
    values: Mapping[str, str]
    columns: Mapping[str, str]


def read_table(data: bytes, columns: Sequence[Column]) -> tuple[list[Row], list[Problem]]:
    """All rows that are not empty, and what is wrong with the table.

    XLSX is known by its first bytes, anything else is read as CSV. Raises :class:`BadImport` when
    the file as a whole cannot be read.
    """
    if len(data) > MAX_BYTES:
        raise _refused("too_large", size=len(data), limit=MAX_BYTES)
    if data.startswith(b"PK"):
        cells, problems = _xlsx_cells(data, columns)
    else:
        cells, problems = _csv_cells(data), []
    return _rows(cells, columns, problems)


Cells = Iterator[tuple[int, list[Any]]]


def _rows(
    cells: Cells, columns: Sequence[Column], problems: list[Problem]
) -> tuple[list[Row], list[Problem]]:
    header = _header(cells, columns)
    if header is None:
        wanted = ", ".join(f"{one.zh} / {one.en}" for one in columns if one.needed)
        raise BadImport([*problems, Problem("no_sheet", params={"columns": wanted})])
    fields, named, found = header
    problems += found
    rows: list[Row] = []
    for number, values in cells:
        row = _row(number, values, fields, named, problems)
        if row is not None:
            rows.append(row)
        if len(rows) > MAX_ROWS:
            raise _refused("too_many", limit=MAX_ROWS)
        if len(problems) > MAX_PROBLEMS:
            break
    return rows, problems


def _header(
    cells: Cells, columns: Sequence[Column]
) -> tuple[list[Column | None], dict[str, str], list[Problem]] | None:
    """The first of the topmost lines that names every column that is needed."""
    known = {name: column for column in reversed(columns) for name in column.names}
    for number, values in cells:
        texts = ["" if value is None else str(value).strip() for value in values[:MAX_COLUMNS]]
        fields = [known.get(_plain(text)) for text in texts]
        present = {column.field for column in fields if column}
        if {column.field for column in columns if column.needed} <= present:
            return (*_named(number, texts, fields),)
        if number >= _HEADER_WITHIN:
            break
    return None


def _named(
    number: int, texts: Sequence[str], fields: list[Column | None]
) -> tuple[list[Column | None], dict[str, str], list[Problem]]:
    named: dict[str, str] = {}
    problems = []
    for position, (text, column) in enumerate(zip(texts, fields, strict=True), start=1):
        shown = f"{get_column_letter(position)} {text}"
        if text and column is None:
            problems.append(Problem("unknown_column", "row", str(number), shown))
        elif column is not None and column.field in named:
            problems.append(Problem("column_twice", "row", str(number), shown))
            fields[position - 1] = None
        elif column is not None:
            named[column.field] = shown
    return fields, named, problems


def _row(
    number: int,
    values: Sequence[Any],
    fields: Sequence[Column | None],
    named: Mapping[str, str],
    problems: list[Problem],
) -> Row | None:
    texts: dict[str, str] = {}
    for position, value in enumerate(values):
        column = fields[position] if position < len(fields) else None
        text, problem = _text(value)
        if column is None:
            if text and position >= len(fields):
                problems.append(Problem("cells_beyond", "row", str(number)))
                break
            continue
        if problem is not None:
            code, params = problem
            problems.append(Problem(code, "row", str(number), named[column.field], params))
        elif text:
            texts[column.field] = text
    return Row(number, texts, named) if texts else None


def _text(value: Any) -> tuple[str, tuple[str, dict[str, object]] | None]:
    """A cell as the text that a person would have typed, or the code of what is wrong."""
    if value is None:
        return "", None
    if isinstance(value, bool):
        return ("true" if value else "false"), None
    if isinstance(value, (int, float)) and abs(value) >= _EXACT:
        return "", ("lost_digits", {"value": f"{value:.15g}"})
    if isinstance(value, (int, float)):
        return (str(int(value)) if float(value).is_integer() else repr(value)), None
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat(), None
    if isinstance(value, (datetime, date, time)):
        return value.isoformat(), None
    text = str(value).replace("\r\n", "\n").replace("_x000D_", "").strip()
    if isinstance(value, _Formula):
        return "", ("formula", {})
    if isinstance(value, _CellError):
        return "", ("cell_error", {"value": text})
    if len(text) > MAX_CELL:
        return "", ("too_long", {"size": len(text), "limit": MAX_CELL})
    return text, None


class _Formula(str):
    """A cell's text that Excel would compute."""


class _CellError(str):
    """An error that Excel shows, such as #N/A."""


def _csv_cells(data: bytes) -> Cells:
    text = decoded(data)
    dialect = csv.excel_tab if "\t" in text.partition("\n")[0] else csv.excel
    reader = csv.reader(io.StringIO(text, newline=""), dialect, strict=True)
    try:
        for values in reader:
            yield reader.line_num, list(values)
    except csv.Error as error:
        reason = f"line {reader.line_num}: {error}"
        raise _refused("unreadable", format="CSV", reason=reason) from error


def decoded(data: bytes) -> str:
    """A text file's text: UTF-16 with its mark, UTF-8, or GB18030 as Chinese Excel saves it.

    Raises :class:`BadImport`.
    """
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        text = "" if wide else _gb18030(data)
        if not text:
            raise _refused("encoding", at=error.start) from error
    if (at := text.find("\0")) >= 0:
        raise _refused("encoding", at=at)
    return text


def _gb18030(data: bytes) -> str:
    """The text, or nothing where it is in another encoding; that shows in private characters."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "" if any("\ue000" <= char <= "\uf8ff" for char in text) else text


def _xlsx_cells(data: bytes, columns: Sequence[Column]) -> tuple[Cells, list[Problem]]:
    archive = Archive(data)
    if archive.problems:
        raise BadImport(archive.problems)
    for name in archive.names:
        if name.startswith(_SHEETS) and _values(archive, name) > _VALUES:
            raise _refused("too_many", limit=MAX_ROWS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of validations that it leaves out
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    except _DAMAGED as error:
        raise _refused("unreadable", format="XLSX", reason="the workbook is damaged") from error
    for sheet in book.worksheets:
        if _header(_sheet_cells(sheet), columns) is not None:
            merged = _merged(archive, sheet)
            return _sheet_cells(sheet), merged
    wanted = ", ".join(f"{one.zh} / {one.en}" for one in columns if one.needed)
    raise _refused("no_sheet", columns=wanted)


def _sheet_cells(sheet: Any) -> Cells:
    sheet.reset_dimensions()  # what the file says of its own size need not be true
    passed = 0
    try:
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            passed += 1 + len(cells)
            if passed > _PASSED:
                raise _refused("too_many", limit=MAX_ROWS)
            yield number, [_value(cell) for cell in cells]
    except _DAMAGED as error:
        raise _refused("unreadable", format="XLSX", reason="the workbook is damaged") from error


def _value(cell: Any) -> Any:
    if cell.data_type == "f":
        return _Formula(cell.value)
    if cell.data_type == "e":
        return _CellError(cell.value)
    return cell.value


def _merged(archive: Archive, sheet: Any) -> list[Problem]:
    found: dict[str, None] = {}
    tail = b""
    for chunk in archive.chunks(sheet._worksheet_path):  # the read-only sheet does not know them
        found |= {match[1].decode(): None for match in _MERGED.finditer(tail + chunk)}
        tail = chunk[-200:]
    return [
        Problem("merged", "file", sheet.title, params={"cells": cells})
        for cells in found
        if not cells.startswith("A1:")  # a title over the table does no harm
    ]


def _values(archive: Archive, name: str) -> int:
    """About how many cells of a sheet have a value."""
    return sum(chunk.count(b"<v>") + chunk.count(b"<is>") for chunk in archive.chunks(name))


def _refused(code: str, **params: object) -> BadImport:
    return BadImport([Problem(code, params=params)])
