"""Parts that are sat one after another, at a centre: what is open, until when, what is saved."""

import base64
from datetime import timedelta

import pytest

from kiosk.exam.attempt.states import AttemptState, EndReason
from kiosk.exam.errors import AttemptEnded, AttemptPaused
from kiosk.exam.papers.paper import Paper
from kiosk.exam.programme.programme import Programme
from kiosk.hall.errors import NotFound, PartClosed, PartsLeft, PartTooEarly
from kiosk.hall.inputs import AnswerWrite
from kiosk.hall.views.room import PartPlace
from sync.wire.delivery.bundle import open_bundle
from tests.centres import CENTRE, Site
from tests.exam.programmes import bank, drawn, in_parts
from tests.hall.attempt.test_end_of_time import beat
from tests.hall.attempt.test_late_answers import file_of
from tests.hall.attempt.test_time import restart, state
from tests.hall.conftest import BY, SITTING, Room

MINUTE = 60
CARRIED = ("carry_over = false", "carry_over = true")
UNTIMED = (("minutes = 40\n", ""), ("minutes = 60\n", ""))
WHY = "the fire alarm rang"


def paper(*changes: tuple[str, str]) -> tuple[Programme, Paper]:
    """The programme with two parts of 40 and 60 minutes, and a paper of it."""
    programme = in_parts(*changes)
    return programme, drawn(bank(programme), programme)


def begun(room: Room, *changes: tuple[str, str]) -> str:
    """A candidate at the start of the first part."""
    (attempt_id,) = room.begin(paper=paper(*changes), duration_minutes=100)
    return attempt_id


def shown(room: Room, attempt_id: str) -> tuple[list[str], list[int], float]:
    """The parts' states, the numbers of the items, and the minutes that are left."""
    view = room.hall.attempts.view(attempt_id)
    numbers = [item.number for item in view.items]
    return [part.state for part in view.parts], numbers, room.left(attempt_id)


def swept(room: Room, seconds: float) -> None:
    """So much time passes, and the server looks whose time is up."""
    room.clock.pass_time(seconds)
    room.hall.ends.sweep()


def first_item(room: Room, attempt_id: str) -> str:
    """An item of the open part."""
    return room.hall.attempts.view(attempt_id).items[0].id


THEORY = ["open", "later"], [1, 2, 3]
PRACTICE = ["over", "open"], [4, 5, 6, 7]


def test_one_part_is_open_and_only_its_questions_are_shown(room: Room) -> None:
    one = begun(room)
    assert shown(room, one) == (*THEORY, 40)
    room.clock.pass_time(10 * MINUTE)
    room.hall.parts.hand_in(one, "theory", time_up=False)
    assert shown(room, one) == (*PRACTICE, 60)
    assert room.hall.attempts.time(one).part == "practice"
    assert room.kinds().count("part_ended") == 1


def test_pictures_of_another_part_are_not_given_out(room: Room) -> None:
    programme, drawn_paper = paper()
    theory, practice = drawn_paper.sections[0].items[0], drawn_paper.sections[1].items[0]
    stems = {theory: "![t](theory.png)", practice: "![p](practice.png)"}
    items = tuple(
        item.model_copy(update={"stem": stems.get(item.id, item.stem)})
        for item in drawn_paper.items
    )
    illustrated = drawn_paper.model_copy(update={"items": items})
    picture = base64.b64encode(b"a picture").decode()
    pictures = {"theory.png": picture, "practice.png": picture, "other.png": picture}
    (one,) = room.begin(paper=(programme, illustrated), duration_minutes=100, pictures=pictures)
    assert room.hall.attempts.picture(one, "theory.png") == b"a picture"
    for name in ("practice.png", "other.png"):
        with pytest.raises(NotFound):
            room.hall.attempts.picture(one, name)


def test_unused_time_is_carried_over_where_the_programme_says_so(room: Room) -> None:
    one = begun(room, CARRIED)
    room.clock.pass_time(10 * MINUTE)
    room.hall.parts.hand_in(one, "theory", time_up=False)
    assert shown(room, one) == (*PRACTICE, 90)


def test_without_minutes_of_their_own_parts_share_one_clock(room: Room) -> None:
    one = begun(room, *UNTIMED)
    room.clock.pass_time(10 * MINUTE)
    assert shown(room, one) == (*THEORY, 90)
    room.hall.parts.hand_in(one, "theory", time_up=False)
    assert shown(room, one) == (*PRACTICE, 90)
    swept(room, 91 * MINUTE)
    assert state(room, one) == (AttemptState.ENDED, EndReason.TIME_OUT)


def test_the_next_part_begins_when_the_time_of_one_is_up(room: Room) -> None:
    one = begun(room)
    swept(room, 40 * MINUTE + 3)
    assert shown(room, one) == (*PRACTICE, 60 - 3 / 60)
    swept(room, 60 * MINUTE)
    assert state(room, one) == (AttemptState.ENDED, EndReason.TIME_OUT)


def test_a_page_whose_clock_is_at_zero_moves_on_at_once(room: Room) -> None:
    one = begun(room)
    room.clock.pass_time(39 * MINUTE)
    room.hall.parts.hand_in(one, "theory", time_up=True)
    assert shown(room, one) == (*THEORY, 1), "its clock was wrong"
    room.clock.pass_time(MINUTE)
    room.hall.parts.hand_in(one, "theory", time_up=True)
    assert shown(room, one) == (*PRACTICE, 60)
    room.hall.parts.hand_in(one, "practice", time_up=True)
    assert shown(room, one) == (*PRACTICE, 60)


def test_handing_in_a_part_twice_closes_it_once(room: Room) -> None:
    one = begun(room)
    room.clock.pass_time(10 * MINUTE)
    for _ in range(2):
        room.hall.parts.hand_in(one, "theory", time_up=False)
    assert shown(room, one) == (*PRACTICE, 60)


def test_parts_are_handed_in_one_after_another_and_the_last_with_the_exam(room: Room) -> None:
    one = begun(room)
    room.clock.pass_time(10 * MINUTE)
    with pytest.raises(PartClosed):
        room.hall.parts.hand_in(one, "practice", time_up=False)
    with pytest.raises(NotFound):
        room.hall.parts.hand_in(one, "essay", time_up=False)
    with pytest.raises(PartsLeft):
        room.hall.ends.hand_in(one)
    room.hall.parts.hand_in(one, "theory", time_up=False)
    with pytest.raises(PartsLeft):
        room.hall.parts.hand_in(one, "practice", time_up=False)
    assert room.hall.ends.hand_in(one).end_reason == EndReason.HANDED_IN


def test_a_part_has_a_minimum_before_it_may_be_handed_in(room: Room) -> None:
    late = ("minutes = 60\n", "minutes = 60\nearliest_hand_in_minutes = 20\n")
    one = begun(room, late)
    room.clock.pass_time(3 * MINUTE)
    with pytest.raises(PartTooEarly) as caught:
        room.hall.parts.hand_in(one, "theory", time_up=False)
    assert caught.value.params == {"minutes": 2}
    room.clock.pass_time(2 * MINUTE)
    room.hall.parts.hand_in(one, "theory", time_up=False)
    room.clock.pass_time(19 * MINUTE)
    with pytest.raises(PartTooEarly):
        room.hall.ends.hand_in(one)
    room.clock.pass_time(MINUTE)
    room.hall.ends.hand_in(one)


def test_answers_to_a_closed_part_are_refused_and_those_saved_stay(room: Room) -> None:
    one = begun(room)
    item = first_item(room, one)
    saved = AnswerWrite(1, item, "A")
    room.hall.attempts.save(one, [saved])
    room.clock.pass_time(10 * MINUTE)
    room.hall.parts.hand_in(one, "theory", time_up=False)
    with pytest.raises(PartClosed):
        room.hall.attempts.save(one, [AnswerWrite(2, item, "B")])
    own = AnswerWrite(2, first_item(room, one), "true")
    assert room.hall.attempts.save(one, [saved, own]).acked_through == 2, "a replay is no change"
    assert room.hall.attempts.view(one).answers[item] == "A"
    assert "answer_refused" in room.kinds()


def test_answers_to_a_part_that_has_not_begun_are_refused(room: Room) -> None:
    one = begun(room)
    _, items = paper()
    with pytest.raises(PartClosed):
        room.hall.attempts.save(one, [AnswerWrite(1, items.sections[1].items[0], "true")])


def test_an_answer_on_its_way_when_the_time_ran_out_is_saved(room: Room) -> None:
    one = begun(room)
    item = first_item(room, one)
    swept(room, 40 * MINUTE + 1)
    assert room.hall.attempts.save(one, [AnswerWrite(1, item, "A")]).acked_through == 1
    room.clock.pass_time(2)
    with pytest.raises(PartClosed):
        room.hall.attempts.save(one, [AnswerWrite(2, item, "B")])


def test_a_page_that_is_cut_off_over_the_end_of_a_part_is_waited_for(room: Room) -> None:
    one = begun(room)
    item = first_item(room, one)
    room.open_page(one)
    room.clock.pass_time(40 * MINUTE)
    beat(room, 12)
    assert room.hall.attempts.save(one, [AnswerWrite(1, item, "A")]).acked_through == 1
    beat(room, 20)
    assert shown(room, one)[:2] == PRACTICE


def test_answers_that_come_after_the_part_wait_for_staff(room: Room) -> None:
    one = begun(room)
    item, page = first_item(room, one), room.open_page(one)
    room.clock.pass_time(10 * MINUTE)
    room.hall.parts.hand_in(one, "theory", time_up=False)
    own = AnswerWrite(1, first_item(room, one), "true")
    room.hall.attempts.save(one, [own])
    file = file_of(room, one, [{"seq": 1, "item": item, "value": "B"}], lease=page.lease)
    room.hall.late_answers.receive(file, "terminal", "candidate", one)
    (late,) = room.hall.late_answers.of_attempt(one)
    assert (late.answers, late.items) == (1, [1])
    room.hall.late_answers.decide(late.id, True, "the cable was out", BY)
    assert room.hall.attempts.view(one).answers == {item: "B", own.item: "true"}
    assert shown(room, one) == (*PRACTICE, 60)


def test_a_pause_lengthens_the_part_in_which_it_was_and_nothing_moves_on_in_it(room: Room) -> None:
    one = begun(room)
    room.clock.pass_time(39 * MINUTE)
    room.hall.group_pauses.pause(SITTING, WHY, BY)
    swept(room, 20 * MINUTE)
    with pytest.raises(AttemptPaused):
        room.hall.parts.hand_in(one, "theory", time_up=True)
    assert room.left(one) == 1
    room.hall.group_pauses.resume(SITTING, "over", BY)
    assert shown(room, one) == (*THEORY, 1)
    swept(room, MINUTE + 3)
    assert shown(room, one) == (*PRACTICE, 60 - 3 / 60)


def test_minutes_of_staff_count_for_the_open_part(room: Room) -> None:
    one = begun(room)
    room.hall.given_time.give(one, 5, WHY, BY)
    room.clock.pass_time(10 * MINUTE)
    room.hall.parts.hand_in(one, "theory", time_up=False)
    room.hall.given_time.give_group(SITTING, 5, WHY, BY)
    assert room.left(one) == 65
    room.hall.given_time.give(one, -10, "given by mistake", BY)
    assert room.left(one) == 55


def test_a_restart_keeps_the_open_part_and_gives_its_time_back(room: Room, site: Site) -> None:
    one = begun(room)
    room.clock.pass_time(10 * MINUTE)
    room.hall.parts.hand_in(one, "theory", time_up=False)
    room.clock.pass_time(59 * MINUTE)
    with restart(room, site, away=5 * MINUTE) as again:
        assert shown(again, one)[:2] == PRACTICE
        assert again.left(one) == pytest.approx(1)


@pytest.mark.parametrize("away", [8, 300])
def test_no_part_runs_out_while_the_server_is_down(room: Room, site: Site, away: float) -> None:
    one = begun(room)
    item = first_item(room, one)
    room.clock.pass_time(40 * MINUTE - 4)
    with restart(room, site, away=away) as again:
        again.hall.ends.sweep()
        assert again.hall.attempts.time(one).remaining_s == pytest.approx(4)
        assert again.hall.attempts.save(one, [AnswerWrite(1, item, "A")]).acked_through == 1
        again.clock.pass_time(60)
        again.hall.ends.sweep()
        assert shown(again, one)[:2] == PRACTICE


def test_who_comes_late_has_the_rest_of_the_first_part(room: Room) -> None:
    begun(room)
    room.clock.pass_time(25 * MINUTE)
    assert shown(room, room.ready(2)) == (*THEORY, 15)


def test_staff_see_the_part_and_its_time(room: Room) -> None:
    one = begun(room)
    room.clock.pass_time(10 * MINUTE)
    for number, name, minutes in ((1, "Theory", 30), (2, "Practice", 60)):
        row = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows[0]
        assert row.part == PartPlace(number, 2, row.part.name if row.part else {})
        assert (row.part.name["en"], row.remaining_s) == (name, minutes * MINUTE)
        room.hall.parts.hand_in(one, "theory", time_up=False)


def test_the_closing_page_says_when_the_last_part_could_end(room: Room) -> None:
    one = begun(room)
    started = room.hall.attempts.view(one).server_time
    assert room.hall.closing.view(SITTING).last_end == started + timedelta(minutes=100)
    room.clock.pass_time(10 * MINUTE)
    room.hall.parts.hand_in(one, "theory", time_up=False)
    assert room.hall.closing.view(SITTING).last_end == started + timedelta(minutes=70)


def test_the_result_has_the_times_of_the_parts(room: Room) -> None:
    one = begun(room)
    room.clock.pass_time(10 * MINUTE)
    room.hall.parts.hand_in(one, "theory", time_up=False)
    room.clock.pass_time(20 * MINUTE)
    room.hall.ends.hand_in(one)
    room.hall.results.sweep()
    (file,) = (room.site.data / "outbox").iterdir()
    bundle, _ = open_bundle(file.read_bytes(), room.site.hq, room.site.centre.public, CENTRE)
    spans = [
        (part.part, (part.ended_at - part.started_at).total_seconds() / MINUTE, part.end_reason)
        for part in bundle.timing.parts
    ]
    assert spans == [("theory", 10, "handed_in"), ("practice", 20, "handed_in")]


def test_after_the_end_no_part_is_open(room: Room) -> None:
    one = begun(room)
    item = first_item(room, one)
    room.hall.ends.end_by_staff(one, "cheated", BY)
    with pytest.raises(AttemptEnded):
        room.hall.parts.hand_in(one, "theory", time_up=False)
    with pytest.raises(AttemptEnded):
        room.hall.attempts.save(one, [AnswerWrite(1, item, "A")])
