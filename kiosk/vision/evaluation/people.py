"""How sure a rate is when its comparisons share people.

Thirty-six impostor pairs of nine people are not thirty-six independent trials: one person whom
the pack finds like everybody makes eight errors. Three statements about a rate:

- *by pairs*: Clopper and Pearson's exact interval, as if all comparisons were independent.
- *by people*: the same interval for the effective number of comparisons, the number of
  independent ones that would vary as much; fewer for few people, whose variation is known less
  well (Korn and Graubard, Survey Methodology 24, 1998). How much the rate varies is found by a
  bootstrap over people, who are drawn with replacement within each group: a mated pair counts as
  often as its person was drawn, an impostor pair as often as the product of its two people (vertex
  bootstrap: Snijders and Borgatti, Connections 22(2), 1999). For mated pairs this is the subsets
  bootstrap of Bolle, Ratha and Pankanti (CVIU 93, 2004). Resampling one side of the impostor pairs
  only is too narrow (Li et al., ICB 2009). Among such methods, intervals for binomials whose
  variance is adjusted kept their promise best (Fogliato, Patil and Perona, arXiv:2306.01198);
  percentiles of the resamples are too narrow for few errors. Without errors, or with nothing else,
  all resamples agree: then the effective number is that of pairs without a person in common.
  Where fewer than five pairs err, the upper bound is also that of the threshold at which the five
  nearest do, if that is lower: a rate cannot rise as its threshold gets stricter.
- *at most*: the exact one-sided bound for as many trials as there are pairs without a person in
  common. A mean over pairs has no heavier tails than a mean over that many independent trials
  (Hoeffding, JASA 58, 1963, section 5: exact where everybody is compared with everybody, about
  right for lists that come near that). It is the worst case.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import beta, t

from kiosk.vision.evaluation.rates import CONFIDENCE, Rate, Scores

NO_VARIANCE = 1e-18
"""Rounding alone."""

SIDE = (1 + CONFIDENCE) / 2
FEW = 5
"""With fewer errors the bootstrap says little of how far they depend on people."""

METHOD = (
    "Clopper-Pearson at the effective number of pairs; variance by vertex bootstrap over people "
    "within groups"
)

Numbers = NDArray[np.int64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class PeopleRate:
    """A rate of comparisons among people.

    ``independent``: pairs without a person in common. ``effective``: how many independent
    comparisons these are worth, from ``independent`` to all. ``cap``: an upper bound known from
    elsewhere.
    """

    rate: Rate
    people: int
    independent: int
    effective: float
    cap: float = 1.0

    @property
    def by_people(self) -> tuple[float, float]:
        """Bounds, 0 to 1, between which the true rate lies with 95 % confidence."""
        errors, rights = self._split(self.effective)
        low = float(beta.ppf(1 - SIDE, errors, rights + 1)) if errors else 0.0
        high = float(beta.ppf(SIDE, errors + 1, rights)) if rights else 1.0
        return low, max(self.rate.value, min(high, self.cap))

    @property
    def at_most(self) -> float:
        """The largest true rate that ``independent`` trials leave room for (95 %)."""
        errors, rights = self._split(self.independent)
        return float(beta.ppf(CONFIDENCE, errors + 1, rights)) if rights else 1.0

    def _split(self, trials: float) -> tuple[float, float]:
        return self.rate.value * trials, (1 - self.rate.value) * trials


@dataclass(frozen=True)
class Draws:
    """Resamples of people: how often each was drawn, one row a resample.

    ``groups``: the group's number of each person; people are drawn within their group, so that a
    resample has as many of each as the material.
    """

    groups: Numbers
    resamples: int
    seed: int

    @cached_property
    def counts(self) -> NDArray[np.float64]:
        """Rows of counts; the same seed gives the same rows."""
        random = np.random.default_rng(self.seed)
        counts = np.zeros((self.resamples, len(self.groups)), np.float64)
        for group in np.unique(self.groups):
            members = np.flatnonzero(self.groups == group)
            even = np.full(len(members), 1 / len(members))
            counts[:, members] = random.multinomial(len(members), even, self.resamples)
        return counts

    def rate_beyond(
        self, nearness: Scores, threshold: float, one: Numbers, other: Numbers
    ) -> PeopleRate | None:
        """The rate of comparisons whose ``nearness`` to an error reaches a threshold."""
        found = self.rate(nearness >= threshold, one, other)
        if found is None or found.rate.errors >= FEW or found.rate.of <= FEW:
            return found
        looser = self.rate(nearness >= np.sort(nearness)[-FEW], one, other)
        return replace(found, cap=looser.by_people[1]) if looser else found

    def rate(self, errors: Marks, one: Numbers, other: Numbers) -> PeopleRate | None:
        """The rate of ``errors`` among comparisons of persons ``one`` with persons ``other``.

        None without comparisons.
        """
        if not len(errors):
            return None
        rate = Rate(int(errors.sum()), len(errors))
        people = len(np.unique(np.concatenate([one, other])))
        independent = disjoint(one, other)
        variance = self._variance(errors, one, other) if 0 < rate.errors < rate.of else 0.0
        if people < 2 or variance < NO_VARIANCE:
            return PeopleRate(rate, people, independent, independent)
        worth = rate.value * (1 - rate.value) / (variance * people / (people - 1))
        worth *= float(t.ppf(SIDE, rate.of - 1) / t.ppf(SIDE, people - 1)) ** 2
        return PeopleRate(rate, people, independent, float(np.clip(worth, independent, rate.of)))

    def _variance(self, errors: Marks, one: Numbers, other: Numbers) -> float:
        """Of the rate over the resamples that have any of the comparisons."""
        wrong, every = self._sum(one[errors], other[errors]), self._sum(one, other)
        rates = wrong[every > 0] / every[every > 0]
        return float(rates.var()) if len(rates) else 0.0

    def _sum(self, one: Numbers, other: Numbers) -> NDArray[np.float64]:
        """The comparisons' total weight in each resample."""
        same = one == other
        size = len(self.groups)
        alone = np.bincount(one[same], minlength=size).astype(np.float64)
        ones = np.ones(int((~same).sum()), np.float64)
        pairs = csr_array((ones, (one[~same], other[~same])), shape=(size, size))
        among = ((self.counts @ pairs) * self.counts).sum(axis=1)
        return np.asarray(self.counts @ alone + among, np.float64)


def disjoint(one: Numbers, other: Numbers) -> int:
    """How many comparisons can be picked, first come first, so that nobody is in two of them."""
    used: set[int] = set()
    picked = 0
    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        if a not in used and b not in used:
            used.update((a, b))
            picked += 1
    return picked
