"""Sittings with their papers, in the order of their ids."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from sync.hq.accounts.tokens import TokenScope
from sync.hq.exchange.cursors import Position
from sync.hq.exchange.entries import SittingEntry
from sync.hq.exchange.queries import SittingsQuery
from sync.hq.exchange.sources.source import Found, Reader, Source
from sync.hq.persistence.tables import sitting_papers, sittings


class SittingSource(Source[SittingsQuery]):
    """Reads all sittings that have a paper which the reader may see.

    Its cursors only lead through the list: a new sitting may come before them.
    """

    name = "sittings"
    summary = "Sittings with their papers. Always read from the beginning: they change in place."
    scope = TokenScope.RESULTS
    entry = SittingEntry
    query = SittingsQuery
    formats = ("json", "ndjson")

    def read(
        self,
        connection: Connection,
        query: SittingsQuery,
        reader: Reader,
        after: Position,
        size: int,
    ) -> Sequence[Found]:
        """Return sittings after an id."""
        del query
        chosen = select(sittings).where(sittings.c.id > after.mark)
        if reader.limits.programme_id:
            own = sitting_papers.c.programme_id == reader.limits.programme_id
            chosen = chosen.where(sittings.c.id.in_(select(sitting_papers.c.sitting_id).where(own)))
        rows = connection.execute(chosen.order_by(sittings.c.id).limit(size)).mappings().all()
        papers = _papers(connection, [row["id"] for row in rows])
        names = ("id", "title", "starts_at", "ends_at", "cancelled_at", "repeats")
        return [
            (
                Position(mark=row["id"]),
                {**{name: row[name] for name in names}, "papers": papers[row["id"]]},
            )
            for row in rows
        ]

    def knows(self, connection: Connection, position: Position) -> bool:
        """Return True: sittings are read from the beginning anyway."""
        del connection, position
        return True


def _papers(connection: Connection, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    table = sitting_papers
    found: dict[str, list[dict[str, Any]]] = {sitting_id: [] for sitting_id in ids}
    query = select(table).where(table.c.sitting_id.in_(ids)).order_by(table.c.id)
    for row in connection.execute(query).mappings():
        found[row["sitting_id"]].append(
            {
                "id": row["id"],
                "programme": row["programme_id"],
                "programme_version": row["programme_version"],
                "trade": row["trade"],
                "level": row["level"],
                "minutes": row["duration_minutes"],
            }
        )
    return found
