"""Uncertainty of a rate whose comparisons share people.

Thirty-six impostor pairs of nine people are not thirty-six independent trials: one person whom
the pack finds similar to every other makes eight errors. Three statements about a rate:

- *by pairs*: Clopper and Pearson's exact interval, as if all comparisons were independent.
- *by people*: the same interval for the effective number of comparisons, the number of
  independent ones that would vary as much; fewer for few people, whose variation is known less
  well (Korn and Graubard, Survey Methodology 24, 1998). The variance of the rate is estimated
  by a bootstrap over people, who are drawn with replacement within each group: a mated pair
  counts as often as its person was drawn, an impostor pair as often as the product of its two
  people (vertex bootstrap: Snijders and Borgatti, Connections 22(2), 1999). For mated pairs
  this is the subsets bootstrap of Bolle, Ratha and Pankanti (CVIU 93, 2004). Resampling only
  one side of the impostor pairs is too narrow (Li et al., ICB 2009). Among such methods,
  intervals for binomials with adjusted variance had the best coverage (Fogliato, Patil and
  Perona, arXiv:2306.01198); percentiles of the resamples are too narrow for few errors. Without
  errors, or with errors only, all resamples agree: the effective number is then that of pairs
  without a person in common. Where fewer than five pairs err, the upper bound is also limited
  by that of the threshold at which the five nearest err, because a rate cannot rise as its
  threshold gets stricter.
- *at most*: the exact one-sided bound for as many trials as there are pairs without a person in
  common. A mean over pairs has no heavier tails than a mean over that many independent trials
  (Hoeffding, JASA 58, 1963, section 5: exact where every person is compared with every other,
  approximate for lists close to that). It is the worst case.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import beta, t

from kiosk.vision.evaluation.rates import CONFIDENCE, Rate, Scores

NO_VARIANCE = 1e-18
"""Variances below this are rounding errors."""

SIDE = (1 + CONFIDENCE) / 2
FEW = 5
"""With fewer errors, the bootstrap says little about how much they depend on people."""

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
    a looser threshold.
    """

    rate: Rate
    people: int
    independent: int
    effective: float
    cap: float = 1.0

    @property
    def by_people(self) -> tuple[float, float]:
        """Return the bounds, 0 to 1, that contain the true rate with 95 % confidence."""
        errors, rights = self._split(self.effective)
        low = float(beta.ppf(1 - SIDE, errors, rights + 1)) if errors else 0.0
        high = float(beta.ppf(SIDE, errors + 1, rights)) if rights else 1.0
        return low, max(self.rate.value, min(high, self.cap))

    @property
    def at_most(self) -> float:
        """Return the largest true rate that ``independent`` trials allow (95 %)."""
        errors, rights = self._split(self.independent)
        return float(beta.ppf(CONFIDENCE, errors + 1, rights)) if rights else 1.0

    def _split(self, trials: float) -> tuple[float, float]:
        return self.rate.value * trials, (1 - self.rate.value) * trials


@dataclass(frozen=True)
class Draws:
    """Resamples of people: how often each person was drawn, one row per resample.

    ``groups``: each person's group as a number. People are drawn within their group, so each
    resample has as many of each group as the material.
    """

    groups: Numbers
    resamples: int
    seed: int

    @cached_property
    def counts(self) -> NDArray[np.float64]:
        """Return the rows of counts; the same seed gives the same rows."""
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
        """Return the rate of comparisons whose ``nearness`` to an error reaches the threshold."""
        found = self.rate(nearness >= threshold, one, other)
        if found is None or found.rate.errors >= FEW or found.rate.of <= FEW:
            return found
        # The threshold at which the five nearest comparisons would be errors.
        looser = self.rate(nearness >= np.sort(nearness)[-FEW], one, other)
        return replace(found, cap=looser.by_people[1]) if looser else found

    def rate(self, errors: Marks, one: Numbers, other: Numbers) -> PeopleRate | None:
        """Return the rate of ``errors`` among comparisons of people ``one`` with ``other``.

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
        # A bootstrap over n people underestimates the variance by (n - 1) / n.
        worth = rate.value * (1 - rate.value) / (variance * people / (people - 1))
        worth *= float(t.ppf(SIDE, rate.of - 1) / t.ppf(SIDE, people - 1)) ** 2
        return PeopleRate(rate, people, independent, float(np.clip(worth, independent, rate.of)))

    def _variance(self, errors: Marks, one: Numbers, other: Numbers) -> float:
        """Return the rate's variance over the resamples with any of the comparisons."""
        wrong, every = self._sum(one[errors], other[errors]), self._sum(one, other)
        rates = wrong[every > 0] / every[every > 0]
        return float(rates.var()) if len(rates) else 0.0

    def _sum(self, one: Numbers, other: Numbers) -> NDArray[np.float64]:
        """Return the comparisons' total weight in each resample."""
        same = one == other
        size = len(self.groups)
        alone = np.bincount(one[same], minlength=size).astype(np.float64)
        ones = np.ones(int((~same).sum()), np.float64)
        pairs = csr_array((ones, (one[~same], other[~same])), shape=(size, size))
        among = ((self.counts @ pairs) * self.counts).sum(axis=1)
        return np.asarray(self.counts @ alone + among, np.float64)


def disjoint(one: Numbers, other: Numbers) -> int:
    """Return how many comparisons can be picked, in order, without using a person twice."""
    used: set[int] = set()
    picked = 0
    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        if a not in used and b not in used:
            used.update((a, b))
            picked += 1
    return picked
