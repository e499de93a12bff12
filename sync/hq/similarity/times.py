"""When two candidates saved their answers: at the same moments, and in the same order.

Facts beside the indices; they do not decide what is listed. The last save of each answer counts.
Questions are in each candidate's own order, so that honest candidates seldom answer the same
question at the same time; where a paper is not shuffled, or two work at the same speed, they do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sync.hq.similarity.model import Floats

CLOSE_S = 30.0
"""Saves of one question that are no further apart count as close."""

LEAST_TIMES = 10


@dataclass(frozen=True)
class Times:
    """Of one candidate by item: seconds by the clock, and place in the own order of questions.

    NaN where nothing was saved.
    """

    saved: Floats
    position: Floats


@dataclass(frozen=True)
class TimeFacts:
    """``close`` of ``common`` questions were saved at nearly the same time; ``expected`` by chance.

    ``order``: correlation of the orders of answering, -1 to 1, without what the later one's own
    order of questions explains. None where there are too few times, or no order is left.
    """

    common: int
    close: int
    expected: float
    order: float | None


def compare_times(one: Times, other: Times) -> TimeFacts:
    """Compare when two candidates saved their answers."""
    both = ~np.isnan(one.saved) & ~np.isnan(other.saved)
    number = int(both.sum())
    if number < LEAST_TIMES:
        return TimeFacts(number, 0, 0.0, None)
    first, second = one.saved[both], other.saved[both]
    near = np.abs(first[:, None] - second[None, :]) <= CLOSE_S
    close = int(np.trace(near))
    expected = (int(near.sum()) - close) / (number - 1)
    orders = [
        _partial(_ranks(first), _ranks(second), _ranks(other.position[both])),
        _partial(_ranks(second), _ranks(first), _ranks(one.position[both])),
    ]
    known = [order for order in orders if order is not None]
    return TimeFacts(number, close, expected, max(known, default=None))


def _partial(source: Floats, copier: Floats, own: Floats) -> float | None:
    """Return the correlation of two orders without what the copier's own order explains."""
    left = [_residual(source, own), _residual(copier, own)]
    spread = float(np.sqrt((left[0] ** 2).sum() * (left[1] ** 2).sum()))
    # Somebody who never leaves the own order has nothing left that could agree.
    if spread < len(own):
        return None
    return float((left[0] * left[1]).sum() / spread)


def _residual(ranks: Floats, own: Floats) -> Floats:
    centred, by = ranks - ranks.mean(), own - own.mean()
    slope = float((centred * by).sum() / max(float((by**2).sum()), 1.0))
    rest: Floats = centred - slope * by
    return rest


def _ranks(values: Floats) -> Floats:
    """Return ranks from 1; equal values, as when two answers were saved at once, share theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = counts.cumsum()
    ranks: Floats = (ends - (counts - 1) / 2)[inverse]
    return ranks


def usual_close(pair: Sequence[Times], others: Sequence[Times]) -> Sequence[int]:
    """Return the close saves of either of a pair with each of the others, to compare it with."""
    return [compare_times(own, other).close for own in pair for other in others]
