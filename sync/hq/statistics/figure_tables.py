"""The figures of a snapshot as tables, for pages, files and the command line."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync.hq.statistics.history import ItemUse
from sync.hq.statistics.snapshot import ItemRow

Cell = str | int | float | bool | None


@dataclass(frozen=True)
class FigureTable:
    """Rows of plain values; ``columns`` are names that stay the same in all languages."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]

    def entries(self) -> Sequence[Mapping[str, Cell]]:
        """Return each row as values by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def _interval(found: Mapping[str, float] | None) -> tuple[float | None, ...]:
    return (None,) * 3 if found is None else (found["value"], found["low"], found["high"])


def distribution(figures: Mapping[str, Any], _items: Sequence[ItemRow]) -> FigureTable:
    """Candidates by bins of the total."""
    found = figures["distribution"]
    bins = zip(found["edges"], found["edges"][1:], found["counts"], strict=False)
    return FigureTable("distribution", ("from", "below", "candidates"), [list(row) for row in bins])


def summary(figures: Mapping[str, Any], _items: Sequence[ItemRow]) -> FigureTable:
    """Totals and pass rate of each form; if there are several, of all before."""
    columns = (
        "form", "candidates", "mean", "mean_low", "mean_high", "sd", "minimum", "lower_quartile",
        "median", "upper_quartile", "maximum", "skewness", "passed", "passed_low", "passed_high",
        "agreement", "kappa",
    )  # fmt: skip
    whole = {"label": "", "agreement": None, "kappa": None, **figures}
    scopes = figures["forms"] if len(figures["forms"]) == 1 else [whole, *figures["forms"]]
    return FigureTable("summary", columns, [_summary(scope) for scope in scopes])


def _summary(scope: Mapping[str, Any]) -> Sequence[Cell]:
    found = scope["distribution"]
    quantiles = found["quantiles"] or [None] * 5
    middle = (found["deviation"], *quantiles, found["skewness"])
    ends = (*_interval(found["passed"]), scope["agreement"], scope["kappa"])
    return (scope["label"], found["count"], *_interval(found["mean"]), *middle, *ends)


def reliability(figures: Mapping[str, Any], _items: Sequence[ItemRow]) -> FigureTable:
    """Reliability of each form, its parts and subjects."""
    columns = (
        "form", "scope", "name", "items", "candidates", "mean", "sd", "alpha", "alpha_low",
        "alpha_high", "kr20", "kr20_items", "stratified_alpha", "standard_error",
    )  # fmt: skip
    rows = [
        (
            form["label"], scope["kind"], scope["name"], scope["items"], scope["candidates"],
            scope["mean"], scope["deviation"], *_interval(scope["alpha"]), scope["kr20"],
            scope["kr20_items"], scope["stratified"], scope["error"],
        )
        for form in figures["forms"]
        for scope in form["reliability"]
    ]  # fmt: skip
    return FigureTable("reliability", columns, rows)


def centres(figures: Mapping[str, Any], _items: Sequence[ItemRow]) -> FigureTable:
    """Centres side by side; small ones without figures."""
    columns = (
        "centre", "candidates", "mean", "mean_low", "mean_high", "passed", "passed_low",
        "passed_high", "difference", "outside",
    )  # fmt: skip
    rows = [
        (
            centre["code"], centre["count"], *_interval(centre["mean"]),
            *_interval(centre["passed"]), centre["difference"], centre["outside"],
        )
        for centre in figures["centres"]
    ]  # fmt: skip
    return FigureTable("centres", columns, rows)


def incidents(figures: Mapping[str, Any], _items: Sequence[ItemRow]) -> FigureTable:
    """Incidents by rule and hour of the day; the last column counts attempts with the rule."""
    found = figures["incidents"]
    counts = {(rule, hour): count for rule, hour, count in found["counts"]}
    columns = ("rule", *(f"hour_{hour:02}" for hour in found["hours"]), "attempts")
    rows = [
        (rule, *(counts.get((rule, hour), 0) for hour in found["hours"]), found["affected"][rule])
        for rule in found["rules"]
    ]
    return FigureTable("incidents", columns, rows)


_OF_ITEM = (
    "version", "position", "type", "part", "subject", "points", "candidates", "difficulty",
    "difficulty_low", "difficulty_high", "full_points", "discrimination", "discrimination_low",
    "discrimination_high", "upper_lower", "alpha_without", "omitted", "not_reached", "seconds",
    "seconds_lower", "seconds_upper", "drift", "drift_low", "drift_high", "ruled", "flags",
)  # fmt: skip


def items(_figures: Mapping[str, Any], rows: Sequence[ItemRow]) -> FigureTable:
    """All items with their figures."""
    columns = ("form", "item", *_OF_ITEM)
    return FigureTable("items", columns, [(row.form, row.item_id, *_of_item(row)) for row in rows])


def history(uses: Iterable[ItemUse]) -> FigureTable:
    """One item over sittings."""
    columns = ("sitting", "starts_at", "paper", "form", *_OF_ITEM)
    rows = [
        (use.title, use.starts_at.isoformat(), use.paper, use.row.form, *_of_item(use.row))
        for use in uses
    ]
    return FigureTable("history", columns, rows)


def _of_item(row: ItemRow) -> Sequence[Cell]:
    found = row.figures
    seconds, drift = found["seconds"] or {}, found["drift"] or {}
    return (
        row.version, row.position, found["type"], found["part"], found["subject"], found["most"],
        row.count, *_interval(found["difficulty"]), found["full"],
        *_interval(found["discrimination"]), found["groups"], found["alpha_without"],
        found["omitted"], found["not_reached"],
        *(seconds.get(name) for name in ("median", "low", "high")),
        *(drift.get(name) for name in ("shift", "low", "high")),
        found["ruled"], " ".join(row.flags),
    )  # fmt: skip


SHORT_HISTORY = (
    "sitting", "form", "version", "candidates", "difficulty", "discrimination", "omitted",
    "not_reached", "seconds", "drift", "flags",
)  # fmt: skip
"""Columns of an item's history that fit a page."""


def chosen(table: FigureTable, columns: tuple[str, ...]) -> FigureTable:
    """Return a table with these columns only."""
    rows = [[entry[column] for column in columns] for entry in table.entries()]
    return FigureTable(table.name, columns, rows)


def options(_figures: Mapping[str, Any], rows: Sequence[ItemRow]) -> FigureTable:
    """All options of all items; an empty option stands for no answer."""
    columns = (
        "form", "item", "option", "key", "candidates", "share", "rest_mean", "correlation",
        "correlation_low", "correlation_high", "points",
    )  # fmt: skip
    found = [
        (
            row.form, row.item_id, option["option"], option["is_key"], option["count"],
            option["share"], option["rest_mean"], *_interval(option["correlation"]),
            option["points"],
        )
        for row in rows
        for option in row.figures["options"]
    ]  # fmt: skip
    return FigureTable("options", columns, found)


Maker = Callable[[Mapping[str, Any], Sequence[ItemRow]], FigureTable]
TABLES: Mapping[str, Maker] = {
    "summary": summary,
    "distribution": distribution,
    "reliability": reliability,
    "centres": centres,
    "incidents": incidents,
    "items": items,
    "options": options,
}
OF_ITEMS = frozenset({"items", "options"})
"""Tables of items alone, for those who write them."""
