"""Incidents as rows: read from each bundle that counts, once, in the order in which results change.

A later bundle of an attempt adds what is new and corrects facts. What people have judged stays,
and nothing disappears: what the newest bundle no longer has is marked as such.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from kiosk.exam.programme.programme import Programme, load_programme
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.persistence import tables
from sync.hq.persistence.database import put, reserve_numbers
from sync.hq.persistence.result_tables import results
from sync.hq.persistence.review_tables import review_attempts, review_incidents
from sync.hq.review.sources import Found, found_in
from sync.hq.review.states import IncidentState

AT_ONCE = 200
"""Attempts read in one write transaction; others wait for it."""

_FACTS = ("started_at", "ended_at", "measured", "threshold", "frame_interval_ms", "severity",
          "note", "reported_by", "evidence", "rule", "source")  # fmt: skip


class Collector:
    """Reads results that have changed into rows of incidents."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def behind(self) -> int:
        """Return how many results have not been read, at most ``AT_ONCE`` + 1."""
        with self._context.database.read() as connection:
            return unread(connection)

    def collect(self, by: str, progress: ProgressCallback = silent) -> int:
        """Read all results that have changed; return how many incidents are new."""
        new, done = 0, 0
        while True:
            now = self._context.clock.now()
            with self._context.database.write() as connection:
                rows = _unread_rows(connection)
                added = _store(connection, rows, now)
                if added:
                    record(connection, now, AuditKind.INCIDENTS_COLLECTED, by, incidents=added)
            new, done = new + added, done + len(rows)
            progress(done, done + (len(rows) == AT_ONCE))
            if len(rows) < AT_ONCE:
                return new


def unread(connection: Connection, sitting_id: str | None = None) -> int:
    """Return how many results, at most ``AT_ONCE`` + 1, have changed since they were read."""
    waiting = select(results.c.cursor).where(results.c.cursor > _seen(connection))
    if sitting_id is not None:
        waiting = waiting.where(results.c.sitting_id == sitting_id)
    few = waiting.limit(AT_ONCE + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(few)).scalar_one())


def _seen(connection: Connection) -> int:
    newest = select(func.max(review_attempts.c.results_cursor))
    return int(connection.execute(newest).scalar() or 0)


def _unread_rows(connection: Connection) -> Sequence[RowMapping]:
    bundles, programmes = tables.bundles, tables.programmes
    edition = (programmes.c.id == results.c.programme_id) & (
        programmes.c.version == results.c.programme_version
    )
    query = (
        select(results, bundles.c.document, programmes.c.document.label("programme"))
        .join(bundles, bundles.c.id == results.c.bundle_id)
        .outerjoin(programmes, edition)
        .where(results.c.cursor > _seen(connection))
        .order_by(results.c.cursor)
        .limit(AT_ONCE)
    )
    return connection.execute(query).mappings().all()


def _store(connection: Connection, rows: Sequence[RowMapping], now: datetime) -> int:
    """Store the incidents of some results; return how many are new."""
    read = _read_before(connection, rows)
    programmes: dict[tuple[str, int], Programme] = {}
    fresh: list[dict[str, Any]] = []
    for row in rows:
        key = (row["centre_code"], row["attempt_id"])
        if read.get(key) != row["bundle_id"]:  # a new score of the same bundle changes nothing
            fresh += _new_rows(connection, row, _programme(row, programmes), now)
    if fresh:
        numbers = reserve_numbers(connection, "review_incidents", len(fresh))
        numbered = [{**row, "number": n} for row, n in zip(fresh, numbers, strict=True)]
        connection.execute(insert(review_incidents), numbered)
    seen = [
        {
            "centre_code": row["centre_code"],
            "attempt_id": row["attempt_id"],
            "bundle_id": row["bundle_id"],
            "results_cursor": row["cursor"],
        }
        for row in rows
    ]
    put(connection, review_attempts, seen)
    return len(fresh)


def _read_before(
    connection: Connection, rows: Sequence[RowMapping]
) -> Mapping[tuple[str, str], str]:
    attempts = [row["attempt_id"] for row in rows]
    query = select(review_attempts).where(review_attempts.c.attempt_id.in_(attempts))
    return {(row.centre_code, row.attempt_id): row.bundle_id for row in connection.execute(query)}


def _programme(row: RowMapping, known: dict[tuple[str, int], Programme]) -> Programme | None:
    if row["programme"] is None:
        return None
    key = (row["programme_id"], row["programme_version"])
    if key not in known:
        known[key] = load_programme(row["programme"])
    return known[key]


def _new_rows(
    connection: Connection, row: RowMapping, programme: Programme | None, now: datetime
) -> list[dict[str, Any]]:
    """Correct the facts of known incidents of an attempt; return rows for new ones."""
    found = found_in(
        row["document"],
        programme,
        chain_ok=row["chain_ok"],
        answer_findings=row["answer_findings"],
    )
    mine = (review_incidents.c.centre_code == row["centre_code"]) & (
        review_incidents.c.attempt_id == row["attempt_id"]
    )
    known = {
        old["incident_id"]: old
        for old in connection.execute(select(review_incidents).where(mine)).mappings()
    }
    for incident in found:
        if incident.incident_id in known:
            _correct(connection, known[incident.incident_id], incident, now)
    gone = known.keys() - {incident.incident_id for incident in found}
    if gone:
        which = mine & review_incidents.c.incident_id.in_(sorted(gone))
        connection.execute(update(review_incidents).where(which).values(present=False))
    return [_row(row, incident, now) for incident in found if incident.incident_id not in known]


def _correct(connection: Connection, old: RowMapping, found: Found, now: datetime) -> None:
    facts = {**_facts(found), "present": True}
    if any(old[name] != value for name, value in facts.items()):
        which = review_incidents.c.number == old["number"]
        connection.execute(update(review_incidents).where(which).values(**facts, changed_at=now))


def _facts(found: Found) -> dict[str, Any]:
    values = asdict(found) | {"source": found.source.value, "evidence": list(found.evidence)}
    return {name: values[name] for name in _FACTS}


def _row(row: RowMapping, found: Found, now: datetime) -> dict[str, Any]:
    return {
        **_facts(found),
        **{
            name: row[name]
            for name in ("centre_code", "attempt_id", "sitting_id", "programme_id", "room",
                         "candidate_id", "admission_no")
        },
        "incident_id": found.incident_id,
        "present": True,
        "state": IncidentState.OPEN.value,
        "outcome": None,
        "reason": "",
        "first_judge": "",
        "changed_at": now,
    }  # fmt: skip
