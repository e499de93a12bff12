"""Published results: every version that was released, in the order of publication."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from sync.hq.accounts.tokens import TokenScope
from sync.hq.exchange.cursors import Position
from sync.hq.exchange.entries import PublishedEntry, sat_before
from sync.hq.exchange.limits import within
from sync.hq.exchange.queries import AttemptsQuery
from sync.hq.exchange.sources.source import Found, Reader, Source
from sync.hq.persistence.release_tables import published_results as published

_MARK = 16
_SAME = frozenset(PublishedEntry.model_fields) & frozenset(published.c.keys()) - {"cursor"}
"""Fields that are columns of the same name."""


class PublishedSource(Source[AttemptsQuery]):
    """Reads what was published; nothing is shown before its release."""

    name = "published"
    summary = "Released results. One that is amended or withdrawn comes again as a new version."
    scope = TokenScope.RESULTS
    entry = PublishedEntry
    query = AttemptsQuery

    def read(
        self,
        connection: Connection,
        query: AttemptsQuery,
        reader: Reader,
        after: Position,
        size: int,
    ) -> Sequence[Found]:
        """Return published versions after a number."""
        wanted = {
            published.c.sitting_id: query.sitting,
            published.c.programme_id: query.programme,
            published.c.centre_code: query.centre,
        }
        chosen = select(published).where(
            published.c.cursor > after.number,
            within(reader.limits, published),
            *(column == value for column, value in wanted.items() if value is not None),
        )
        if query.since is not None:
            chosen = chosen.where(published.c.at >= query.since)
        rows = connection.execute(chosen.order_by(published.c.cursor).limit(size)).mappings()
        return [
            (
                Position(row["cursor"], mark=row["digest"][:_MARK]),
                {
                    **{name: row[name] for name in _SAME},
                    "programme": row["programme_id"],
                    "sat_before": sat_before(row["taken"]),
                    "published_at": row["at"],
                },
            )
            for row in rows
        ]

    def knows(self, connection: Connection, position: Position) -> bool:
        """Return whether the same was published under that number."""
        query = select(published.c.digest).where(published.c.cursor == position.number)
        found = connection.execute(query).scalar()
        return found is not None and str(found)[:_MARK] == position.mark
