"""Published versions of results: what candidates were told, and when that changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    RowMapping,
    Select,
    and_,
    func,
    insert,
    select,
    tuple_,
    update,
)

from kiosk.exam.typed_numbers import plain_number
from sync.hq.core.counted import AttemptKey
from sync.hq.core.sheets import Taken, taken_of
from sync.hq.persistence.database import next_number
from sync.hq.persistence.release_tables import published_results
from sync.hq.persistence.result_tables import result_versions, results
from sync.hq.release.scope import PUBLISHABLE, Scope

Attempts = Select[tuple[str, str]]
"""A query for attempts: centre and id. A list counts them; an act reads them."""

_AT_ONCE = 200
_CURRENT = and_(
    result_versions.c.centre_code == results.c.centre_code,
    result_versions.c.attempt_id == results.c.attempt_id,
    result_versions.c.version == results.c.version,
)


class PublicationKind(StrEnum):
    """What a published version says. The value is stored."""

    RELEASED = "released"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Published:
    """A published version of a result. ``number``: from 1, per attempt."""

    cursor: int
    key: AttemptKey
    number: int
    kind: PublicationKind
    sitting_id: str
    programme_id: str
    programme_version: int
    trade: str | None
    level: str | None
    candidate_id: str
    admission_no: str
    result_version: int
    digest: str
    status: str
    total: Decimal | None
    passed: bool | None
    parts: Mapping[str, str]
    taken: Mapping[str, Taken]
    reason: str
    at: datetime


@dataclass(frozen=True)
class Publication:
    """How rows are published: by which act, as what, why, when."""

    act: int
    kind: PublicationKind
    reason: str
    at: datetime


def unpublished(scope: Scope) -> Attempts:
    """Select the publishable attempts that were never published."""
    before = _join(published_results.c.number == 1)
    return (
        _publishable(scope)
        .outerjoin(published_results, before)
        .where(published_results.c.cursor.is_(None))
    )


def changed_since(scope: Scope) -> Attempts:
    """Select the attempts whose result is no longer what was published last."""
    return (
        _publishable(scope)
        .join(published_results, _join(published_results.c.newest))
        .join(result_versions, _CURRENT)
        .where(
            published_results.c.kind != PublicationKind.WITHDRAWN.value,
            # Says nothing new, but only few versions have to be read for the digest.
            results.c.version != published_results.c.result_version,
            result_versions.c.digest != published_results.c.digest,
        )
    )


def withdrawn(scope: Scope) -> Attempts:
    """Select the attempts whose result was withdrawn; it can be published again."""
    return (
        _publishable(scope)
        .join(published_results, _join(published_results.c.newest))
        .where(published_results.c.kind == PublicationKind.WITHDRAWN.value)
    )


def keys_in(
    connection: Connection, attempts: Attempts | CompoundSelect[Any]
) -> Sequence[AttemptKey]:
    """Return the attempts that a query selects."""
    return [AttemptKey(row.centre_code, row.attempt_id) for row in connection.execute(attempts)]


def count_in(connection: Connection, attempts: Attempts) -> int:
    """Count the attempts that a query selects."""
    query = select(func.count()).select_from(attempts.subquery())
    return int(connection.execute(query).scalar_one())


def newest_of(connection: Connection, key: AttemptKey) -> Published | None:
    """Return what an attempt's candidate was told last."""
    table = published_results
    mine = (table.c.centre_code == key.centre_code) & (table.c.attempt_id == key.attempt_id)
    row = connection.execute(select(table).where(mine, table.c.newest)).mappings().first()
    return None if row is None else published_of(row)


def history_of(connection: Connection, key: AttemptKey) -> Sequence[Published]:
    """Return all that an attempt's candidate was told, in order."""
    table = published_results
    mine = (table.c.centre_code == key.centre_code) & (table.c.attempt_id == key.attempt_id)
    query = select(table).where(mine).order_by(table.c.number)
    return [published_of(row) for row in connection.execute(query).mappings()]


def publish(
    connection: Connection, keys: Iterable[AttemptKey], publication: Publication
) -> Sequence[Published]:
    """Append a published version for each attempt; return them."""
    wanted, found = sorted(set(keys)), list[Published]()
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        rows = [_row(connection, row, publication) for row in _current(connection, part)]
        if not rows:
            continue
        mine = tuple_(published_results.c.centre_code, published_results.c.attempt_id).in_(part)
        connection.execute(update(published_results).where(mine).values(newest=False))
        connection.execute(insert(published_results), rows)
        found += [published_of(row) for row in rows]
    return found


def published_of(row: Mapping[str, Any] | RowMapping) -> Published:
    """Return a stored version."""
    names = (
        *("cursor", "number", "sitting_id", "programme_id", "programme_version", "trade"),
        *("level", "candidate_id", "admission_no", "result_version", "digest", "status"),
        *("total", "passed", "parts", "reason", "at"),
    )
    return Published(
        key=AttemptKey(row["centre_code"], row["attempt_id"]),
        kind=PublicationKind(row["kind"]),
        taken=taken_of(row["taken"]),
        **{name: row[name] for name in names},
    )


def _current(connection: Connection, keys: Sequence[AttemptKey]) -> Sequence[RowMapping]:
    newest = _join(published_results.c.newest)
    query = (
        select(results, result_versions.c.digest, published_results.c.number)
        .join(result_versions, _CURRENT)
        .outerjoin(published_results, newest)
        .where(tuple_(results.c.centre_code, results.c.attempt_id).in_(list(keys)))
        .order_by(results.c.centre_code, results.c.attempt_id)
    )
    return connection.execute(query).mappings().all()


def _row(connection: Connection, row: RowMapping, publication: Publication) -> dict[str, Any]:
    withdrawn = publication.kind is PublicationKind.WITHDRAWN
    same = (
        *("centre_code", "attempt_id", "sitting_id", "programme_id", "programme_version"),
        *("trade", "level", "candidate_id", "status", "digest"),
    )
    return {
        **{name: row[name] for name in same},
        # In plain form, as candidates' typed numbers are compared.
        "admission_no": plain_number(row["admission_no"]),
        "cursor": next_number(connection, "published_results"),
        "number": (row["number"] or 0) + 1,
        "newest": True,
        "kind": publication.kind.value,
        "act": publication.act,
        "result_version": row["version"],
        # A withdrawn result is not told any more; its earlier versions are still in the history.
        "total": None if withdrawn else row["total"],
        "passed": None if withdrawn else row["passed"],
        "parts": {} if withdrawn else row["parts"],
        "taken": {} if withdrawn else row["taken"],
        "reason": publication.reason,
        "at": publication.at,
    }


def _publishable(scope: Scope) -> Attempts:
    chosen = select(results.c.centre_code, results.c.attempt_id).select_from(results)
    return chosen.where(scope.mine, results.c.status.in_(PUBLISHABLE))


def _join(further: Any) -> Any:
    return and_(
        published_results.c.centre_code == results.c.centre_code,
        published_results.c.attempt_id == results.c.attempt_id,
        further,
    )
