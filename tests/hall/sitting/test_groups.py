"""One sitting with several rooms and papers: starts, pauses, time and ends of each group."""

from typing import Any

import pytest

from kiosk.exam.attempt.groups import Group
from kiosk.exam.attempt.states import EndReason
from kiosk.hall.errors import NotFound, RoomPaused, SittingState, TooLate
from kiosk.store.errors import StaleState
from kiosk.store.exam import attempts
from tests.centres import sat, seated
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room, open_room

ROOMS = (("1", "一号机房"), ("2", "二号机房"))
WHY = "fire alarm"
ROOM_1, ROOM_2 = Group(room="1"), Group(room="2")
SHORT = Group(paper="short")
PLACES = (("1", "long"), ("1", "short"), ("2", "long"), ("2", "short"))


def held(room: Room, **programme: dict[str, Any]) -> None:
    """Two papers in two rooms, unlocked; candidates 1 to 4 sit where ``PLACES`` says."""
    papers = (sat("long", 120), sat("short", 60, "trader", **programme))
    room.unlock(papers=papers, rooms=ROOMS, roster=seated(*PLACES))


@pytest.fixture
def four(room: Room) -> list[str]:
    """Four candidates who are ready."""
    held(room)
    return [room.ready(number) for number in (1, 2, 3, 4)]


def states(room: Room, found: list[str]) -> list[str]:
    return [room.hall.attempts.view(one).state for one in found]


def minutes(room: Room, found: list[str]) -> list[int]:
    return [round(room.left(one)) for one in found]


RUNS, WAITS, STOOD = "in_progress", "ready", "paused"


def test_each_paper_has_its_own_minutes(room: Room, four: list[str]) -> None:
    room.hall.starts.start(SITTING, BY)
    assert minutes(room, four) == [120, 60, 120, 60]
    room.clock.pass_time(61 * 60)
    room.hall.ends.sweep()
    assert states(room, four) == [RUNS, "ended", RUNS, "ended"]


def test_the_second_room_starts_later_and_has_all_its_time(room: Room, four: list[str]) -> None:
    room.hall.starts.start(SITTING, BY, ROOM_1)
    room.clock.pass_time(10 * 60)
    assert states(room, four) == [RUNS, RUNS, WAITS, WAITS]
    assert room.hall.closing.view(SITTING).not_started == 2
    room.hall.starts.start(SITTING, BY)
    assert minutes(room, four) == [110, 50, 120, 60]
    with pytest.raises(StaleState):
        room.hall.starts.start(SITTING, BY, ROOM_2)


def test_a_paper_may_start_first(room: Room, four: list[str]) -> None:
    room.hall.starts.start(SITTING, BY, SHORT)
    assert states(room, four) == [WAITS, RUNS, WAITS, RUNS]
    room.hall.starts.start(SITTING, BY, Group("2", "long"))
    assert states(room, four) == [WAITS, RUNS, RUNS, RUNS]


def test_only_groups_of_the_sitting_start(room: Room, four: list[str]) -> None:
    for group in (Group(room="3"), Group(paper="other")):
        with pytest.raises(NotFound):
            room.hall.starts.start(SITTING, BY, group)
    assert states(room, four) == [WAITS] * 4


def test_late_entry_counts_from_the_start_of_the_group(room: Room) -> None:
    held(room)
    room.ready(1)
    room.hall.starts.start(SITTING, BY, ROOM_1)
    room.clock.pass_time(40 * 60)
    with pytest.raises(TooLate):
        room.ready(2)
    room.hall.starts.start(SITTING, BY, ROOM_2)
    room.clock.pass_time(20 * 60)
    assert minutes(room, [room.ready(3), room.ready(4)]) == [100, 40]


def test_one_pause_stops_everybody(room: Room, four: list[str]) -> None:
    room.hall.starts.start(SITTING, BY)
    room.hall.group_pauses.pause(SITTING, WHY, BY)
    room.clock.pass_time(10 * 60)
    assert states(room, four) == [STOOD] * 4
    room.hall.group_pauses.resume(SITTING, "false alarm", BY)
    assert minutes(room, four) == [120, 60, 120, 60]


@pytest.mark.parametrize(
    ("group", "held_up"),
    [(ROOM_2, [0, 0, 5, 5]), (SHORT, [0, 5, 0, 5]), (Group("2", "short"), [0, 0, 0, 5])],
)
def test_a_pause_of_a_group_holds_up_nobody_else(
    room: Room, four: list[str], group: Group, held_up: list[int]
) -> None:
    room.hall.starts.start(SITTING, BY)
    room.hall.group_pauses.pause(SITTING, WHY, BY, group)
    room.clock.pass_time(5 * 60)
    assert states(room, four) == [STOOD if lost else RUNS for lost in held_up]
    room.hall.group_pauses.resume(SITTING, "over", BY, group)
    usual = [115, 55, 115, 55]
    assert minutes(room, four) == [a + b for a, b in zip(usual, held_up, strict=True)]
    event = event_log(room.hall, SITTING, 50)
    named = next(one.data for one in reversed(event) if one.kind == "room_paused")
    assert {key: named.get(key) for key in ("room", "paper")} == vars(group)


def test_a_room_that_was_paused_before_stays_paused_when_all_resume(
    room: Room, four: list[str]
) -> None:
    room.hall.starts.start(SITTING, BY)
    room.hall.group_pauses.pause(SITTING, "no power", BY, ROOM_2)
    room.clock.pass_time(5 * 60)
    room.hall.group_pauses.pause(SITTING, WHY, BY)
    room.clock.pass_time(5 * 60)
    room.hall.group_pauses.resume(SITTING, "false alarm", BY)
    assert states(room, four) == [RUNS, RUNS, STOOD, STOOD]
    with pytest.raises(RoomPaused):
        room.hall.pauses.resume(four[2], "she is back", BY)
    room.clock.pass_time(5 * 60)
    room.hall.group_pauses.resume(SITTING, "power is back", BY, ROOM_2)
    assert minutes(room, four) == [110, 50, 120, 60]  # room 2 lost fifteen minutes, once


def test_whoever_arrives_after_nested_pauses_has_the_same_end(room: Room) -> None:
    held(room)
    first = room.ready(3)
    room.hall.starts.start(SITTING, BY)
    room.hall.group_pauses.pause(SITTING, "no power", BY, ROOM_2)
    room.clock.pass_time(5 * 60)
    room.hall.group_pauses.pause(SITTING, WHY, BY)
    room.clock.pass_time(5 * 60)
    room.hall.group_pauses.resume(SITTING, "false alarm", BY)
    room.clock.pass_time(5 * 60)
    room.hall.group_pauses.resume(SITTING, "power is back", BY, ROOM_2)
    assert minutes(room, [first, room.ready(4), room.ready(1)]) == [120, 60, 110]


def test_a_group_pauses_only_once_and_only_after_its_start(room: Room, four: list[str]) -> None:
    room.hall.starts.start(SITTING, BY, ROOM_1)
    pauses = room.hall.group_pauses
    with pytest.raises(SittingState):
        pauses.pause(SITTING, WHY, BY, ROOM_2)
    pauses.pause(SITTING, WHY, BY, ROOM_1)
    with pytest.raises(SittingState):
        pauses.pause(SITTING, WHY, BY, ROOM_1)
    with pytest.raises(SittingState):
        pauses.resume(SITTING, WHY, BY)
    with pytest.raises(NotFound):
        pauses.pause(SITTING, WHY, BY, Group(room="3"))


def test_nobody_starts_in_a_pause(room: Room, four: list[str]) -> None:
    room.hall.starts.start(SITTING, BY, ROOM_1)
    room.hall.group_pauses.pause(SITTING, WHY, BY)
    with pytest.raises(RoomPaused):
        room.hall.starts.start(SITTING, BY, ROOM_2)
    assert states(room, four) == [STOOD, STOOD, WAITS, WAITS]
    room.hall.group_pauses.resume(SITTING, "over", BY)
    assert states(room, four) == [RUNS, RUNS, WAITS, WAITS]


def test_pauses_and_starts_outlive_the_server(room: Room, four: list[str]) -> None:
    room.hall.starts.start(SITTING, BY, ROOM_1)
    room.hall.group_pauses.pause(SITTING, WHY, BY, Group("1", "short"))
    room.clock.pass_time(60)
    room.hall.watch.keep()
    room.store.close()
    with again(room) as later:
        later.clock.pass_time(60)
        assert states(later, four) == [RUNS, STOOD, WAITS, WAITS]
        later.hall.starts.start(SITTING, BY, ROOM_2)
        later.hall.group_pauses.resume(SITTING, "over", BY, Group("1", "short"))
        assert minutes(later, four) == [118, 60, 120, 60]


def again(room: Room) -> Any:
    return open_room(room.site, room.clock)


def test_an_outage_gives_nothing_to_a_group_whose_clock_stood(room: Room, four: list[str]) -> None:
    room.hall.starts.start(SITTING, BY)
    room.hall.group_pauses.pause(SITTING, WHY, BY, ROOM_2)
    room.hall.watch.keep()
    room.store.close()
    room.clock.pass_time(300)
    with again(room) as later:
        assert minutes(later, four) == [120, 60, 120, 60]
        later.hall.group_pauses.resume(SITTING, "over", BY, ROOM_2)
        assert minutes(later, four) == [120, 60, 120, 60]


def test_each_paper_has_the_outage_rules_of_its_programme(room: Room) -> None:
    held(room, time={"server_outage": "staff", "repair_minutes": 5})
    found = [room.ready(number) for number in (1, 2)]
    room.hall.starts.start(SITTING, BY)
    room.hall.watch.keep()
    room.store.close()
    room.clock.pass_time(360)
    with again(room) as later:
        # The longest repair limit holds: six minutes do not stop the sitting.
        assert states(later, found) == [RUNS, STOOD]
        assert minutes(later, found) == [120, 54]  # about the short paper's six, staff decide
        (pause,) = later.hall.rooms.room(SITTING, later.hall.sync.view()).pauses
        assert (pause.room, pause.paper) == (None, "short")


def test_a_pause_that_lasts_too_long_ends_only_the_exams_of_its_group(
    room: Room, four: list[str]
) -> None:
    room.hall.starts.start(SITTING, BY)
    room.hall.group_pauses.pause(SITTING, "no power", BY, ROOM_2)
    room.clock.pass_time(46 * 60)
    assert room.hall.group_pauses.sweep() == 1
    assert states(room, four) == [RUNS, RUNS, "ended", "ended"]
    assert room.hall.attempts.view(four[2]).end_reason == EndReason.STOPPED
    assert room.hall.rooms.room(SITTING, room.hall.sync.view()).pauses == []
    assert room.hall.group_pauses.sweep() == 0
    room.hall.group_pauses.pause(SITTING, "no power", BY)
    room.clock.pass_time(46 * 60)
    room.hall.group_pauses.sweep()
    assert room.hall.sittings.list()[0].state == "stopped"


def test_time_is_given_to_a_group(room: Room, four: list[str]) -> None:
    room.hall.starts.start(SITTING, BY)
    room.hall.given_time.give_group(SITTING, 5, "noise", BY, ROOM_1)
    assert minutes(room, four) == [125, 65, 120, 60]
    with pytest.raises(NotFound):
        room.hall.given_time.give_group(SITTING, 5, "noise", BY, Group(room="3"))


def test_closing_knows_who_has_more_time_than_the_own_group(room: Room) -> None:
    people = [person.model_copy() for person in seated(*PLACES)]
    people[1] = people[1].model_copy(update={"extra_minutes": 15})
    papers = (sat("long", 120), sat("short", 60, "trader"))
    room.unlock(papers=papers, rooms=ROOMS, roster=tuple(people))
    found = [room.ready(number) for number in (1, 2, 3, 4)]
    room.hall.starts.start(SITTING, BY, ROOM_1)
    room.clock.pass_time(600)
    room.hall.starts.start(SITTING, BY, ROOM_2)
    room.hall.given_time.give_group(SITTING, 5, "noise", BY, ROOM_2)
    seen = room.hall.closing.view(SITTING)
    assert seen.not_started == 0
    assert [person.name for person in seen.extra_time] == ["考生2"]
    last = [attempts.get(room.store.read(), one) for one in found]
    assert seen.last_end == max(one.ends_at for one in last if one and one.ends_at)


def test_extra_time_by_hand_counts_from_before_the_beginning(room: Room) -> None:
    held(room)
    one = room.ready(1)
    room.hall.given_time.give(one, 30, "granted by headquarters on the telephone", BY)
    room.hall.starts.start(SITTING, BY)
    assert round(room.left(one)) == 150


def test_privacy_notices_of_all_programmes_are_shown(room: Room) -> None:
    held(room, privacy={"contact": "trader@example.org"})
    assert {notice.contact for notice in room.hall.sittings.privacy()} >= {"trader@example.org"}
    assert len(room.hall.sittings.privacy()) == 2


def test_the_shortest_period_of_each_kind_of_data_holds(room: Room) -> None:
    held(room, retention={"portraits": 10})
    found = [room.ready(number) for number in (1, 2, 3, 4)]
    room.hall.starts.start(SITTING, BY)
    assert found
    room.close()
    kept = {one.data: one.rules for one in room.hall.retention.kept()}
    rules = kept["portraits"]
    assert rules is not None
    assert rules.days.portraits == 10
    assert rules.days.event_log == 1095
