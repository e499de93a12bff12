"""The times of parts in a programme file: parts that do not fit their times are rejected."""

import pytest

from kiosk.exam.attempt.parts import PartTime
from kiosk.exam.errors import ProgrammeError
from kiosk.exam.programme.programme import load_programme
from tests.exam.programmes import in_parts, shipped

FLAGS = "parts_in_order = true\ncarry_over = false\n"
UNTIMED = (("minutes = 40\n", ""), ("minutes = 60\n", ""))
EARLIEST = "earliest_hand_in_minutes = 5"
CARRIED = ("carry_over = false", "carry_over = true")


def test_parts_have_their_own_times_where_the_programme_says_so() -> None:
    (examination,) = in_parts().examinations
    assert examination.part_times == (PartTime("theory", 40, 5), PartTime("practice", 60, 0))


def test_parts_may_have_an_order_and_one_time() -> None:
    (examination,) = in_parts(*UNTIMED).examinations
    assert examination.part_times == (PartTime("theory", None, 5), PartTime("practice", None, 0))


@pytest.mark.parametrize("name", ["carbon-manager", "carbon-skills"])
def test_without_an_order_all_parts_are_open_at_once(name: str) -> None:
    assert all(not examination.part_times for examination in shipped(name).examinations)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([("minutes = 40", "minutes = 30")], "minutes add up to 90, not duration_minutes 100"),
        ([("_minutes = 100", "_minutes = 120")], "minutes add up to 100, not duration_minutes 120"),
        ([("minutes = 60\n", "")], "give minutes to all parts or to none: practice has none"),
        ([(FLAGS, "")], "parts with minutes are sat in order: set parts_in_order = true"),
        ([(EARLIEST, "earliest_hand_in_minutes = 41")],
         "earliest_hand_in_minutes 41 is above the part's 40 minutes"),
        ([("entry_minutes = 30", "entry_minutes = 45")],
         "time.late_entry_minutes 45 is longer than the first part, theory: 40 minutes"),
        ([("hand_in_minutes = 0", "hand_in_minutes = 66")],
         "hands in parts early runs out of time after 65 minutes"),
        ([("minutes = 40", "minutes = 0")], "greater than or equal to 1"),
        ([*UNTIMED, CARRIED], "carry_over needs parts with minutes"),
        ([*UNTIMED, (FLAGS, "")], "set parts_in_order = true"),
        ([*UNTIMED, (EARLIEST, "earliest_hand_in_minutes = 101")],
         "earliest_hand_in_minutes add up to 101, more than duration_minutes 100"),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_their_times_are_rejected(
    changes: list[tuple[str, str]], reason: str
) -> None:
    with pytest.raises(ProgrammeError, match=reason) as caught:
        in_parts(*changes)
    assert all(problem.line for problem in caught.value.problems)


def test_carried_over_time_cannot_run_out_before_the_earliest_hand_in() -> None:
    assert in_parts(("hand_in_minutes = 0", "hand_in_minutes = 66"), CARRIED)


@pytest.mark.parametrize("changes", [(), UNTIMED])
def test_times_of_parts_survive_their_way_through_a_package(
    changes: tuple[tuple[str, str], ...],
) -> None:
    programme = in_parts(*changes)
    assert load_programme(programme.model_dump(mode="json")) == programme
