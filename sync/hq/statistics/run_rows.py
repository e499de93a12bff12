"""Queries of stored snapshots: the present one, whether it is out of date, what came before."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, exists, select

from sync.hq.persistence import tables
from sync.hq.persistence.result_tables import results
from sync.hq.persistence.statistics_tables import statistics_items, statistics_runs
from sync.hq.statistics.drift import COMMON, Use, pooled
from sync.hq.statistics.snapshot import ItemRow, use_key
from sync.hq.statistics.sources import Sources, newest_cursor

EARLIER = 12
"""Earlier snapshots that are looked at for items in common: three years of four sittings."""


def item_row(row: RowMapping) -> ItemRow:
    """Return an item as stored."""
    return ItemRow(**{name: row[name] for name in ItemRow.__dataclass_fields__})


def current_run(connection: Connection, sitting_id: str, paper: str) -> RowMapping | None:
    """Return the newest snapshot of a paper."""
    table = statistics_runs
    query = select(table).where(
        table.c.sitting_id == sitting_id, table.c.paper == paper, table.c.current
    )
    return connection.execute(query).mappings().first()


def is_stale(connection: Connection, row: RowMapping) -> bool:
    """Return whether results, or the earlier snapshot, changed since this one was computed."""
    known = (row["cursor"], row["attempts"])
    if newest_cursor(connection, row["sitting_id"], row["paper"]) != known:
        return True
    table = statistics_runs
    query = select(table.c.current).where(table.c.id == row["reference"])
    return row["reference"] is not None and not connection.execute(query).scalar()


def earlier_uses(connection: Connection, sources: Sources) -> tuple[str | None, Mapping[str, Use]]:
    """Return the newest snapshot of an earlier sitting with enough items in common."""
    runs, sittings = statistics_runs, tables.sittings
    start = select(sittings.c.starts_at).where(sittings.c.id == sources.sitting_id)
    query = (
        select(runs.c.id)
        .join(sittings, sittings.c.id == runs.c.sitting_id)
        .where(
            runs.c.programme_id == sources.programme_id,
            runs.c.current,
            sittings.c.starts_at < start.scalar_subquery(),
        )
        .order_by(sittings.c.starts_at.desc(), runs.c.id)
        .limit(EARLIER)
    )
    own = {
        use_key(column.item_id, column.version)
        for form in sources.forms.values()
        for column in form.columns
    }
    for run_id in connection.execute(query).scalars().all():
        uses = _uses(connection, run_id)
        if len(own & uses.keys()) >= COMMON:
            return run_id, uses
    return None, {}


def _uses(connection: Connection, run_id: str) -> Mapping[str, Use]:
    table = statistics_items
    rows = connection.execute(select(table).where(table.c.run_id == run_id)).mappings()
    return pooled(
        (use_key(row["item_id"], row["version"]), row["difficulty"], row["count"])
        for row in rows
        if row["difficulty"] is not None and not row["figures"]["for_all"]
    )


def papers_with_results(programmes: Sequence[str] | None) -> Select[Any]:
    """Return papers that have results, latest sitting first; None: of all programmes."""
    sittings, examined = tables.sittings, tables.sitting_papers
    arrived = exists().where(
        results.c.sitting_id == examined.c.sitting_id, results.c.paper == examined.c.id
    )
    query = (
        select(
            sittings.c.id.label("sitting_id"),
            sittings.c.title,
            sittings.c.starts_at,
            examined.c.id.label("paper"),
            examined.c.programme_id,
        )
        .join(examined, examined.c.sitting_id == sittings.c.id)
        .where(arrived)
        .order_by(sittings.c.starts_at.desc(), sittings.c.id, examined.c.id)
    )
    return query if programmes is None else query.where(examined.c.programme_id.in_(programmes))
