"""Rates by group: which pairs belong to a section, and how often a pack errs on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from kiosk.vision.evaluation.people import Draws, Marks, Numbers, PeopleRate
from kiosk.vision.evaluation.rates import Scores
from kiosk.vision.evaluation.trial import Outcome


@dataclass(frozen=True)
class Trial:
    """An outcome with its people and groups as numbers, and resamples of the people."""

    outcome: Outcome
    resamples: int
    seed: int

    @cached_property
    def names(self) -> list[str]:
        """Return the groups' names; ``""`` first if some people have no group."""
        return sorted(set(self.outcome.material.group.values()))

    @property
    def groups(self) -> list[str]:
        """Return the groups' names without ``""``."""
        return [name for name in self.names if name]

    @cached_property
    def draws(self) -> Draws:
        material = self.outcome.material
        numbers = np.zeros(material.people, np.int64)
        for path, person in material.person.items():
            numbers[person] = self.names.index(material.group[path])
        return Draws(numbers, self.resamples, self.seed)

    @cached_property
    def one(self) -> Numbers:
        """Return the number of the person on each pair's first picture."""
        material = self.outcome.material
        return np.array([material.person[pair.one] for pair in material.pairs], np.int64)

    @cached_property
    def other(self) -> Numbers:
        """Return the number of the person on each pair's second picture."""
        material = self.outcome.material
        return np.array([material.person[pair.other] for pair in material.pairs], np.int64)

    def within(self, name: str) -> Marks:
        """Mark the comparable pairs of two people of a group."""
        return self.across(name, name)

    def across(self, name: str, other: str) -> Marks:
        """Mark the comparable pairs of two people, one from each group."""
        return _both(self._between(name, other), ~self.outcome.mated)

    def mated(self, name: str | None = None) -> Marks:
        """Mark the comparable pairs of one person, in a group or in all."""
        compared = self.outcome.compared if name is None else self._between(name, name)
        return _both(compared, self.outcome.mated)

    def non_mated(self) -> Marks:
        """Mark the comparable pairs of two people."""
        return _both(self.outcome.compared, ~self.outcome.mated)

    def within_any(self) -> Marks:
        """Mark the comparable pairs of two people who are in the same group."""
        one, other, named = self._sides()
        return _both(self.non_mated(), named & (one == other))

    def across_any(self) -> Marks:
        """Mark the comparable pairs of two people who are in different groups."""
        one, other, named = self._sides()
        return _both(self.non_mated(), named & (one != other))

    def fmr(self, chosen: Marks, threshold: float) -> PeopleRate | None:
        """Return the false match rate of the chosen impostor pairs; None without pairs."""
        return self._rate(chosen, self.outcome.scores, threshold)

    def fnmr(self, chosen: Marks, threshold: float) -> PeopleRate | None:
        """Return the false non-match rate of the chosen mated pairs; None without pairs."""
        # Negated, a low score is near an error. A score on the threshold matches, hence the next
        # value.
        return self._rate(chosen, -self.outcome.scores, float(np.nextafter(-threshold, np.inf)))

    def _rate(self, chosen: Marks, nearness: Scores, threshold: float) -> PeopleRate | None:
        one, other = self.one[chosen], self.other[chosen]
        return self.draws.rate_beyond(nearness[chosen], threshold, one, other)

    def missed(self, name: str | None = None) -> PeopleRate | None:
        """Return how often no face was found, in the pictures of a group or in all."""
        material, missed = self.outcome.material, set(self.outcome.missed)
        pictures = [
            path for path in material.person if name is None or material.group[path] == name
        ]
        people = np.array([material.person[path] for path in pictures], np.int64)
        errors = np.array([path in missed for path in pictures], bool)
        return self.draws.rate(errors, people, people)

    def scores(self, chosen: Marks) -> Scores:
        """Return the similarities of the chosen pairs."""
        return self.outcome.scores[chosen]

    def group_pairs(self) -> Iterator[tuple[str, str]]:
        """Yield each two groups that have comparable pairs between them."""
        for name, other in combinations(self.groups, 2):
            if self.across(name, other).any():
                yield name, other

    def _between(self, name: str, other: str) -> Marks:
        of = self.draws.groups
        if name not in self.names or other not in self.names:
            return np.zeros(len(self.one), bool)
        first, second = self.names.index(name), self.names.index(other)
        straight = (of[self.one] == first) & (of[self.other] == second)
        turned = (of[self.one] == second) & (of[self.other] == first)
        return _both(straight | turned, self.outcome.compared)

    def _sides(self) -> tuple[Numbers, Numbers, Marks]:
        of = self.draws.groups
        one, other = of[self.one], of[self.other]
        unnamed = self.names.index("") if "" in self.names else -1
        return one, other, (one != unnamed) & (other != unnamed)


def _both(one: Marks, other: Marks) -> Marks:
    return np.asarray(one & other, np.bool_)
