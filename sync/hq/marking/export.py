"""Tables of marking as CSV, for spreadsheets: progress, and every mark with its history."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kiosk.exam.typed_texts import plain_text

BOM = "\ufeff"
"""Without it, spreadsheet programs read Chinese in CSV files wrongly."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

PROGRESS = ("item", "marker", "day", "marks", "seconds")
MARKS = (
    *("mark", "answer", "item", "marker", "role", "version", "kind", "points", "criteria"),
    *("comment", "referred", "seconds", "at", "follows", "control"),
)


def progress_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return marks and mean seconds by item, marker and day."""
    return _written(PROGRESS, rows)


def marks_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return every row of the marks; answers have ids of marking, never names or attempts."""
    return _written(MARKS, rows)


def _written(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[column]) for column in columns])
    return (BOM + file.getvalue()).encode()


def _cell(value: Any) -> str:
    """Return a value as text; what a marker typed must not act as a formula."""
    if value is None:
        return ""
    text = plain_text(str(value)) if isinstance(value, str) else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
