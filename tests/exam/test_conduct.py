"""Signals of one absence are one leave; the fifth ends the attempt (R18)."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.conduct import Leaves

NOW = datetime(2026, 4, 25, 14, tzinfo=UTC)


def test_blur_hidden_and_fullscreen_together_are_one_leave() -> None:
    leaves = Leaves().left(NOW).left(NOW).left(NOW)
    assert leaves.count == 1


def test_coming_back_and_leaving_again_are_two() -> None:
    assert Leaves().left(NOW).returned().left(NOW).count == 2


def test_the_fifth_leave_ends_the_attempt_and_the_fourth_does_not() -> None:
    leaves = Leaves()
    ended = []
    for _ in range(5):
        leaves = leaves.left(NOW).returned()
        ended.append(leaves.ends_attempt(5))
    assert ended == [False, False, False, False, True]


@given(st.lists(st.sampled_from(["left", "returned"])))
def test_leaves_are_the_times_the_page_was_left_while_there(signals: list[str]) -> None:
    leaves, away, expected = Leaves(), False, 0
    for signal in signals:
        expected += signal == "left" and not away
        away = signal == "left"
        leaves = leaves.left(NOW) if away else leaves.returned()
    assert leaves.count == expected
