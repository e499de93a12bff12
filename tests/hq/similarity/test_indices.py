"""Probabilities are exact, by the published formulas, and learnt from everybody else."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from sync.hq.similarity.indices import (
    Agreement,
    identical_errors,
    repeated,
    tails,
    together,
)
from sync.hq.similarity.model import NOTHING, Model, Responses, fit
from sync.hq.similarity.simulation import World, simulate

ONE, OTHER = np.array([0]), np.array([1])


def model(*rows: list[int], wrong: int = 3) -> Model:
    """A model of candidates by items, where 0 is right."""
    codes = np.array(rows, dtype=np.int64)
    items = codes.shape[1]
    return fit(Responses(codes, np.zeros(items, dtype=np.int64), np.full(items, wrong)))


def by_hand(chances: list[float], reached: int) -> float:
    """Every outcome, one by one."""
    total = 0.0
    for outcome in product((0, 1), repeat=len(chances)):
        if sum(outcome) >= reached:
            total += float(
                np.prod([p if hit else 1 - p for p, hit in zip(chances, outcome, strict=True)])
            )
    return total


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.integers(0, 9))
def test_the_generalized_binomial_is_exact(chances: list[float], reached: int) -> None:
    found = tails(np.array([chances]), np.array([reached]))[0]
    assert found == pytest.approx(by_hand(chances, reached), rel=1e-9, abs=1e-15)


def test_small_probabilities_keep_their_digits() -> None:
    assert tails(np.full((1, 100), 0.3), np.array([95]))[0] == pytest.approx(
        binom.sf(94, 100, 0.3), rel=1e-9
    )


def test_omega_is_the_standardised_number_of_same_answers() -> None:
    agreement = Agreement(np.array([[0.5, 0.5, 0.5, 0.5]]), np.array([4]))
    assert agreement.deviation[0] == pytest.approx(2.0)
    assert agreement.tail()[0] == pytest.approx(1 / 16)


def test_questions_that_one_left_open_do_not_count() -> None:
    open_ = [NOTHING] * 5
    found = model([0, 1, 2, 0, 1, *open_], [0, 1, 2, 0, 1, 0, 1, 2, 0, 1], *[[0, 1] * 5] * 8)
    agreement = repeated(found, ONE, OTHER)
    assert agreement.same[0] == 5
    assert not agreement.chance[0][5:].any()
    nobody = model(open_ * 2, open_ * 2, *[[0, 1] * 5] * 8)
    assert repeated(nobody, ONE, OTHER).tail()[0] == 1


def test_two_who_have_everything_right_are_not_suspected() -> None:
    sitting = simulate(World(60), np.random.default_rng(5))
    codes = sitting.responses.codes
    codes[:2] = 0
    found = fit(Responses(codes, sitting.responses.right, sitting.responses.wrong))
    assert repeated(found, ONE, OTHER).tail()[0] > 0.2
    assert together(found, ONE, OTHER).tail()[0] > 0.2
    assert identical_errors(found, ONE, OTHER).tail[0] == 1


def test_a_wrong_answer_that_everybody_gives_says_nothing_and_a_rare_one_much() -> None:
    others = [[0, 1, 0, 1, 0, 1, 0, 1, 0, 1] for _ in range(20)]
    popular = model([0, 1] * 5, [0, 1] * 5, *others)
    rare = model([0, 2] * 5, [0, 2] * 5, *others)
    assert repeated(popular, ONE, OTHER).tail()[0] > 0.1
    assert repeated(rare, ONE, OTHER).tail()[0] < 1e-5
    assert identical_errors(rare, ONE, OTHER).both[0] == 5


def test_where_there_is_one_wrong_answer_the_same_error_says_nothing() -> None:
    found = model([1] * 10, [1] * 10, *[[0, 1] * 5] * 10, wrong=1)
    errors = identical_errors(found, ONE, OTHER)
    assert (errors.same[0], errors.tail[0]) == (10, pytest.approx(1))


def test_the_order_of_a_pair_does_not_matter_to_the_symmetric_indices() -> None:
    found = fit(simulate(World(200), np.random.default_rng(2)).responses)
    first, second = np.arange(0, 50), np.arange(50, 100)
    assert together(found, first, second).tail() == pytest.approx(
        together(found, second, first).tail()
    )
    one, other = identical_errors(found, first, second), identical_errors(found, second, first)
    assert one.tail == pytest.approx(other.tail)
    assert (repeated(found, first, second).chance <= 1).all()
