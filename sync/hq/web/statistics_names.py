"""Words of statistics in the reader's language, and values as people read them."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sync.hq.statistics.figure_tables import Cell, FigureTable
from sync.hq.statistics.flags import Flag
from sync.hq.web.messages import ITEM_TYPES

COLUMNS: Mapping[str, LazyString] = {
    "agreement": _l("Same decision again"),
    "alpha": _l("α"),
    "alpha_high": _l("α to"),
    "alpha_low": _l("α from"),
    "alpha_without": _l("α without the item"),
    "attempts": _l("Candidates with any"),
    "below": _l("Below"),
    "candidates": _l("Number of candidates"),
    "centre": _l("Centre"),
    "correlation": _l("Correlation with the rest"),
    "correlation_high": _l("Correlation to"),
    "correlation_low": _l("Correlation from"),
    "difference": _l("Difference from the form's mean"),
    "difficulty": _l("Difficulty (share of points)"),
    "difficulty_high": _l("Difficulty to"),
    "difficulty_low": _l("Difficulty from"),
    "discrimination": _l("Discrimination"),
    "discrimination_high": _l("Discrimination to"),
    "discrimination_low": _l("Discrimination from"),
    "drift": _l("Drift"),
    "drift_high": _l("Drift to"),
    "drift_low": _l("Drift from"),
    "flags": _l("Flags"),
    "form": _l("Parallel form"),
    "from": _l("From"),
    "full_points": _l("Share with full points"),
    "item": _l("Item"),
    "items": _l("Items"),
    "kappa": _l("Cohen's κ"),
    "key": _l("Key"),
    "kr20": _l("KR-20"),
    "kr20_items": _l("Items of KR-20"),
    "lower_quartile": _l("Lower quartile"),
    "maximum": _l("Highest"),
    "mean": _l("Mean"),
    "mean_high": _l("Mean to"),
    "mean_low": _l("Mean from"),
    "median": _l("Median"),
    "minimum": _l("Lowest"),
    "name": _l("Part or subject"),
    "not_reached": _l("Not reached"),
    "omitted": _l("Omitted"),
    "option": _l("Option"),
    "outside": _l("Beyond chance"),
    "paper": _l("Paper"),
    "part": _l("Part"),
    "passed": _l("Pass rate"),
    "passed_high": _l("Pass rate to"),
    "passed_low": _l("Pass rate from"),
    "points": _l("Points"),
    "position": _l("Position"),
    "rest_mean": _l("Mean rest of the paper"),
    "ruled": _l("Ruling"),
    "rule": _l("Rule"),
    "scope": _l("Scope"),
    "sd": _l("Standard deviation"),
    "seconds": _l("Seconds (median)"),
    "seconds_lower": _l("Seconds (lower quartile)"),
    "seconds_upper": _l("Seconds (upper quartile)"),
    "share": _l("Share"),
    "sitting": _l("Sitting"),
    "skewness": _l("Skewness"),
    "standard_error": _l("Standard error"),
    "starts_at": _l("Start"),
    "stratified_alpha": _l("Stratified α"),
    "subject": _l("Subject"),
    "type": _l("Type"),
    "upper_lower": _l("Upper less lower 27 %"),
    "upper_quartile": _l("Upper quartile"),
    "version": _l("Version"),
}

SHARES = frozenset({
    *("agreement", "difficulty", "difficulty_high", "difficulty_low", "full_points", "not_reached"),
    *("omitted", "passed", "passed_high", "passed_low", "share"),
})  # fmt: skip
"""Columns with a share of 1, shown per cent."""
NAMED = frozenset({"part", "subject", "name", "rule", "centre"})
"""Columns with an id that has a name."""

FLAGS: Mapping[Flag, LazyString] = {
    Flag.TOO_HARD: _l("very hard"),
    Flag.TOO_EASY: _l("very easy"),
    Flag.NEGATIVE: _l("negative discrimination"),
    Flag.WEAK: _l("weak discrimination"),
    Flag.DISTRACTOR: _l("distractor attracts the able"),
    Flag.BETTER_THAN_KEY: _l("distractor better than the key"),
    Flag.NEVER_CHOSEN: _l("option never chosen"),
    Flag.OMITTED: _l("often omitted"),
    Flag.NOT_REACHED: _l("often not reached"),
    Flag.SLOW: _l("takes long"),
    Flag.DRIFT: _l("drift"),
}

REASONS: Mapping[Flag, LazyString] = {
    Flag.TOO_HARD: _l("Less than 20 % of the points are earned."),
    Flag.TOO_EASY: _l("More than 95 % of the points are earned."),
    Flag.NEGATIVE: _l("Who does well in the rest of the paper does worse here. Check the key."),
    Flag.WEAK: _l("The correlation with the rest of the paper is below 0.15."),
    Flag.DISTRACTOR: _l("A wrong option is chosen more by those who do well, beyond chance."),
    Flag.BETTER_THAN_KEY: _l("A wrong option correlates more with the rest than the key does."),
    Flag.NEVER_CHOSEN: _l("Nobody chose one of the wrong options."),
    Flag.OMITTED: _l("More than 10 % left it out and went on."),
    Flag.NOT_REACHED: _l("More than 5 % answered neither it nor any later item."),
    Flag.SLOW: _l("Its median time is far above that of other items of its type."),
    Flag.DRIFT: _l("It became easier or harder than the other items since an earlier sitting."),
}

SCOPES: Mapping[str, LazyString] = {
    "whole": _l("Whole paper"),
    "part": _l("Part"),
    "subject": _l("Subject"),
}

TITLES: Mapping[str, LazyString] = {
    "summary": _l("Totals and pass rate"),
    "distribution": _l("Distribution of totals"),
    "reliability": _l("Reliability"),
    "centres": _l("Centres side by side"),
    "incidents": _l("Incidents by rule and hour"),
    "items": _l("Difficulty and discrimination of items"),
    "options": _l("Options"),
    "history": _l("Over the sittings"),
    "difficulty": _l("Difficulty over the sittings"),
    "discrimination": _l("Discrimination over the sittings"),
}

FLAGGED = frozenset(flag.value for flag in Flag)


def column_name(column: str) -> str:
    """Return a column's heading; hours of the day as such."""
    if column.startswith("hour_"):
        return f"{int(column[5:])}:00"
    return str(COLUMNS[column])


def flag_name(flag: str) -> str:
    """Return a flag's name; the flag itself where a later version raised it."""
    return str(FLAGS[Flag(flag)]) if flag in FLAGGED else flag


def shown_rows(table: FigureTable, names: Mapping[str, str]) -> list[list[str | None]]:
    """Return the rows as people read them; ``names``: of parts, subjects and centres, by id."""
    return [
        [shown(column, value, names) for column, value in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]


def shown(column: str, value: Cell, names: Mapping[str, str]) -> str | None:
    """Return one value as people read it, or None."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, float):
        return number(value, per_cent=column in SHARES)
    return _text(column, value, names) if isinstance(value, str) else str(value)


def number(value: float, *, per_cent: bool = False) -> str:
    """Return a number with two decimals, or per cent with one."""
    text = f"{100 * value:.1f} %" if per_cent else f"{value:.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def _text(column: str, value: str, names: Mapping[str, str]) -> str:
    if column == "flags":
        return ", ".join(map(flag_name, value.split()))
    if column == "type":
        return str(ITEM_TYPES.get(value, value))
    if column == "scope":
        return str(SCOPES[value])
    if column == "option" and not value:
        return str(_("no answer"))
    if column == "form" and not value:
        return str(_("all"))
    return names.get(value, value) if column in NAMED else value
