"""Applicants of a sitting whose portraits look alike: they do not get neighbouring seats.

Found by the face pack, which may be wrong in both directions; nobody is refused for it. Stored are
the pairs, never the vectors of faces.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.persistence import tables
from sync.hq.registration.people import People

Pairs = Mapping[tuple[str, str], float]
"""Candidates' ids, the smaller first, with the similarity of their portraits."""


Find = Callable[[Iterable[tuple[str, bytes]], Callable[[int], object]], Pairs]
"""Finds pairs among portraits by id, and reports how many it has read."""


@dataclass(frozen=True)
class PortraitPack:
    """A face pack as headquarters uses it. ``judge`` names what is wrong with a portrait."""

    judge: Callable[[bytes], Sequence[str]]
    find: Find


class LookAlikes:
    """Finds and stores pairs of applicants who look alike."""

    def __init__(self, context: HqContext, people: People) -> None:
        self._context = context
        self._people = people

    def compare(
        self, sitting_id: str, find: Find, by: str, progress: ProgressCallback = silent
    ) -> int:
        """Compare the portraits of a sitting's applicants; return the number of pairs found.

        Replaces what an earlier comparison found.
        """
        wanted = self._portraits(sitting_id)
        pairs = find(self._opened(wanted), lambda done: progress(done, len(wanted)))
        now, table = self._context.clock.now(), tables.look_alikes
        rows = [
            {"sitting_id": sitting_id, "first": first, "second": second, "similarity": similarity}
            for (first, second), similarity in pairs.items()
        ]
        with self._context.database.write() as connection:
            connection.execute(delete(table).where(table.c.sitting_id == sitting_id))
            if rows:
                connection.execute(insert(table), rows)
            named = {"sitting": sitting_id, "portraits": len(wanted), "pairs": len(rows)}
            record(connection, now, AuditKind.PORTRAITS_COMPARED, by, **named)
        return len(rows)

    def of_sitting(self, sitting_id: str) -> Pairs:
        """Return the pairs that the last comparison found."""
        with self._context.database.read() as connection:
            return look_alikes_of(connection, sitting_id)

    def _portraits(self, sitting_id: str) -> Mapping[str, str]:
        """Return the objects of the applicants' portraits, by candidate."""
        people, applications = tables.candidates, tables.applications
        query = (
            select(people.c.id, people.c.portrait)
            .join(applications, applications.c.candidate_id == people.c.id)
            .where(applications.c.sitting_id == sitting_id, people.c.portrait.is_not(None))
            .order_by(people.c.id)
        )
        with self._context.database.read() as connection:
            return {row.id: row.portrait for row in connection.execute(query)}

    def _opened(self, portraits: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
        # One at a time: thousands of portraits do not fit into memory.
        for candidate, name in portraits.items():
            yield candidate, self._people.open_portrait(name)


def look_alikes_of(connection: Connection, sitting_id: str) -> Pairs:
    """Return the pairs of a sitting inside a transaction."""
    table = tables.look_alikes
    query = select(table).where(table.c.sitting_id == sitting_id)
    rows = connection.execute(query).mappings()
    return {(row["first"], row["second"]): row["similarity"] for row in rows}
