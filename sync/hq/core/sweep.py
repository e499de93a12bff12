"""Deletion of orphans: objects that no row refers to.

An object is stored before the row that refers to it, so a process that dies in between leaves
an orphan. The sweep deletes only orphans old enough that no running process can be about to
refer to them; storing an existing object again resets its age.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, select

from sync.hq.context import HqContext
from sync.hq.persistence import (
    certificate_tables,
    material_tables,
    review_tables,
    sync_tables,
    tables,
)
from sync.hq.persistence.blobs import Blobs
from sync.hq.persistence.database import Database

AGE = timedelta(days=1)
"""Younger orphans are left alone: a row may be about to refer to them."""
BATCH = 200
"""Orphans deleted in one write transaction; other writers wait for it."""

REFERENCES: Sequence["Column[Any]"] = (
    tables.bundles.c.object,
    sync_tables.evidence.c.object,
    sync_tables.evidence_parts.c.object,
    sync_tables.event_logs.c.object,
    tables.candidates.c.portrait,
    tables.changes.c.portrait,
    tables.import_pictures.c.object,
    tables.packages.c.sha256,
    tables.pictures.c.sha256,
    material_tables.scans.c.object,
    certificate_tables.certificates.c.object,
    review_tables.case_documents.c.object,
    review_tables.handed_pictures.c.object,
)
"""All columns with object names. ``uploads.files`` has names too, inside JSON."""


@dataclass(frozen=True)
class Swept:
    """``looked_at``: objects old enough to delete; ``orphans``: those that nothing refers to."""

    looked_at: int
    orphans: Sequence[str]
    dropped: int


class Storage:
    """Checks the storage and deletes orphans."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    @property
    def database(self) -> Database:
        """The rows that refer to objects."""
        return self._context.database

    @property
    def blobs(self) -> Blobs:
        """The object storage."""
        return self._context.blobs

    def check(self) -> None:
        """Check that rows can be read and the object storage answers.

        Raises:
            DatabaseError: one of them does not.
        """
        with self._context.database.read() as connection:
            connection.execute(select(1))
        self._context.blobs.check()

    def sweep(self, *, keep: bool = False) -> Swept:
        """Delete old objects that nothing refers to; with ``keep``, only find them.

        References and age are checked again in the transaction that deletes. A writer that
        wants to refer to the object has either committed before, or finds afterwards that it is
        gone and stores it again.
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
                # Rows written since the first look may refer to these now; no writer runs beside
                # this transaction.
                named = referred_to(connection, some)
                orphans = [name for name in some if name not in named]
                dropped += [name for name in orphans if self.blobs.drop(name, before)]
        return dropped


def referred_to(connection: Connection, among: Sequence[str] | None = None) -> set[str]:
    """Return the objects that rows refer to, all of them or only those in ``among``."""
    found: set[str] = set()
    for column in REFERENCES:
        wanted = column.is_not(None) if among is None else column.in_(among)
        found.update(connection.execute(select(column).where(wanted)).scalars())
    for files in connection.execute(select(tables.uploads.c.files)).scalars():
        # Not a column of its own, so no foreign key and no index: every upload is read.
        found.update(sha256 for _, sha256 in files.values())
    return found
