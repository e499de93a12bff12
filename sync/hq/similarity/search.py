"""Which pairs of a paper stand out after the correction, in which groups, and in which rooms."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.similarity.all_pairs import AllPairs, all_pairs
from sync.hq.similarity.corrections import correct
from sync.hq.similarity.model import Model
from sync.hq.similarity.places import Seating

LEAST_CANDIDATES = 10
"""With fewer candidates of a paper nothing is computed: nobody knows what is usual."""


class Level(StrEnum):
    """How much a pair stands out; never more than a ground for review.

    ``strong``: by Holm's correction. ``notable``: by Benjamini and Hochberg's only. ``text``: not
    by the choice questions, but by a passage of a written answer.
    """

    STRONG = "strong"
    NOTABLE = "notable"
    TEXT = "text"


@dataclass(frozen=True)
class Limits:
    """Corrected probabilities up to which a pair is strong, or notable."""

    holm: float = 0.01
    fdr: float = 0.05


@dataclass(frozen=True)
class Found:
    """A pair that stands out: numbers of its candidates, and its probabilities.

    ``cluster``: pairs that share candidates have the same number, from 1.
    """

    first: int
    second: int
    probability: float
    holm: float
    fdr: float
    near: bool
    level: Level
    cluster: int


@dataclass(frozen=True)
class RoomFigures:
    """A room as a whole: how many of its pairs have a probability below 1 %.

    Honest rooms have fewer than one in a hundred. More: the same teaching, or the same key.
    """

    centre_code: str
    room: str
    candidates: int
    pairs: int
    below: int


@dataclass(frozen=True)
class Outcome:
    """What a search found. ``compared``: pairs with enough common questions, of ``pairs``."""

    pairs: int
    compared: int
    near: int
    found: Sequence[Found]
    rooms: Sequence[RoomFigures]


def search(
    model: Model, seating: Seating, limits: Limits, progress: ProgressCallback = silent
) -> Outcome:
    """Compare all pairs; return those that stand out, the least probable first."""
    every = all_pairs(model, seating, progress)
    found = _found(every, limits)
    rooms = _rooms(seating, every)
    return Outcome(every.total, sum(every.sizes), every.sizes[0], found, rooms)


def _found(every: AllPairs, limits: Limits) -> Sequence[Found]:
    kept = every.kept
    corrected = correct(kept.probability, kept.near, every.sizes)
    strong, notable = corrected.holm <= limits.holm, corrected.fdr <= limits.fdr
    chosen = np.nonzero(strong | notable)[0]
    chosen = chosen[np.argsort(kept.probability[chosen], kind="stable")]
    ends = [(int(kept.first[pair]), int(kept.second[pair])) for pair in chosen]
    return [
        Found(
            *people,
            probability=float(kept.probability[pair]),
            holm=float(corrected.holm[pair]),
            fdr=float(corrected.fdr[pair]),
            near=bool(kept.near[pair]),
            level=Level.STRONG if strong[pair] else Level.NOTABLE,
            cluster=cluster,
        )
        for pair, people, cluster in zip(chosen, ends, clusters(ends), strict=True)
    ]


def clusters(pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Return for each pair the number of the group of candidates that its pairs connect."""
    leader: dict[int, int] = {}

    def head(person: int) -> int:
        while leader.setdefault(person, person) != person:
            leader[person] = leader[leader[person]]
            person = leader[person]
        return person

    for first, second in pairs:
        leader[head(second)] = head(first)
    numbers: dict[int, int] = {}
    return [numbers.setdefault(head(first), len(numbers) + 1) for first, _second in pairs]


def _rooms(seating: Seating, every: AllPairs) -> Sequence[RoomFigures]:
    people = np.bincount(seating.room, minlength=len(seating.names))
    return [
        RoomFigures(*name, int(people[n]), int(every.by_room[n]), int(every.below[n]))
        for n, name in enumerate(seating.names)
    ]
