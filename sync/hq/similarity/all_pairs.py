"""The probability of every pair of a paper, part by part, so that memory stays small."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.similarity.indices import DIRECTIONS, Agreement, repeated
from sync.hq.similarity.model import Bools, Floats, Ints, Model
from sync.hq.similarity.places import Seating

LEAST_COMMON = 10
"""Questions that both must have answered; pairs with fewer are not compared."""

SUSPECT = 0.01
"""A room's pairs below this probability are counted."""

_PART = 5000
_EXACT_FROM = 2.0
"""Deviations from which the exact distribution is computed; below, the normal one will do."""

_KEPT = 0.05


@dataclass(frozen=True)
class Pairs:
    """Pairs with their probabilities; ``near``: within sight of each other."""

    first: Ints
    second: Ints
    probability: Floats
    near: Bools


@dataclass(frozen=True)
class AllPairs:
    """``kept``: near pairs, and those of small probability. ``sizes``: near pairs, and others.

    ``by_room``, ``below``: pairs of each room, and those below :data:`SUSPECT`.
    """

    total: int
    sizes: tuple[int, int]
    kept: Pairs
    by_room: Ints
    below: Ints


def all_pairs(model: Model, seating: Seating, progress: ProgressCallback = silent) -> AllPairs:
    """Compare everybody with everybody."""
    people = len(model.responses.codes)
    total, done, sizes = people * (people - 1) // 2, 0, np.zeros(2, dtype=np.int64)
    by_room, below = (np.zeros(len(seating.names), dtype=np.int64) for _ in range(2))
    kept = []
    for first, second in _parts(people):
        done += len(first)
        enough = _common(model, first, second) >= LEAST_COMMON
        part = _compared(model, seating, first[enough], second[enough])
        sizes += [part.near.sum(), (~part.near).sum()]
        room = seating.room[part.first]
        together = room == seating.room[part.second]
        by_room += np.bincount(room[together], minlength=len(by_room))
        below += np.bincount(room[together & (part.probability < SUSPECT)], minlength=len(by_room))
        kept.append(_chosen(part, part.near | (part.probability < _KEPT)))
        progress(done, total)
    return AllPairs(total, (int(sizes[0]), int(sizes[1])), _joined(kept), by_room, below)


def probabilities(model: Model, first: Ints, second: Ints) -> Floats:
    """Return the probability of each pair: the smaller of both directions, doubled."""
    ways = repeated(model, first, second), repeated(model, second, first)
    either: Floats = np.minimum(DIRECTIONS * np.minimum(_tail(ways[0]), _tail(ways[1])), 1)
    return either


def _compared(model: Model, seating: Seating, first: Ints, second: Ints) -> Pairs:
    near = seating.near(first, second)
    return Pairs(first, second, probabilities(model, first, second), near)


def _tail(agreement: Agreement) -> Floats:
    """Return the exact probability where it may be small, elsewhere the normal approximation."""
    deviation = agreement.deviation
    tail = np.asarray(ndtr(-deviation), dtype=np.float64)
    high = deviation >= _EXACT_FROM
    tail[high] = Agreement(agreement.chance[high], agreement.same[high]).tail()
    return tail


def _common(model: Model, first: Ints, second: Ints) -> Ints:
    answered = model.responses.answered
    count: Ints = (answered[first] & answered[second]).sum(axis=1)
    return count


def _parts(people: int) -> Iterator[tuple[Ints, Ints]]:
    """Return all pairs, some thousands at a time, each once."""
    begin = 0
    while begin < people - 1:
        end, number = begin, 0
        while end < people - 1 and number < _PART:
            number += people - 1 - end
            end += 1
        rows = [np.arange(row + 1, people) for row in range(begin, end)]
        first = np.repeat(np.arange(begin, end), [len(row) for row in rows])
        yield first, np.concatenate(rows)
        begin = end


def _chosen(pairs: Pairs, chosen: Bools) -> Pairs:
    return Pairs(
        pairs.first[chosen], pairs.second[chosen], pairs.probability[chosen], pairs.near[chosen]
    )


def _joined(parts: list[Pairs]) -> Pairs:
    if not parts:
        nobody = np.zeros(0, dtype=np.int64)
        return Pairs(nobody, nobody, nobody.astype(np.float64), nobody.astype(bool))
    return Pairs(
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.second for part in parts]),
        np.concatenate([part.probability for part in parts]),
        np.concatenate([part.near for part in parts]),
    )
