"""Tables that staff fill in: XLSX and CSV as rows of plain texts, each fault with its place.

Columns are recognised by their names in either language. Numbers and dates become the texts that
a person would have typed.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from sync.hq.imports import cells
from sync.hq.imports.cells import Cell, Sheet, refused
from sync.hq.imports.csv_sheet import read_csv
from sync.hq.imports.text_encoding import decoded
from sync.hq.imports.xlsx_sheet import read_sheets
from sync.hq.problems import Problem

__all__ = ["Column", "Row", "decoded", "read_table", "sheets_of"]

_HEADER_WITHIN = 10
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Column:
    """A column: the field it fills, and its names in the header row; ``also``: further ones."""

    field: str
    zh: str
    en: str
    needed: bool = False
    also: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """All names that the header may use, in the form of :func:`_plain`."""
        return frozenset(map(_plain, (self.field, self.zh, self.en, *self.also)))


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


@dataclass(frozen=True)
class _Table:
    """A sheet with its header."""

    sheet: Sheet
    header: int
    fields: Mapping[int, str]
    """Field by the number of its column."""
    named: Mapping[str, str]
    """The file's name of each field's column."""
    known: frozenset[int]
    """All columns that the header names."""


def sheets_of(data: bytes, encoding: str = "") -> list[Sheet]:
    """Return the sheets of an XLSX file, or a CSV file as one sheet.

    A file that begins like a ZIP archive is read as XLSX, anything else as CSV.

    Raises:
        BadImport: the file as a whole cannot be read.
    """
    if len(data) > cells.MAX_BYTES:
        raise refused("too_large", size=len(data), limit=cells.MAX_BYTES)
    if data.startswith(_OLE):
        raise refused("old_office")
    return read_sheets(data) if data.startswith(b"PK") else [read_csv(data, encoding)]


def read_table(data: bytes, columns: Sequence[Column]) -> tuple[list[Row], list[Problem]]:
    """Return all rows that are not empty, and the problems of the table.

    The first sheet with the needed columns is read.

    Raises:
        BadImport: the file as a whole cannot be read.
    """
    problems: list[Problem] = []
    table = None
    for sheet in sheets_of(data):
        found = _table(sheet, columns) if table is None else None
        if found is not None:
            table = found[0]
            problems += found[1]
        elif table is not None and _table(sheet, columns) is not None:
            problems.append(Problem("sheet_second", "file", sheet.title, is_error=False))
    if table is None:
        wanted = ", ".join(f"{column.zh} / {column.en}" for column in columns if column.needed)
        raise refused("no_sheet", columns=wanted)
    rows = [row for row in _rows(table, problems) if row is not None]
    if len(rows) > cells.MAX_ROWS:
        raise refused("too_many", limit=cells.MAX_ROWS)
    return rows, [*_merged(table), *problems]


def _table(sheet: Sheet, columns: Sequence[Column]) -> tuple[_Table, list[Problem]] | None:
    """Find the header: the first of the top rows that names every required column."""
    known = {name: column for column in reversed(columns) for name in column.names}
    needed = {column.field for column in columns if column.needed}
    for number in sorted(sheet.rows):
        if number > _HEADER_WITHIN:
            break
        row = sheet.rows[number]
        fields = {at: known.get(_plain(cell.typed)) for at, cell in row.items()}
        if needed <= {column.field for column in fields.values() if column}:
            return _named(sheet, number, fields)
    return None


def _named(
    sheet: Sheet, number: int, fields: Mapping[int, Column | None]
) -> tuple[_Table, list[Problem]]:
    named: dict[str, str] = {}
    own: dict[int, str] = {}
    problems = []
    for position, column in sorted(fields.items()):
        shown = f"{get_column_letter(position)} {sheet.rows[number][position].typed}"
        if column is None:
            problems.append(Problem("unknown_column", "row", str(number), shown))
        elif column.field in named:
            problems.append(Problem("column_twice", "row", str(number), shown))
        else:
            named[column.field] = shown
            own[position] = column.field
    return _Table(sheet, number, own, named, frozenset(fields)), problems


def _rows(table: _Table, problems: list[Problem]) -> Iterator[Row | None]:
    for number in sorted(table.sheet.rows):
        if number > table.header:
            row = _row(table, number, table.sheet.rows[number], problems)
            if row and number in table.sheet.hidden_rows:
                problems.append(Problem("hidden_row", "row", str(number), is_error=False))
            yield row


def _row(
    table: _Table, number: int, row: Mapping[int, Cell], problems: list[Problem]
) -> Row | None:
    texts: dict[str, str] = {}
    last = max(table.known)
    for position, cell in sorted(row.items()):
        field = table.fields.get(position)
        if field is None:
            if position > last:
                problems.append(Problem("cells_beyond", "row", str(number)))
                break
            continue
        problems += [
            Problem(fault.code, "row", str(number), table.named[field], fault.params)
            for fault in cell.typed_faults
        ]
        if cell.typed:
            texts[field] = cell.typed
    return Row(number, texts, table.named) if texts else None


def _merged(table: _Table) -> list[Problem]:
    """Name merged cells; a merged title above the table is harmless."""
    return [
        Problem("merged", "file", table.sheet.title, params={"cells": merged.name})
        for merged in table.sheet.merged
        if merged.bottom >= table.header
    ]
