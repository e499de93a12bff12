"""Kinds of events, and how the rows behind a position become the body of a message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Table, func, select

from sync.hq.accounts.tokens import Limits
from sync.hq.exchange.entries import EventEntry, EventReply
from sync.hq.exchange.limits import within
from sync.hq.persistence.release_tables import published_results
from sync.hq.persistence.result_tables import results

MOST = 100
"""Ids in one message."""


class MessageKind(StrEnum):
    """What a message tells. The values are stored and sent."""

    RESULTS = "results.changed"
    PUBLISHED = "results.published"
    TEST = "test"


@dataclass(frozen=True)
class Batch:
    """Events after a position; ``position``: up to where they were looked for."""

    position: int
    entries: tuple[EventEntry, ...]


@dataclass(frozen=True)
class Changes:
    """A table whose rows are numbered in the order of their changes; ``version``: its column."""

    table: Table
    version: str

    def newest(self, connection: Connection) -> int:
        """Return the number of the last change, or 0."""
        return int(connection.execute(select(func.max(self.table.c.cursor))).scalar() or 0)

    def after(self, connection: Connection, limits: Limits, position: int) -> Batch:
        """Return changes after a position, oldest first."""
        newest, columns = self.newest(connection), self.table.c
        query = (
            select(
                columns.cursor,
                columns.centre_code,
                columns.attempt_id,
                columns.sitting_id,
                columns[self.version].label("version"),
            )
            .where(
                columns.cursor > position,
                columns.cursor <= newest,
                within(limits, self.table),
            )
            .order_by(columns.cursor)
            .limit(MOST)
        )
        rows = connection.execute(query).mappings().all()
        entries = tuple(
            EventEntry.model_validate({name: row[name] for name in EventEntry.model_fields})
            for row in rows
        )
        # With fewer than fit, all up to the newest was looked at, what others see included.
        reached = rows[-1]["cursor"] if len(rows) == MOST else max(newest, position)
        return Batch(reached, entries)


CHANGES: Mapping[MessageKind, Changes] = {
    MessageKind.RESULTS: Changes(results, "version"),
    MessageKind.PUBLISHED: Changes(published_results, "number"),
}


def body_of(kind: MessageKind, at: datetime, entries: tuple[EventEntry, ...]) -> str:
    """Return the body of a message: ids only, no personal data."""
    return EventReply(type=kind.value, timestamp=at, data=entries).model_dump_json()
