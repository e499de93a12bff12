"""The plots of statistics, with their words in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from sync.hq.statistics.flags import EASY, HARD, WEAK
from sync.hq.statistics.history import ItemUse
from sync.hq.statistics.snapshot import ItemRow
from sync.hq.web.plots import bars, points
from sync.hq.web.plots.canvas import Words
from sync.hq.web.statistics_names import TITLES, number

MOST_CENTRES = 60
"""Centres in the plot: first those beyond chance; the table has all."""


def totals(figures: Mapping[str, Any]) -> Markup:
    """Draw the distribution of totals, with the pass mark where there is one."""
    found = figures["distribution"]
    described = ""
    if found["mean"]:
        described = _(
            "%(count)s candidates, mean %(mean)s",
            count=found["count"],
            mean=number(found["mean"]["value"]),
        )
    if found["mean"] and found["passed"]:
        described = _(
            "%(count)s candidates, mean %(mean)s, pass rate %(passed)s",
            count=found["count"],
            mean=number(found["mean"]["value"]),
            passed=number(found["passed"]["value"], per_cent=True),
        )
    words = Words(str(TITLES["distribution"]), described, _("Total"), _("Number of candidates"))
    least = figures["pass_mark"]
    mark = None if least is None else (least, _("Pass mark %(points)s", points=number(least)))
    return bars.histogram(words, found["edges"], found["counts"], mark)


def item_map(rows: Sequence[ItemRow], address: Callable[[ItemRow], str]) -> Markup:
    """Draw items by difficulty and discrimination; those with flags stand out."""
    drawn = [
        points.Point(
            row.difficulty,
            row.discrimination,
            row.item_id,
            address(row),
            "plot-flagged" if row.flags else "",
        )
        for row in rows
        if row.difficulty is not None and row.discrimination is not None
    ]
    words = Words(
        str(TITLES["items"]),
        _("%(count)s items, %(flagged)s with flags", count=len(drawn), flagged=_flagged(rows)),
        _("Difficulty: share of points earned (right: easier)"),
        _("Discrimination"),
    )
    low = min([-0.2, *(point.y for point in drawn)])
    high = max([0.6, *(point.y for point in drawn)])
    guides = [
        points.Guide("x", HARD, number(HARD)),
        points.Guide("x", EASY, number(EASY)),
        points.Guide("y", WEAK, number(WEAK)),
    ]
    return points.scatter(words, drawn, (0, 1), (low, high), guides)


def option_bars(row: ItemRow) -> Markup:
    """Draw how many chose each option; the key and distractors that attract the able stand out."""
    drawn = []
    for option in row.figures["options"]:
        correlation = option["correlation"]
        attracts = correlation and correlation["low"] > 0 and option["option"]
        css = "plot-key" if option["is_key"] else "plot-flagged" if attracts else ""
        note = number(option["share"], per_cent=True)
        if correlation:
            note += f"  r = {number(correlation['value'])}"
        name = option["option"] or _("no answer")
        marked = _("%(option)s (key)", option=name) if option["is_key"] else name
        drawn.append(bars.Bar(marked, option["share"], note, css))
    described = _("Form %(form)s, %(count)s candidates", form=row.form, count=row.count)
    return bars.bars(Words(str(TITLES["options"]), described, _("Share of candidates")), drawn, 1)


def centres(figures: Mapping[str, Any], names: Mapping[str, str]) -> Markup:
    """Draw the mean of each centre with its interval, against the mean of all."""
    shown = [row for row in figures["centres"] if row["mean"]]
    chosen = sorted(shown, key=lambda row: not row["outside"])[:MOST_CENTRES]
    drawn = [
        bars.Interval(
            names.get(row["code"], row["code"]),
            row["mean"]["value"],
            row["mean"]["low"],
            row["mean"]["high"],
            _("%(count)s candidates", count=row["count"]),
            "plot-flagged" if row["outside"] else "",
        )
        for row in sorted(chosen, key=lambda row: row["code"])
    ]
    words = Words(
        str(TITLES["centres"]),
        _("Mean total with its 95 % interval"),
        _("Mean total with its 95 % interval"),
    )
    mean = figures["distribution"]["mean"]
    said = _("All: %(mean)s", mean=number(mean["value"])) if mean else ""
    mark = (mean["value"], said) if mean else None
    return bars.intervals(words, drawn, (0, figures["most"]), mark)


def incidents(figures: Mapping[str, Any], names: Mapping[str, str]) -> Markup:
    """Draw how often each rule was broken in each hour of the day."""
    found = figures["incidents"]
    rules = [names.get(rule, rule) for rule in found["rules"]]
    counts = {(names.get(rule, rule), f"{hour}:00"): count for rule, hour, count in found["counts"]}
    hours = [f"{hour}:00" for hour in found["hours"]]
    described = _("Counted when they began, before anybody judged them")
    words = Words(str(TITLES["incidents"]), described, _("Hour of the day"))
    return bars.heat_map(words, rules, hours, counts)


def difficulty_line(uses: Sequence[ItemUse]) -> Markup:
    """Draw an item's difficulty over sittings, with intervals."""
    words = Words(str(TITLES["difficulty"]), "", "", _("Difficulty (share of points)"))
    guides = [points.Guide("y", HARD, number(HARD)), points.Guide("y", EASY, number(EASY))]
    return points.lines(words, _readings(uses, "difficulty"), (0, 1), guides)


def discrimination_line(uses: Sequence[ItemUse]) -> Markup:
    """Draw an item's discrimination over sittings, with intervals."""
    readings = _readings(uses, "discrimination")
    low = min([-0.2, *(reading.low for reading in readings if reading.low is not None)])
    words = Words(str(TITLES["discrimination"]), "", "", _("Discrimination"))
    guides = [points.Guide("y", WEAK, number(WEAK)), points.Guide("y", 0)]
    return points.lines(words, readings, (low, 1), guides)


def _readings(uses: Sequence[ItemUse], figure: str) -> Sequence[points.Reading]:
    return [
        points.Reading(
            f"{use.starts_at:%Y-%m} {use.row.form}", found["value"], found["low"], found["high"]
        )
        for use in uses
        if (found := use.row.figures[figure]) is not None
    ]


def _flagged(rows: Sequence[ItemRow]) -> int:
    return sum(bool(row.flags) for row in rows)
