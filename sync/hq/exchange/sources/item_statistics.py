"""Item statistics: the items of each paper's newest snapshot, in the order of the snapshots."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, or_, select

from sync.hq.accounts.tokens import TokenScope
from sync.hq.exchange.cursors import Position
from sync.hq.exchange.limits import within_programme
from sync.hq.exchange.queries import StatisticsQuery
from sync.hq.exchange.sources.source import Found, Reader, Source
from sync.hq.exchange.statistics_entries import ItemStatisticsEntry
from sync.hq.persistence.statistics_tables import statistics_items, statistics_runs

_Alphas = Mapping[tuple[str, str], float | None]
_OF_FIGURES = (
    *("type", "subject", "most", "full", "groups", "omitted", "not_reached", "ruled", "for_all"),
)


class ItemStatisticsSource(Source[StatisticsQuery]):
    """Reads stored snapshots; it computes nothing.

    A paper's snapshot that is computed again comes behind all others, and the former one is not
    shown any more.
    """

    name = "item-statistics"
    summary = "Figures of items, from the newest snapshot of each sitting's paper."
    scope = TokenScope.STATISTICS
    entry = ItemStatisticsEntry
    query = StatisticsQuery

    def read(
        self,
        connection: Connection,
        query: StatisticsQuery,
        reader: Reader,
        after: Position,
        size: int,
    ) -> Sequence[Found]:
        """Return items after one of a snapshot, then those of later snapshots."""
        runs, items = statistics_runs, statistics_items
        form = after.mark.rpartition("/")[2]
        rest = or_(items.c.form > form, and_(items.c.form == form, items.c.position > after.part))
        chosen = (
            select(items, runs.c.number, runs.c.sitting_id, runs.c.paper, runs.c.at)
            .join(runs, runs.c.id == items.c.run_id)
            .where(
                runs.c.current,
                # Both: the first of them is what an index can find.
                runs.c.number >= after.number,
                or_(runs.c.number > after.number, rest),
                # Figures are of all centres together.
                within_programme(reader.limits, runs),
            )
            .order_by(runs.c.number, items.c.form, items.c.position)
            .limit(size)
        )
        wanted = {runs.c.sitting_id: query.sitting, runs.c.programme_id: query.programme}
        for column, value in wanted.items():
            if value is not None:
                chosen = chosen.where(column == value)
        if query.since is not None:
            chosen = chosen.where(runs.c.at >= query.since)
        rows = connection.execute(chosen).mappings().all()
        alphas = _alphas(connection, {row["run_id"] for row in rows})
        return [(_position(row), _entry(row, alphas)) for row in rows]

    def knows(self, connection: Connection, position: Position) -> bool:
        """Return whether the same snapshot has that number."""
        runs = statistics_runs
        query = select(runs.c.id).where(runs.c.number == position.number)
        run_id = position.mark.rpartition("/")[0]
        return connection.execute(query).scalar() == run_id


def _position(row: RowMapping) -> Position:
    return Position(row["number"], row["position"], f"{row['run_id']}/{row['form']}")


def _alphas(connection: Connection, run_ids: Iterable[str]) -> _Alphas:
    """Return the reliability of each form of these snapshots, by snapshot and form."""
    runs = statistics_runs
    query = select(runs.c.id, runs.c.figures).where(runs.c.id.in_(sorted(run_ids)))
    return {
        (row.id, form["label"]): _whole(form["reliability"])
        for row in connection.execute(query)
        for form in row.figures["forms"]
    }


def _whole(reliability: Sequence[Mapping[str, Any]]) -> float | None:
    alphas = (scope["alpha"] for scope in reliability if scope["kind"] == "whole")
    found = next(alphas, None)
    return None if found is None else found["value"]


def _entry(row: RowMapping, alphas: _Alphas) -> dict[str, Any]:
    figures = row["figures"]
    seconds = figures["seconds"]
    return {
        **{name: figures[name] for name in _OF_FIGURES},
        **_interval("difficulty", figures["difficulty"]),
        **_interval("discrimination", figures["discrimination"]),
        **{name: row[name] for name in ("sitting_id", "paper", "form", "position", "item_id")},
        "snapshot_id": row["run_id"],
        "programme": row["programme_id"],
        "item_version": row["version"],
        "paper_part": figures["part"],
        "candidates": row["count"],
        "reliability": alphas[row["run_id"], row["form"]],
        "reliability_without": figures["alpha_without"],
        "median_seconds": None if seconds is None else seconds["median"],
        "flags": row["flags"],
        "computed_at": row["at"],
    }


def _interval(name: str, found: Mapping[str, float] | None) -> dict[str, float | None]:
    values = found or {}
    return {
        name: values.get("value"),
        f"{name}_low": values.get("low"),
        f"{name}_high": values.get("high"),
    }
