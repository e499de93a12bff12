"""Centres side by side, so that chance does not shame small ones."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sync.hq.statistics import intervals
from sync.hq.statistics.intervals import Interval
from sync.hq.statistics.matrix import Bools, Floats

FEWEST = 5
"""Of fewer candidates no figures are shown: they would be those of single people."""
COMPARED = 10
"""From here on a centre is compared with the others."""
LIMIT = 3.09
"""Standard errors from the mean: 1 in 500 by chance (Spiegelhalter 2005)."""


@dataclass(frozen=True)
class CentreFigures:
    """``difference``: mean of total minus the mean of all with the same form of the paper.

    ``outside``: it lies outside the funnel of chance, None if that cannot be said. A reason to
    look, never a verdict: centres have different candidates.
    """

    code: str
    count: int
    mean: Interval | None
    passed: Interval | None
    difference: float | None
    outside: bool | None


def centre_figures(
    codes: Sequence[str], forms: Sequence[str], totals: Floats, passed: Bools | None
) -> Sequence[CentreFigures]:
    """Return the figures of each centre, by code; one entry of each argument for a candidate.

    ``passed``: None where nobody passes or fails.
    """
    places, labels = np.array(codes, dtype=object), np.array(forms, dtype=object)
    differences = _differences(places, labels, totals)
    known = differences[~np.isnan(differences)]
    spread = float(known.std(ddof=1)) if len(known) > 1 else 0.0
    return [
        _centre(
            code,
            totals[places == code],
            None if passed is None else passed[places == code],
            differences[places == code],
            spread,
        )
        for code in sorted(set(codes))
    ]


def _centre(
    code: str, totals: Floats, passed: Bools | None, differences: Floats, spread: float
) -> CentreFigures:
    count = len(totals)
    if count < FEWEST:
        return CentreFigures(code, count, None, None, None, None)
    difference = None if np.isnan(differences).any() else float(differences.mean())
    outside = None
    if difference is not None and count >= COMPARED and spread > 0:
        outside = abs(difference) > LIMIT * spread / math.sqrt(count)
    return CentreFigures(
        code=code,
        count=count,
        mean=intervals.mean(totals),
        passed=None if passed is None else intervals.share(int(passed.sum()), count),
        difference=difference,
        outside=outside,
    )


def _differences(
    places: NDArray[np.object_], labels: NDArray[np.object_], totals: Floats
) -> Floats:
    """Return totals minus the mean of their form; NaN for a form that one centre alone had."""
    found = np.full(len(totals), np.nan)
    for label in set(labels):
        same = labels == label
        if len(set(places[same])) > 1:
            found[same] = totals[same] - totals[same].mean()
    return found
