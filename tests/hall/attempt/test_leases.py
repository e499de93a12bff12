"""One page holds an attempt: reloads go on, second windows and terminals need staff."""

import pytest

from kiosk.exam.errors import AttemptEnded, AttemptNotStarted
from kiosk.hall.errors import AttemptElsewhere, BadRequest, LeaseHeld, LeaseLost, ReasonMissing
from kiosk.hall.inputs import AnswerWrite
from tests.centres import Site
from tests.hall.conftest import BY, Room, open_room

NUMBERS = ("2026T0001", "99000119900101001X")


def test_a_reload_goes_on_and_the_page_before_it_stops(room: Room) -> None:
    (one,) = room.begin()
    first = room.open_page(one)
    again = room.open_page(one, first.lease, first.lease)
    assert again.continues
    room.hall.leases.require(one, again.lease)
    with pytest.raises(LeaseLost):
        room.hall.leases.require(one, first.lease)


def test_asking_again_under_the_same_token_gives_the_same_answer(room: Room) -> None:
    (one,) = room.begin()
    first = room.open_page(one)
    token = "the page's own token, as its browser drew it"
    for _ in range(2):  # the first reply got lost
        assert room.hall.leases.acquire(one, token, [first.lease], first.lease).continues
    assert room.kinds().count("page_opened") == 1  # reloads are noted once a minute
    room.hall.leases.require(one, token)


def test_a_page_whose_reply_got_lost_before_a_reload_is_known_too(room: Room) -> None:
    (one,) = room.begin()
    first = room.open_page(one)
    lost = room.open_page(one, first.lease)
    again = room.hall.leases.acquire(one, "x" * 40, [lost.lease, first.lease], first.lease)
    assert again.continues


@pytest.mark.parametrize("token", [None, "", "guessed"])
def test_nobody_writes_without_the_pages_token(room: Room, token: str | None) -> None:
    (one,) = room.begin()
    with pytest.raises(LeaseLost):
        room.hall.leases.require(one, token)
    room.open_page(one)
    with pytest.raises(LeaseLost):
        room.hall.leases.require(one, token)


def test_a_second_window_is_refused_while_the_first_lives_and_staff_hear_of_it(
    room: Room,
) -> None:
    (one,) = room.begin()
    first = room.open_page(one)
    for _ in range(3):
        room.clock.pass_time(5)
        room.hall.leases.require(one, first.lease)
        with pytest.raises(LeaseHeld):
            room.open_page(one)
    assert room.kinds().count("second_window") == 1
    assert room.hall.leases.wanted(one)


def test_staff_let_the_second_window_take_over(room: Room) -> None:
    (one,) = room.begin()
    first = room.open_page(one)
    with pytest.raises(ReasonMissing):
        room.hall.leases.release(one, "", BY)
    room.hall.leases.release(one, "the first window hangs", BY)
    with pytest.raises(LeaseLost):
        room.hall.leases.require(one, first.lease)
    second = room.open_page(one)
    room.hall.leases.require(one, second.lease)


def test_after_a_crash_the_new_page_waits_until_the_old_one_has_been_silent(room: Room) -> None:
    (one,) = room.begin()
    room.open_page(one)
    room.clock.pass_time(14)
    with pytest.raises(LeaseHeld):
        room.open_page(one)
    room.clock.pass_time(1)
    room.open_page(one)


def test_a_page_goes_on_over_a_restart_of_the_server(room: Room, site: Site) -> None:
    (one,) = room.begin()
    first = room.open_page(one)
    room.store.close()
    with open_room(site, room.clock) as again:
        again.hall.leases.require(one, first.lease)
        with pytest.raises(LeaseHeld):
            again.open_page(one)


def test_moving_to_another_terminal_keeps_everything(room: Room) -> None:
    (one,) = room.begin()
    first = room.open_page(one)
    chosen = room.hall.attempts.view(one).items[0]
    room.hall.attempts.save(one, [AnswerWrite(1, chosen.id, chosen.options[0].id)])
    before = room.hall.attempts.view(one)
    with pytest.raises(AttemptElsewhere):
        room.hall.checkin.sign_in(room.terminal(), *NUMBERS, False, "127.0.0.1")
    room.hall.checkin.release_terminal(one, "machine failed", BY)
    room.hall.checkin.sign_in(room.terminal(), *NUMBERS, False, "127.0.0.1")
    moved = room.open_page(one)
    after = room.hall.attempts.view(one)
    assert (after.answers, after.items, after.ends_at) == (
        before.answers,
        before.items,
        before.ends_at,
    )
    assert not moved.continues
    with pytest.raises(LeaseLost):
        room.hall.leases.require(one, first.lease)


def test_a_answer_buffer_from_before_another_terminal_went_on_is_old(room: Room) -> None:
    (one,) = room.begin()
    old = room.open_page(one)
    room.hall.leases.release(one, "moved", BY)
    there = room.open_page(one)
    room.hall.leases.release(one, "moved back", BY)
    assert not room.open_page(one, None, old.lease).continues
    room.hall.leases.release(one, "again", BY)
    newest = room.open_page(one, None, there.lease)
    assert not newest.continues


def test_only_an_exam_that_is_being_sat_can_be_held(room: Room) -> None:
    room.unlock()
    one = room.ready()
    with pytest.raises(AttemptNotStarted):
        room.open_page(one)
    room.hall.starts.start("S1", BY)
    room.hall.ends.hand_in(one)
    with pytest.raises(AttemptEnded):
        room.open_page(one)


def test_time_that_one_terminal_lost_waits_for_staff(room: Room) -> None:
    (one,) = room.begin()
    room.open_page(one)
    room.clock.pass_time(200)
    room.open_page(one)
    assert room.hall.records.view(one).credits == []
    room.hall.outages.settle(one, True, "the terminal failed", BY)
    (credit,) = room.hall.records.view(one).credits
    assert (credit.kind, credit.seconds) == ("outage", 200)


def test_by_policy_the_one_gets_its_time_at_once(room: Room) -> None:
    (one, other) = room.begin(2, rules={"time": {"terminal_outage": "one"}})
    room.open_page(one)
    room.clock.pass_time(200)
    room.open_page(one)
    assert room.left(one) == 120
    assert round(room.left(other) * 60) == 7000


def test_a_page_that_went_on_by_itself_has_lost_nothing(room: Room) -> None:
    (one,) = room.begin(rules={"time": {"terminal_outage": "one"}})
    page = room.open_page(one)
    room.clock.pass_time(600)
    room.hall.leases.require(one, page.lease)
    room.open_page(one, page.lease, page.lease)
    assert room.hall.records.view(one).credits == []


def test_who_comes_back_is_looked_at_where_the_programme_says_so(room: Room) -> None:
    (one,) = room.begin(rules={"check_in": {"on_return": "staff"}})
    first = room.open_page(one)
    room.clock.pass_time(2)
    again = room.open_page(one, first.lease)  # a reload is no return
    assert room.hall.attempts.view(one).state == "in_progress"
    room.clock.pass_time(120)
    room.open_page(one, again.lease)
    view = room.hall.attempts.view(one)
    assert (view.state, view.pause_reason) == ("paused", "returned")
    room.hall.pauses.resume(one, "the same person", BY)
    assert room.hall.attempts.view(one).state == "in_progress"


def test_who_comes_back_goes_on_at_once_otherwise(room: Room) -> None:
    (one,) = room.begin()
    first = room.open_page(one)
    room.clock.pass_time(120)
    assert room.open_page(one, first.lease).continues
    assert room.hall.attempts.view(one).state == "in_progress"


def test_place_and_flags_belong_to_the_attempt(room: Room, site: Site) -> None:
    (one,) = room.begin()
    items = [item.id for item in room.hall.attempts.view(one).items]
    room.hall.attempts.keep_place(one, items[2], [items[3], items[1], items[1]])
    for wrong in ((items[0], ["no such item"]), ("no such item", [])):
        with pytest.raises(BadRequest):
            room.hall.attempts.keep_place(one, *wrong)
    room.store.close()
    with open_room(site, room.clock) as again:
        view = again.hall.attempts.view(one)
        assert (view.current, view.flags) == (items[2], sorted([items[1], items[3]]))
        again.hall.ends.hand_in(one)
        with pytest.raises(AttemptEnded):
            again.hall.attempts.keep_place(one, items[0], [])
