"""The end of the time while something is away: no answer of an honest page is late (B.7)."""

import pytest

from kiosk.exam.attempt.states import AttemptState, EndReason
from kiosk.exam.errors import AttemptEnded
from kiosk.hall.inputs import AnswerWrite
from tests.centres import Site
from tests.hall.attempt.test_time import item, restart, state
from tests.hall.conftest import Room

HOURS = 120 * 60
RUNNING = AttemptState.IN_PROGRESS
TIMED_OUT = (AttemptState.ENDED, EndReason.TIME_OUT)


def beat(room: Room, seconds: float) -> None:
    """The server's every-second jobs run for so long."""
    for _ in range(round(seconds)):
        room.clock.pass_time(1)
        room.hall.respite.beat()
        room.hall.ends.sweep()


@pytest.mark.parametrize("away", [5, 8, 14, 15, 60])
@pytest.mark.parametrize("left", [0.5, 4])
def test_no_answer_is_late_after_an_outage_over_the_end(
    room: Room, site: Site, away: float, left: float
) -> None:
    (one,) = room.begin()
    write = AnswerWrite(1, item(room, one), "A")
    room.clock.pass_time(HOURS - left)
    with restart(room, site, away=away) as again:
        assert again.hall.ends.sweep() == 0
        assert again.hall.attempts.time(one).remaining_s == pytest.approx(left)
        again.clock.pass_time(19)  # the longest that a page waits before it tries again
        assert again.hall.ends.sweep() == 0
        assert again.hall.attempts.save(one, [write]).acked_through == 1
        again.clock.pass_time(60)
        assert again.hall.ends.sweep() == 1
        assert state(again, one) == TIMED_OUT


def test_an_end_just_before_or_after_the_outage_leaves_time_to_come_back(
    room: Room, site: Site
) -> None:
    before, after = room.begin(2)
    write = AnswerWrite(1, item(room, before), "A")
    room.hall.given_time.give(after, 1, "terminal failed", "staff:chief")
    room.clock.pass_time(HOURS + 1)  # the first one's time is up, within the two seconds' grace
    with restart(room, site, away=7) as again:
        again.clock.pass_time(19)
        assert again.hall.ends.sweep() == 0
        assert again.hall.attempts.save(before, [write]).acked_through == 1
        assert again.hall.records.view(after).credits[-1].kind == "staff", "it lost no end"


def test_the_time_until_pages_are_served_is_given_back_too(room: Room, site: Site) -> None:
    (one,) = room.begin()
    room.clock.pass_time(60)
    with restart(room, site, away=20) as again:
        assert again.left(one) == 119
        again.clock.pass_time(30)
        again.hall.outages.served()
        assert again.left(one) == 119
        assert [round(credit.seconds) for credit in again.hall.records.view(one).credits] == [
            20,
            30,
        ]
        assert again.kinds().count("server_outage") == 1
        late = again.ready(2)
        assert again.left(late) == 119


def test_a_slow_start_makes_a_short_outage_a_long_one(room: Room, site: Site) -> None:
    (one,) = room.begin()
    with restart(room, site, away=10) as again:
        assert again.left(one) == 120 - 10 / 60
        again.clock.pass_time(10)
        again.hall.outages.served()
        assert again.left(one) == 120


def test_a_slow_start_over_the_end_is_credited_once(room: Room, site: Site) -> None:
    (one,) = room.begin()
    room.clock.pass_time(HOURS - 2)
    with restart(room, site, away=6) as again:
        again.clock.pass_time(6)
        again.hall.outages.served()
        assert again.hall.attempts.time(one).remaining_s == pytest.approx(2)
        again.clock.pass_time(6)
        again.hall.respite.served()
        again.hall.outages.served()
        assert again.hall.attempts.time(one).remaining_s == pytest.approx(2)


def test_a_machine_that_slept_over_the_end_times_nobody_out_at_once(room: Room) -> None:
    (one,) = room.begin()
    write = AnswerWrite(1, item(room, one), "A")
    room.clock.pass_time(HOURS - 3)
    room.hall.respite.beat()
    room.clock.pass_time(12)
    assert room.hall.ends.sweep() == 0, "the sweep may come before the beat"
    room.hall.respite.beat()
    room.clock.pass_time(4)
    assert room.hall.attempts.save(one, [write]).acked_through == 1
    beat(room, 31)
    assert state(room, one) == TIMED_OUT


def test_a_page_that_is_cut_off_over_the_end_is_waited_for(room: Room) -> None:
    (one,) = room.begin()
    write = AnswerWrite(1, item(room, one), "A")
    room.open_page(one)
    room.clock.pass_time(HOURS)
    beat(room, 12)
    assert state(room, one) == (RUNNING, None)
    assert room.hall.attempts.save(one, [write]).acked_through == 1
    beat(room, 20)
    assert state(room, one) == TIMED_OUT


def test_a_page_that_could_be_heard_gets_the_usual_two_seconds(room: Room) -> None:
    (one,) = room.begin()
    write = AnswerWrite(1, item(room, one), "A")
    page = room.open_page(one)
    room.clock.pass_time(HOURS - 4)
    room.hall.leases.require(one, page.lease)
    beat(room, 7)
    assert state(room, one) == TIMED_OUT
    with pytest.raises(AttemptEnded):
        room.hall.attempts.save(one, [write])


def test_nobody_is_waited_for_beyond_the_respite(room: Room, site: Site) -> None:
    (one,) = room.begin()
    room.clock.pass_time(HOURS - 1)
    with restart(room, site, away=6) as again:
        beat(again, 60)
        assert state(again, one) == TIMED_OUT
