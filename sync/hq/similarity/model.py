"""How honest candidates answer: the probabilities that the indices are measured against.

The chance of a right answer follows a two-parameter logistic curve of ability (Birnbaum, 1968).
Which wrong answer is given, if one is, depends on the item and on the ability group, as in the
nested logit model (Suh & Bolt, 2010), here with Dirichlet priors instead of slopes. Everything is
shrunk, so that it can be estimated from a few dozen answer sheets, and what remains unknown about
an item counts as something that two candidates have in common: the probability of a match is the
predictive one, given the answers of everybody but these two.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOTHING = -1
"""The code of a question without an answer."""

GROUP_SIZE, MOST_GROUPS = 60, 4
"""Candidates in an ability group at least, and groups at most."""

_ROUNDS, _STEPS = 12, 2
_SLOPE_SPREAD, _DIFFICULTY_SPREAD, _ABILITY_SPREAD = 0.25, 1.5, 4.0
_SLOPES, _FARTHEST = (0.2, 2.5), 6.0
_WRONG_PRIOR, _GROUP_PRIOR = 2.0, 6.0
"""How many answers the priors weigh: of an item's wrong answers, and of an ability group's."""


@dataclass(frozen=True)
class Responses:
    """Answers as numbers: ``codes[candidate, item]`` names the option or set of options.

    ``right``: the code of the key of each item. ``wrong``: how many wrong answers each item has
    room for.
    """

    codes: Ints
    right: Ints
    wrong: Ints

    @property
    def answered(self) -> Bools:
        return np.not_equal(self.codes, NOTHING)

    @property
    def is_right(self) -> Bools:
        return np.equal(self.codes, self.right)


@dataclass(frozen=True)
class Curves:
    """``chance[candidate, item]`` of a right answer; ``unsure``: variance of the difficulties."""

    ability: Floats
    chance: Floats
    unsure: Floats


@dataclass(frozen=True)
class WrongAnswers:
    """Weights of the wrong answers: ``weights[item, group, code]``, summing to ``total``.

    ``products[item, group, group]``: chances that wrong answers of two candidates match, before
    division by the totals. ``group``: of each candidate.
    """

    group: Ints
    weights: Floats
    total: Floats
    products: Floats


@dataclass(frozen=True)
class Model:
    """Everything that the probability of a match needs."""

    responses: Responses
    curves: Curves
    wrong: WrongAnswers


def fit(responses: Responses) -> Model:
    """Estimate the model from all answer sheets of a paper."""
    curves = _fit_curves(responses)
    return Model(responses, curves, _count_wrong(responses, curves.ability))


def _fit_curves(responses: Responses) -> Curves:
    """Estimate abilities by maximum likelihood and items by penalised likelihood, in turns.

    Abilities are hardly shrunk: expected and reached number of right answers must agree, or two
    excellent candidates would seem to agree too often.
    """
    answered = responses.answered.astype(float)
    right = responses.is_right.astype(float) * answered
    count = answered.sum(axis=1)
    ability = _standardised(logit((right.sum(axis=1) + 0.5) / (count + 1)))
    slope = np.ones(right.shape[1])
    known = answered.sum(axis=0)
    offset = logit((right.sum(axis=0) + 0.5) / (known + 1))
    for _ in range(_ROUNDS):
        slope, offset = _item_step(right, answered, ability, slope, offset)
        ability = _standardised(_ability_step(right, answered, ability, slope, offset))
    chance = expit(np.outer(ability, slope) + offset)
    information = (answered * chance * (1 - chance)).sum(axis=0)
    return Curves(ability, chance, 1 / (information + _DIFFICULTY_SPREAD**-2))


def _standardised(ability: Floats) -> Floats:
    inner = np.clip(ability, -_FARTHEST, _FARTHEST)
    spread = max(float(inner.std()), 0.3)
    inside: Floats = np.clip((inner - inner.mean()) / spread, -_FARTHEST, _FARTHEST)
    return inside


def _item_step(
    right: Floats, answered: Floats, ability: Floats, slope: Floats, offset: Floats
) -> tuple[Floats, Floats]:
    """Improve slopes and offsets by Newton's method; priors pull to the average item."""
    usual_slope = float(np.clip(np.median(slope), *_SLOPES))
    usual_offset = float(offset.mean())
    for _ in range(_STEPS):
        chance = expit(np.outer(ability, slope) + offset)
        left, weight = answered * (right - chance), answered * chance * (1 - chance)
        by_slope = ability @ left - (slope - usual_slope) / _SLOPE_SPREAD**2
        by_offset = left.sum(axis=0) - (offset - usual_offset) / _DIFFICULTY_SPREAD**2
        aa = ability**2 @ weight + _SLOPE_SPREAD**-2
        ab = ability @ weight
        bb = weight.sum(axis=0) + _DIFFICULTY_SPREAD**-2
        scale = aa * bb - ab**2
        slope = np.clip(slope + (bb * by_slope - ab * by_offset) / scale, *_SLOPES)
        offset = offset + np.clip((aa * by_offset - ab * by_slope) / scale, -1, 1)
    return slope, offset


def _ability_step(
    right: Floats, answered: Floats, ability: Floats, slope: Floats, offset: Floats
) -> Floats:
    for _ in range(_STEPS):
        chance = expit(np.outer(ability, slope) + offset)
        gradient = (answered * (right - chance)) @ slope - ability / _ABILITY_SPREAD**2
        weight = (answered * chance * (1 - chance)) @ slope**2 + _ABILITY_SPREAD**-2
        ability = np.clip(ability + np.clip(gradient / weight, -1, 1), -_FARTHEST, _FARTHEST)
    return ability


def _count_wrong(responses: Responses, ability: Floats) -> WrongAnswers:
    group = _groups(ability)
    groups, codes = int(group.max(initial=0)) + 1, int(responses.codes.max(initial=0)) + 1
    items = responses.codes.shape[1]
    counts = np.zeros((items, groups, codes))
    who, item = np.nonzero(responses.answered & ~responses.is_right)
    np.add.at(counts, (item, group[who], responses.codes[who, item]), 1)
    possible = np.arange(codes) < (responses.wrong + 1)[:, None]
    possible[np.arange(items), responses.right] = False
    every = counts.sum(axis=1)
    overall = (every + possible * (_WRONG_PRIOR / responses.wrong)[:, None]) / (
        every.sum(axis=1) + _WRONG_PRIOR
    )[:, None]
    if groups == 1:
        weights = counts + possible[:, None] * (_WRONG_PRIOR / responses.wrong)[:, None, None]
    else:
        weights = counts + _GROUP_PRIOR * overall[:, None]
    products = np.einsum("jsc,jtc->jst", weights, weights)
    same = np.arange(groups)
    # Two candidates of one group share what is unknown about it: the mean of a square.
    products[:, same, same] += weights.sum(axis=2)
    return WrongAnswers(group, weights, weights.sum(axis=2), products)


def _groups(ability: Floats) -> Ints:
    """Divide candidates into groups of equal size by ability."""
    groups = int(np.clip(len(ability) // GROUP_SIZE, 1, MOST_GROUPS))
    rank = np.argsort(np.argsort(ability, kind="stable"), kind="stable")
    return rank * groups // max(len(ability), 1)
