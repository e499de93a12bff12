"""CSV files as sheets, whatever character separates their columns."""

import csv
import io
import re

from sync.hq.imports import cells
from sync.hq.imports.cells import Cell, Sheet, refused, text_cell
from sync.hq.imports.text_encoding import decoded
from sync.hq.problems import Phrase

_SEPARATORS = "\t;,，|"
_STATED = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_AS_TEXT = re.compile(r'="((?:[^"]|"")*)"')
_LOOKED_AT = 20


def read_csv(data: bytes, encoding: str = "") -> Sheet:
    """Read a CSV file.

    Raises:
        BadImport: it is not valid CSV, or its encoding is unknown.
    """
    text = decoded(data, encoding)
    stated = _STATED.match(text)
    separator = stated[1] if stated else _separator(text)
    skipped = text[stated.end() :] if stated else text
    reader = csv.reader(io.StringIO(skipped, newline=""), delimiter=separator, strict=True)
    rows: dict[int, dict[int, Cell]] = {}
    first = 1 if stated else 0
    last = first
    try:
        for values in reader:
            # A row is named by its first line; a quoted text may go on over several.
            number, last = last + 1, reader.line_num + first
            if len(values) > cells.MAX_COLUMNS:
                raise refused("columns_many", limit=cells.MAX_COLUMNS)
            row = _row(values)
            if row:
                rows[number] = row
            if len(rows) > cells.MAX_ROWS + _LOOKED_AT:
                raise refused("too_many", limit=cells.MAX_ROWS)
    except csv.Error as error:
        reason = Phrase("line %(line)s is not valid CSV", {"line": reader.line_num + first})
        raise refused("unreadable", format="CSV", reason=reason) from error
    return Sheet("", rows)


def _row(values: list[str]) -> dict[int, Cell]:
    found = ((column, text_cell(_shown(value))) for column, value in enumerate(values, start=1))
    return {column: cell for column, cell in found if cell is not None}


def _shown(value: str) -> str:
    """Return what Excel shows of ``="007"``, by which programs keep it from being a number."""
    found = _AS_TEXT.fullmatch(value.strip())
    return found[1].replace('""', '"') if found else value


def _separator(text: str) -> str:
    """Return the character that divides the first rows into most columns, alike in all of them."""
    lines = [line for line in text.splitlines()[:_LOOKED_AT] if line.strip()]
    best, columns = ",", 1
    for separator in _SEPARATORS:
        widths = [len(row) for row in _parsed(lines, separator)]
        usual = max(set(widths), key=widths.count) if widths else 1
        header = max(widths[:3], default=1)
        if min(usual, header) > columns:
            best, columns = separator, min(usual, header)
    return best


def _parsed(lines: list[str], separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return []
