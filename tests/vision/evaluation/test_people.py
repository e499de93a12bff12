"""Intervals respect that comparisons share people."""

from itertools import combinations

import numpy as np
import pytest

from kiosk.vision.evaluation.people import Draws, PeopleRate, disjoint
from kiosk.vision.evaluation.rates import Rate


def draws(people: int, seed: int = 1, resamples: int = 400) -> Draws:
    """Of people without groups."""
    return Draws(np.zeros(people, np.int64), resamples, seed)


def everybody(people: int) -> tuple[np.ndarray, np.ndarray]:
    """Each two of them."""
    pairs = np.array(list(combinations(range(people), 2)), np.int64)
    return pairs[:, 0], pairs[:, 1]


def rate_of(made: Draws, errors: np.ndarray, one: np.ndarray, other: np.ndarray) -> PeopleRate:
    """The rate, which there is."""
    found = made.rate(errors, one, other)
    assert found is not None
    return found


@pytest.mark.parametrize(("people", "pairs"), [(2, 1), (7, 3), (9, 4), (60, 30)])
def test_pairs_that_share_nobody_are_half_as_many_as_people(people: int, pairs: int) -> None:
    assert disjoint(*everybody(people)) == pairs


def test_without_an_error_the_pairs_that_share_nobody_are_what_counts() -> None:
    one, other = everybody(9)
    found = rate_of(draws(9), np.zeros(36, bool), one, other)
    assert (found.rate, found.independent, found.effective) == (Rate(0, 36), 4, 4)
    assert found.by_people[0] == 0.0
    assert found.by_people[1] == pytest.approx(1 - 0.025 ** (1 / 4))
    assert found.at_most == pytest.approx(1 - 0.05 ** (1 / 4))
    assert found.rate.interval[1] < 0.1 < found.by_people[1]


def test_nothing_but_errors_allows_no_narrow_interval_either() -> None:
    one, other = everybody(8)
    found = rate_of(draws(8), np.ones(28, bool), one, other)
    assert found.by_people[0] == pytest.approx(0.025 ** (1 / 4))
    assert found.by_people[1] == 1.0
    assert found.at_most == 1.0


def test_one_person_who_resembles_all_is_one_finding_not_eleven() -> None:
    one, other = everybody(12)
    magnet = one == 0
    spread = np.zeros(len(one), bool)
    spread[:: len(one) // 11] = True
    spread[np.flatnonzero(spread)[11:]] = False
    by_one = rate_of(draws(12, resamples=4000), magnet, one, other)
    by_many = rate_of(draws(12, resamples=4000), spread, one, other)
    assert by_one.rate == by_many.rate == Rate(11, 66)
    assert by_one.effective < 0.5 * by_many.effective
    assert by_one.by_people[1] > by_many.by_people[1] + 0.05


def test_without_an_error_the_bound_is_that_of_the_threshold_where_five_err() -> None:
    one, other = everybody(60)
    scores = np.random.default_rng(1).normal(0, 1, len(one))
    made = draws(60, resamples=2000)
    fifth = float(np.sort(scores)[-5])
    five, none = (made.rate_beyond(scores, at, one, other) for at in (fifth, 9.0))
    assert five is not None
    assert none is not None
    assert (five.rate.errors, none.rate.errors) == (5, 0)
    assert none.by_people == (0.0, five.by_people[1])
    assert none.by_people[1] < 0.02
    lone = rate_of(made, np.zeros(len(one), bool), one, other)
    assert lone.by_people[1] > 0.1, "without that, sixty people count as thirty pairs"


def test_mated_pairs_of_one_person_stand_together() -> None:
    people = np.repeat(np.arange(10), 8)
    errors = people == 3
    found = rate_of(draws(10), errors, people, people)
    assert (found.rate, found.people, found.independent) == (Rate(8, 80), 10, 10)
    assert found.effective == 10


def test_the_same_seed_gives_the_same_interval() -> None:
    one, other = everybody(10)
    errors = (one + other) % 5 == 0
    first, again, another = (
        rate_of(draws(10, seed), errors, one, other).effective for seed in (7, 7, 8)
    )
    assert first == again != another


def test_people_are_drawn_within_their_group() -> None:
    counts = Draws(np.array([0, 0, 0, 1, 1]), 300, 1).counts
    assert (counts[:, :3].sum(axis=1) == 3).all()
    assert (counts[:, 3:].sum(axis=1) == 2).all()
    assert len(np.unique(counts, axis=0)) > 10


def test_nothing_compared_gives_no_rate() -> None:
    nobody = np.zeros(0, np.int64)
    assert draws(3).rate(np.zeros(0, bool), nobody, nobody) is None


def test_the_interval_by_people_keeps_its_promise_where_that_by_pairs_does_not() -> None:
    """One person in ten resembles everybody: a draw of 25 people varies more than 300 trials."""
    random = np.random.default_rng(5)
    one, other = everybody(25)
    truth = 1 - 0.9**2
    by_pairs = by_people = 0
    for run in range(200):
        resembles_all = random.uniform(size=25) < 0.1
        found = rate_of(draws(25, run), resembles_all[one] | resembles_all[other], one, other)
        by_pairs += found.rate.interval[0] <= truth <= found.rate.interval[1]
        by_people += found.by_people[0] <= truth <= found.by_people[1]
    assert by_people >= 0.94 * 200
    assert by_pairs < 0.65 * 200
