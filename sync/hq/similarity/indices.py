"""Indices of two answer sheets, with their exact probabilities.

What decides is the generalized binomial test (GBT) of van der Linden and Sotaridona (2006): how
likely is it that one of them, answering alone, gives at least as many of the other's answers? It is
ω (Wollack, 1997) with the exact distribution instead of the normal one, which matters for few
items, easy items and small probabilities. It is computed for either of the two as the copier.

Beside it, for people to read: ω itself, the GBT for two who both answer at random
(unconditional), and identical errors where both are wrong (error similarity analysis, Bellezza
and Bellezza, 1989, with a probability for each item).
"""

from dataclasses import dataclass

import numpy as np

from sync.hq.similarity.model import NOTHING, Bools, Floats, Ints, Model

DIRECTIONS = 2
"""Either may have copied: the smaller probability counts, doubled (Bonferroni)."""

_LEAST_SPREAD = 0.1


@dataclass(frozen=True)
class Agreement:
    """How far candidates repeat others' answers: rows are pairs, columns are items.

    ``chance``: that the first gives the second's answer, 0 where one of them gave none.
    ``same``: the number of identical answers.
    """

    chance: Floats
    same: Ints

    @property
    def deviation(self) -> Floats:
        """ω: how many standard deviations ``same`` is above what is expected."""
        spread = np.sqrt((self.chance * (1 - self.chance)).sum(axis=1))
        more: Floats = self.same - self.chance.sum(axis=1)
        deviation: Floats = more / np.maximum(spread, _LEAST_SPREAD)
        return deviation

    def tail(self) -> Floats:
        """Return the probability of at least as many identical answers."""
        return tails(self.chance, self.same)


@dataclass(frozen=True)
class Errors:
    """Identical wrong answers where both are wrong: ``both`` counts these questions."""

    both: Ints
    same: Ints
    expected: Floats
    tail: Floats


def repeated(model: Model, copier: Ints, source: Ints) -> Agreement:
    """Compare candidates ``copier[n]`` with ``source[n]``, whose answers are given."""
    codes, right = model.responses.codes, model.responses.right
    own, others = codes[copier], codes[source]
    items, group = np.arange(codes.shape[1]), model.wrong.group[copier][:, None]
    wrong = (own != right) & (own != NOTHING)
    # The copier's own answer must not count for how common it is.
    weight = model.wrong.weights[items, group, others] - (wrong & (own == others))
    total = model.wrong.total[items, group] - wrong
    chance = model.curves.chance[copier]
    chance = np.where(others == right, chance, (1 - chance) * weight / total)
    both = (own != NOTHING) & (others != NOTHING)
    return Agreement(np.clip(chance, 0, 1) * both, (both & (own == others)).sum(axis=1))


def together(model: Model, first: Ints, second: Ints) -> Agreement:
    """Compare two who both answer at random: the unconditional GBT."""
    codes = model.responses.codes
    one, other = codes[first], codes[second]
    both = (one != NOTHING) & (other != NOTHING)
    p, q = model.curves.chance[first], model.curves.chance[second]
    # Both are more often right, or wrong, together where the item's difficulty is not well known.
    common = model.curves.unsure * (p * (1 - p)) * (q * (1 - q))
    alike = _alike(model, first, second)
    match = p * q + common + ((1 - p) * (1 - q) + common) * alike
    return Agreement(np.clip(match, 0, 1) * both, (both & (one == other)).sum(axis=1))


def identical_errors(model: Model, first: Ints, second: Ints) -> Errors:
    """Count identical wrong answers, and how likely at least as many are where both are wrong."""
    codes, right = model.responses.codes, model.responses.right
    one, other = codes[first], codes[second]
    both = _wrong(one, right) & _wrong(other, right)
    chance = _alike(model, first, second) * both
    same = (both & (one == other)).sum(axis=1)
    return Errors(both.sum(axis=1), same, chance.sum(axis=1), tails(chance, same))


def tails(chances: Floats, reached: Ints) -> Floats:
    """Return P(X ≥ reached) for sums of independent trials, one sum for each row.

    Exact: the distribution is built up item by item, only by adding positive numbers, so that
    even the smallest probabilities have no rounding error that matters.
    """
    rows, items = chances.shape
    mass = np.zeros((rows, items + 1))
    mass[:, 0] = 1
    for item in range(items):
        chance = chances[:, item, None]
        hit = mass[:, : item + 1] * chance
        mass[:, : item + 1] *= 1 - chance
        mass[:, 1 : item + 2] += hit
    above = np.arange(items + 1) >= reached[:, None]
    tail: Floats = np.minimum((mass * above).sum(axis=1), 1)
    return tail


def _wrong(codes: Ints, right: Ints) -> Bools:
    return np.not_equal(codes, right) & np.not_equal(codes, NOTHING)


def _alike(model: Model, first: Ints, second: Ints) -> Floats:
    """Return the chances that two wrong answers are the same, learnt from everybody else.

    The pair's own wrong answers are taken out of the weights: of both groups, or twice of the one.
    """
    table, codes, right = model.wrong, model.responses.codes, model.responses.right
    one, other = codes[first], codes[second]
    items = np.arange(codes.shape[1])
    groups = table.group[first][:, None], table.group[second][:, None]
    wrong_one, wrong_other = _wrong(one, right), _wrong(other, right)
    same = wrong_one & wrong_other & (one == other)
    taken = table.weights[items, groups[1], one] * wrong_one
    taken += table.weights[items, groups[0], other] * wrong_other
    products = table.products[items, groups[0], groups[1]]
    left = table.total[items, groups[0]] - wrong_one - wrong_other
    within = (products - 2 * taken + 2 * same) / (left * (left + 1))
    totals = table.total[items, groups[0]] - wrong_one, table.total[items, groups[1]] - wrong_other
    between = (products - taken + same) / (totals[0] * totals[1])
    chance: Floats = np.clip(np.where(groups[0] == groups[1], within, between), 0, 1)
    return chance
