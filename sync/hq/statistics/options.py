"""The table of an item's options: who chose them, and how these did in the rest of the paper."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sync.hq.statistics import intervals
from sync.hq.statistics.intervals import Interval
from sync.hq.statistics.matrix import Bools, Floats, Matrix

NO_ANSWER = ""
"""Stands for the option of those who chose none."""


@dataclass(frozen=True)
class OptionFigures:
    """``option``: its id, or :data:`NO_ANSWER`. ``share`` of all candidates who chose it.

    ``rest_mean``: mean of the rest of the paper of those who chose it. ``correlation``: of
    choosing it with the rest; a good distractor has a negative one. ``points``: what they got
    for the item on average.
    """

    option: str
    is_key: bool
    count: int
    share: float
    rest_mean: float | None
    correlation: Interval | None
    points: float | None


def options_of(matrix: Matrix, number: int, *, enough: bool) -> Sequence[OptionFigures]:
    """Return a row for each option and one for no answer; nothing for written items."""
    column = matrix.items[number]
    if not column.options or not matrix.candidates:
        return []
    rest, points = matrix.rest(number), matrix.points[:, number]
    chosen = {name: matrix.picked(number, place) for place, name in enumerate(column.options)}
    chosen[NO_ANSWER] = matrix.picks[:, number] == 0
    return [
        _row(name, who, rest, points, is_key=name in column.key, enough=enough)
        for name, who in chosen.items()
    ]


def _row(
    option: str, chosen: Bools, rest: Floats, points: Floats, *, is_key: bool, enough: bool
) -> OptionFigures:
    count = int(chosen.sum())
    earned = points[chosen]
    return OptionFigures(
        option=option,
        is_key=is_key,
        count=count,
        share=count / len(chosen),
        rest_mean=float(rest[chosen].mean()) if count else None,
        correlation=intervals.correlation(chosen.astype(float), rest) if enough else None,
        points=float(earned.mean()) if count and not np.isnan(earned).any() else None,
    )
