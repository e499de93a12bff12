"""Texts and files of cases: grounds, statements, letters. Sealed, each look recorded, deletable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Role, require_role
from sync.hq.errors import NotFound
from sync.hq.persistence.review_tables import case_documents, review_cases
from sync.hq.review.errors import DocumentGone, StatementTooLong
from sync.wire import canonical

MOST_BYTES = 8_000_000
LONGEST_TEXT = 20_000
TEXT, PDF, JPEG, PNG = "txt", "pdf", "jpg", "png"
MEDIA = {TEXT: "text/plain; charset=utf-8", PDF: "application/pdf", JPEG: "image/jpeg",
         PNG: "image/png"}  # fmt: skip
_BEGINNINGS = {b"%PDF-": PDF, b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}


@dataclass(frozen=True)
class DocumentView:
    """A document without its bytes. ``act``: the step of the case that it belongs to."""

    id: str
    case_id: str
    act: int
    kind: str
    media: str
    sha256: str
    size: int
    created_at: datetime
    created_by: str
    deleted_at: datetime | None


@dataclass(frozen=True)
class Draft:
    """A document that is sealed and stored as an object, not yet part of a case."""

    kind: str
    media: str
    sha256: str
    size: int
    object: str


class Documents:
    """Seals, opens and deletes documents."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def text(self, kind: str, text: str) -> Sequence[Draft]:
        """Seal a text before a transaction; nothing for an empty one.

        Raises:
            StatementTooLong: it has more than ``LONGEST_TEXT`` characters.
        """
        said = text.strip()
        if len(said) > LONGEST_TEXT:
            raise StatementTooLong(most=LONGEST_TEXT)
        return [self.file(kind, TEXT, said.encode("utf-8"))] if said else []

    def upload(self, kind: str, data: bytes) -> Sequence[Draft]:
        """Seal a file that somebody brings: PDF, JPEG or PNG; nothing for an empty one.

        Raises:
            NotFound: it is another kind of file.
            StatementTooLong: it is larger than ``MOST_BYTES``.
        """
        if not data:
            return []
        media = next((m for start, m in _BEGINNINGS.items() if data.startswith(start)), None)
        if media is None:
            raise NotFound(what="PDF, JPEG or PNG")
        return [self.file(kind, media, data)]

    def file(self, kind: str, media: str, data: bytes) -> Draft:
        """Seal bytes and store them as an object.

        Raises:
            StatementTooLong: there are more than ``MOST_BYTES``.
        """
        if len(data) > MOST_BYTES:
            raise StatementTooLong(most=MOST_BYTES)
        name = self._context.blobs.put(self._context.keys.public.seal(data))
        return Draft(kind, media, canonical.digest(data), len(data), name)

    def add(
        self,
        connection: Connection,
        case_id: str,
        act: int,
        drafts: Sequence[Draft],
        by: str,
        now: datetime,
    ) -> None:
        """Make drafts part of a step of a case, in the caller's transaction."""
        rows = [
            {
                **vars(draft),
                "id": self._context.ids(),
                "case_id": case_id,
                "act": act,
                "created_at": now,
                "created_by": by,
            }
            for draft in drafts
        ]
        if rows:
            connection.execute(insert(case_documents), rows)

    def of_case(self, case_id: str) -> Sequence[DocumentView]:
        """Return the documents of a case, the oldest first."""
        with self._context.database.read() as connection:
            return documents_of(connection, case_id)

    def open(self, document_id: str, by: str, roles: Sequence[Role]) -> tuple[DocumentView, bytes]:
        """Return a document with its bytes, and record who saw it.

        Raises:
            NotFound: there is no such document.
            RoleMissing: the account may not see cases of this programme and centre.
            DocumentGone: its bytes were deleted.
        """
        now = self._context.clock.now()
        query = (
            select(case_documents, review_cases.c.programme_id, review_cases.c.centre_code)
            .join(review_cases, review_cases.c.id == case_documents.c.case_id)
            .where(case_documents.c.id == document_id)
        )
        with self._context.database.write() as connection:
            row = connection.execute(query).mappings().first()
            if row is None:
                raise NotFound(what="document")
            programme, centre = row["programme_id"] or "", row["centre_code"]
            require_role(connection, by, *roles, programme_id=programme, centre_code=centre)
            if row["object"] is None:
                raise DocumentGone
            named = {"document": document_id, "case": row["case_id"]}
            record(connection, now, AuditKind.CASE_DOCUMENT_VIEWED, by, **named)
        return _view(row), self._unsealed(row)

    def texts(self, case_id: str, kind: str) -> Sequence[str]:
        """Return the texts of a kind that are still stored, for a letter about them."""
        with self._context.database.read() as connection:
            rows = _rows(connection, case_id)
        return [
            self._unsealed(row).decode("utf-8")
            for row in rows
            if (row["kind"], row["media"]) == (kind, TEXT) and row["object"] is not None
        ]

    def delete(self, case_ids: Sequence[str], by: str) -> int:
        """Delete the bytes of all documents of some cases; what was done stays."""
        now, gone = self._context.clock.now(), list[str]()
        with self._context.database.write() as connection:
            for case_id in case_ids:
                names = [row["object"] for row in _rows(connection, case_id) if row["object"]]
                if names:
                    gone += names
                    mine = case_documents.c.case_id == case_id
                    stored = mine & case_documents.c.object.is_not(None)
                    values = {"object": None, "deleted_at": now}
                    connection.execute(update(case_documents).where(stored).values(**values))
                    named = {"case": case_id, "documents": len(names)}
                    record(connection, now, AuditKind.CASE_DOCUMENTS_DELETED, by, **named)
        for name in gone:
            self._context.blobs.drop(name)
        return len(gone)

    def _unsealed(self, row: RowMapping) -> bytes:
        return self._context.keys.unseal(self._context.blobs.get(row["object"]))


def documents_of(connection: Connection, case_id: str) -> Sequence[DocumentView]:
    """Return the documents of a case, the oldest first, in the caller's transaction."""
    return [_view(row) for row in _rows(connection, case_id)]


def _rows(connection: Connection, case_id: str) -> Sequence[RowMapping]:
    query = select(case_documents).where(case_documents.c.case_id == case_id)
    ordered = query.order_by(case_documents.c.act, case_documents.c.created_at, case_documents.c.id)
    return connection.execute(ordered).mappings().all()


def _view(row: RowMapping) -> DocumentView:
    return DocumentView(**{name: row[name] for name in DocumentView.__dataclass_fields__})
