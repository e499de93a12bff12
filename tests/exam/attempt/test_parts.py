"""Parts that are sat one after another: what is open, until when, and what becomes of time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.attempt.parts import Course, PartTime
from kiosk.exam.attempt.states import EndReason
from kiosk.exam.attempt.timing import Credit, CreditKind

NOON = datetime(2026, 4, 25, 12, tzinfo=UTC)
HANDED_IN, TIME_OUT = EndReason.HANDED_IN, EndReason.TIME_OUT


def minute(number: float) -> datetime:
    """A moment after the start of the sitting."""
    return NOON + timedelta(minutes=number)


def course(*minutes: int | None, carry_over: bool = False, extra: int = 0) -> Course:
    """An attempt at its start; each part may be handed in after five minutes."""
    parts = tuple(PartTime(f"p{n}", value, 5) for n, value in enumerate(minutes))
    return Course(parts, carry_over, 100, NOON, extra)


def ended(course: Course, at: float, reason: EndReason = HANDED_IN) -> Course:
    """The same when its open part ends."""
    return replace(course, over=(*course.over, course.end_open(minute(at), reason)))


def credited(course: Course, minutes: float, kind: CreditKind = "pause") -> Course:
    """The same with a time credit."""
    credit = Credit(kind, minutes * 60, "why", "who", NOON)
    return replace(course, credits=(*course.credits, credit))


def test_each_part_has_its_own_time() -> None:
    first = course(40, 60)
    assert (first.part.id, first.began_at, first.ends_at) == ("p0", NOON, minute(40))
    second = ended(first, 40, TIME_OUT)
    assert (second.part.id, second.began_at, second.ends_at) == ("p1", minute(40), minute(100))
    assert second.is_last


@pytest.mark.parametrize(("carry_over", "end"), [(True, 100), (False, 70)])
def test_unused_time_is_carried_over_or_lost(carry_over: bool, end: int) -> None:
    second = ended(course(40, 60, carry_over=carry_over), 10)
    assert second.began_at == minute(10)
    assert (second.ends_at, second.last_end) == (minute(end), minute(end))


def test_without_minutes_of_their_own_parts_share_one_clock() -> None:
    first = course(None, None, extra=20)
    assert first.ends_at == minute(120)
    assert ended(first, 10).ends_at == minute(120)


def test_extra_minutes_are_shared_out_in_proportion() -> None:
    first = course(40, 60, extra=25)
    assert first.ends_at == minute(50)
    assert first.last_end == minute(125)
    assert ended(first, 50, TIME_OUT).ends_at == minute(125)


@pytest.mark.parametrize("carry_over", [True, False])
def test_a_pause_lengthens_the_part_in_which_it_was(carry_over: bool) -> None:
    first = credited(course(40, 60, carry_over=carry_over), 15)
    assert first.ends_at == minute(55)
    second = credited(ended(first, 55, TIME_OUT), 5)
    assert second.ends_at == minute(55 + 60 + 5)


def test_a_part_may_be_handed_in_after_its_earliest_time_without_pauses() -> None:
    first = course(40, 60)
    assert first.earliest_hand_in == minute(5)
    assert credited(first, 10).earliest_hand_in == minute(15)
    assert credited(first, 10, "staff").earliest_hand_in == minute(5)
    assert ended(first, 20).earliest_hand_in == minute(25)


def test_a_part_that_is_noticed_late_ended_when_its_time_was_up() -> None:
    assert ended(course(40, 60), 43, TIME_OUT).began_at == minute(40)


def test_a_deduction_beyond_the_part_ends_it_where_it_began() -> None:
    second = credited(ended(course(40, 60), 40, TIME_OUT), -70, "staff")
    assert second.ends_at == second.began_at == minute(40)


def test_spans_name_the_parts_that_have_begun() -> None:
    spans = ended(course(40, 60, 20), 30).spans
    assert [(span.part.id, span.began_at) for span in spans] == [("p0", NOON), ("p1", minute(30))]
    assert [span.end and span.end.reason for span in spans] == [HANDED_IN, None]


Steps = st.lists(
    st.tuples(st.sampled_from(["hand_in", "credit", "wait"]), st.integers(-30, 60)), max_size=12
)


@given(
    minutes=st.lists(st.integers(1, 200), min_size=1, max_size=5),
    carry_over=st.booleans(),
    extra=st.integers(0, 90),
    steps=Steps,
)
def test_nobody_gets_more_time_than_granted_and_parts_only_move_forward(
    minutes: list[int], carry_over: bool, extra: int, steps: list[tuple[str, int]]
) -> None:
    now, way = NOON, course(*minutes, carry_over=carry_over, extra=extra)
    gained = lost = 0
    for act, amount in steps:
        before = way
        if act == "credit":
            way = credited(way, amount)
            gained, lost = gained + max(0, amount), lost + min(0, amount)
        else:
            now = max(now, way.began_at) + timedelta(minutes=abs(amount))
            if not way.is_last and (act == "hand_in" or now >= way.ends_at):
                way = replace(way, over=(*way.over, way.end_open(now, HANDED_IN)))
        assert way.began_at >= before.began_at
        assert way.position >= before.position
        assert way.began_at <= way.ends_at <= way.last_end
        granted = timedelta(minutes=sum(minutes) + extra + gained)
        assert way.last_end - NOON <= granted
        if carry_over and not lost:
            assert way.last_end - NOON == granted
