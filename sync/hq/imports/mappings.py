"""Which field a column of an item sheet fills, where staff chose another than its heading says."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from sync.hq.context import HqContext
from sync.hq.persistence import tables

MAX_HEADING = 100
"""Longest heading that is remembered, in characters."""
_MOST = 500


class ColumnMappings:
    """The choices of each programme: a field by heading; an empty field skips the column."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def of(self, programme_id: str) -> Mapping[str, str]:
        """Return the choices of a programme."""
        table = tables.column_mappings
        query = select(table.c.heading, table.c.field).where(table.c.programme_id == programme_id)
        with self._context.database.read() as connection:
            return {row.heading: row.field for row in connection.execute(query)}

    def remember(self, programme_id: str, choices: Mapping[str, str | None]) -> None:
        """Store choices; None forgets one. At most 500 are kept for a programme."""
        table, given = tables.column_mappings, dict(list(choices.items())[:_MOST])
        known = self.of(programme_id)
        kept = {
            heading: field
            for heading, field in {**known, **given}.items()
            if field is not None and heading and len(heading) <= MAX_HEADING
        }
        rows = [
            {"programme_id": programme_id, "heading": heading, "field": field}
            for heading, field in list(kept.items())[-_MOST:]
        ]
        with self._context.database.write() as connection:
            connection.execute(delete(table).where(table.c.programme_id == programme_id))
            if rows:
                connection.execute(insert(table), rows)
