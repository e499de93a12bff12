"""Reliability: Cronbach's α, KR-20, the standard error, and intervals by resampling candidates."""

import math
from collections.abc import Iterator, Sequence
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


def alphas_without(scores: Floats) -> Floats:
    """Return α of the columns without each one in turn; NaN where there is none."""
    count, items = scores.shape
    found = np.full(items, np.nan)
    if count < 2 or items < 3:
        return found
    totals = scores.sum(axis=1)
    own, centred = scores.var(axis=0, ddof=1), totals - totals.mean()
    together = centred @ scores / (count - 1)
    rest = totals.var(ddof=1) + own - 2 * together
    varied = rest > intervals.TINY
    found[varied] = (items - 1) / (items - 2) * (1 - (own.sum() - own[varied]) / rest[varied])
    return found


def alpha_intervals(
    scores: Floats, scopes: Sequence[Bools], seed: int, draws: int = DRAWS
) -> list[Interval | None]:
    """Return α of each choice of columns, with intervals by a bootstrap over candidates.

    Percentile intervals of 95 % (Efron 1979). The same scores and seed give the same ones.
    """
    drawn = np.concatenate(list(_drawn(scores, scopes, seed, draws)), axis=1)
    return [
        _interval(alpha(scores[:, chosen]), values, draws)
        for chosen, values in zip(scopes, drawn, strict=True)
    ]


def reliabilities(matrix: Matrix, seed: int) -> list[Reliability]:
    """Return those of the whole paper, its parts, and its subjects, where it has several."""
    scopes = [("whole", "", matrix.decided)]
    for kind in ("part", "subject"):
        names = [getattr(item, kind) for item in matrix.items]
        for name in dict.fromkeys(names):
            chosen = np.array([other == name for other in names])
            if not chosen.all():
                scopes.append((kind, name, matrix.decided & chosen))
    found: list[Interval | None] = [None] * len(scopes)
    if matrix.candidates >= FEWEST:
        found = alpha_intervals(matrix.weighted, [chosen for *_, chosen in scopes], seed)
    return [_scope(matrix, *scope, own) for scope, own in zip(scopes, found, strict=True)]


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


def _scope(
    matrix: Matrix, kind: str, name: str, chosen: Bools, found: Interval | None
) -> Reliability:
    scores = matrix.weighted[:, chosen]
    enough = matrix.candidates >= FEWEST
    totals = scores.sum(axis=1)
    deviation = float(totals.std(ddof=1)) if matrix.candidates > 1 else 0.0
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


def _interval(value: float | None, drawn: Floats, draws: int) -> Interval | None:
    known = drawn[~np.isnan(drawn)]
    if value is None or len(known) < draws // 2:
        return None
    low, high = (float(limit) for limit in np.quantile(known, (0.025, 0.975)))
    return Interval(value, min(low, value), max(high, value))


def _drawn(scores: Floats, scopes: Sequence[Bools], seed: int, draws: int) -> Iterator[Floats]:
    """Yield α of each scope in samples, by how often each candidate was drawn, without copies."""
    count = len(scores)
    generator = np.random.default_rng(seed)
    squares = [(scores[:, chosen] ** 2).sum(axis=1) for chosen in scopes]
    totals = [scores[:, chosen].sum(axis=1) for chosen in scopes]
    for start in range(0, draws, BATCH):
        picked = [generator.integers(0, count, count) for _ in range(min(BATCH, draws - start))]
        weights = np.array([np.bincount(sample, minlength=count) for sample in picked]) / count
        means = weights @ scores
        yield np.array(
            [
                _of_sample(weights, means[:, chosen], square, total)
                for chosen, square, total in zip(scopes, squares, totals, strict=True)
            ]
        )


def _of_sample(weights: Floats, means: Floats, squares: Floats, totals: Floats) -> Floats:
    items = means.shape[1]
    found = np.full(len(weights), np.nan)
    if items < 2:
        return found
    own = weights @ squares - (means**2).sum(axis=1)
    of_total = weights @ totals**2 - (weights @ totals) ** 2
    varied = of_total > intervals.TINY
    found[varied] = items / (items - 1) * (1 - own[varied] / of_total[varied])
    return found
