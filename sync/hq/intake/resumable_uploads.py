"""Unfinished uploads of evidence by tus 1.0, stored in the database and the object storage.

Processes share no memory, so any of them may receive the next part. A part counts once it is
durable and the upload's row has advanced, which only one of two concurrent parts achieves.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from sync.hq.context import HqContext
from sync.hq.errors import (
    BlobDamaged,
    BudgetSpent,
    BundleIdWrong,
    NotFound,
    OffsetWrong,
    UploadTooLarge,
)
from sync.hq.intake.budgets import BudgetNotes
from sync.hq.intake.deliveries import Intake
from sync.hq.persistence.sync_tables import evidence_parts, evidence_uploads
from sync.wire.errors import WireError
from sync.wire.sealing.sealed import MAX_BYTES

MOST_OPEN, MOST_OPEN_BYTES = 20, 4 * MAX_BYTES
"""Unfinished uploads of one centre, in number and total size; the oldest make room."""

MOST_PARTS = 4096
"""Parts of one upload: the largest upload in parts of 4 KiB. The agent sends at least 8 KiB."""

KEPT = timedelta(days=14)
"""An upload without a new part is deleted after this time."""


@dataclass(frozen=True)
class Upload:
    """An unfinished upload; ``received`` of ``size`` bytes are stored."""

    id: str
    sha256: str
    size: int
    received: int


class EvidenceUploads:
    """Begins uploads, appends their parts, and stores complete pictures."""

    def __init__(self, context: HqContext, intake: Intake) -> None:
        self._context = context
        self._intake = intake
        self._notes = BudgetNotes(context)

    def begin(self, centre_code: str, sha256: str, size: int) -> Upload:
        """Begin an upload of the picture ``sha256``; ``size`` is that of its sealed bytes.

        An earlier upload of the same picture is deleted, and so are the centre's oldest other
        ones when there are too many: the centre begins them again.

        Raises:
            UploadTooLarge: the size is not allowed.
            BudgetSpent: the centre has sent too much today.
        """
        if not 1 <= size <= MAX_BYTES:
            raise UploadTooLarge(limit=MAX_BYTES)
        self._intake.budget("evidence").require(centre_code, size)  # before any byte is sent
        upload, now = Upload(self._context.ids(), sha256, size, 0), self._context.clock.now()
        table = evidence_uploads
        with self._context.database.write_shared() as connection:
            same = (table.c.centre_code == centre_code) & (table.c.sha256 == sha256)
            old = connection.execute(
                select(table.c.id).where(same | (table.c.changed_at < now - KEPT))
            )
            for upload_id in old.scalars().all():
                _forget(connection, upload_id)
            crowded = _surplus(connection, centre_code, size)
            for upload_id in crowded:
                _forget(connection, upload_id)
            values = {**vars(upload), "centre_code": centre_code, "changed_at": now}
            connection.execute(insert(table).values(**values))
        if crowded:
            self._notes.note(centre_code, "unfinished uploads")
        return upload

    def get(self, centre_code: str, upload_id: str) -> Upload:
        """Return an unfinished upload of this centre.

        Raises:
            NotFound: there is none.
        """
        with self._context.database.read() as connection:
            return _upload(_row(connection, centre_code, upload_id))

    def append(self, centre_code: str, upload_id: str, offset: int, data: bytes) -> Upload:
        """Append the bytes that start at ``offset``; store the picture once it is complete.

        An upload whose bytes are rejected is deleted. If the storage failed at the end, an
        empty part finishes the upload later.

        Raises:
            NotFound: there is no such upload.
            OffsetWrong: the part does not start where the upload ends.
            UploadTooLarge: the part ends beyond the announced size.
            BudgetSpent: the upload has too many parts.
            WireError, BundleIdWrong: as for :meth:`Evidence.take`.
        """
        upload = self.get(centre_code, upload_id)
        if upload.received != offset:
            raise OffsetWrong(received=upload.received)
        received = offset + len(data)
        if received > upload.size:
            raise UploadTooLarge(limit=upload.size)
        if data:
            self._require_parts(centre_code, upload)
            self._keep_part(upload, data)
        if received == upload.size:
            self._finish(centre_code, upload)
        return Upload(upload.id, upload.sha256, upload.size, received)

    def _require_parts(self, centre_code: str, upload: Upload) -> None:
        query = select(func.count()).where(evidence_parts.c.upload_id == upload.id)
        with self._context.database.read() as connection:
            parts = int(connection.execute(query).scalar_one())
        if parts >= MOST_PARTS:
            self._notes.note(centre_code, "parts of an upload")
            raise BudgetSpent(what="parts of an upload")

    def _keep_part(self, upload: Upload, data: bytes) -> None:
        blob, now = self._context.blobs.put(data), self._context.clock.now()
        table, received = evidence_uploads, upload.received + len(data)
        with self._context.database.write_shared() as connection:
            # Compare and set: of two parts for the same offset, only one advances the upload.
            mine = (table.c.id == upload.id) & (table.c.received == upload.received)
            change = update(table).where(mine).values(received=received, changed_at=now)
            if connection.execute(change).rowcount != 1:
                # Another part was faster; the present offset is not known here.
                raise OffsetWrong(received=-1)
            self._context.blobs.keep(blob, data)
            values = {"upload_id": upload.id, "start": upload.received, "object": blob}
            connection.execute(insert(evidence_parts).values(**values))

    def _finish(self, centre_code: str, upload: Upload) -> None:
        with self._context.database.read() as connection:
            query = select(evidence_parts.c.object).where(evidence_parts.c.upload_id == upload.id)
            blobs = connection.execute(query.order_by(evidence_parts.c.start)).scalars().all()
        try:
            data = b"".join(self._context.blobs.get(blob) for blob in blobs)
            self._intake.accept("evidence", centre_code, upload.sha256, data)
        except (WireError, BundleIdWrong, BlobDamaged, NotFound):
            self._forget(upload)  # the same bytes would be rejected again
            raise
        self._forget(upload)

    def _forget(self, upload: Upload) -> None:
        with self._context.database.write_shared() as connection:
            _forget(connection, upload.id)


def _row(connection: Connection, centre_code: str, upload_id: str) -> RowMapping:
    table = evidence_uploads
    query = select(table).where(table.c.id == upload_id, table.c.centre_code == centre_code)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(what="upload")
    return row


def _surplus(connection: Connection, centre_code: str, size: int) -> list[str]:
    """Return the oldest uploads to delete so that one more of ``size`` bytes fits."""
    table = evidence_uploads
    query = select(table.c.id, table.c.size).where(table.c.centre_code == centre_code)
    kept, space, surplus = 1, size, []
    for row in connection.execute(query.order_by(table.c.changed_at.desc(), table.c.id)):
        kept, space = kept + 1, space + row.size
        if kept > MOST_OPEN or space > MOST_OPEN_BYTES:
            surplus.append(row.id)
    return surplus


def _upload(row: RowMapping) -> Upload:
    return Upload(row["id"], row["sha256"], row["size"], row["received"])


def _forget(connection: Connection, upload_id: str) -> None:
    """Delete an upload. Its objects may be shared with another one, so the sweep deletes them."""
    connection.execute(delete(evidence_parts).where(evidence_parts.c.upload_id == upload_id))
    connection.execute(delete(evidence_uploads).where(evidence_uploads.c.id == upload_id))
