"""Tables of marking as CSV, for spreadsheets: progress, and every mark with its history."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from kiosk.exam.typed_texts import plain_text
from kiosk.webpages.csv_cells import BOM, safe_cell
from sync.hq.context import HqContext
from sync.hq.marking.views import MarkKind
from sync.hq.persistence.marking_tables import marks

PROGRESS = ("item", "marker", "day", "marks", "seconds")
MARKS = (
    *("mark", "answer", "item", "marker", "role", "version", "kind", "points", "criteria"),
    *("comment", "referred", "seconds", "at", "follows", "control"),
)


class MarkTables:
    """Reads the rows of the tables."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def progress(self, plan_id: str) -> Sequence[Mapping[str, Any]]:
        """Return marks and mean seconds by item, marker and day, control scripts apart."""
        query = (
            select(
                marks.c.item_id.label("item"),
                marks.c.username.label("marker"),
                marks.c.day,
                func.count().label("marks"),
                func.avg(func.nullif(marks.c.seconds, 0)).label("seconds"),
            )
            .where(
                marks.c.plan_id == plan_id,
                marks.c.kind == MarkKind.MARK.value,
                marks.c.control_id.is_(None),
            )
            .group_by(marks.c.item_id, marks.c.username, marks.c.day)
            .order_by(marks.c.item_id, marks.c.username, marks.c.day)
        )
        with self._context.database.read() as connection:
            rows = connection.execute(query).mappings().all()
        # A page that measured nothing says 0; that is no time.
        return [
            {**row, "seconds": "" if row["seconds"] is None else round(float(row["seconds"]), 1)}
            for row in rows
        ]

    def every_mark(self, plan_id: str) -> Sequence[Mapping[str, Any]]:
        """Return every row of a plan's marks, those that were taken back included."""
        query = select(marks).where(marks.c.plan_id == plan_id).order_by(marks.c.id)
        with self._context.database.read() as connection:
            return [
                {
                    **row,
                    "mark": row["id"],
                    "answer": row["answer_id"],
                    "item": row["item_id"],
                    "marker": row["username"],
                    "criteria": " + ".join(row["criteria"]),
                    "at": row["at"].isoformat(),
                    "control": row["control_id"],
                }
                for row in connection.execute(query).mappings()
            ]


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
    return safe_cell(plain_text(value)) if isinstance(value, str) else str(value)
