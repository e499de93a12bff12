"""Flags: items that somebody should look at, with the thresholds of ``docs/statistics.md``."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np

from sync.hq.statistics.drift import Drift
from sync.hq.statistics.items import ItemFigures
from sync.hq.statistics.options import NO_ANSWER

FEWEST = 30
"""Items of fewer candidates get no flags: chance would raise most of them."""
HARD, EASY = 0.20, 0.95
WEAK = 0.15
SKIPPED, UNREACHED = 0.10, 0.05
FAR_OUT = 3.0
"""Interquartile ranges from the nearer quartile (Tukey 1977)."""
TIMED = 8
"""Fewest items of a type whose times are compared."""


class Flag(StrEnum):
    """Why an item should be looked at."""

    TOO_HARD = "too_hard"
    TOO_EASY = "too_easy"
    NEGATIVE = "negative_discrimination"
    WEAK = "weak_discrimination"
    DISTRACTOR = "distractor_attracts_the_able"
    BETTER_THAN_KEY = "distractor_better_than_key"
    NEVER_CHOSEN = "option_never_chosen"
    OMITTED = "often_omitted"
    NOT_REACHED = "often_not_reached"
    SLOW = "slow"
    DRIFT = "drift"


def flags_of(
    figures: Sequence[ItemFigures], drifts: Mapping[str, Drift]
) -> Mapping[str, Sequence[Flag]]:
    """Return the flags of each item, those of the answers first."""
    slow = _slow(figures)
    found: dict[str, Sequence[Flag]] = {}
    for item in figures:
        name = item.column.item_id
        raised = [*_of_points(item), *_of_options(item), *_of_gaps(item)]
        if name in slow:
            raised.append(Flag.SLOW)
        if name in drifts and drifts[name].large:
            raised.append(Flag.DRIFT)
        found[name] = raised if item.count >= FEWEST and not item.column.for_all else []
    return found


def _of_points(item: ItemFigures) -> Sequence[Flag]:
    found = []
    if item.difficulty is not None:
        if item.difficulty.value < HARD:
            found.append(Flag.TOO_HARD)
        elif item.difficulty.value > EASY:
            found.append(Flag.TOO_EASY)
    if item.discrimination is not None:
        if item.discrimination.value < 0:
            found.append(Flag.NEGATIVE)
        elif item.discrimination.value < WEAK:
            found.append(Flag.WEAK)
    return found


def _of_options(item: ItemFigures) -> Sequence[Flag]:
    keys = [option for option in item.options if option.is_key]
    others = [option for option in item.options if not option.is_key and option.option != NO_ANSWER]
    found = []
    if any(option.correlation and option.correlation.low > 0 for option in others):
        found.append(Flag.DISTRACTOR)
    best = min((key.correlation.value for key in keys if key.correlation), default=None)
    if best is not None and any(
        option.correlation and option.correlation.value > best for option in others
    ):
        found.append(Flag.BETTER_THAN_KEY)
    if any(not option.count for option in others):
        found.append(Flag.NEVER_CHOSEN)
    return found


def _of_gaps(item: ItemFigures) -> Sequence[Flag]:
    found = [Flag.OMITTED] if item.omitted > SKIPPED else []
    return [*found, Flag.NOT_REACHED] if item.not_reached > UNREACHED else found


def _slow(figures: Sequence[ItemFigures]) -> frozenset[str]:
    """Return items whose median time lies far above that of the others of their type."""
    by_type: dict[str, list[ItemFigures]] = {}
    for item in figures:
        if item.seconds is not None:
            by_type.setdefault(item.column.type, []).append(item)
    found: set[str] = set()
    for items in by_type.values():
        medians = [item.seconds.median for item in items if item.seconds is not None]
        if len(items) < TIMED:
            continue
        low, high = np.quantile(medians, (0.25, 0.75))
        limit = high + FAR_OUT * (high - low)
        found |= {
            item.column.item_id
            for item, median in zip(items, medians, strict=True)
            if median > limit
        }
    return frozenset(found)
