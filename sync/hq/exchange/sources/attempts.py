"""What centres reported of the attempts, from the report of each that counts.

Ordered by arrival. When a newer report of an attempt counts, it comes again.
"""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, select

from sync.hq.accounts.tokens import TokenScope
from sync.hq.exchange.cursors import Position
from sync.hq.exchange.entries import AttemptEntry, EvidenceEntry, IncidentEntry
from sync.hq.exchange.queries import AttemptsQuery
from sync.hq.exchange.sources.results import narrowed
from sync.hq.exchange.sources.source import Found, Reader, Source
from sync.hq.persistence.result_tables import results
from sync.hq.persistence.sync_tables import evidence
from sync.hq.persistence.tables import bundles

BATCH = 50
"""Reports read at a time: one may have 16 MB."""

_MARK = 16
Fields = dict[str, Any]


class ReportSource(Source[AttemptsQuery]):
    """A list of which each report has any number of entries."""

    query = AttemptsQuery

    def read(
        self,
        connection: Connection,
        query: AttemptsQuery,
        reader: Reader,
        after: Position,
        size: int,
    ) -> Sequence[Found]:
        """Return entries after a number and part."""
        chosen = _query().where(*narrowed(query, reader), *self.wanted())
        if query.since is not None:
            chosen = chosen.where(bundles.c.received_at >= query.since)
        found: list[Found] = []
        # Of the report that the position names, entries may be left.
        number, rows = after.number, _batch(connection, chosen, after.number - 1, size)
        while rows and len(found) < size:
            for row in rows:
                entries = list(self.entries(connection, row, reader))
                begin = after.part if row["cursor"] == after.number else 0
                for part, fields in enumerate(entries[begin:], start=begin + 1):
                    found.append((_position(row, part), fields))
            number = rows[-1]["cursor"]
            rows = _batch(connection, chosen, number, size - len(found))
        return found[:size]

    def knows(self, connection: Connection, position: Position) -> bool:
        """Return whether the report of that number is the same one."""
        query = select(bundles.c.id).where(bundles.c.cursor == position.number)
        found = connection.execute(query).scalar()
        return found is not None and str(found)[:_MARK] == position.mark

    def wanted(self) -> Sequence[ColumnElement[bool]]:
        """Return conditions that leave out reports without entries."""
        return ()

    @abstractmethod
    def entries(self, connection: Connection, row: RowMapping, reader: Reader) -> Iterable[Fields]:
        """Return the entries of a report, always in the same order."""


class AttemptSource(ReportSource):
    """Reports as a whole."""

    name = "attempts"
    summary = "What centres reported: answers, times, conduct, incidents."
    scope = TokenScope.ATTEMPTS
    entry = AttemptEntry
    formats = ("json", "ndjson", "qti")

    def entries(self, connection: Connection, row: RowMapping, reader: Reader) -> Iterable[Fields]:
        """Return the report itself."""
        del connection
        return [attempt_fields(row, reader)]


class IncidentSource(ReportSource):
    """Incidents of the reports."""

    name = "incidents"
    summary = "Incidents as they were measured, before anybody has judged them."
    scope = TokenScope.INCIDENTS
    entry = IncidentEntry

    def wanted(self) -> Sequence[ColumnElement[bool]]:
        """Leave out reports without incidents."""
        return (results.c.incidents > 0,)

    def entries(self, connection: Connection, row: RowMapping, reader: Reader) -> Iterable[Fields]:
        """Return the incidents of a report in its order."""
        del connection, reader
        shared = {**_of_attempt(row), "received_at": row["received_at"]}
        return [{**shared, **incident} for incident in row["document"]["incidents"]]


class EvidenceSource(ReportSource):
    """Pictures that the reports name."""

    name = "evidence"
    summary = "Pictures that centres stored; their bytes arrive later, and only some of them."
    scope = TokenScope.EVIDENCE
    entry = EvidenceEntry

    def wanted(self) -> Sequence[ColumnElement[bool]]:
        """Leave out reports without pictures."""
        return (func.json_array_length(bundles.c.document["evidence"]) > 0,)

    def entries(self, connection: Connection, row: RowMapping, reader: Reader) -> Iterable[Fields]:
        """Return the pictures of a report in its order."""
        del reader
        document, shared = row["document"], _of_attempt(row)
        here = _arrived(connection, row["centre_code"], document["evidence"])
        for picture in document["evidence"]:
            sha256 = picture["sha256"]
            yield {
                **shared,
                "id": sha256,
                **{name: picture[name] for name in ("kind", "at", "size")},
                "incidents": [
                    incident["id"]
                    for incident in document["incidents"]
                    if sha256 in incident.get("evidence", ())
                ],
                "here": sha256 in here,
                "href": f"/api/v1/attempts/{row['bundle_id']}/media/{sha256}",
            }


def attempt_fields(row: RowMapping, reader: Reader) -> Fields:
    """Return a report's fields; ``row`` as :func:`attempt_row` reads it."""
    document = row["document"]
    guest = document.get("admitted")
    return {
        **{name: document[name] for name in _OF_DOCUMENT if name in document},
        **_of_attempt(row),
        **{name: document.get(name) for name in _MAYBE},
        "answers": {answer["item_id"]: answer["value"] for answer in document["answers"]},
        "by_hand": guest is not None,
        "admitted": guest if reader.personal else None,
        "personal_form": document.get("personal_form") if reader.personal else None,
        "answers_digest": row["answers_digest"],
        "chain_ok": row["chain_ok"],
        "answer_findings": row["answer_findings"],
        "received_at": row["received_at"],
    }


_OF_DOCUMENT = (
    *("revision", "package", "timing", "end_reason", "voided", "conduct", "incidents"),
    *("evidence", "chain", "software"),
)
_MAYBE = ("check_in", "device_check", "vision")


def attempt_row(connection: Connection, bundle_id: str, reader: Reader) -> RowMapping | None:
    """Return a report that counts, by its id; None where the reader may see none such."""
    narrow = narrowed(AttemptsQuery(), reader)
    query = _query().where(bundles.c.id == bundle_id, *narrow)
    return connection.execute(query).mappings().first()


_COUNTS = and_(
    # The primary key of results, which has no index of its reports.
    results.c.centre_code == bundles.c.centre_code,
    results.c.attempt_id == bundles.c.attempt_id,
    results.c.bundle_id == bundles.c.id,
)


def _query() -> Select[Any]:
    return select(
        bundles.c.id.label("bundle_id"),
        *(column for column in bundles.c if column.name not in ("id", "receipt")),
        results.c.programme_id,
    ).join(results, _COUNTS)


def _batch(
    connection: Connection, chosen: Select[Any], after: int, size: int
) -> Sequence[RowMapping]:
    query = chosen.where(bundles.c.cursor > after).order_by(bundles.c.cursor)
    return connection.execute(query.limit(max(1, min(size, BATCH)))).mappings().all()


def _position(row: RowMapping, part: int) -> Position:
    return Position(row["cursor"], part, row["bundle_id"][:_MARK])


def _of_attempt(row: RowMapping) -> Fields:
    names = (
        *("centre_code", "attempt_id", "bundle_id", "sitting_id", "candidate_id"),
        *("admission_no", "paper", "room"),
    )
    return {**{name: row[name] for name in names}, "programme": row["programme_id"]}


def _arrived(
    connection: Connection, centre_code: str, pictures: Sequence[Fields]
) -> frozenset[str]:
    named = [picture["sha256"] for picture in pictures]
    query = select(evidence.c.sha256).where(
        evidence.c.centre_code == centre_code, evidence.c.sha256.in_(named)
    )
    return frozenset(connection.execute(query).scalars())
