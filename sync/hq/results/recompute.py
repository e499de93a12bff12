"""Results follow from what is stored: computed on arrival, and again whenever an input changes.

Every changed result is a new version; earlier ones stay. Computing all of them again gives the
same bytes, any time (:meth:`Recomputation.check`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.counted import AttemptKey, Counted, counted_rows
from sync.hq.core.earlier_attempts import with_later
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.core.scoring import Scorer
from sync.hq.core.sheets import Sheet
from sync.hq.persistence.database import put
from sync.hq.persistence.result_tables import results
from sync.hq.persistence.tables import bundles, counters
from sync.hq.results.versions import (
    Latest,
    ResultCause,
    StoredVersion,
    Why,
    store_result,
    store_version,
    stored_as,
    stored_version,
)

FILLED = "results_filled"
"""Counter that is 1 once results exist for all bundles of versions that had no table of them."""
_AT_ONCE = 200


@dataclass(frozen=True)
class ResultChange:
    """A result before and after. ``before`` is None for the first one of an attempt."""

    key: AttemptKey
    sitting_id: str
    candidate_id: str
    admission_no: str
    before: Sheet | None
    after: Sheet


def recompute(
    connection: Connection, keys: Iterable[AttemptKey], why: Why, scorer: Scorer | None = None
) -> Sequence[ResultChange]:
    """Compute the results of attempts again and store those that changed; return them.

    Later attempts that take parts from them are computed as well.
    Call it in the transaction that changed an input. ``scorer``: one that has loaded papers.
    """
    scorer, found = scorer or Scorer(connection), list[ResultChange]()
    for row, later in counted_rows(connection, with_later(connection, set(keys))):
        counted = Counted.of_row(row)
        after, before = scorer.sheet(counted), stored_version(connection, counted.key)
        version = 0 if before is None else before.version
        if before is None or not before.same_as(counted, after):
            version += 1
            store_version(connection, counted, after, version, why)
            found.append(_change(counted, before, after))
        latest = Latest(counted, row, later, scorer.drawn(counted))
        if not stored_as(connection, counted.key, latest, after, version):
            store_result(connection, latest, after, version, why.at)
    return found


def effect(
    connection: Connection, keys: Iterable[AttemptKey], scorer: Scorer
) -> Sequence[ResultChange]:
    """Return how results would change by a scorer with further rulings. Nothing is stored."""
    found: list[ResultChange] = []
    for row, _later in counted_rows(connection, with_later(connection, set(keys))):
        counted = Counted.of_row(row)
        before, after = stored_version(connection, counted.key), scorer.sheet(counted)
        if before is None or before.digest != after.digest:
            found.append(_change(counted, before, after))
    return found


def _change(counted: Counted, before: StoredVersion | None, after: Sheet) -> ResultChange:
    old = None if before is None else before.sheet
    return ResultChange(
        counted.key, counted.sitting_id, counted.candidate_id, counted.admission_no, old, after
    )


class Recomputation:
    """Computes all results again: to check them, and where a migration has added the tables."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def fill(self) -> int:
        """Compute results of bundles that an earlier version stored; return how many."""
        database, count = self._context.database, 0
        with database.read() as connection:
            if connection.execute(_FILLED).scalar():
                return 0
        while True:
            with database.write() as connection:
                lacking = _without_result(connection)
                why = Why(ResultCause.RECEIVED, "headquarters", self._context.clock.now())
                count += len(recompute(connection, lacking, why))
                if not lacking:
                    put(connection, counters, [{"name": FILLED, "value": 1}])
                    return count

    def check(self, progress: ProgressCallback = silent) -> Sequence[AttemptKey]:
        """Compute all results again from the stored bundles; return those that differ.

        The current result has to say what its newest version says, and each bundle to have one.
        """
        with self._context.database.read() as connection:
            keys = _all_keys(connection)
            differing, scorer = set(keys), Scorer(connection)
            for done, (row, later) in enumerate(counted_rows(connection, keys), start=1):
                counted = Counted.of_row(row)
                latest = Latest(counted, row, later, scorer.drawn(counted))
                if _is_right(connection, scorer, latest):
                    differing.remove(counted.key)
                progress(done, len(keys))
        return sorted(differing)

    def recompute_all(
        self, by: str, sitting_id: str | None = None, progress: ProgressCallback = silent
    ) -> int:
        """Compute results again and store new versions of those that differ; return how many."""
        changed = 0
        with self._context.database.read() as connection:
            keys = _all_keys(connection, sitting_id)
        for start in range(0, len(keys), _AT_ONCE):
            now = self._context.clock.now()
            with self._context.database.write() as connection:
                why = Why(ResultCause.RECOMPUTED, by, now)
                found = recompute(connection, keys[start : start + _AT_ONCE], why)
                if found:
                    record(connection, now, AuditKind.RESULTS_RECOMPUTED, by, changed=len(found))
            changed += len(found)
            progress(min(start + _AT_ONCE, len(keys)), len(keys))
        return changed


_FILLED = select(counters.c.value).where(counters.c.name == FILLED)


def _without_result(connection: Connection) -> Sequence[AttemptKey]:
    mine = (results.c.centre_code == bundles.c.centre_code) & (
        results.c.attempt_id == bundles.c.attempt_id
    )
    query = (
        select(bundles.c.centre_code, bundles.c.attempt_id)
        .distinct()
        .outerjoin(results, mine)
        .where(results.c.attempt_id.is_(None))
        .limit(_AT_ONCE)
    )
    return [AttemptKey(*row) for row in connection.execute(query)]


def _is_right(connection: Connection, scorer: Scorer, latest: Latest) -> bool:
    counted, sheet = latest.counted, scorer.sheet(latest.counted)
    stored = stored_version(connection, counted.key)
    if stored is None or not stored.same_as(counted, sheet):
        return False
    return stored_as(connection, counted.key, latest, sheet, stored.version)


def _all_keys(connection: Connection, sitting_id: str | None = None) -> Sequence[AttemptKey]:
    """Return all attempts, also those that lack a result, or a bundle."""
    found = set[AttemptKey]()
    for table in (bundles, results):
        query = select(table.c.centre_code, table.c.attempt_id).distinct()
        if sitting_id is not None:
            query = query.where(table.c.sitting_id == sitting_id)
        found.update(AttemptKey(*row) for row in connection.execute(query))
    return sorted(found)
