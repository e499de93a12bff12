"""Kinds of events, and how the rows behind a position become the body of a message."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, select

from sync.hq.accounts.tokens import Limits
from sync.hq.exchange.entries import EventEntry, EventReply
from sync.hq.exchange.limits import within
from sync.hq.persistence.result_tables import results

MOST = 100
"""Ids in one message."""


class EventKind(StrEnum):
    """What a message tells. The values are stored and sent."""

    RESULTS = "results.changed"
    TEST = "test"


@dataclass(frozen=True)
class Batch:
    """Events after a position; ``position``: up to where they were looked for."""

    position: int
    entries: tuple[EventEntry, ...]


def newest_result(connection: Connection) -> int:
    """Return the number of the last change of a result, or 0."""
    return int(connection.execute(select(func.max(results.c.cursor))).scalar() or 0)


def changed_results(connection: Connection, limits: Limits, after: int) -> Batch:
    """Return results that changed after a position, oldest first."""
    newest = newest_result(connection)
    query = (
        select(
            results.c.cursor,
            results.c.centre_code,
            results.c.attempt_id,
            results.c.sitting_id,
            results.c.version,
        )
        .where(results.c.cursor > after, results.c.cursor <= newest, within(limits))
        .order_by(results.c.cursor)
        .limit(MOST)
    )
    rows = connection.execute(query).mappings().all()
    entries = tuple(
        EventEntry.model_validate({name: row[name] for name in EventEntry.model_fields})
        for row in rows
    )
    # With fewer than fit, all up to the newest was looked at, other readers' results included.
    return Batch(rows[-1]["cursor"] if len(rows) == MOST else max(newest, after), entries)


Changes = Callable[[Connection, Limits, int], Batch]
CHANGES: Mapping[EventKind, Changes] = {EventKind.RESULTS: changed_results}
NEWEST: Mapping[EventKind, Callable[[Connection], int]] = {EventKind.RESULTS: newest_result}


def body_of(kind: EventKind, at: datetime, entries: tuple[EventEntry, ...]) -> str:
    """Return the body of a message: ids only, no personal data."""
    return EventReply(type=kind.value, timestamp=at, data=entries).model_dump_json()
