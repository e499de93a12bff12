"""Kinds of events, and how the rows behind a position become the body of a message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from sync.hq.accounts.tokens import Limits
from sync.hq.exchange.limits import within
from sync.hq.exchange.webhooks.bodies import (
    CertificateEvent,
    CertificateEventReply,
    EventReply,
    ResultEvent,
)
from sync.hq.persistence.certificate_tables import certificate_acts, certificates
from sync.hq.persistence.release_tables import published_results
from sync.hq.persistence.result_tables import results

MOST = 100
"""Ids in one message."""


class MessageKind(StrEnum):
    """What a message tells. The values are stored and sent."""

    RESULTS = "results.changed"
    PUBLISHED = "results.published"
    CERTIFICATES = "certificates.changed"
    TEST = "test"


@dataclass(frozen=True)
class Batch:
    """Events after a position; ``position``: up to where they were looked for."""

    position: int
    entries: Sequence[BaseModel]


@dataclass(frozen=True)
class Changes:
    """Rows that are numbered in the order of their changes.

    ``rows``: what is told of them, with columns named as the fields of ``entry``; ``limited``: the
    table with the programme and the centre of each.
    """

    cursor: ColumnElement[int]
    rows: Select[Any]
    limited: Table
    entry: type[BaseModel]

    def newest(self, connection: Connection) -> int:
        """Return the number of the last change, or 0."""
        return int(connection.execute(select(func.max(self.cursor))).scalar() or 0)

    def after(self, connection: Connection, limits: Limits, position: int) -> Batch:
        """Return changes after a position, oldest first."""
        newest = self.newest(connection)
        query = (
            self.rows.add_columns(self.cursor.label("cursor"))
            .where(
                self.cursor > position,
                self.cursor <= newest,
                within(limits, self.limited),
            )
            .order_by(self.cursor)
            .limit(MOST)
        )
        rows = connection.execute(query).mappings().all()
        entries = tuple(
            self.entry.model_validate({name: row[name] for name in self.entry.model_fields})
            for row in rows
        )
        # With fewer than fit, all up to the newest was looked at, what others see included.
        reached = rows[-1]["cursor"] if len(rows) == MOST else max(newest, position)
        return Batch(reached, entries)


def _of_results(table: Table, version: str) -> Changes:
    columns = table.c
    told = (columns.centre_code, columns.attempt_id, columns.sitting_id)
    rows = select(*told, columns[version].label("version"))
    return Changes(columns.cursor, rows, table, ResultEvent)


def _of_certificates() -> Changes:
    acts, table = certificate_acts, certificates
    told = (acts.c.number, acts.c.kind, table.c.sitting_id, table.c.candidate_id)
    rows = select(*told, acts.c.act.label("version")).join(table, table.c.number == acts.c.number)
    return Changes(acts.c.cursor, rows, table, CertificateEvent)


CHANGES: Mapping[MessageKind, Changes] = {
    MessageKind.RESULTS: _of_results(results, "version"),
    MessageKind.PUBLISHED: _of_results(published_results, "number"),
    MessageKind.CERTIFICATES: _of_certificates(),
}


def body_of(kind: MessageKind, at: datetime, entries: Sequence[BaseModel]) -> str:
    """Return the body of a message: ids only, no personal data."""
    reply = CertificateEventReply if kind is MessageKind.CERTIFICATES else EventReply
    values = {"type": kind.value, "timestamp": at, "data": tuple(entries)}
    return reply.model_validate(values).model_dump_json()
