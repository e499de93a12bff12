"""Single attempts: the report, its QTI document, its pictures."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from zipfile import ZIP_DEFLATED

from sqlalchemy import Connection, and_, select
from zipstream import ZipStream

from kiosk.exam.items.item import ItemType
from sync.hq.accounts.tokens import TokenScope
from sync.hq.centres.registry import Centres
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import NotFound
from sync.hq.exchange.cursors import Place, Position
from sync.hq.exchange.entries import AttemptEntry, Entry
from sync.hq.exchange.errors import PictureMissing
from sync.hq.exchange.identity import identity
from sync.hq.exchange.qti import ScoredAttempt, assessment_result
from sync.hq.exchange.queries import digest_of
from sync.hq.exchange.sources.attempts import AttemptSource, attempt_fields, attempt_row
from sync.hq.exchange.sources.source import Reader
from sync.hq.persistence.result_tables import result_versions, results
from sync.hq.persistence.sync_tables import evidence
from sync.hq.persistence.tables import package_papers, papers
from sync.wire.delivery.evidence import open_evidence

Items = dict[str, ItemType]


class Reports:
    """Reads single attempts and what belongs to them."""

    def __init__(self, context: HqContext, centres: Centres) -> None:
        self._context = context
        self._centres = centres

    def attempt(self, bundle_id: str, reader: Reader) -> AttemptEntry:
        """Return a report that counts.

        Raises:
            NotFound: there is none with this id that the reader may see.
        """
        with self._context.database.read() as connection:
            row = attempt_row(connection, bundle_id, reader)
        if row is None:
            raise NotFound(what="attempt")
        place = Place(identity(self._context), AttemptSource.name, digest_of(reader.filters()))
        cursor = place.encode(Position(row["cursor"], 1, bundle_id[:16]))
        return AttemptEntry.model_validate({**attempt_fields(row, reader), "cursor": cursor})

    def qti(self, attempt: AttemptEntry, reader: Reader) -> bytes:
        """Return an attempt as QTI; with its outcomes if the reader may see results."""
        with self._context.database.read() as connection:
            return _document(connection, attempt, reader, {})

    def qti_archive(self, attempts: Sequence[Entry], reader: Reader) -> Iterator[bytes]:
        """Yield a ZIP file of the QTI documents of attempts."""
        archive, known = ZipStream(compress_type=ZIP_DEFLATED), dict[tuple[str, str], Items]()
        for attempt in attempts:
            assert isinstance(attempt, AttemptEntry)
            with self._context.database.read() as connection:
                document = _document(connection, attempt, reader, known)
            archive.add(document, f"{attempt.centre_code}-{attempt.attempt_id}.xml")
            yield from archive.all_files()
        yield from archive.finalize()

    def picture(self, bundle_id: str, sha256: str, reader: Reader) -> bytes:
        """Return a picture that a report names; this is recorded in the audit log.

        Raises:
            NotFound: the reader may see no such report, or it names no such picture.
            PictureMissing: it has not arrived at headquarters.
            BlobDamaged: its stored bytes are damaged.
        """
        with self._context.database.read() as connection:
            row = attempt_row(connection, bundle_id, reader)
            if row is None or not _names(row["document"], sha256):
                raise NotFound(what="picture")
            code = row["centre_code"]
            query = select(evidence.c.object).where(
                evidence.c.centre_code == code, evidence.c.sha256 == sha256
            )
            stored = connection.execute(query).scalar()
        if stored is None:
            raise PictureMissing
        sealed, keys = self._context.blobs.get(stored), self._context.keys
        opened = self._centres.open(code, lambda own: open_evidence(sealed, keys, own, code))
        now, named = self._context.clock.now(), {"centre": code, "attempt": row["attempt_id"]}
        with self._context.database.write() as connection:
            by = f"token:{reader.token_id}"
            record(connection, now, AuditKind.PICTURE_PULLED, by, picture=sha256, **named)
        return opened[1]


def _names(document: dict[str, Any], sha256: str) -> bool:
    return any(picture["sha256"] == sha256 for picture in document["evidence"])


def _document(
    connection: Connection,
    attempt: AttemptEntry,
    reader: Reader,
    known: dict[tuple[str, str], Items],
) -> bytes:
    package = attempt.package.id, attempt.paper
    if package not in known:
        known[package] = _items(connection, *package)
    items = known[package]
    scored = ScoredAttempt(attempt, list(items.items()))
    if TokenScope.RESULTS in reader.scopes:
        scored = _with_result(connection, scored)
    return assessment_result(scored)


def _items(connection: Connection, package_id: str, paper: str) -> Items:
    """Return the items of a paper with their types, in its order."""
    query = (
        select(papers.c.paper)
        .join(package_papers, package_papers.c.paper_id == papers.c.id)
        .where(package_papers.c.package_id == package_id, package_papers.c.sitting_paper == paper)
    )
    document = connection.execute(query).scalar()
    return {item["id"]: ItemType(item["type"]) for item in (document or {"items": []})["items"]}


def _with_result(connection: Connection, scored: ScoredAttempt) -> ScoredAttempt:
    versions, attempt = result_versions, scored.attempt
    current = and_(
        versions.c.centre_code == results.c.centre_code,
        versions.c.attempt_id == results.c.attempt_id,
        versions.c.version == results.c.version,
    )
    query = (
        select(results.c.status, results.c.total, results.c.passed, versions.c.sheet)
        .join(versions, current)
        .where(
            results.c.centre_code == attempt.centre_code,
            results.c.attempt_id == attempt.attempt_id,
        )
    )
    row = connection.execute(query).one()
    return ScoredAttempt(
        attempt,
        scored.items,
        row.status,
        row.total,
        row.passed,
        {item: Decimal(points) for item, points in row.sheet["points"].items()},
    )
