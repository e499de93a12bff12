"""Classical item analysis: difficulty, discrimination, missing answers, time of each item."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sync.hq.statistics import intervals
from sync.hq.statistics.intervals import Interval
from sync.hq.statistics.matrix import NOT_REACHED, OMITTED, Floats, ItemColumn, Matrix
from sync.hq.statistics.options import OptionFigures, options_of
from sync.hq.statistics.reliability import alphas_without

GROUP = 0.27
"""Share of the upper and of the lower group (Kelley 1939)."""
FEWEST = 10
"""Correlations and groups of fewer candidates are not computed."""


@dataclass(frozen=True)
class Seconds:
    """Median and quartiles of the time of an item, and of how many answers."""

    median: float
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class ItemFigures:
    """Figures of one item. None: not marked for everybody, too few candidates, or all equal.

    ``difficulty``: mean points as a share of the most (so a high one is easy). ``full``: share
    with full points. ``discrimination``: correlation with the rest of the paper. ``groups``:
    difference of difficulty between upper and lower group. ``alpha_without``: reliability of
    the paper without this item.
    """

    column: ItemColumn
    count: int
    difficulty: Interval | None
    full: float | None
    discrimination: Interval | None
    groups: float | None
    alpha_without: float | None
    omitted: float
    not_reached: float
    seconds: Seconds | None
    options: Sequence[OptionFigures]


def item_figures(matrix: Matrix) -> Sequence[ItemFigures]:
    """Return the figures of all items, in the order of the paper."""
    without = _alphas_without(matrix)
    return [
        _figures(matrix, number, None if np.isnan(value) else float(value))
        for number, value in enumerate(without)
    ]


def _figures(matrix: Matrix, number: int, alpha_without: float | None) -> ItemFigures:
    column, count = matrix.items[number], matrix.candidates
    decided = bool(count and matrix.decided[number])
    enough = decided and count >= FEWEST
    shares = matrix.points[:, number] / column.most
    answered = matrix.answered[:, number]
    return ItemFigures(
        column=column,
        count=count,
        difficulty=_difficulty(shares) if decided else None,
        full=float((shares >= 1 - intervals.TINY).mean()) if decided else None,
        discrimination=intervals.correlation(shares, matrix.rest(number)) if enough else None,
        groups=_groups(shares, matrix.totals) if enough else None,
        alpha_without=alpha_without,
        omitted=float((answered == OMITTED).mean()) if count else 0.0,
        not_reached=float((answered == NOT_REACHED).mean()) if count else 0.0,
        seconds=_seconds(matrix.seconds[:, number]),
        options=options_of(matrix, number, enough=enough),
    )


def _difficulty(shares: Floats) -> Interval | None:
    hits = shares >= 1 - intervals.TINY
    if bool((hits | (shares <= intervals.TINY)).all()):
        return intervals.share(int(hits.sum()), len(shares))
    found = intervals.mean(shares)
    if found is None:
        return Interval(float(shares.mean()), 0.0, 1.0)
    return Interval(found.value, max(found.low, 0.0), min(found.high, 1.0))


def _groups(shares: Floats, totals: Floats) -> float | None:
    """Compare the upper with the lower 27 %; who ties with the last of a group belongs to it."""
    size = max(1, round(GROUP * len(totals)))
    ordered = np.sort(totals)
    low, high = ordered[size - 1], ordered[-size]
    if high - low <= intervals.TINY:
        return None
    upper, lower = totals >= high - intervals.TINY, totals <= low + intervals.TINY
    return float(shares[upper].mean() - shares[lower].mean())


def _alphas_without(matrix: Matrix) -> Floats:
    found = np.full(len(matrix.items), np.nan)
    if matrix.candidates >= FEWEST:
        found[matrix.decided] = alphas_without(matrix.weighted[:, matrix.decided])
    return found


def _seconds(values: Floats) -> Seconds | None:
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    low, median, high = (float(value) for value in np.quantile(known, (0.25, 0.5, 0.75)))
    return Seconds(median, low, high, len(known))
