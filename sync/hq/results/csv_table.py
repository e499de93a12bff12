"""Results of this machine as CSV."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from kiosk.webpages.csv_cells import safe_cell

COLUMNS = (
    "cursor",
    "version",
    "bundle_id",
    "attempt_id",
    "revision",
    "programme",
    "sitting_id",
    "centre_code",
    "seat",
    "admission_no",
    "name",
    "status",
    "objective",
    "exact_total",
    "total",
    "passed",
    "pending_count",
    "answered",
    "end_reason",
    "ended_at",
    "leaves",
    "incidents",
    "chain_ok",
    "answer_findings",
    "answers_digest",
    "later_epochs",
    "received_at",
    "changed_at",
    "remark",
)
"""Columns of the CSV, in order."""


def to_csv(results: Iterable[Mapping[str, Any]]) -> str:
    """Return CSV with a header row. Cells that spreadsheets would run as formulas are escaped."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for result in results:
        writer.writerow([_cell(result.get(name)) for name in COLUMNS])
    return buffer.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(_part, value))
    return safe_cell(value) if isinstance(value, str) else str(value)


def _part(value: Any) -> str:
    """Return a finding as ``altered:3-7``, other values as text."""
    return "{what}:{first}-{last}".format_map(value) if isinstance(value, dict) else str(value)
