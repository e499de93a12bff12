"""False alarms in simulated honest sittings, and what is found where somebody copied."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import process_time

import numpy as np
from numpy.random import Generator

from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.similarity.all_pairs import all_pairs
from sync.hq.similarity.model import fit
from sync.hq.similarity.places import Seating
from sync.hq.similarity.search import Level, Limits, search
from sync.hq.similarity.simulation import (
    Sitting,
    World,
    copy_neighbours,
    share_key,
    simulate,
)

STEPS = 0.01, 0.001, 0.0001, 0.00001
"""Probabilities at which the share of honest pairs below is counted."""

SHARES = 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0
SHARERS, KEY_RIGHT = 6, 0.85

HONEST = (
    ("10 candidates", World(10), 500),
    ("15 candidates", World(15), 400),
    ("30 candidates", World(30), 200),
    ("30, same teacher", World(30, teacher=1), 200),
    ("30, very able", World(30, able=2.2), 200),
    ("100 candidates", World(100), 40),
    ("300 candidates", World(300), 12),
    ("300, same teacher in a room", World(300, teacher=1), 12),
    ("300, misled by the teacher", World(300, teacher=2), 12),
    ("300, very able", World(300, able=2.2), 12),
    ("300, half run out of time", World(300, slow=0.5), 12),
    ("300, 40 questions", World(300, items=40), 12),
    ("1,000 candidates", World(1000), 3),
)
"""Honest worlds, and how many sittings of each."""

COPYING = ((30, 100), (300, 12), (1000, 3))
"""Candidates, and how many sittings."""


TIMED = 1000, 100
"""Candidates and questions of the search that is timed."""


@dataclass(frozen=True)
class FalseAlarms:
    """Of honest sittings of one kind: ``below``: shares of pairs below each of :data:`STEPS`.

    ``strong``, ``notable``: how many sittings had at least one such pair; ``named``: pairs in all.
    """

    name: str
    sittings: int
    pairs: int
    below: Sequence[float]
    strong: int
    notable: int
    named: int


@dataclass(frozen=True)
class Power:
    """``strong`` and ``listed`` (with the notable ones): shares of the copying pairs found.

    ``honest``: pairs of people who did not copy from each other that were listed as well.
    """

    way: str
    candidates: int
    share: float
    pairs: int
    strong: float
    listed: float
    honest: int


@dataclass(frozen=True)
class Measured:
    """All figures; ``seconds``: processor time for all pairs of a sitting of :data:`TIMED`."""

    seed: int
    false_alarms: Sequence[FalseAlarms]
    power: Sequence[Power]
    seconds: float


def measure(seed: int, scale: float, progress: ProgressCallback = silent) -> Measured:
    """Measure everything; ``scale`` multiplies the numbers of simulated sittings."""
    ways = [(way, size, share) for way in _WAYS for size in COPYING for share in SHARES]
    total = len(HONEST) + len(ways) + 1
    alarms, power = list[FalseAlarms](), list[Power]()
    for name, world, sittings in HONEST:
        progress(len(alarms), total)
        random = np.random.default_rng([seed, len(alarms)])
        alarms.append(_false_alarms(name, world, max(1, round(scale * sittings)), random))
    for way, (candidates, sittings), share in ways:
        progress(len(alarms) + len(power), total)
        random = np.random.default_rng([seed, 1000 + len(power)])
        number = max(1, round(scale * sittings))
        power.append(_power(way, candidates, share, number, random))
    seconds = timed(*TIMED, seed)
    progress(total, total)
    return Measured(seed, alarms, power, seconds)


def timed(candidates: int, items: int, seed: int) -> float:
    """Return the seconds of processor time that a search takes, with the model's estimation."""
    sitting = simulate(World(candidates, items), np.random.default_rng(seed))
    begin = process_time()
    search(fit(sitting.responses), Seating(sitting.places), Limits())
    return process_time() - begin


def _false_alarms(name: str, world: World, sittings: int, random: Generator) -> FalseAlarms:
    pairs, counts = 0, np.zeros(len(STEPS))
    strong = notable = named = 0
    for _ in range(sittings):
        sitting = simulate(world, random)
        model, seating = fit(sitting.responses), Seating(sitting.places)
        every = all_pairs(model, seating)
        pairs += sum(every.sizes)
        counts += [(every.kept.probability < step).sum() for step in STEPS]
        levels = [pair.level for pair in search(model, seating, Limits()).found]
        strong += Level.STRONG in levels
        notable += bool(levels)
        named += len(levels)
    return FalseAlarms(
        name, sittings, pairs, (counts / max(pairs, 1)).tolist(), strong, notable, named
    )


def _power(way: str, candidates: int, share: float, sittings: int, random: Generator) -> Power:
    copying = strong = listed = honest = 0
    for _ in range(sittings):
        sitting = _WAYS[way](simulate(World(candidates), random), share, random)
        found = search(fit(sitting.responses), Seating(sitting.places), Limits()).found
        levels = {(pair.first, pair.second): pair.level for pair in found}
        copied = {(min(pair), max(pair)) for pair in sitting.copied}
        copying += len(copied)
        listed += len(copied & levels.keys())
        strong += sum(levels.get(pair) is Level.STRONG for pair in copied)
        honest += len(levels.keys() - copied)
    return Power(
        way, candidates, share, copying, strong / max(copying, 1), listed / max(copying, 1), honest
    )


def _with_key(sitting: Sitting, share: float, random: Generator) -> Sitting:
    return share_key(sitting, share, SHARERS, KEY_RIGHT, random)


_WAYS: dict[str, Callable[[Sitting, float, Generator], Sitting]] = {
    "able neighbour": partial(copy_neighbours, able=True),
    "weak neighbour": partial(copy_neighbours, able=False),
    "shared key": _with_key,
}
