"""Signals of one absence are one page leave; staff may take one back (R18)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.attempt.page_leaves import PageLeaves

NOW = datetime(2026, 4, 25, 14, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """So many seconds later."""
    return NOW + timedelta(seconds=seconds)


def test_blur_hidden_and_fullscreen_together_are_one_page_leave() -> None:
    page_leaves = PageLeaves().left(NOW, "blur").left(at(0.1), "hidden").left(at(0.2), "fullscreen")
    assert page_leaves.count == 1
    (page_leave,) = page_leaves.entries
    assert (page_leave.cause, page_leave.signals, page_leave.started_at) == ("blur", 3, NOW)
    assert page_leaves.away_since == NOW


def test_its_length_is_measured_by_the_server() -> None:
    page_leaves = PageLeaves().left(NOW, "hidden").returned(at(7))
    assert page_leaves.entries[0].ended_at == at(7)
    assert page_leaves.away_since is None


def test_coming_back_and_leaving_again_are_two() -> None:
    assert PageLeaves().left(NOW, "blur").returned(at(1)).left(at(10), "blur", 2).count == 2


def test_a_blur_right_after_a_return_goes_on_with_the_same() -> None:
    page_leaves = PageLeaves().left(NOW, "blur").returned(at(1)).left(at(2.9), "blur", 2)
    assert page_leaves.count == 1
    assert page_leaves.away_since == NOW


def test_a_page_leave_that_staff_reversed_does_not_count() -> None:
    page_leaves = PageLeaves().left(NOW, "blur").returned(at(1)).left(at(9), "blur")
    reversed_ = page_leaves.reverse(1, "the update's window", "staff:chief")
    assert reversed_.count == 1
    assert reversed_.entries[0].reversal == "the update's window"
    with pytest.raises(KeyError):
        page_leaves.reverse(3, "?", "staff:chief")


def test_a_reversed_page_leave_takes_no_new_signals() -> None:
    page_leaves = PageLeaves().left(NOW, "blur").returned(at(1)).reverse(1, "why", "staff:chief")
    assert page_leaves.left(at(2), "blur", 2).count == 1


@given(st.lists(st.sampled_from(["left", "returned"])))
def test_page_leaves_are_the_times_the_page_was_left_while_there(signals: list[str]) -> None:
    page_leaves, away, expected = PageLeaves(), False, 0
    for number, signal in enumerate(signals):
        expected += signal == "left" and not away
        away = signal == "left"
        moment = at(number * 60)
        page_leaves = page_leaves.left(moment, "blur", 2) if away else page_leaves.returned(moment)
    assert page_leaves.count == expected
    assert (page_leaves.away_since is not None) == away
    assert [entry.number for entry in page_leaves.entries] == list(range(1, expected + 1))
