"""Reliability and decision consistency, against published figures and closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sync.hq.statistics.consistency import consistency
from sync.hq.statistics.intervals import Interval
from sync.hq.statistics.matrix import Floats
from sync.hq.statistics.reliability import (
    alpha,
    alpha_intervals,
    alphas_without,
    kr20,
    reliabilities,
    stratified_alpha,
)
from tests.hq.statistics.lsat import lsat
from tests.hq.statistics.papers import matrix_of
from tests.hq.statistics.test_items import answers


def alpha_interval(scores: Floats, seed: int, draws: int) -> Interval | None:
    return alpha_intervals(scores, [np.full(scores.shape[1], True)], seed, draws)[0]


few = settings(max_examples=20, deadline=None)


def test_alpha_of_lsat_6_is_the_published_one() -> None:
    assert alpha(lsat()) == pytest.approx(0.2950, abs=5e-5)
    assert kr20(lsat() == 1) == pytest.approx(0.2950, abs=5e-5)


def test_alpha_by_hand() -> None:
    # Variances 1, 1 and, of the totals 2, 5, 5: 3. So 2 · (1 − 2/3).
    assert alpha(np.array([[1.0, 1], [2, 3], [3, 2]])) == pytest.approx(2 / 3)


@given(st.integers(0, 10**6))
def test_kr20_is_alpha_of_right_and_wrong(seed: int) -> None:
    right = answers(seed) == 1
    assert kr20(right) == pytest.approx(alpha(right.astype(float)))


@given(st.integers(0, 10**6), st.floats(0.1, 10), st.floats(-5, 5))
def test_alpha_does_not_depend_on_order_unit_or_offset(seed: int, unit: float, zero: float) -> None:
    scores = answers(seed)
    order = np.random.default_rng(seed)
    shuffled = order.permutation(order.permutation(scores, axis=0), axis=1) * unit + zero
    assert alpha(shuffled) == pytest.approx(alpha(scores))


@given(st.integers(0, 10**6))
def test_alpha_without_an_item_is_that_of_the_others(seed: int) -> None:
    scores = answers(seed)
    expected = [alpha(np.delete(scores, number, axis=1)) for number in range(scores.shape[1])]
    assert alphas_without(scores) == pytest.approx(np.array(expected, dtype=float), nan_ok=True)
    assert np.isnan(alphas_without(scores[:, :2])).all()


def test_parallel_items_are_as_reliable_as_spearman_and_brown_say() -> None:
    # Two items whose correlation is r, with equal variances, have α = 2r / (1 + r).
    scores = answers(7, items=1)
    both = np.hstack([scores, scores[::-1]])
    r = stats.pearsonr(both[:, 0], both[:, 1]).statistic
    assert alpha(both) == pytest.approx(2 * r / (1 + r))


def test_equal_totals_have_no_reliability() -> None:
    assert alpha(np.ones((30, 4))) is None
    assert alpha(np.ones((1, 4))) is None
    assert alpha(answers(1, items=1)) is None
    assert stratified_alpha(np.ones((30, 2)), ["a", "b"]) is None


@few
@given(st.integers(0, 1000))
def test_the_interval_contains_alpha_and_repeats(seed: int) -> None:
    scores = answers(seed)
    found = alpha_interval(scores, seed, draws=200)
    assert found is not None
    assert found.low <= found.value <= found.high
    assert found == alpha_interval(scores, seed, draws=200)


def test_the_bootstrap_is_that_of_copied_candidates() -> None:
    scores = answers(11, candidates=60)
    generator = np.random.default_rng(5)
    copies = [alpha(scores[generator.integers(0, 60, 60)]) or 0.0 for _ in range(2000)]
    found = alpha_interval(scores, 5, draws=2000)
    assert found is not None
    expected = np.quantile(copies, (0.025, 0.975))
    assert (found.low, found.high) == pytest.approx(tuple(expected), abs=0.03)


def test_the_interval_covers_the_true_alpha_about_as_often_as_it_says() -> None:
    # Six parallel items with reliability 0.5 each: α is 6/7.
    generator, covered = np.random.default_rng(1), 0
    for seed in range(200):
        ability = generator.normal(size=(200, 1))
        found = alpha_interval(ability + generator.normal(size=(200, 6)), seed, draws=200)
        covered += found is not None and found.low <= 6 / 7 <= found.high
    assert 0.88 <= covered / 200 <= 0.99


def test_whole_paper_parts_and_no_subject_twice() -> None:
    points = answers(2, items=6)
    found = reliabilities(matrix_of(points, parts=["a"] * 4 + ["b"] * 2), seed=1)
    assert [(one.kind, one.name, one.items) for one in found] == [
        ("whole", "", 6), ("part", "a", 4), ("part", "b", 2),
    ]  # fmt: skip
    whole = found[0]
    assert whole.alpha is not None
    assert whole.error == pytest.approx(whole.deviation * math.sqrt(1 - whole.alpha.value))
    assert whole.stratified == pytest.approx(stratified_alpha(points, ["a"] * 4 + ["b"] * 2))
    assert whole.kr20 is None or whole.kr20_items < 6


def test_the_same_part_throughout_has_no_stratified_alpha() -> None:
    assert stratified_alpha(answers(2), ["a"] * 6) is None


def test_stratified_alpha_is_alpha_if_each_part_is_perfect() -> None:
    scores = answers(4, items=1)
    twice = np.hstack([scores, scores, scores[::-1], scores[::-1]])
    assert stratified_alpha(twice, ["a", "a", "b", "b"]) == pytest.approx(1)


def test_few_candidates_have_no_reliability() -> None:
    found = reliabilities(matrix_of(answers(2, candidates=19)), seed=1)[0]
    assert (found.alpha, found.kr20, found.stratified, found.error) == (None, None, None, None)
    assert found.candidates == 19


@given(st.floats(0.05, 0.95))
def test_decisions_at_the_mean_agree_as_sheppard_says(reliability: float) -> None:
    found = consistency(60, 10, reliability, 60)
    assert found is not None
    assert found.agreement == pytest.approx(0.5 + math.asin(reliability) / math.pi, abs=1e-4)
    assert found.kappa == pytest.approx(2 * found.agreement - 1, abs=1e-4)


def test_decisions_are_consistent_when_everybody_passes_by_far() -> None:
    found = consistency(90, 2, 0.8, 40)
    assert found is not None
    assert found.agreement == pytest.approx(1)
    assert found.kappa is None


@pytest.mark.parametrize(("deviation", "reliability"), [(0, 0.8), (10, None), (10, -0.2), (10, 1)])
def test_without_reliability_there_is_no_consistency(
    deviation: float, reliability: float | None
) -> None:
    assert consistency(60, deviation, reliability, 60) is None
