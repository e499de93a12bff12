"""What the sittings say of an item: its figures in each of them, and which items have flags."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, select

from sync.hq.context import HqContext
from sync.hq.persistence import tables
from sync.hq.persistence.statistics_tables import statistics_items, statistics_runs
from sync.hq.statistics.run_rows import item_row
from sync.hq.statistics.snapshot import ItemRow


@dataclass(frozen=True)
class ItemUse:
    """An item's figures in one form of one sitting's paper."""

    sitting_id: str
    title: str
    starts_at: datetime
    paper: str
    row: ItemRow


class ItemHistory:
    """Reads the items of current snapshots across sittings."""

    def __init__(self, context: HqContext) -> None:
        self._database = context.database

    def of(self, programme_id: str, item_id: str) -> Sequence[ItemUse]:
        """Return an item's figures in all sittings that used it, earliest first."""
        return self._uses(_query(programme_id).where(statistics_items.c.item_id == item_id))

    def flagged(self, programme_id: str) -> Sequence[ItemUse]:
        """Return the items that have flags in the latest sitting that used them, latest first."""
        found = [use for use in self._uses(_latest(programme_id)) if use.row.flags]
        return sorted(found, key=lambda use: (use.starts_at, len(use.row.flags)), reverse=True)

    def _uses(self, query: Select[Any]) -> Sequence[ItemUse]:
        with self._database.read() as connection:
            return [_use(row) for row in connection.execute(query).mappings()]


def _query(programme_id: str) -> Select[Any]:
    items, runs, sittings = statistics_items, statistics_runs, tables.sittings
    return (
        select(items, runs.c.sitting_id, runs.c.paper, sittings.c.title, sittings.c.starts_at)
        .join(runs, runs.c.id == items.c.run_id)
        .join(sittings, sittings.c.id == runs.c.sitting_id)
        .where(items.c.programme_id == programme_id, runs.c.current)
        .order_by(sittings.c.starts_at, runs.c.sitting_id, runs.c.paper, items.c.form)
    )


def _latest(programme_id: str) -> Select[Any]:
    """Select of each item its figures in the latest sitting that used it.

    Chosen by the database: all sittings together have many more, each with its own document.
    """
    items, sittings = statistics_items, tables.sittings
    last = (
        _query(programme_id)
        .with_only_columns(items.c.item_id, func.max(sittings.c.starts_at).label("starts_at"))
        .order_by(None)
        .group_by(items.c.item_id)
        .subquery()
    )
    same = (last.c.item_id == items.c.item_id) & (last.c.starts_at == sittings.c.starts_at)
    return _query(programme_id).join(last, same)


def _use(row: RowMapping) -> ItemUse:
    return ItemUse(row["sitting_id"], row["title"], row["starts_at"], row["paper"], item_row(row))
