"""When time runs for whom, if rooms and papers start and pause on their own."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.attempt.groups import (
    EVERYBODY,
    Group,
    GroupCredit,
    GroupTimes,
    Pause,
    Start,
    merged,
)
from kiosk.exam.attempt.timing import Credit

NINE = datetime(2026, 4, 25, 9, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def paused(group: Group, begin: float, end: float | None) -> Pause:
    return Pause(1, group, "fire alarm", at(begin), None if end is None else at(end))


def times(*pauses: Pause, starts: tuple[Start, ...] = (Start(EVERYBODY, NINE),)) -> GroupTimes:
    return GroupTimes(starts, pauses, ())


ROOM_2, PAPER_A = Group(room="2"), Group(paper="A")


@pytest.mark.parametrize(
    ("group", "members"),
    [
        (EVERYBODY, {("1", "A"), ("1", "B"), ("2", "A"), ("2", "B")}),
        (ROOM_2, {("2", "A"), ("2", "B")}),
        (PAPER_A, {("1", "A"), ("2", "A")}),
        (Group("2", "A"), {("2", "A")}),
    ],
)
def test_a_group_has_those_with_its_room_and_paper(
    group: Group, members: set[tuple[str, str]]
) -> None:
    everybody = [(room, paper) for room in "12" for paper in "AB"]
    assert {one for one in everybody if group.has(*one)} == members


def test_time_runs_from_the_first_start_of_a_group_that_has_the_candidate() -> None:
    course = times(starts=(Start(ROOM_2, at(10)), Start(PAPER_A, at(20)), Start(EVERYBODY, at(30))))
    found = {(room, paper): course.started_at(room, paper) for room in "12" for paper in "AB"}
    assert found == {
        ("1", "A"): at(20),
        ("1", "B"): at(30),
        ("2", "A"): at(10),
        ("2", "B"): at(10),
    }
    assert times(starts=()).started_at("1", "A") is None


def test_a_pause_holds_only_its_group_and_each_ends_on_its_own() -> None:
    course = times(paused(ROOM_2, 5, None), paused(EVERYBODY, 10, 20))
    assert not course.paused("1", "A")
    assert [pause.group for pause in course.paused("2", "A")] == [ROOM_2]
    assert course.pause_of(EVERYBODY) is None


@pytest.mark.parametrize(
    ("pauses", "minutes"),
    [
        ([(EVERYBODY, 10, 30)], 20),
        ([(ROOM_2, 10, 30), (EVERYBODY, 20, 40)], 30),  # overlapping: once
        ([(EVERYBODY, 10, 40), (ROOM_2, 20, 30)], 30),  # one in the other
        ([(ROOM_2, 10, 20), (EVERYBODY, 20, 30)], 20),  # one after the other
        ([(EVERYBODY, 50, 60), (ROOM_2, 10, 20)], 20),
        ([(Group(room="1"), 10, 30), (Group("2", "B"), 10, 30)], 0),  # others'
    ],
)
def test_overlapping_pauses_are_credited_once(
    pauses: list[tuple[Group, float, float]], minutes: float
) -> None:
    course = times(*(paused(*one) for one in pauses))
    given = course.credits("2", "A")
    assert sum(credit.seconds for credit in given) == 60 * minutes
    assert course.stood_still("2", "A", at(100)) == 60 * minutes


def test_what_was_before_the_own_start_is_not_credited() -> None:
    early = GroupCredit(EVERYBODY, Credit("staff", 300, "noise", "staff:a", at(5)))
    late = GroupCredit(EVERYBODY, Credit("staff", 120, "noise", "staff:a", at(50)))
    course = GroupTimes(
        (Start(Group(room="1"), NINE), Start(ROOM_2, at(30))),
        (paused(EVERYBODY, 10, 20),),
        (early, late),
    )
    assert [one.seconds for one in course.credits("1", "A")] == [300, 600, 120]
    assert [one.seconds for one in course.credits("2", "A")] == [120]


def test_rules_that_count_from_the_start_wait_while_a_pause_lasts() -> None:
    course = times(paused(ROOM_2, 10, None))
    assert course.stood_still("2", "A", at(25)) == 900
    assert course.stood_still("1", "A", at(25)) == 0
    assert course.credits("2", "A") == []


def test_time_taken_back_never_brings_rules_forward() -> None:
    back = GroupCredit(EVERYBODY, Credit("staff", -600, "by mistake", "staff:a", at(5)))
    course = GroupTimes((Start(EVERYBODY, NINE),), (), (back,))
    assert course.stood_still("1", "A", at(30)) == 0


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted), max_size=6)


@given(SPANS, st.integers(0, 60))
def test_whatever_pauses_overlap_each_minute_is_credited_once(
    spans: list[list[int]], since: int
) -> None:
    minutes = {n for begin, end in spans for n in range(begin, end) if n >= since}
    found = list(merged([(at(begin), at(end)) for begin, end in spans], at(since)))
    assert sum((end - begin).total_seconds() for begin, end in found) == 60 * len(minutes)
    assert all(first[1] < later[0] for first, later in pairwise(found))
