"""Lists as tables: CSV and XLSX that no spreadsheet program reads as formulas."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from kiosk.webpages.csv_cells import BOM, safe_cell
from sync.hq.exchange.entries import Entry

LONGEST_CELL = 32_767
"""Characters that a cell of XLSX can hold."""

_MEASURES = frozenset({"objective", "exact_total", "total"})
"""Columns of points, which spreadsheets are to add up."""


def columns(entry: type[Entry]) -> Sequence[str]:
    """Return the columns of a list, the cursor last."""
    return [*(name for name in entry.model_fields if name != "cursor"), "cursor"]


def csv_lines(entry: type[Entry], entries: Iterable[Entry]) -> Iterator[str]:
    """Yield a table's lines, the headings first."""
    yield BOM + csv_line(columns(entry))
    for found in entries:
        values = found.model_dump(mode="json")
        yield csv_line([as_text(values[name]) for name in columns(entry)])


def csv_line(values: Iterable[str]) -> str:
    """Return a line of CSV; cells that would be run as formulas begin with an apostrophe."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow(map(safe_cell, values))
    return buffer.getvalue()


def as_text(value: Any) -> str:
    """Return a JSON value as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return " ".join(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value)


def write_xlsx(
    file: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Any]], title: str
) -> None:
    """Write a workbook with one sheet; values are JSON, a row at a time in memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.append(list(headings))
    for row in rows:
        cells = zip(headings, row, strict=True)
        sheet.append([_cell(sheet, name, value) for name, value in cells])
    book.save(file)


def _cell(sheet: Any, name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if name in _MEASURES and isinstance(value, str):
        return Decimal(value)
    text = ILLEGAL_CHARACTERS_RE.sub("", as_text(value))[:LONGEST_CELL]
    cell = WriteOnlyCell(sheet, value=text)
    # Never a formula, whatever it begins with.
    cell.data_type = "s"
    return cell
