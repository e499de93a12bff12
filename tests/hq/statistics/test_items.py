"""Difficulty, discrimination and options, against published figures, SciPy and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sync.hq.statistics import intervals
from sync.hq.statistics.items import item_figures
from sync.hq.statistics.matrix import ANSWERED, NOT_REACHED, OMITTED, Floats
from sync.hq.statistics.options import NO_ANSWER
from tests.hq.statistics.lsat import lsat
from tests.hq.statistics.papers import matrix_of


def answers(seed: int, candidates: int = 40, items: int = 6) -> Floats:
    """Answers that depend on ability, with half points."""
    generator = np.random.default_rng(seed)
    ability = generator.normal(size=(candidates, 1))
    return np.clip(np.round(ability + generator.normal(size=(candidates, items)) + 1), 0, 2) / 2


def test_published_figures_of_lsat_6() -> None:
    found = item_figures(matrix_of(lsat()))
    shares = [item.difficulty.value for item in found if item.difficulty]
    assert shares == pytest.approx([0.924, 0.709, 0.553, 0.763, 0.870])
    rest = [item.discrimination.value for item in found if item.discrimination]
    assert rest == pytest.approx([0.113, 0.153, 0.173, 0.144, 0.122], abs=1e-3)
    without = [item.alpha_without for item in found]
    assert without == pytest.approx([0.275, 0.238, 0.217, 0.246, 0.266], abs=1e-3)


@given(st.integers(0, 10**6))
def test_discrimination_is_what_scipy_says(seed: int) -> None:
    points = answers(seed)
    for number, item in enumerate(item_figures(matrix_of(points))):
        rest = points.sum(axis=1) - points[:, number]
        if item.discrimination is None:
            assert np.ptp(points[:, number]) == 0
            continue
        expected = stats.pearsonr(points[:, number], rest)
        assert item.discrimination.value == pytest.approx(expected.statistic)
        limits = expected.confidence_interval(0.95)
        assert (item.discrimination.low, item.discrimination.high) == pytest.approx(tuple(limits))


@given(st.integers(0, 10**6))
def test_figures_do_not_depend_on_the_order_of_candidates(seed: int) -> None:
    points = answers(seed)
    order = np.random.default_rng(seed + 1).permutation(len(points))
    left, right = item_figures(matrix_of(points)), item_figures(matrix_of(points[order]))
    for before, after in zip(left, right, strict=True):
        assert before.groups == pytest.approx(after.groups)
        for name in ("difficulty", "discrimination"):
            one, other = getattr(before, name), getattr(after, name)
            assert (one is None) == (other is None)
            if one is not None:
                assert vars(one) == pytest.approx(vars(other))


def test_partial_credit_counts_as_a_share_of_the_most() -> None:
    (first, _second) = item_figures(matrix_of([[4, 1], [2, 0], [0, 0], [2, 4]], most=4))
    assert first.difficulty is not None
    assert (first.difficulty.value, first.full) == (0.5, 0.25)


def test_a_share_of_right_answers_has_wilsons_interval() -> None:
    # Newcombe 1998, table I: 81 of 263.
    found = intervals.share(81, 263)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert intervals.share(0, 0) is None


@given(st.integers(1, 400), st.data())
def test_wilsons_interval_is_what_scipy_says(count: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, count))
    found = intervals.share(hits, count)
    expected = stats.binomtest(hits, count).proportion_ci(method="wilson")
    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=50))
def test_a_mean_has_students_interval(values: list[float]) -> None:
    data = np.array(values)
    found = intervals.mean(data)
    assert found is not None
    error = stats.sem(data)
    expected = stats.t.interval(0.95, len(data) - 1, data.mean(), error) if error else None
    if expected is not None:
        assert (found.low, found.high) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_upper_and_lower_groups_are_27_per_cent_with_who_ties() -> None:
    # Totals 11, 10, 9, 8, 6, 5, 4, 4, 2, 1: 27 % of ten are three, and a fourth ties at 4.
    first = [1, 1, 1, 1, 0, 0, 0, 1, 0, 0]
    others = [[1 if place < total else 0 for place in range(10)] for total in range(10, 0, -1)]
    points = [[own, *row] for own, row in zip(first, others, strict=True)]
    found = item_figures(matrix_of(points))[0]
    assert found.groups == pytest.approx(1 - 1 / 4)


def test_few_candidates_have_a_difficulty_and_nothing_else() -> None:
    found = item_figures(matrix_of(answers(1, candidates=9)))[0]
    assert found.difficulty is not None
    assert (found.discrimination, found.groups, found.alpha_without) == (None, None, None)
    assert all(option.correlation is None for option in found.options)


def test_no_candidates_have_no_figures() -> None:
    found = item_figures(matrix_of(np.zeros((0, 3))))
    assert [(item.count, item.difficulty, item.seconds) for item in found] == [(0, None, None)] * 3


def test_an_item_that_waits_for_marks_counts_nowhere() -> None:
    points = answers(3)
    waiting = points.copy()
    waiting[5, 2] = np.nan
    others = item_figures(matrix_of(np.delete(points, 2, axis=1)))
    found = list(item_figures(matrix_of(waiting)))
    pending = found.pop(2)
    assert (pending.difficulty, pending.discrimination) == (None, None)
    assert [item.discrimination for item in found] == [item.discrimination for item in others]


def test_options_by_hand() -> None:
    # Ten candidates with rests 0 to 9 (from ten other items); the weakest three chose B, one C.
    picks = [2, 2, 2, 4, 1, 1, 1, 1, 1, 0]
    rest = [[1 if place < total else 0 for place in range(9)] for total in range(10)]
    points = [[1.0 if pick == 1 else 0.0, *row] for pick, row in zip(picks, rest, strict=True)]
    chosen = [[pick, *[1] * 9] for pick in picks]
    by_id = {row.option: row for row in item_figures(matrix_of(points, chosen))[0].options}
    assert [by_id[name].count for name in ("A", "B", "C", "D", NO_ANSWER)] == [5, 3, 1, 0, 1]
    assert [by_id[name].rest_mean for name in ("A", "B", "C", "D", NO_ANSWER)] == [6, 1, 3, None, 9]
    assert [by_id[name].points for name in ("A", "B", "D")] == [1, 0, None]
    assert [name for name, row in by_id.items() if row.is_key] == ["A"]
    expected = stats.pointbiserialr([pick == 2 for pick in picks], range(10)).statistic
    correlation = by_id["B"].correlation
    assert correlation is not None
    assert correlation.value == pytest.approx(expected)
    assert by_id["D"].correlation is None


def test_an_answer_of_several_options_counts_for_each() -> None:
    found = item_figures(matrix_of([[1, 1], [0, 1]], [[0b0101, 1], [0b0100, 1]]))[0]
    assert [(row.option, row.count) for row in found.options] == [
        ("A", 1), ("B", 0), ("C", 2), ("D", 0), (NO_ANSWER, 0),
    ]  # fmt: skip


def test_missing_answers_are_omitted_or_not_reached() -> None:
    given = [[ANSWERED, ANSWERED], [OMITTED, ANSWERED], [NOT_REACHED, NOT_REACHED], [0, 2]]
    first, second = item_figures(matrix_of(np.zeros((4, 2)), answered=given))
    assert (first.omitted, first.not_reached) == (0.25, 0.25)
    assert (second.omitted, second.not_reached) == (0, 0.5)


def test_seconds_are_median_and_quartiles_of_known_times() -> None:
    seconds = [[10, math.nan], [20, math.nan], [30, math.nan], [math.nan, math.nan]]
    first, second = item_figures(matrix_of(np.zeros((4, 2)), seconds=seconds))
    assert first.seconds is not None
    assert vars(first.seconds) == {"median": 20, "low": 15, "high": 25, "count": 3}
    assert second.seconds is None
