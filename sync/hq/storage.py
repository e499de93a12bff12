"""Sweeping up orphans: objects to which no row refers.

An object is put before the row that refers to it, so a process that dies in between leaves an
object to which nothing refers. The sweep drops those that are old enough that nobody can be about
to refer to them: putting an object that is there already makes it young again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, select

from sync.hq.office import Office
from sync.hq.persistence import sync_tables, tables
from sync.hq.persistence.blobs import Blobs

AGE = timedelta(days=1)
"""Orphans that are younger stay: somebody may be about to refer to them."""
BATCH = 200
"""So many objects are looked at while the ledger waits."""

REFERENCES: Sequence["Column[Any]"] = (
    tables.bundles.c.blob,
    sync_tables.evidence.c.blob,
    sync_tables.evidence_parts.c.blob,
    sync_tables.journals.c.blob,
    tables.candidates.c.portrait,
    tables.packages.c.sha256,
    tables.pictures.c.sha256,
)
"""All columns with names of objects; ``uploads.files`` has some too."""


@dataclass(frozen=True)
class Swept:
    """``looked_at``: objects old enough to be orphans; ``orphans``: those that are or were."""

    looked_at: int
    orphans: Sequence[str]
    dropped: int


class Storage:
    """The objects as things that can be left lying about."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def blobs(self) -> Blobs:
        """The objects themselves."""
        return self._office.blobs

    def sweep(self, *, keep: bool = False, tell: Callable[[str], None] | None = None) -> Swept:
        """Drop objects that are old and that nothing refers to; with ``keep`` only find them.

        Each batch is looked up, looked at again and dropped while nobody else writes: whoever
        refers to an object meanwhile has either done so before, or finds that it is gone.
        """
        before = self._office.clock.now() - AGE
        looked_at, orphans, dropped = 0, [], 0
        for batch in _batches(self.blobs.names(before)):
            looked_at += len(batch)
            with self._office.ledger.write() as connection:
                found = sorted(set(batch) - referred_to(connection, batch))
                for name in found:
                    dropped += not keep and self.blobs.drop(name, before)
                    orphans.append(name)
                    if tell is not None:
                        tell(name)
        return Swept(looked_at, orphans, dropped)


def referred_to(connection: Connection, names: Sequence[str]) -> set[str]:
    """Which of these objects some row refers to."""
    found: set[str] = set()
    for column in REFERENCES:
        found.update(connection.execute(select(column).where(column.in_(names))).scalars())
    for files in connection.execute(select(tables.uploads.c.files)).scalars():
        found.update(sha256 for _, sha256 in files.values())
    return found & set(names)


def _batches(names: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(names, BATCH)):
        yield batch
