"""Pages and streams of the lists, for those who hold a token."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field, SerializeAsAny

from sync.hq.context import HqContext
from sync.hq.exchange.cursors import START, Place, Position
from sync.hq.exchange.entries import Entry
from sync.hq.exchange.errors import CursorAhead, QueryRefused
from sync.hq.exchange.identity import identity
from sync.hq.exchange.queries import MOST, USUAL, ListQuery, digest_of
from sync.hq.exchange.sources.attempts import AttemptSource, EvidenceSource, IncidentSource
from sync.hq.exchange.sources.certificates import CertificateSource
from sync.hq.exchange.sources.item_statistics import ItemStatisticsSource
from sync.hq.exchange.sources.published import PublishedSource
from sync.hq.exchange.sources.results import ResultSource
from sync.hq.exchange.sources.sittings import SittingSource
from sync.hq.exchange.sources.source import Found, Reader, Source

SOURCES: Mapping[str, Source[Any]] = {
    source.name: source
    for source in (
        ResultSource(),
        PublishedSource(),
        AttemptSource(),
        IncidentSource(),
        EvidenceSource(),
        CertificateSource(),
        ItemStatisticsSource(),
        SittingSource(),
    )
}
"""All lists, by name."""

CHUNK = 500
"""Entries of a stream that are read at a time, each time from a new snapshot."""

E = TypeVar("E", bound=Entry)


class Page(BaseModel, Generic[E]):
    """Entries of a list. The next page is after ``cursor``."""

    entries: list[SerializeAsAny[E]]
    cursor: str
    more: bool = Field(description="Whether there were more when this was read.")


class Lists:
    """Reads the lists."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def page(self, source: Source[Any], query: ListQuery, reader: Reader) -> Page[Entry]:
        """Return a page.

        Raises:
            QueryRefused: the limit is above what a page may have.
            CursorRefused: the cursor does not belong to this list.
            CursorAhead: the database was restored since the cursor was given.
        """
        size = query.limit or USUAL
        if size > MOST:
            raise QueryRefused(name="limit", reason=f"it is at most {MOST} in this format")
        place, after = self._begin(source, query, reader)
        found = self._read(source, query, reader, after, size + 1)
        entries = [_entry(source, place, *entry) for entry in found[:size]]
        cursor = entries[-1].cursor if entries else place.encode(after)
        return Page[Entry](entries=entries, cursor=cursor, more=len(found) > size)

    def stream(self, source: Source[Any], query: ListQuery, reader: Reader) -> Iterator[Entry]:
        """Return an iterator over all entries, at most the query's limit; raises at once.

        Raises: as :meth:`page`.
        """
        place, after = self._begin(source, query, reader)
        return self._entries(source, query, reader, place, after)

    def _entries(
        self,
        source: Source[Any],
        query: ListQuery,
        reader: Reader,
        place: Place,
        after: Position,
    ) -> Iterator[Entry]:
        left = query.limit
        while left is None or left > 0:
            size = CHUNK if left is None else min(CHUNK, left)
            found = self._read(source, query, reader, after, size)
            for entry in found:
                yield _entry(source, place, *entry)
            if len(found) < size:
                return
            after, left = found[-1][0], None if left is None else left - size

    def _begin(
        self, source: Source[Any], query: ListQuery, reader: Reader
    ) -> tuple[Place, Position]:
        filters = digest_of({**query.filters(), **reader.filters()})
        place = Place(identity(self._context), source.name, filters)
        if query.after is None:
            return place, START
        after = place.decode(query.after)
        if after != START:
            with self._context.database.read() as connection:
                if not source.knows(connection, after):
                    raise CursorAhead
        return place, after

    def _read(
        self, source: Source[Any], query: ListQuery, reader: Reader, after: Position, size: int
    ) -> Sequence[Found]:
        with self._context.database.read() as connection:
            return source.read(connection, query, reader, after, size)


def _entry(
    source: Source[Any], place: Place, position: Position, fields: Mapping[str, Any]
) -> Entry:
    return source.entry.model_validate({**fields, "cursor": place.encode(position)})
