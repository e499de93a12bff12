"""Snapshots of statistics: computed by a job, stored, out of date once results change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, insert, select, update

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import NotFound
from sync.hq.persistence.database import next_number
from sync.hq.persistence.statistics_tables import statistics_items, statistics_runs
from sync.hq.statistics.errors import NothingToCompute
from sync.hq.statistics.reading import read_paper
from sync.hq.statistics.run_rows import (
    current_run,
    earlier_uses,
    is_stale,
    item_row,
    papers_with_results,
)
from sync.hq.statistics.snapshot import ItemRow, Snapshot, snapshot
from sync.hq.statistics.sources import Sources, newest_cursor, read_sources


@dataclass(frozen=True)
class Run:
    """A snapshot. ``stale``: results changed since, or the earlier sitting's snapshot did."""

    id: str
    sitting_id: str
    paper: str
    programme_id: str
    at: datetime
    by: str
    digest: str
    reference: str | None
    figures: Mapping[str, Any]
    stale: bool


@dataclass(frozen=True)
class PaperState:
    """A paper that has results. ``computed_at``: of its snapshot, None without one."""

    sitting_id: str
    title: str
    starts_at: datetime
    paper: str
    programme_id: str
    attempts: int
    computed_at: datetime | None
    stale: bool


class Statistics:
    """Computes and reads snapshots."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def compute(
        self, sitting_id: str, paper: str, by: str, progress: ProgressCallback = silent
    ) -> Run:
        """Compute the snapshot of a paper; the present one if nothing has changed since.

        Raises:
            NotFound: the sitting has no such paper.
            NothingToCompute: no result counts yet.
        """
        database, zone = self._context.database, self._context.settings.console.timezone
        with database.read() as connection:
            sources = read_sources(connection, sitting_id, paper)
            reference, earlier = earlier_uses(connection, sources)
        if not sources.counted:
            raise NothingToCompute
        digest = sources.digest(reference)
        with database.read() as connection:
            present = current_run(connection, sitting_id, paper)
        if present is None or present["digest"] != digest:
            sat = read_paper(database, sources, ZoneInfo(zone), progress)
            made = snapshot(sources, sat, earlier, seed=int(digest[:8], 16))
            self._store(sources, made, digest, reference, by)
        else:
            self._confirm(present["id"], sources)
        return self.run(sitting_id, paper)

    def run(self, sitting_id: str, paper: str) -> Run:
        """Return the newest snapshot of a paper.

        Raises:
            NotFound: there is none.
        """
        with self._context.database.read() as connection:
            row = current_run(connection, sitting_id, paper)
            if row is None:
                raise NotFound(what="statistics")
            return _run(row, stale=is_stale(connection, row))

    def items(self, run_id: str) -> Sequence[ItemRow]:
        """Return the items of a snapshot, form by form in the order of the paper."""
        table = statistics_items
        query = (
            select(table).where(table.c.run_id == run_id).order_by(table.c.form, table.c.position)
        )
        with self._context.database.read() as connection:
            return [item_row(row) for row in connection.execute(query).mappings()]

    def papers(
        self, programmes: Sequence[str] | None = None, start: int = 0, limit: int = 1000
    ) -> Sequence[PaperState]:
        """Return papers that have results, latest sitting first; None: of all programmes."""
        query = papers_with_results(programmes).offset(start).limit(limit)
        with self._context.database.read() as connection:
            rows = connection.execute(query).mappings().all()
            return [_state(connection, row) for row in rows]

    def _store(
        self, sources: Sources, made: Snapshot, digest: str, reference: str | None, by: str
    ) -> None:
        now, run_id = self._context.clock.now(), self._context.ids()
        table, where = statistics_runs, (sources.sitting_id, sources.paper)
        with self._context.database.write() as connection:
            connection.execute(
                update(table)
                .where(table.c.sitting_id == where[0], table.c.paper == where[1])
                .values(current=False)
            )
            connection.execute(
                insert(table).values(
                    id=run_id,
                    number=next_number(connection, "statistics_runs"),
                    sitting_id=sources.sitting_id,
                    paper=sources.paper,
                    programme_id=sources.programme_id,
                    current=True,
                    at=now,
                    by=by,
                    cursor=sources.cursor,
                    attempts=len(sources.attempts),
                    digest=digest,
                    reference=reference,
                    figures=made.figures,
                )
            )
            rows = [
                {**vars(item), "run_id": run_id, "programme_id": sources.programme_id}
                for item in made.items
            ]
            connection.execute(insert(statistics_items), rows)
            kind = AuditKind.STATISTICS_COMPUTED
            record(connection, now, kind, by, sitting=where[0], paper=where[1], digest=digest)

    def _confirm(self, run_id: str, sources: Sources) -> None:
        """Note that changes of results up to here made no difference."""
        table = statistics_runs
        values = {"cursor": sources.cursor, "attempts": len(sources.attempts)}
        with self._context.database.write() as connection:
            connection.execute(update(table).where(table.c.id == run_id).values(**values))


def _run(row: RowMapping, *, stale: bool) -> Run:
    names = [name for name in Run.__dataclass_fields__ if name != "stale"]
    return Run(**{name: row[name] for name in names}, stale=stale)


def _state(connection: Connection, row: RowMapping) -> PaperState:
    run = current_run(connection, row["sitting_id"], row["paper"])
    _cursor, attempts = newest_cursor(connection, row["sitting_id"], row["paper"])
    return PaperState(
        **row,
        attempts=attempts,
        computed_at=None if run is None else run["at"],
        stale=run is not None and is_stale(connection, run),
    )
