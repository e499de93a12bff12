"""An open plan follows a raised percentage and papers drawn later; a pace needs times."""

import json
from typing import Any

import pytest
from sqlalchemy import insert, select

from sync.hq.marking.settings import ItemRule, PlanSettings
from sync.hq.persistence.marking_tables import marking_answers
from sync.hq.persistence.tables import papers
from tests.hq.desk import Desk
from tests.hq.marking.room import LEAD, PLAIN, Room


def plan(percent: int, **more: Any) -> PlanSettings:
    return PLAIN.model_copy(update={"double_percent": percent, **more})


def wanted(room: Room) -> dict[tuple[str, str], int]:
    """How many people mark each answer, by candidate and item."""
    table = marking_answers
    query = select(table.c.attempt_id, table.c.item_id, table.c.wanted)
    with room.hq.storage.database.read() as connection:
        return {(row.attempt_id, row.item_id): row.wanted for row in connection.execute(query)}


def many(desk: Desk, *items: int, count: int = 30) -> Room:
    """A room with candidates who have answered some written items."""
    room = Room(desk)
    room.people("ma", "mb")
    room.candidates(count)
    ids = [room.written()[place] for place in items or (0,)]
    for place in range(1, count + 1):
        room.send(place, dict.fromkeys(ids, f"答案{place}"))
    return room


def test_a_raised_percentage_reaches_answers_that_nobody_has_marked(room: Room) -> None:
    room.open(plan(0), "ma", "mb")
    room.mark("ma")
    assert room.services.plans.change(room.plan, plan(100), LEAD) == 2
    assert sorted(wanted(room).values()) == [1, 2, 2]
    assert len(room.finals()) == 1
    room.mark("ma")
    assert len(room.finals()) == 1, "the second of two markers is missing"
    (event,) = [e for e in room.hq.audit_log.newest(9) if e.kind == "marking_changed"]
    assert event.data["marked_twice"] == 2
    assert room.services.plans.change(room.plan, plan(100), LEAD) == 0


def test_an_answer_in_a_markers_hands_is_drawn_too(room: Room) -> None:
    room.open(plan(0), "ma", "mb")
    held = room.held("ma")
    assert room.services.plans.change(room.plan, plan(100), LEAD) == 3
    room.give("ma", held)
    assert room.finals() == {}


def test_the_draw_is_by_the_seed_and_only_adds(desk: Desk) -> None:
    room = many(desk)
    room.open(plan(20))
    before = {key for key, count in wanted(room).items() if count == 2}
    more = room.services.plans.change(room.plan, plan(60), LEAD)
    after = {key for key, count in wanted(room).items() if count == 2}
    assert before < after
    assert len(after) - len(before) == more
    assert room.services.plans.change(room.plan, plan(10), LEAD) == 0
    assert {key for key, count in wanted(room).items() if count == 2} == after
    room.services.plans.change(room.plan, plan(60), LEAD)
    assert {key for key, count in wanted(room).items() if count == 2} == after
    late = Room(desk, plan=room.plan)
    late.sent = room.sent
    late.send(1, {room.written()[0]: "改过的答案"})
    room.services.worklist.refresh(room.plan)
    redone = {key for key, count in wanted(room).items() if count == 2}
    assert redone == after, "the same candidate is drawn, whatever they answer"


def test_an_items_own_percentage_draws_from_its_answers_only(desk: Desk) -> None:
    room = many(desk, 0, 1, count=4)
    room.open(plan(0))
    item = room.written()[1]
    rule = ItemRule(double_percent=100)
    assert room.services.plans.set_item(room.plan, item, rule, paused=False, by=LEAD) == 4
    assert {key[1] for key, count in wanted(room).items() if count == 2} == {item}


def test_scripts_are_drawn_as_a_whole_while_nothing_of_them_is_marked(desk: Desk) -> None:
    room = many(desk, 0, 1, count=3)
    room.open(plan(0, allocation="script"), "ma", "mb")
    begun = room.held("ma")
    room.give("ma", begun)
    assert room.services.plans.change(room.plan, plan(100, allocation="script"), LEAD) == 4
    by_script: dict[str, set[int]] = {}
    for (attempt, _), count in wanted(room).items():
        by_script.setdefault(attempt, set()).add(count)
    assert sorted(map(tuple, by_script.values())) == [(1,), (2,), (2,)]


def later_paper(room: Room) -> str:
    """Store a parallel paper B with another first written item; return its id."""
    first, other = room.written()[0], f"{room.written()[0]}-B"
    room.desk.clock.pass_time(60)
    with room.hq.storage.database.write() as connection:
        row = dict(connection.execute(select(papers)).mappings().one())
        for column in ("paper", "schemes", "versions"):
            row[column] = json.loads(json.dumps(row[column]).replace(first, other))
        row |= {"id": "LATER", "label": "B", "created_at": room.desk.clock.now()}
        connection.execute(insert(papers).values(**row))
    return other


def test_written_items_of_a_later_paper_join_the_open_plan(room: Room) -> None:
    room.open(PLAIN, "ma")
    room.mark("ma")
    finals, count = room.finals(), len(room.items)
    other = later_paper(room)
    room.send(2, {room.written()[0]: "答案2", other: "另一卷的答案"})
    room.services.worklist.refresh(room.plan)
    items = room.services.plans.items(room.plan)
    assert [item.item_id for item in items if item.number > count] == [other]
    assert len({item.number for item in items}) == len(items)
    assert wanted(room)[("ATTEMPT0002", other)] == 1
    assert room.finals() == finals, "what was marked stays"
    room.services.worklist.refresh(room.plan)
    assert len(room.services.plans.items(room.plan)) == count + 1


def test_answers_that_came_before_their_paper_was_known_are_taken_in(room: Room) -> None:
    other = f"{room.written()[0]}-B"
    room.send(3, {other: "另一卷的答案"})
    room.open(PLAIN)
    assert ("ATTEMPT0003", other) not in wanted(room)
    assert later_paper(room) == other
    room.services.worklist.refresh(room.plan)
    assert ("ATTEMPT0003", other) in wanted(room)


@pytest.mark.parametrize("seconds", [(0, 0), (0, 20), (20, 20)])
def test_marks_without_a_time_say_nothing_about_a_pace(
    desk: Desk, seconds: tuple[int, int]
) -> None:
    room = many(desk, count=6)
    room.open(PLAIN, "ma", "mb")
    for name, each in zip(("ma", "mb"), seconds, strict=True):
        for _ in range(2):
            held = room.held(name)
            desk.clock.pass_time(30)
            room.give(name, held, seconds=each)
    found = room.services.progress.of(room.plan).markers
    assert {marker.username: marker.pace for marker in found} == {"ma": "", "mb": ""}
    assert [marker.seconds for marker in found] == [each or None for each in seconds]
    rows = room.services.tables.progress(room.plan)
    assert [row["seconds"] for row in rows] == [each or "" for each in seconds]


def test_a_marker_who_takes_longer_than_the_others_is_still_called_slow(desk: Desk) -> None:
    room = many(desk, count=9)
    room.open(PLAIN, "ma", "mb")
    for name, each in (("ma", 10), ("mb", 100)):
        held = room.held(name)
        desk.clock.pass_time(200)
        room.give(name, held, seconds=each)
    paces = {one.username: one.pace for one in room.services.progress.of(room.plan).markers}
    assert paces == {"ma": "fast", "mb": "slow"}
