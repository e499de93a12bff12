"""Save times: close saves against chance, and orders without what one's own order explains."""

import numpy as np
import pytest

from sync.hq.similarity.times import LEAST_TIMES, Times, compare_times, usual_close

ITEMS = 40


def someone(seed: int, pace: float = 60) -> Times:
    """Somebody who answers in the own order of questions, now and then going back."""
    random = np.random.default_rng(seed)
    order = random.permutation(ITEMS)
    position = np.empty(ITEMS)
    position[order] = np.arange(ITEMS)
    return Times((position + random.normal(0, 2, ITEMS)) * pace, position)


def follower(source: Times, seed: int, after: float = 8) -> Times:
    """Somebody with an own order who answers what the other has just answered."""
    return Times(source.saved + after, someone(seed).position)


def test_a_follower_saves_close_and_in_the_others_order() -> None:
    source = someone(1)
    facts = compare_times(source, follower(source, 2))
    assert (facts.common, facts.close) == (ITEMS, ITEMS)
    assert facts.expected < 3
    assert facts.order == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("seed", range(3, 9))
def test_two_who_work_on_their_own_do_not_stand_out(seed: int) -> None:
    facts = compare_times(someone(seed), someone(seed + 100))
    assert facts.close <= 5
    assert facts.order is not None
    assert abs(facts.order) < 0.5


def test_a_follower_stands_out_among_the_others_of_the_room() -> None:
    source = someone(1)
    others = [someone(seed) for seed in range(20, 30)]
    usual = usual_close([source, follower(source, 2)], others)
    assert max(usual) < ITEMS / 4
    assert len(usual) == 20


def test_few_times_say_nothing() -> None:
    source = someone(1)
    source.saved[LEAST_TIMES - 1 :] = np.nan
    facts = compare_times(source, someone(2))
    assert (facts.common, facts.order) == (LEAST_TIMES - 1, None)


def test_answers_saved_all_at_once_have_no_order() -> None:
    at_once = Times(np.full(ITEMS, 100.0), np.arange(ITEMS, dtype=float))
    assert compare_times(at_once, someone(1)).order is None
