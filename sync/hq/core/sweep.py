"""Sweeping up orphans: objects to which no row refers.

An object is put before the row that refers to it, so a process that dies in between leaves an
object to which nothing refers. The sweep drops those that are old enough that nobody can be about
to refer to them: putting an object that is there already makes it young again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, select

from sync.hq.context import HqContext
from sync.hq.persistence import sync_tables, tables
from sync.hq.persistence.blobs import Blobs
from sync.hq.persistence.database import Database

AGE = timedelta(days=1)
"""Orphans that are younger stay: somebody may be about to refer to them."""
BATCH = 200
"""So many orphans are dropped while the database waits."""

REFERENCES: Sequence["Column[Any]"] = (
    tables.bundles.c.object,
    sync_tables.evidence.c.object,
    sync_tables.evidence_parts.c.object,
    sync_tables.event_logs.c.object,
    tables.candidates.c.portrait,
    tables.packages.c.sha256,
    tables.pictures.c.sha256,
)
"""All columns with names of objects; ``uploads.files`` has some too."""


@dataclass(frozen=True)
class Swept:
    """``looked_at``: objects that are old enough; ``orphans``: those nothing refers to."""

    looked_at: int
    orphans: Sequence[str]
    dropped: int


class Storage:
    """The objects as things that can be left lying about."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    @property
    def database(self) -> Database:
        """The rows that refer to them."""
        return self._context.database

    @property
    def blobs(self) -> Blobs:
        """The objects themselves."""
        return self._context.blobs

    def check(self) -> None:
        """Raise a DatabaseError unless rows can be read and the objects' storage answers."""
        with self._context.database.read() as connection:
            connection.execute(select(1))
        self._context.blobs.check()

    def sweep(self, *, keep: bool = False) -> Swept:
        """Drop objects that are old and that nothing refers to; with ``keep`` only find them.

        What seems to be an orphan is looked up again, and its age too, while nobody else writes:
        whoever refers to it meanwhile has done so before, or finds that it is gone.
        """
        before, looked_at = self._context.clock.now() - AGE, 0
        with self._context.database.read() as connection:
            named = referred_to(connection)
        suspects: list[str] = []
        for name in self.blobs.names(before):
            looked_at += 1
            if name not in named:
                suspects.append(name)
        found = suspects if keep else self._dropped(suspects, before)
        return Swept(looked_at, found, 0 if keep else len(found))

    def _dropped(self, suspects: Sequence[str], before: datetime) -> Sequence[str]:
        dropped: list[str] = []
        for start in range(0, len(suspects), BATCH):
            some = suspects[start : start + BATCH]
            with self._context.database.write() as connection:
                named = referred_to(connection, some)
                orphans = [name for name in some if name not in named]
                dropped += [name for name in orphans if self.blobs.drop(name, before)]
        return dropped


def referred_to(connection: Connection, among: Sequence[str] | None = None) -> set[str]:
    """The objects that some row refers to, or which of these some row does."""
    found: set[str] = set()
    for column in REFERENCES:
        wanted = column.is_not(None) if among is None else column.in_(among)
        found.update(connection.execute(select(column).where(wanted)).scalars())
    for files in connection.execute(select(tables.uploads.c.files)).scalars():
        found.update(sha256 for _, sha256 in files.values())
    return found
