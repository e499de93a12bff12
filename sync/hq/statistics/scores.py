"""Distribution of totals, and how many pass."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sync.hq.statistics import intervals
from sync.hq.statistics.intervals import Interval
from sync.hq.statistics.matrix import Floats

BINS = 30
"""Most bins of a histogram."""
WIDTHS = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class Distribution:
    """Totals of candidates whose result is complete. ``passed``: share of them with its interval.

    ``edges`` are the limits of the bins, of which the pass mark, if there is one, is one.
    """

    count: int
    mean: Interval | None
    deviation: float | None
    quantiles: Sequence[float]
    skewness: float | None
    passed: Interval | None
    edges: Sequence[float]
    counts: Sequence[int]


def distribution(totals: Floats, passed: int, pass_mark: float | None, most: float) -> Distribution:
    """Return mean, spread, minimum to maximum by quarters, and a histogram with the pass mark.

    Without a pass mark nobody passes or fails.
    """
    edges = bin_edges(pass_mark or 0.0, most)
    count = len(totals)
    # Bins are closed at the left: a total equal to the pass mark belongs to those that reach it.
    places = np.clip(
        np.searchsorted(edges, totals + intervals.TINY, "right") - 1, 0, len(edges) - 2
    )
    return Distribution(
        count=count,
        mean=intervals.mean(totals),
        deviation=float(totals.std(ddof=1)) if count > 1 else None,
        quantiles=[float(q) for q in np.quantile(totals, (0, 0.25, 0.5, 0.75, 1))] if count else [],
        skewness=_skewness(totals),
        passed=None if pass_mark is None else intervals.share(passed, count),
        edges=edges,
        counts=np.bincount(places, minlength=len(edges) - 1).tolist(),
    )


def bin_edges(pass_mark: float, most: float) -> list[float]:
    """Return the limits of at most about 30 equal bins from 0 to ``most`` through the pass mark."""
    width = next((width for width in WIDTHS if most / width <= BINS), most / BINS)
    below, above = math.ceil(pass_mark / width - 1e-9), math.ceil((most - pass_mark) / width - 1e-9)
    return [pass_mark + step * width for step in range(-below, max(above, 1) + 1)]


def _skewness(totals: Floats) -> float | None:
    """Return Fisher's moment coefficient."""
    if len(totals) < 3 or intervals.is_constant(totals):
        return None
    centred = totals - totals.mean()
    return float((centred**3).mean() / (centred**2).mean() ** 1.5)
