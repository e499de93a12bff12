"""Marks: given once for what is held, final by the plan's rule, taken back, never lost."""

from datetime import timedelta
from decimal import Decimal

import pytest

from sync.hq.core.role_errors import RoleMissing
from sync.hq.core.roles import Grant, Role
from sync.hq.marking.adjudication import Wanted
from sync.hq.marking.errors import (
    MarkerPaused,
    MarkingPaused,
    NotAssigned,
    NothingToTakeBack,
    NotLeased,
    PlanExists,
    PointsWrong,
    QuotaReached,
    TakeBackTooLate,
)
from sync.hq.marking.marking import Given
from sync.hq.marking.views import Assignment, PlanState, Stage
from tests.hq.desk import BY
from tests.hq.marking.room import LEAD, PLAIN, Room

TWICE = PLAIN.model_copy(update={"double_percent": 100})


def stages(room: Room) -> dict[Stage, int]:
    found: dict[Stage, int] = {}
    for answer in room.services.adjudication.page(room.plan, Wanted(), 1, LEAD).answers:
        found[answer.stage] = found.get(answer.stage, 0) + 1
    return found


def test_one_mark_makes_the_result_complete(room: Room) -> None:
    room.open(PLAIN, "ma")
    assert room.status(1) == "waiting_for_marks"
    for _ in range(3):
        room.mark("ma", "6.5")
    assert room.next("ma") is None
    assert set(room.finals().values()) == {Decimal("6.5")}
    assert {room.status(place) for place in (1, 2, 3)} == {"complete"}
    kinds = [event.kind for event in room.hq.audit_log.newest(10)]
    assert kinds.count("mark_given") == 3


def test_a_paper_is_opened_once(room: Room) -> None:
    room.open(PLAIN)
    with pytest.raises(PlanExists):
        room.open(PLAIN)


def test_a_marker_gets_no_answer_twice_and_two_markers_never_the_same(room: Room) -> None:
    room.open(TWICE, "ma", "mb")
    first, second = room.held("ma"), room.held("mb")
    assert first.answer_id != second.answer_id
    mine = [room.mark("ma").answer_id for _ in range(2)]
    assert len({first.answer_id, *mine}) >= 2
    room.give("mb", second)
    seen = {"ma": set(mine), "mb": {second.answer_id}}
    for who in ("ma", "mb", "ma", "mb", "ma", "mb"):
        while (held := room.next(who)) is not None:
            assert held.answer_id not in seen[who]
            seen[who].add(held.answer_id)
            room.give(who, held)
    assert len(seen["ma"]) == len(seen["mb"]) == 3
    assert stages(room) == {Stage.FINAL: 3}


def test_two_marks_that_differ_too_much_go_to_a_third_marker(room: Room) -> None:
    room.open(TWICE, "ma", "mb")
    for _ in range(3):
        room.mark("ma", "2")
    for _ in range(3):
        room.mark("mb", "6")
    assert stages(room) == {Stage.THIRD: 3}
    assert room.next("ma") is None
    assert room.finals() == {}
    room.services.markers.assign(Assignment(room.plan, "", "mc"), LEAD)
    for _ in range(3):
        room.mark("mc", "5")
    # The mean of the two closest, 5 and 6, to half points.
    assert set(room.finals().values()) == {Decimal("5.5")}


def test_three_marks_far_apart_go_to_the_adjudicator(room: Room) -> None:
    room.open(TWICE.model_copy(update={"threshold": Decimal(1)}), "ma", "mb", "mc")
    for who, total in (("ma", "0"), ("mb", "4"), ("mc", "8")):
        for _ in range(3):
            room.mark(who, total)
    assert stages(room) == {Stage.ADJUDICATOR: 3}
    page = room.services.adjudication.page(room.plan, Wanted(stage="adjudicator"), 1, LEAD)
    answer = page.answers[0]
    points = [criterion.most for criterion in room.items[0].criteria]
    room.services.adjudication.decide(room.plan, answer.id, points, "all points are there", LEAD)
    assert list(room.finals().values()) == [room.items[0].points]


def test_a_mark_out_of_range_or_off_the_step_changes_nothing(room: Room) -> None:
    room.open(PLAIN, "ma")
    held = room.held("ma")
    for wrong in ("2.5", "-0.5", "0.3", "NaN", "1e9"):
        given = [Decimal(wrong), *room.points(held, "0")[1:]]
        with pytest.raises(PointsWrong):
            room.services.marks.give(held.lease, Given(given), "ma")
    with pytest.raises(PointsWrong):
        room.services.marks.give(held.lease, Given([Decimal(1)]), "ma")
    with pytest.raises(PointsWrong):
        room.services.marks.give(held.lease, Given([*room.points(held, "0"), Decimal(0)]), "ma")
    assert room.finals() == {}
    assert room.held("ma").lease == held.lease


def test_what_a_marker_does_not_hold_cannot_be_marked(room: Room) -> None:
    room.open(PLAIN, "ma", "mb")
    held = room.held("ma")
    with pytest.raises(NotLeased):
        room.give("mb", held)
    room.give("ma", held)
    with pytest.raises(NotLeased):
        room.give("ma", held)
    with pytest.raises(NotLeased):
        room.services.marks.give("nothing", Given(), "ma")


def test_a_lease_ends_and_another_marker_gets_the_answer(room: Room) -> None:
    room.open(PLAIN, "ma", "mb")
    first = room.held("ma")
    ahead = room.next("ma", shown=[first.lease])
    assert ahead is not None
    others = {room.held("mb").answer_id}
    assert others.isdisjoint({first.answer_id, ahead.answer_id})
    room.desk.clock.pass_time(21 * 60)
    taken = set[str]()
    while held := room.next("mb"):
        taken.add(held.answer_id)
        room.give("mb", held)
    assert first.answer_id in taken
    with pytest.raises(NotLeased):
        room.give("ma", first)


def test_a_late_mark_counts_if_nobody_else_has_the_answer(room: Room) -> None:
    room.open(PLAIN, "ma")
    held = room.held("ma")
    room.desk.clock.pass_time(3600)
    room.give("ma", held)
    assert len(room.finals()) == 1


def test_one_answer_is_loaded_ahead_and_no_more(room: Room) -> None:
    room.open(PLAIN, "ma")
    first = room.held("ma")
    room.desk.clock.pass_time(1)
    second = room.next("ma", shown=[first.lease])
    assert second is not None
    assert second.answer_id != first.answer_id
    assert room.next("ma", shown=[first.lease, second.lease]) is None
    # After a reload the page has nothing; it gets the same answers again.
    assert room.held("ma") == first


def test_a_marker_who_lost_the_role_meanwhile_marks_nothing(room: Room) -> None:
    room.open(PLAIN, "ma")
    held = room.held("ma")
    room.hq.grants.withdraw("ma", Grant(Role.MARKER), BY)
    with pytest.raises(RoleMissing):
        room.give("ma", held)
    with pytest.raises(RoleMissing):
        room.next("ma")
    assert room.finals() == {}


def test_who_is_not_assigned_or_paused_gets_nothing(room: Room) -> None:
    room.open(PLAIN, "ma")
    with pytest.raises(NotAssigned):
        room.next("mb")
    held = room.held("ma")
    room.services.markers.pause(room.plan, "", "ma", "talk first", LEAD)
    with pytest.raises(MarkerPaused):
        room.next("ma")
    with pytest.raises(NotLeased):
        room.give("ma", held)
    room.services.markers.resume(room.plan, "", "ma", LEAD)
    room.services.plans.set_state(room.plan, PlanState.PAUSED, "the scheme is being changed", LEAD)
    with pytest.raises(MarkingPaused):
        room.next("ma")
    room.services.plans.set_state(room.plan, PlanState.OPEN, "", LEAD)
    room.mark("ma")


def test_only_who_leads_may_change_a_plan(room: Room) -> None:
    room.open(PLAIN, "ma")
    with pytest.raises(RoleMissing):
        room.services.plans.change(room.plan, TWICE, "ma")
    with pytest.raises(RoleMissing):
        room.services.markers.assign(Assignment(room.plan, "", "mb"), "ma")
    with pytest.raises(RoleMissing):
        room.services.markers.assign(Assignment(room.plan, "", LEAD), LEAD)


def test_markers_are_assigned_together_or_not_at_all(room: Room) -> None:
    room.open()
    wanted = [Assignment(room.plan, "", name) for name in ("ma", LEAD)]
    with pytest.raises(RoleMissing):
        room.services.markers.assign_all(wanted, LEAD)
    assert room.services.markers.list(room.plan) == []


def test_a_quota_ends_for_the_day_and_in_all(room: Room) -> None:
    room.open(PLAIN, "ma")
    room.services.markers.assign(Assignment(room.plan, "", "ma", most_a_day=1, most=2), LEAD)
    room.mark("ma")
    with pytest.raises(QuotaReached):
        room.next("ma")
    room.desk.clock.pass_time(timedelta(days=1).total_seconds())
    room.mark("ma")
    room.desk.clock.pass_time(timedelta(days=1).total_seconds())
    with pytest.raises(QuotaReached):
        room.next("ma")


def test_the_last_mark_can_be_taken_back_for_a_while(room: Room) -> None:
    room.open(PLAIN, "ma")
    with pytest.raises(NothingToTakeBack):
        room.services.marks.take_back(room.plan, "ma")
    first = room.mark("ma", "7")
    taken = room.services.marks.take_back(room.plan, "ma")
    assert taken.held.answer_id == first.answer_id
    assert sum(map(Decimal, taken.criteria)) == 7
    assert room.finals() == {}
    assert {room.status(place) for place in (1, 2, 3)} == {"waiting_for_marks"}
    with pytest.raises(NothingToTakeBack):
        room.services.marks.take_back(room.plan, "ma")
    room.give("ma", taken.held, "3")
    assert list(room.finals().values()) == [Decimal(3)]
    given = room.services.adjudication.get(room.plan, first.answer_id, LEAD).given
    assert [(mark.kind, mark.withdrawn) for mark in given] == [
        ("mark", True), ("withdrawn", False), ("mark", False),
    ]  # fmt: skip
    room.desk.clock.pass_time(11 * 60)
    with pytest.raises(TakeBackTooLate):
        room.services.marks.take_back(room.plan, "ma")


def test_a_mark_that_another_mark_depends_on_stays(room: Room) -> None:
    room.open(TWICE, "ma", "mb")
    first = room.mark("ma")
    second = room.held("mb")
    while second.answer_id != first.answer_id:
        room.give("mb", second)
        second = room.held("mb")
    with pytest.raises(TakeBackTooLate):
        room.services.marks.take_back(room.plan, "ma")
    room.give("mb", second)
    with pytest.raises(TakeBackTooLate):
        room.services.marks.take_back(room.plan, "ma")


def test_a_changed_answer_goes_back_to_marking_and_its_history_stays(room: Room) -> None:
    room.open(PLAIN, "ma")
    for _ in range(3):
        room.mark("ma")
    item = room.written()[0]
    room.send(1, {item: "另一个答案"})
    assert room.status(1) == "waiting_for_marks"
    held = room.held("ma")
    assert "另一个答案" in str(room.services.readings.of(held, "ma").nodes)
    room.give("ma", held, "8")
    assert room.status(1) == "complete"
    assert stages(room) == {Stage.FINAL: 3, Stage.REPLACED: 1}
    # The same answer again: its marks are there, nobody marks it twice.
    room.send(1, {item: "答案1"})
    assert room.next("ma") is None
    assert room.status(1) == "complete"
    assert room.finals()["ATTEMPT0001", item] == 5


def test_a_bundle_that_comes_with_the_same_answer_changes_no_mark(room: Room) -> None:
    room.open(PLAIN, "ma")
    for _ in range(3):
        room.mark("ma")
    room.send(1, {room.written()[0]: "答案1"})
    assert room.next("ma") is None
    assert room.status(1) == "complete"


def test_an_answer_that_changes_in_the_markers_hands_is_not_marked(room: Room) -> None:
    room.open(PLAIN, "ma")
    held = [room.held("ma")]
    held.append(room.next("ma", shown=[held[0].lease]))  # type: ignore[arg-type]
    room.send(1, {room.written()[0]: "x"})
    room.send(2, {room.written()[0]: "x"})
    room.send(3, {room.written()[0]: "x"})
    room.services.worklist.refresh(room.plan)
    for one in held:
        with pytest.raises(NotLeased):
            room.give("ma", one)


def test_void_attempts_are_not_marked(room: Room) -> None:
    room.send(1, {room.written()[0]: "答案1"}, voided=True)
    room.open(PLAIN, "ma")
    assert [room.mark("ma"), room.mark("ma"), room.next("ma")][2] is None


def test_blank_answers_and_answers_to_nothing_need_no_marker(room: Room) -> None:
    room.send(1, {room.written()[0]: "", "no-such-item": "x"})
    room.open(PLAIN, "ma")
    assert [room.mark("ma"), room.mark("ma"), room.next("ma")][2] is None


def test_a_whole_script_is_marked_by_one_marker(room: Room) -> None:
    items = room.written()
    for place in (1, 2, 3):
        room.send(place, dict.fromkeys(items, f"答{place}"))
    room.open(PLAIN.model_copy(update={"allocation": "script"}), "ma", "mb")
    first, other = room.held("ma"), room.held("mb")
    scripts: dict[str, set[str]] = {"ma": set(), "mb": set()}
    for who, held in (("ma", first), ("mb", other)):
        for _ in items:
            scripts[who].add(str(room.services.readings.of(held, who).nodes))
            room.give(who, held)
            nxt = room.next(who)
            assert nxt is not None or who == "mb"
            held = nxt or held
        assert len(scripts[who]) == 1
    assert scripts["ma"] != scripts["mb"]
