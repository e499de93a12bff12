"""Versions of results as stored, and the current one of each attempt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from sync.hq.core.counted import AttemptKey, Counted
from sync.hq.core.drawn_papers import Drawn
from sync.hq.core.sheets import Sheet, taken_json
from sync.hq.persistence.database import next_number, put
from sync.hq.persistence.result_tables import result_versions, results


class ResultCause(StrEnum):
    """Why a result has a new version. The value is stored."""

    RECEIVED = "received"
    MARKED = "marked"
    RULING = "ruling"
    DECIDED = "decided"
    RECOMPUTED = "recomputed"


@dataclass(frozen=True)
class Why:
    """The cause of new versions, who made them and when."""

    cause: ResultCause
    by: str
    at: datetime


@dataclass(frozen=True)
class StoredVersion:
    """The newest version of a result."""

    version: int
    bundle_id: str
    digest: str
    sheet: Sheet

    def same_as(self, counted: Counted, sheet: Sheet) -> bool:
        """Return whether a new version would say the same, of the same bundle.

        The sheet counts as well as its digest: somebody may have edited one of them.
        """
        same = self.digest == sheet.digest == self.sheet.digest
        return same and self.bundle_id == counted.bundle_id


@dataclass(frozen=True)
class Latest:
    """The bundle that counts, its row, how many later epochs there are, and the paper sat."""

    counted: Counted
    row: Row[Any]
    later_epochs: int
    drawn: Drawn | None


def stored_version(connection: Connection, key: AttemptKey) -> StoredVersion | None:
    """Return the newest version of an attempt's result."""
    table = result_versions
    query = (
        select(table.c.version, table.c.bundle_id, table.c.digest, table.c.sheet)
        .where(table.c.centre_code == key.centre_code, table.c.attempt_id == key.attempt_id)
        .order_by(table.c.version.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return StoredVersion(row.version, row.bundle_id, row.digest, Sheet.of_json(row.sheet))


def store_version(
    connection: Connection, counted: Counted, sheet: Sheet, version: int, why: Why
) -> None:
    """Append a version."""
    connection.execute(
        insert(result_versions).values(
            centre_code=counted.key.centre_code,
            attempt_id=counted.key.attempt_id,
            version=version,
            bundle_id=counted.bundle_id,
            cause=why.cause.value,
            by=why.by,
            at=why.at,
            sheet=sheet.to_json(),
            digest=sheet.digest,
        )
    )


def stored_as(
    connection: Connection, key: AttemptKey, latest: Latest, sheet: Sheet, version: int
) -> bool:
    """Return whether the current result of an attempt says exactly this."""
    query = select(results).where(
        results.c.centre_code == key.centre_code, results.c.attempt_id == key.attempt_id
    )
    row, wanted = connection.execute(query).mappings().first(), _row(latest, sheet, version)
    return row is not None and all(row[name] == value for name, value in wanted.items())


def store_result(
    connection: Connection, latest: Latest, sheet: Sheet, version: int, at: datetime
) -> None:
    """Write the current result of an attempt, under a new cursor."""
    cursor = next_number(connection, "results")
    put(connection, results, [{**_row(latest, sheet, version), "cursor": cursor, "changed_at": at}])


def _row(latest: Latest, sheet: Sheet, version: int) -> dict[str, Any]:
    return {
        **_of_bundle(latest.row),
        **_of_paper(latest.drawn),
        "version": version,
        "bundle_id": latest.counted.bundle_id,
        "status": sheet.status,
        "remark": sheet.remark,
        "objective": sheet.objective,
        "exact_total": sheet.exact_total,
        "total": sheet.total,
        "passed": sheet.passed,
        "parts": sheet.to_json()["parts"],
        "taken": taken_json(sheet.taken),
        "pending_count": len(sheet.pending),
        "later_epochs": latest.later_epochs,
    }


def _of_bundle(row: Row[Any]) -> dict[str, Any]:
    document: Mapping[str, Any] = row.document
    timing = document["timing"]
    # Bundles of earlier versions lack the younger fields.
    guest = document.get("admitted") or {}
    device = document.get("device_check") or {}
    names = (
        *("centre_code", "attempt_id", "revision", "sitting_id", "candidate_id", "admission_no"),
        *("paper", "room", "answers_digest", "chain_ok", "answer_findings", "received_at"),
    )
    return {
        **{name: getattr(row, name) for name in names},
        "guest_name": guest.get("name"),
        "guest_seat": guest.get("seat"),
        "answered": sum(answer["value"] is not None for answer in document["answers"]),
        "leaves": document["conduct"]["leaves"],
        "incidents": len(document["incidents"]),
        "end_reason": document["end_reason"],
        "ended_at": datetime.fromisoformat(timing["ended_at"]),
        "part_times": list(timing.get("parts", ())),
        "without": list(device.get("without", ())),
    }


def _of_paper(drawn: Drawn | None) -> dict[str, Any]:
    if drawn is None:
        return dict.fromkeys(("programme_id", "programme_version", "trade", "level"))
    return {
        "programme_id": drawn.programme.id,
        "programme_version": drawn.programme.version,
        "trade": drawn.trade,
        "level": drawn.level,
    }
