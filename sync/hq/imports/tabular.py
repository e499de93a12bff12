"""Tables that staff fill in: XLSX and CSV as rows of plain texts, each fault with its place.

Columns are recognised by their names in either language, and by the names that offices use.
Numbers and dates become the texts that a person would have typed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from sync.hq.imports import cells
from sync.hq.imports.cells import Cell, Sheet, refused
from sync.hq.imports.csv_sheet import read_csv
from sync.hq.imports.headings import NOT_NEEDED, Column, Header, Heading, find_header
from sync.hq.imports.table_notes import note_in
from sync.hq.imports.text_encoding import decoded
from sync.hq.imports.xlsx_sheet import read_sheets
from sync.hq.problems import Problem

__all__ = ["Column", "Row", "decoded", "read_table", "sheets_of"]

_AS_TEXT = re.compile(r"^['‘’`＇](?=[\w(（][^'‘’`＇]*$)(?=.*\d)")
"""The apostrophe that is typed before a number so that Excel leaves it as it is."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


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
    header: Header
    fields: Mapping[int, str]
    """Field by the number of its column."""
    named: Mapping[str, str]
    """The file's name of each field's column."""
    needed: frozenset[str]
    """The fields without which a row is none."""


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
    """Find the header in the top rows; return the table with the problems of its headings."""
    header = find_header(sheet, columns)
    if header is None:
        return None
    own: dict[int, Heading] = {}
    problems = []
    if header.first != header.last:
        rows = {"first": header.first, "last": header.last}
        problems.append(Problem("heading_rows", "file", sheet.title, params=rows, is_error=False))
    chosen = _chosen(header)
    for position, heading in sorted(header.headings.items()):
        shown = f"{get_column_letter(position)} {heading.text}"
        if (code := _skipped(position, heading, chosen)) is None:
            own[position] = heading
            continue
        is_error = code in ("unknown_column", "column_twice")
        problems.append(Problem(code, "row", str(header.last), shown, is_error=is_error))
    fields = {at: heading.column.field for at, heading in own.items() if heading.column}
    named = {fields[at]: f"{get_column_letter(at)} {own[at].text}" for at in fields}
    needed = frozenset(column.field for column in columns if column.needed)
    return _Table(sheet, header, fields, named, needed), problems


def _chosen(header: Header) -> dict[str, tuple[int, Heading]]:
    """Return the column of each field: the one with the field's own name, or else the first."""
    chosen: dict[str, tuple[int, Heading]] = {}
    for position, heading in sorted(header.headings.items()):
        if heading.column is None or heading.column is NOT_NEEDED:
            continue
        first = chosen.setdefault(heading.column.field, (position, heading))[1]
        if heading.by_own_name and not first.by_own_name:
            chosen[heading.column.field] = (position, heading)
    return chosen


def _skipped(
    position: int, heading: Heading, chosen: Mapping[str, tuple[int, Heading]]
) -> str | None:
    """Return why a column is not read; None if it is."""
    if heading.column is None:
        return "unknown_column"
    if heading.column is NOT_NEEDED:
        return "column_not_needed"
    at, first = chosen[heading.column.field]
    if at == position:
        return None
    # Another word for a column that is there by its own name: an office has both for a reason.
    return "column_twice" if first.by_own_name == heading.by_own_name else "column_other"


def _rows(table: _Table, problems: list[Problem]) -> Iterator[Row | None]:
    for number in sorted(table.sheet.rows):
        if number > table.header.last:
            if note := _note(table, number):
                problems.append(note)
                continue
            row = _row(table, number, table.sheet.rows[number], problems)
            if row and number in table.sheet.hidden_rows:
                problems.append(Problem("hidden_row", "row", str(number), is_error=False))
            yield row


def _note(table: _Table, number: int) -> Problem | None:
    """Return a note that a row is none of the table's, if so."""
    row = sorted(table.sheet.rows[number].items())
    values = {table.fields[at]: cell.typed for at, cell in row if at in table.fields}
    text = note_in([cell.typed for _, cell in row], values, table.needed)
    if text is None:
        return None
    params = {"row": number, "value": text[:60]}
    return Problem("note_skipped", "file", table.sheet.title, params=params, is_error=False)


def _row(
    table: _Table, number: int, row: Mapping[int, Cell], problems: list[Problem]
) -> Row | None:
    texts: dict[str, str] = {}
    last = max(table.header.headings)
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
            texts[field] = _AS_TEXT.sub("", cell.typed)
    return Row(number, texts, table.named) if texts else None


def _merged(table: _Table) -> list[Problem]:
    """Name merged cells in the rows; in a title, in two heading rows or a note they are harmless.

    Below one heading row a heading over several columns leaves some without a name.
    """
    first, last = table.header.first, table.header.last
    return [
        Problem("merged", "file", table.sheet.title, params={"cells": merged.name})
        for merged in table.sheet.merged
        if merged.bottom > last or (first == last == merged.bottom)
        if merged.top <= last or not _is_note(table, merged.top)
    ]


def _is_note(table: _Table, number: int) -> bool:
    return number in table.sheet.rows and _note(table, number) is not None
