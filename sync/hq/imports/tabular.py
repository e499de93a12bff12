"""Tables that staff fill in: XLSX and CSV as rows of plain texts, each fault with its place.

Columns are recognised by their names in either language. Rows are streamed: memory holds the
file and one row. Numbers and dates become the texts that a person would have typed.
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
from sync.hq.problems import Phrase, Problem
from sync.wire.packages.broken_zip import BROKEN_ZIP

MAX_BYTES = 64 << 20
"""Largest table file, in bytes."""
MAX_ROWS = 50_000
MAX_COLUMNS = 16_384
"""As many as XLSX has; a row with more cells is rejected."""
MAX_CELL = 32_767
"""Longest text of a cell in characters, as in XLSX."""
MAX_PROBLEMS = 200
"""Reading stops after this many problems: it is probably the wrong file."""

_HEADER_WITHIN = 10
_EXACT = 1e15  # spreadsheets store no more than 15 digits of a number
_VALUES = 40 * MAX_ROWS
"""A sheet with more non-empty cells than this is not read at all."""
_PASSED = 5_000_000
"""Most cells and rows read, empty ones included: a row may claim any number."""
_DAMAGED = (
    *BROKEN_ZIP,
    ParseError,
    InvalidFileException,
    TypeError,
    AttributeError,
)
"""What openpyxl raises for a damaged workbook; it does not validate its input."""
_SHEETS = "xl/worksheets/"
_MERGED = re.compile(rb'<mergeCell [^>]*ref="([A-Z0-9:]+)"')


@dataclass(frozen=True)
class Column:
    """A column: the field it fills, and its names in the header row."""

    field: str
    zh: str
    en: str
    needed: bool = False

    @property
    def names(self) -> frozenset[str]:
        """All names that the header may use, in the form of :func:`_plain`."""
        return frozenset(map(_plain, (self.field, self.zh, self.en)))


def _plain(text: str) -> str:
    """Normalise a column's name, however an input method or a copied cell spells it."""
    shown = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFKC", shown).casefold().strip().rstrip("*").strip()


@dataclass(frozen=True)
class Row:
    """A row and its number in the file; ``columns`` has the file's name of each field's column."""

    number: int
    values: Mapping[str, str]
    columns: Mapping[str, str]


def read_table(data: bytes, columns: Sequence[Column]) -> tuple[list[Row], list[Problem]]:
    """Return all rows that are not empty, and the problems of the table.

    A file that begins like a ZIP archive is read as XLSX, anything else as CSV.

    Raises:
        BadImport: the file as a whole cannot be read.
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
        wanted = ", ".join(f"{column.zh} / {column.en}" for column in columns if column.needed)
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
    """Find the header: the first of the top rows that names every required column."""
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
    """Return a cell as the text that a person would have typed, or the code of its fault."""
    if value is None:
        return "", None
    # Before numbers: bool is an int in Python.
    if isinstance(value, bool):
        return ("true" if value else "false"), None
    # An identity number stored as a number has already lost its last digits in the file.
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
    """Text of a cell that Excel would compute."""


class _CellError(str):
    """An error value that Excel shows, such as #N/A."""


def _csv_cells(data: bytes) -> Cells:
    text = decoded(data)
    dialect = csv.excel_tab if "\t" in text.partition("\n")[0] else csv.excel
    reader = csv.reader(io.StringIO(text, newline=""), dialect, strict=True)
    try:
        for values in reader:
            yield reader.line_num, list(values)
    except csv.Error as error:
        reason = Phrase("line %(line)s is not valid CSV", {"line": reader.line_num})
        raise _refused("unreadable", format="CSV", reason=reason) from error


def decoded(data: bytes) -> str:
    """Decode a text file: UTF-16 with BOM, UTF-8, or GB18030 as Chinese Excel saves it.

    Raises:
        BadImport: it has another encoding or contains NUL.
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
    """Decode GB18030, or return an empty text if the file has another encoding.

    Files in other encodings decode to characters of the private use area.
    """
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
            warnings.simplefilter("ignore")  # openpyxl warns about validations that it ignores
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    except _DAMAGED as error:
        raise _refused(
            "unreadable", format="XLSX", reason=Phrase("the workbook is damaged")
        ) from error
    for sheet in book.worksheets:
        if _header(_sheet_cells(sheet), columns) is not None:
            merged = _merged(archive, sheet)
            return _sheet_cells(sheet), merged
    wanted = ", ".join(f"{column.zh} / {column.en}" for column in columns if column.needed)
    raise _refused("no_sheet", columns=wanted)


def _sheet_cells(sheet: Any) -> Cells:
    sheet.reset_dimensions()  # the file's own statement of its size may be wrong
    passed = 0
    try:
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            passed += 1 + len(cells)
            if passed > _PASSED:
                raise _refused("too_many", limit=MAX_ROWS)
            yield number, [_value(cell) for cell in cells]
    except _DAMAGED as error:
        raise _refused(
            "unreadable", format="XLSX", reason=Phrase("the workbook is damaged")
        ) from error


def _value(cell: Any) -> Any:
    if cell.data_type == "f":
        return _Formula(cell.value)
    if cell.data_type == "e":
        return _CellError(cell.value)
    return cell.value


def _merged(archive: Archive, sheet: Any) -> list[Problem]:
    found: dict[str, None] = {}
    tail = b""
    for chunk in archive.chunks(sheet._worksheet_path):  # a read-only sheet has no merged cells
        found |= {match[1].decode(): None for match in _MERGED.finditer(tail + chunk)}
        # An element may be split between two chunks.
        tail = chunk[-200:]
    return [
        Problem("merged", "file", sheet.title, params={"cells": cells})
        for cells in found
        if not cells.startswith("A1:")  # a merged title above the table is harmless
    ]


def _values(archive: Archive, name: str) -> int:
    """Count the non-empty cells of a sheet, roughly."""
    return sum(chunk.count(b"<v>") + chunk.count(b"<is>") for chunk in archive.chunks(name))


def _refused(code: str, **params: object) -> BadImport:
    return BadImport([Problem(code, params=params)])
