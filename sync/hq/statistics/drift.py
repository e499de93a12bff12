"""Drift: items that became easier or harder than the others that two sittings have in common."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from sync.hq.statistics.intervals import normal_quantile

COMMON = 5
"""With fewer items in common, candidates cannot be told from items, and nothing is compared."""
LARGE = 1.5
"""A distance in delta that is worth a look (Magis and Facon 2012)."""
ERROR = 0.05
"""Chance that the intervals of a sitting do not all hold, shared out among the items compared."""


@dataclass(frozen=True)
class Use:
    """An item's difficulty in one sitting, and of how many candidates."""

    difficulty: float
    count: int


@dataclass(frozen=True)
class Drift:
    """``shift``: change in delta beyond the median change; above 0 it became harder.

    ``large``: at least 1.5, and its interval does not reach 0.
    """

    shift: float
    low: float
    high: float
    large: bool


def pooled(parts: Iterable[tuple[str, float, int]]) -> dict[str, Use]:
    """Return the difficulty over all parts that name an item: item, difficulty and candidates."""
    hits: dict[str, float] = defaultdict(float)
    counts: dict[str, int] = defaultdict(int)
    for item, difficulty, count in parts:
        hits[item] += difficulty * count
        counts[item] += count
    return {item: Use(hits[item] / count, count) for item, count in counts.items() if count}


def drifts(before: Mapping[str, Use], after: Mapping[str, Use]) -> Mapping[str, Drift]:
    """Return the drift of the items that both sittings had.

    Difficulties are compared on the delta scale, 13 − 4·Φ⁻¹(p) (Angoff and Ford 1973). The
    median change is that of the candidates, what remains that of the item.
    """
    common = sorted(before.keys() & after.keys())
    if len(common) < COMMON:
        return {}
    changes = {item: delta(after[item]) - delta(before[item]) for item in common}
    usual = float(np.median(list(changes.values())))
    z = normal_quantile(1 - ERROR / len(common))  # Bonferroni
    found: dict[str, Drift] = {}
    for item, change in changes.items():
        shift = change - usual
        half = z * math.hypot(_error(before[item]), _error(after[item]))
        certain = abs(shift) > half
        found[item] = Drift(shift, shift - half, shift + half, certain and abs(shift) >= LARGE)
    return found


def delta(use: Use) -> float:
    """Return the difficulty on the delta scale; 0 and 1 are moved in by half a candidate."""
    return 13 - 4 * float(special.ndtri(_inside(use)))


def _error(use: Use) -> float:
    """Return the standard error of delta, by the delta method."""
    p = _inside(use)
    density = math.exp(-(float(special.ndtri(p)) ** 2) / 2) / math.sqrt(2 * math.pi)
    return 4 * math.sqrt(p * (1 - p) / use.count) / density


def _inside(use: Use) -> float:
    edge = 0.5 / use.count
    return min(max(use.difficulty, edge), 1 - edge)
