"""Outcomes of made-up packs: similarities drawn from known distributions, no pictures."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

from kiosk.vision.evaluation.pairs import Material, Pair
from kiosk.vision.evaluation.sections import Trial
from kiosk.vision.evaluation.trial import Outcome

Compared = tuple[int, int, float]
"""Two people by number and their similarity; the same person twice is a mated pair."""


def trial_of(
    compared: Sequence[Compared], groups: dict[int, str] | None = None, resamples: int = 400
) -> Trial:
    """Of those comparisons, person by person; ``groups``: of each person."""
    pairs: list[Pair] = []
    person: dict[Path, int] = {}
    for line, (one, other, _) in enumerate(compared, start=2):
        sides = Path(f"{one}-a"), Path(f"{other}-b" if one == other else f"{other}-a")
        person.update(zip(sides, (one, other), strict=True))
        pairs.append(Pair(*sides, one == other, line))
    of = groups or {}
    group = {path: of.get(number, "") for path, number in person.items()}
    scores = np.array([score for *_, score in compared], np.float64)
    return Trial(Outcome(Material(tuple(pairs), person, group, 0), scores, (), 1.0), resamples, 1)


def made(
    groups: Sequence[str], people: int, seed: int, means: Sequence[float] | None = None
) -> Trial:
    """Everybody against everybody; impostors around 0.1 across groups, ``means`` within them.

    True pairs lie around 0.7. All with a standard deviation of 0.08.
    """
    random = np.random.default_rng(seed)
    of = {number: groups[number // people] for number in range(people * len(groups))}
    within = dict(zip(groups, means or [0.1] * len(groups), strict=True))
    compared = [(number, number, float(random.normal(0.7, 0.08))) for number in of]
    for one, other in combinations(of, 2):
        mean = within[of[one]] if of[one] == of[other] else 0.1
        compared.append((one, other, float(random.normal(mean, 0.08))))
    return trial_of(compared, of)
