"""Results: each attempt once, as it is now, and again whenever it changes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, select

from sync.hq.accounts.tokens import TokenScope
from sync.hq.exchange.cursors import Position
from sync.hq.exchange.entries import ResultEntry, sat_before
from sync.hq.exchange.limits import within
from sync.hq.exchange.queries import AttemptsQuery, ResultsQuery
from sync.hq.exchange.sources.source import Found, Reader, Source
from sync.hq.persistence.result_tables import result_versions, results
from sync.hq.persistence.tables import candidates, seats

_MARK = 16


class ResultSource(Source[ResultsQuery]):
    """Reads the table of results, ordered by the number of each one's last change."""

    name = "results"
    summary = "Results as they are now. A result that changes comes again."
    scope = TokenScope.RESULTS
    entry = ResultEntry
    query = ResultsQuery

    def read(
        self,
        connection: Connection,
        query: ResultsQuery,
        reader: Reader,
        after: Position,
        size: int,
    ) -> Sequence[Found]:
        """Return entries after a number."""
        chosen = _query().where(results.c.cursor > after.number, *narrowed(query, reader))
        if query.status is not None:
            chosen = chosen.where(results.c.status == query.status)
        if query.since is not None:
            chosen = chosen.where(results.c.changed_at >= query.since)
        rows = connection.execute(chosen.order_by(results.c.cursor).limit(size)).mappings()
        return [(_position(row), _entry(row, reader)) for row in rows]

    def knows(self, connection: Connection, position: Position) -> bool:
        """Return whether that version of that result was ever computed here, as it was then."""
        try:
            centre, attempt, version, digest = position.mark.split("/")
            number = int(version)
        except ValueError:
            return False
        versions = result_versions
        query = (
            select(versions.c.digest, results.c.cursor)
            .join(results, _same_attempt())
            .where(
                versions.c.centre_code == centre,
                versions.c.attempt_id == attempt,
                versions.c.version == number,
            )
        )
        found = connection.execute(query).first()
        if found is None:
            return False
        return bool(found.digest[:_MARK] == digest and found.cursor >= position.number)


def narrowed(query: AttemptsQuery, reader: Reader) -> Sequence[ColumnElement[bool]]:
    """Return the conditions on results that a request and its token set."""
    wanted = {
        results.c.sitting_id: query.sitting,
        results.c.programme_id: query.programme,
        results.c.centre_code: query.centre,
    }
    chosen = [column == value for column, value in wanted.items() if value is not None]
    return [within(reader.limits), *chosen]


def _same_attempt() -> ColumnElement[bool]:
    return and_(
        results.c.centre_code == result_versions.c.centre_code,
        results.c.attempt_id == result_versions.c.attempt_id,
    )


def _query() -> Select[Any]:
    seat = and_(
        seats.c.sitting_id == results.c.sitting_id,
        seats.c.candidate_id == results.c.candidate_id,
        seats.c.centre_code == results.c.centre_code,
    )
    current = and_(_same_attempt(), result_versions.c.version == results.c.version)
    return (
        select(
            results,
            seats.c.seat,
            candidates.c.name,
            result_versions.c.sheet,
            result_versions.c.digest,
        )
        .join(result_versions, current)
        .outerjoin(seats, seat)
        .outerjoin(candidates, candidates.c.id == seats.c.candidate_id)
    )


def _position(row: RowMapping) -> Position:
    names = (row["centre_code"], row["attempt_id"], str(row["version"]), row["digest"][:_MARK])
    return Position(row["cursor"], mark="/".join(names))


_SAME = frozenset(ResultEntry.model_fields) & frozenset(results.c.keys()) - {"cursor"}
"""Fields that are columns of the same name."""


def _entry(row: RowMapping, reader: Reader) -> dict[str, Any]:
    sheet = row["sheet"]
    return {
        **{name: row[name] for name in _SAME},
        "programme": row["programme_id"],
        "sat_before": sat_before(row["taken"]),
        "seat": row["seat"] or row["guest_seat"],
        "name": (row["name"] or row["guest_name"]) if reader.personal else None,
        **{name: sheet[name] for name in ("pending", "points", "subjects")},
    }
