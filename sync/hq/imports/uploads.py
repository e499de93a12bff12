"""Uploaded files that staff review before storing them: kept sealed, for two hours at most.

They contain keys of items or personal data, and are deleted as soon as they are stored or
discarded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, insert, select, update

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
        self._drop(old)
        return upload_id

    def get(self, upload_id: str, by: str) -> Upload:
        """Return an upload of this account.

        Raises:
            NotFound: it is another account's, or was deleted.
        """
        row = self._row(upload_id, by)
        files = {
            field: UploadedFile(name, self._context.keys.unseal(self._context.blobs.get(sha256)))
            for field, (name, sha256) in row["files"].items()
        }
        return Upload(row["id"], row["kind"], row["context"], files)

    def without_files(self, upload_id: str, by: str) -> Upload:
        """Return an upload of this account as :meth:`get`, but read none of its files.

        Raises:
            NotFound: it is another account's, or was deleted.
        """
        row = self._row(upload_id, by)
        return Upload(row["id"], row["kind"], row["context"], {})

    def add_context(self, upload_id: str, by: str, values: Mapping[str, Any]) -> None:
        """Add fields to the form of an upload of this account, or replace them.

        Raises:
            NotFound: it is another account's, or was deleted.
        """
        table, known = tables.uploads, self._row(upload_id, by)["context"]
        mine = (table.c.id == upload_id) & (table.c.username == by)
        with self._context.database.write() as connection:
            connection.execute(update(table).where(mine).values(context={**known, **values}))

    def forget(self, upload_id: str) -> None:
        """Delete an upload with its files and its preview."""
        with self._context.database.write() as connection:
            objects = _delete(connection, tables.uploads.c.id == upload_id)
        # After the commit: a row that a failed transaction brings back must find its files.
        self._drop(objects)

    def _row(self, upload_id: str, by: str) -> RowMapping:
        table = tables.uploads
        query = select(table).where(table.c.id == upload_id, table.c.username == by)
        with self._context.database.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(what="upload")
        return row

    def _forget_old(self, connection: Connection) -> Sequence[str]:
        return _delete(connection, tables.uploads.c.created_at < self._context.clock.now() - KEPT)

    def _drop(self, objects: Sequence[str]) -> None:
        for sha256 in objects:
            self._context.blobs.drop(sha256)


def delete_preview(connection: Connection, upload_id: str) -> Sequence[str]:
    """Delete the preview of an upload; return the objects that nothing refers to any more."""
    table = tables.import_pictures
    query = select(table.c.object).where(table.c.upload_id == upload_id)
    objects = connection.execute(query).scalars().all()
    for table in (
        tables.import_pictures,
        tables.import_rows,
        tables.import_previews,
        tables.candidate_rows,
    ):
        connection.execute(delete(table).where(table.c.upload_id == upload_id))
    return objects


def _delete(connection: Connection, which: ColumnElement[bool]) -> Sequence[str]:
    """Delete uploads with their previews; return their objects."""
    table, objects = tables.uploads, list[str]()
    for row in connection.execute(select(table).where(which)).mappings().all():
        objects += [sha256 for _, sha256 in row["files"].values()]
        objects += delete_preview(connection, row["id"])
    connection.execute(delete(table).where(which))
    return objects
