"""Reliability: Cronbach's α, KR-20, the standard error, and intervals by resampling candidates."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sync.hq.statistics import intervals
from sync.hq.statistics.intervals import Interval
from sync.hq.statistics.matrix import Bools, Floats, Matrix

FEWEST = 20
"""Of fewer candidates no reliability is computed: its interval would span most of 0 to 1."""
DRAWS = 1000
"""Samples of the bootstrap."""
BATCH = 50


@dataclass(frozen=True)
class Reliability:
    """Of the whole paper, a part or a subject (``kind``, ``name``), over ``items`` items.

    ``alpha`` is None with fewer than two items, too few candidates, or equal totals.
    ``kr20``: over ``kr20_items`` items that are right or wrong. ``stratified``: α from the
    parts' α, of the whole only. ``error``: standard error of measurement in points.
    """

    kind: str
    name: str
    items: int
    candidates: int
    mean: float
    deviation: float
    alpha: Interval | None
    kr20: float | None
    kr20_items: int
    stratified: float | None
    error: float | None


def alpha(scores: Floats) -> float | None:
    """Return Cronbach's α of columns of scores (Cronbach 1951)."""
    count, items = scores.shape
    if count < 2 or items < 2:
        return None
    totals = scores.sum(axis=1)
    if intervals.is_constant(totals):
        return None
    own = float(scores.var(axis=0, ddof=1).sum())
    return float(items / (items - 1) * (1 - own / float(totals.var(ddof=1))))


def kr20(right: Bools) -> float | None:
    """Return Kuder and Richardson's formula 20 of columns of right or wrong answers (1937)."""
    count, items = right.shape
    totals = right.sum(axis=1).astype(float)
    if count < 2 or items < 2 or intervals.is_constant(totals):
        return None
    p = right.mean(axis=0)
    return float(items / (items - 1) * (1 - (p * (1 - p)).sum() / totals.var()))


def alpha_interval(scores: Floats, seed: int, draws: int = DRAWS) -> Interval | None:
    """Return α with the percentile interval of a bootstrap over candidates (Efron 1979).

    The same scores and seed give the same interval.
    """
    value = alpha(scores)
    if value is None:
        return None
    drawn = np.concatenate(list(_drawn(scores, seed, draws)))
    known = drawn[~np.isnan(drawn)]
    if len(known) < draws // 2:
        return None
    low, high = (float(limit) for limit in np.quantile(known, (0.025, 0.975)))
    return Interval(value, min(low, value), max(high, value))


def reliabilities(matrix: Matrix, seed: int) -> list[Reliability]:
    """Return those of the whole paper, its parts, and its subjects, where it has several."""
    found = [_scope(matrix, "whole", "", matrix.decided, seed)]
    for kind in ("part", "subject"):
        names = [getattr(item, kind) for item in matrix.items]
        for name in dict.fromkeys(names):
            chosen = np.array([other == name for other in names])
            if not chosen.all():
                found.append(_scope(matrix, kind, name, matrix.decided & chosen, seed))
    return found


def stratified_alpha(scores: Floats, parts: list[str]) -> float | None:
    """Return α of a composite of parts (Cronbach, Schönemann and McKie 1965).

    A part without an α of its own, such as one essay, counts as not reliable at all.
    """
    totals = scores.sum(axis=1)
    if len(set(parts)) < 2 or intervals.is_constant(totals):
        return None
    lost = 0.0
    for name in dict.fromkeys(parts):
        own = scores[:, [part == name for part in parts]]
        lost += float(own.sum(axis=1).var(ddof=1)) * (1 - (alpha(own) or 0.0))
    return 1 - lost / float(totals.var(ddof=1))


def _scope(matrix: Matrix, kind: str, name: str, chosen: Bools, seed: int) -> Reliability:
    scores = matrix.weighted[:, chosen]
    enough = matrix.candidates >= FEWEST
    totals = scores.sum(axis=1)
    deviation = float(totals.std(ddof=1)) if matrix.candidates > 1 else 0.0
    found = alpha_interval(scores, seed) if enough else None
    right, items = _right(matrix, chosen)
    parts = [item.part for item, taken in zip(matrix.items, chosen, strict=True) if taken]
    whole = kind == "whole" and enough
    error = deviation * math.sqrt(max(0.0, 1 - found.value)) if found else None
    return Reliability(
        kind=kind,
        name=name,
        items=int(chosen.sum()),
        candidates=matrix.candidates,
        mean=float(totals.mean()) if matrix.candidates else 0.0,
        deviation=deviation,
        alpha=found,
        kr20=kr20(right) if enough else None,
        kr20_items=items,
        stratified=stratified_alpha(scores, parts) if whole else None,
        error=error,
    )


def _right(matrix: Matrix, chosen: Bools) -> tuple[Bools, int]:
    """Return who has which of the items right that nobody has in part."""
    shares = matrix.points[:, chosen] / np.array([item.most for item in matrix.items])[chosen]
    right = shares >= 1 - intervals.TINY
    simple = (right | (shares <= intervals.TINY)).all(axis=0)
    return right[:, simple], int(simple.sum())


def _drawn(scores: Floats, seed: int, draws: int) -> Iterator[Floats]:
    """Yield α of samples, by how often each candidate was drawn rather than by copies."""
    count, items = scores.shape
    generator = np.random.default_rng(seed)
    squares, totals = (scores**2).sum(axis=1), scores.sum(axis=1)
    for start in range(0, draws, BATCH):
        size = min(BATCH, draws - start)
        weights = generator.multinomial(count, np.full(count, 1 / count), size=size) / count
        own = weights @ squares - ((weights @ scores) ** 2).sum(axis=1)
        of_total = weights @ totals**2 - (weights @ totals) ** 2
        varied = of_total > intervals.TINY
        ratio = np.divide(own, of_total, out=np.full(size, np.nan), where=varied)
        yield items / (items - 1) * (1 - ratio)
