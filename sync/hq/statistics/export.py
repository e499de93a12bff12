"""Tables of figures as files: CSV, JSON, and a workbook with a sheet for each."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Font

from kiosk.webpages.csv_cells import safe_cell
from sync.hq.statistics.figure_tables import Cell, FigureTable

Headings = Callable[[str], str]
"""Gives a column's heading; in CSV and JSON columns keep their names."""


def as_csv(table: FigureTable) -> str:
    """Return CSV with a header row; texts that a spreadsheet would run are escaped."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(table.columns)
    writer.writerows([[_cell(value) for value in row] for row in table.rows])
    return buffer.getvalue()


def as_json(tables: Mapping[str, FigureTable]) -> str:
    """Return the tables as JSON, by name."""
    entries = {name: table.entries() for name, table in tables.items()}
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def as_xlsx(tables: Sequence[FigureTable], heading: Headings = str) -> bytes:
    """Return a workbook with a sheet for each table."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        sheet = book.create_sheet(table.name)
        sheet.append([heading(column) for column in table.columns])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        for number, row in enumerate(table.rows, start=2):
            for place, value in enumerate(row, start=1):
                cell = sheet.cell(number, place, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # "=A1" is no formula here
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(value: Cell) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    return safe_cell(value) if isinstance(value, str) else value
