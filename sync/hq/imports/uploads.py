"""Uploaded files that staff review before storing them: kept sealed, for two hours at most.

They contain keys of items or personal data, and are deleted as soon as they are stored or
discarded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select

from sync.hq.context import HqContext
from sync.hq.errors import NotFound
from sync.hq.persistence import tables

KEPT = timedelta(hours=2)


@dataclass(frozen=True)
class UploadedFile:
    """One file as uploaded."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Upload:
    """The files of a form by field; ``context`` has its other fields."""

    id: str
    kind: str
    context: Mapping[str, Any]
    files: Mapping[str, UploadedFile]


class Uploads:
    """Stores and deletes uploads."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def keep(
        self, kind: str, files: Mapping[str, UploadedFile], context: Mapping[str, Any], by: str
    ) -> str:
        """Store files for their owner; return the upload's id."""
        upload_id, now = self._context.ids(), self._context.clock.now()
        stored = {
            field: [file.name, self._context.blobs.put(self._context.keys.public.seal(file.data))]
            for field, file in files.items()
        }
        with self._context.database.write() as connection:
            old = self._forget_old(connection)
            values = {
                "id": upload_id,
                "kind": kind,
                "username": by,
                "context": dict(context),
                "files": stored,
                "created_at": now,
            }
            connection.execute(insert(tables.uploads).values(**values))
        self._drop_files(old)
        return upload_id

    def get(self, upload_id: str, by: str) -> Upload:
        """Return an upload of this account.

        Raises:
            NotFound: it is another account's, or was deleted.
        """
        table = tables.uploads
        query = select(table).where(table.c.id == upload_id, table.c.username == by)
        with self._context.database.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(what="upload")
        files = {
            field: UploadedFile(name, self._context.keys.unseal(self._context.blobs.get(sha256)))
            for field, (name, sha256) in row["files"].items()
        }
        return Upload(row["id"], row["kind"], row["context"], files)

    def forget(self, upload_id: str) -> None:
        """Delete an upload and its files."""
        table = tables.uploads
        with self._context.database.write() as connection:
            query = select(table).where(table.c.id == upload_id)
            rows = connection.execute(query).mappings().all()
            connection.execute(delete(table).where(table.c.id == upload_id))
        # After the commit: a row that a failed transaction brings back must find its files.
        self._drop_files(rows)

    def _forget_old(self, connection: Connection) -> Sequence[RowMapping]:
        table = tables.uploads
        old = table.c.created_at < self._context.clock.now() - KEPT
        rows = connection.execute(select(table).where(old)).mappings().all()
        connection.execute(delete(table).where(table.c.id.in_([row["id"] for row in rows])))
        return rows

    def _drop_files(self, rows: Sequence[RowMapping]) -> None:
        for row in rows:
            for _, sha256 in row["files"].values():
                self._context.blobs.drop(sha256)
