"""A candidate's time: credits with reasons, pauses, outages, late entry, earliest hand-in."""

from datetime import timedelta
from typing import Any

import pytest

from kiosk.exam.attempt.states import AttemptState, EndReason, PauseReason
from kiosk.exam.errors import AttemptEnded, AttemptNotStarted, AttemptPaused, IllegalTransition
from kiosk.hall.attempt.group_pauses import CLOCK_UNSURE
from kiosk.hall.errors import (
    HandInTooEarly,
    ReasonMissing,
    RoomPaused,
    SittingState,
    TooLate,
)
from kiosk.hall.inputs import AnswerWrite, ConductSignal
from tests.centres import ManualClock, Site, candidates
from tests.hall.conftest import BY, SITTING, Room, open_room

WHY = "the fire alarm rang"
NUMBERS = ("2026T0001", "99000119900101001X")


def item(room: Room, attempt_id: str) -> str:
    """A single-choice item of the paper."""
    items = room.hall.attempts.view(attempt_id).items
    return next(one.id for one in items if one.type == "single_choice")


def state(room: Room, attempt_id: str) -> tuple[str, str | None]:
    """Where an attempt stands, and why it is paused or ended."""
    view = room.hall.attempts.view(attempt_id)
    return view.state, view.pause_reason or view.end_reason


# --- pauses


def test_a_pause_stops_the_clock_and_gives_the_time_back(room: Room) -> None:
    (one,) = room.begin()
    room.clock.pass_time(600)
    room.hall.pauses.pause(one, WHY, BY)
    room.clock.pass_time(300)
    assert room.left(one) == 110
    room.hall.pauses.resume(one, "back", BY)
    assert room.left(one) == 110
    (credit,) = room.hall.records.view(one).credits
    assert (credit.kind, credit.seconds, credit.by) == ("pause", 300, BY)
    assert {"attempt_paused", "attempt_resumed", "time_credited"} <= set(room.kinds())


def test_while_paused_the_paper_is_shut_and_nothing_is_taken(room: Room) -> None:
    (one,) = room.begin()
    write = AnswerWrite(1, item(room, one), "A")
    room.hall.pauses.pause(one, WHY, BY)
    assert room.hall.attempts.view(one).items == []
    room.hall.attempts.save(one, [write])  # it was on its way when the pause began
    room.clock.pass_time(3)
    with pytest.raises(AttemptPaused):
        room.hall.attempts.save(one, [AnswerWrite(2, write.item, "B")])
    with pytest.raises(AttemptPaused):
        room.hall.ends.hand_in(one)
    with pytest.raises(AttemptPaused):
        room.hall.page_leaves.conduct(one, [ConductSignal("left")])
    with pytest.raises(AttemptPaused):
        room.hall.attempts.picture(one, "x.png")
    room.hall.pauses.resume(one, "back", BY)
    assert room.hall.attempts.save(one, [AnswerWrite(2, write.item, "B")]).acked_through == 2


def test_nobodys_time_runs_out_while_paused(room: Room) -> None:
    (one,) = room.begin()
    room.clock.pass_time(119 * 60)
    room.hall.pauses.pause(one, WHY, BY)
    room.clock.pass_time(3600)
    assert room.hall.ends.sweep() == 0
    room.hall.pauses.resume(one, "back", BY)
    assert room.left(one) == 1


def test_a_room_pause_is_everybodys_but_not_twice_for_who_was_paused_alone(room: Room) -> None:
    one, other = room.begin(2)
    room.hall.pauses.pause(other, "unwell", BY)
    room.clock.pass_time(60)
    room.hall.group_pauses.pause(SITTING, WHY, BY)
    room.clock.pass_time(600)
    with pytest.raises(RoomPaused):
        room.hall.pauses.resume(other, "better", BY)
    room.hall.group_pauses.resume(SITTING, "quiet again", BY)
    assert state(room, one) == (AttemptState.IN_PROGRESS, None)
    assert state(room, other) == (AttemptState.PAUSED, PauseReason.STAFF)
    room.hall.pauses.resume(other, "better", BY)
    assert room.left(one) == 119
    assert room.left(other) == 120


def test_who_becomes_ready_during_a_room_pause_begins_after_it_with_the_rooms_time(
    room: Room,
) -> None:
    (one,) = room.begin()
    room.clock.pass_time(300)
    room.hall.group_pauses.pause(SITTING, WHY, BY)
    late = room.ready(2)
    assert state(room, late) == (AttemptState.READY, None)
    room.clock.pass_time(600)
    room.hall.group_pauses.resume(SITTING, "quiet again", BY)
    assert room.left(one) == room.left(late) == 115


def test_after_the_repair_limit_the_sitting_is_stopped_with_everything_kept(room: Room) -> None:
    (one,) = room.begin()
    chosen = item(room, one)
    room.hall.attempts.save(one, [AnswerWrite(1, chosen, "A")])
    room.hall.group_pauses.pause(SITTING, WHY, BY)
    room.clock.pass_time(45 * 60 - 1)
    assert room.hall.group_pauses.sweep() == 0
    room.clock.pass_time(1)
    assert (room.hall.group_pauses.sweep(), room.hall.group_pauses.sweep()) == (1, 0)
    assert state(room, one) == (AttemptState.ENDED, EndReason.STOPPED)
    assert room.hall.rooms.room(SITTING, room.hall.sync.view()).sitting.state == "stopped"
    receipt = room.hall.attempts.view(one).receipt
    assert receipt is not None
    assert receipt.answered == 1
    assert room.hall.results.sweep() == 3  # two more did not come
    with pytest.raises(SittingState):
        room.hall.group_pauses.resume(SITTING, "too late", BY)


@pytest.mark.parametrize("act", ["pause", "resume", "reopen"])
def test_every_act_on_a_candidate_needs_a_reason(room: Room, act: str) -> None:
    (one,) = room.begin()
    with pytest.raises(ReasonMissing):
        getattr(room.hall.pauses, act)(one, " ", BY)


def test_what_is_not_paused_cannot_be_resumed_and_who_has_not_begun_not_paused(room: Room) -> None:
    (one,) = room.begin()
    with pytest.raises(IllegalTransition):
        room.hall.pauses.resume(one, WHY, BY)
    with pytest.raises(SittingState):
        room.hall.group_pauses.resume(SITTING, WHY, BY)
    terminal = room.terminal()
    session = room.hall.checkin.sign_in(
        terminal, "2026T0002", "99000119900101002X", False, "127.0.0.1"
    )
    with pytest.raises(AttemptNotStarted):
        room.hall.pauses.pause(session.attempt_id, WHY, BY)


# --- an end taken back


def test_staff_may_take_back_their_own_end_and_the_rules(room: Room) -> None:
    (one,) = room.begin()
    room.clock.pass_time(600)
    room.hall.ends.end_by_staff(one, "mistake", BY)
    room.clock.pass_time(120)
    assert room.hall.results.sweep() == 1
    room.hall.pauses.reopen(one, "pressed the wrong seat", BY)
    assert state(room, one) == (AttemptState.PAUSED, PauseReason.REOPENED)
    room.hall.pauses.resume(one, "goes on", BY)
    assert room.left(one) == 110
    room.hall.ends.hand_in(one)
    assert room.hall.results.sweep() == 1
    assert {"attempt_reopened"} <= set(room.kinds())


def test_the_candidates_own_word_is_final(room: Room) -> None:
    (one,) = room.begin()
    room.hall.ends.hand_in(one)
    with pytest.raises(AttemptEnded):
        room.hall.pauses.reopen(one, WHY, BY)


def test_a_voided_attempt_gets_a_further_bundle_and_stays_voided(room: Room) -> None:
    (one,) = room.begin()
    with pytest.raises(IllegalTransition):
        room.hall.ends.void(one, "impersonation", BY)
    room.hall.ends.hand_in(one)
    assert room.hall.results.sweep() == 1
    room.hall.ends.void(one, "impersonation", BY)
    assert (room.hall.results.sweep(), room.hall.results.sweep()) == (1, 0)
    assert state(room, one)[0] == AttemptState.VOIDED
    with pytest.raises(AttemptEnded):
        room.hall.pauses.reopen(one, WHY, BY)


# --- given time


def test_staff_give_time_and_take_it_back(room: Room) -> None:
    one, other = room.begin(2)
    room.hall.given_time.give(one, 10, "terminal failed", BY)
    room.hall.given_time.give(one, -4, "six were enough", BY)
    room.hall.given_time.give_group(SITTING, 5, "late start", BY)
    assert (room.left(one), room.left(other)) == (131, 125)
    kinds = [(credit.kind, credit.seconds) for credit in room.hall.records.view(one).credits]
    assert kinds == [("staff", 600), ("staff", -240), ("staff", 300)]
    late = room.ready(3)
    assert room.left(late) == 125


def test_time_taken_back_to_nothing_ends_by_the_clock(room: Room) -> None:
    (one,) = room.begin()
    room.clock.pass_time(60)
    room.hall.given_time.give(one, -120, "wrong sitting", BY)
    assert room.left(one) == 0
    room.clock.pass_time(3)
    assert room.hall.ends.sweep() == 1


# --- outages of the server


def restart(room: Room, site: Site, *, away: float, reboot: bool = False, jump: float = 0) -> Any:
    """The server ends, is away for so many seconds, and comes back; ``jump``: the clock was set."""
    room.hall.watch.keep()
    room.store.close()
    room.clock.pass_time(away)
    room.clock.wall += timedelta(seconds=jump)
    if reboot:
        room.clock.seconds, room.clock.boot_id = 7.0, "boot-2"
    return open_room(site, room.clock)


def test_time_lost_with_the_server_is_credited_to_the_room(room: Room, site: Site) -> None:
    one, other = room.begin(2)
    room.hall.pauses.pause(other, "unwell", BY)
    room.clock.pass_time(60)
    with restart(room, site, away=240) as again:
        assert again.left(one) == 119
        assert "server_outage" in again.kinds()
        again.hall.pauses.resume(other, "better", BY)
        assert again.left(other) == 120


def test_a_short_restart_costs_and_gives_nothing(room: Room, site: Site) -> None:
    (one,) = room.begin()
    with restart(room, site, away=14) as again:
        assert again.hall.records.view(one).credits == []


def test_by_policy_staff_decide_about_the_lost_time(room: Room, site: Site) -> None:
    one, other = room.begin(2, rules={"time": {"server_outage": "staff"}})
    with restart(room, site, away=300) as again:
        assert again.left(one) == 115
        assert state(again, one) == (AttemptState.PAUSED, PauseReason.ROOM)
        rows = again.hall.rooms.room(SITTING, again.hall.sync.view()).rows
        assert {row.outage_s for row in rows if row.attempt_id in (one, other)} == {300}
        again.hall.outages.settle(one, True, "power cut", BY)
        again.hall.outages.settle(other, False, "went on working", BY)
        again.hall.group_pauses.resume(SITTING, "decided", BY)
        assert (again.left(one), again.left(other)) == (120, 115)
        assert "outage_not_credited" in again.kinds()


def test_a_server_that_dies_again_at_once_credits_nothing_twice(room: Room, site: Site) -> None:
    (one,) = room.begin()
    with restart(room, site, away=240) as again:
        assert again.left(one) == 120
    with open_room(site, room.clock) as third:
        assert third.left(one) == 120
        assert len(third.hall.records.view(one).credits) == 1


def test_by_policy_of_staff_nobodys_time_is_up_before_they_decide(room: Room, site: Site) -> None:
    (one,) = room.begin(rules={"time": {"server_outage": "staff"}})
    room.clock.pass_time(119 * 60)
    with restart(room, site, away=600) as again:
        assert again.hall.ends.sweep() == 0
        again.hall.outages.settle(one, True, "power cut", BY)
        again.hall.group_pauses.resume(SITTING, "decided", BY)
        assert again.left(one) == 1


def test_a_server_away_beyond_the_repair_limit_stops_the_sitting(room: Room, site: Site) -> None:
    (one,) = room.begin()
    with restart(room, site, away=46 * 60) as again:
        assert state(again, one) == (AttemptState.ENDED, EndReason.STOPPED)


@pytest.mark.parametrize("jump", [3 * 3600, 0])
def test_across_a_reboot_only_people_know_how_long_it_was(
    room: Room, site: Site, jump: float
) -> None:
    (one,) = room.begin()
    away = 120 if jump else 46 * 60
    with restart(room, site, away=away, reboot=True, jump=jump) as again:
        assert state(again, one) == (AttemptState.PAUSED, PauseReason.ROOM)
        view = again.hall.rooms.room(SITTING, again.hall.sync.view())
        assert [pause.reason for pause in view.pauses] == [CLOCK_UNSURE]
        again.clock.pass_time(3600)
        assert again.hall.group_pauses.sweep() == 0
        again.hall.group_pauses.resume(SITTING, "two minutes by the wall clock", BY)
        assert again.left(one) == 120


def test_a_clock_set_back_across_a_reboot_takes_nothing_from_anybody(
    room: Room, site: Site
) -> None:
    (one,) = room.begin()
    room.clock.pass_time(600)
    with restart(room, site, away=60, reboot=True, jump=-3 * 3600) as again:
        assert again.left(one) == 110
        again.hall.watch.keep()
        again.clock.pass_time(60)
        assert again.left(one) == 109


def test_a_room_pause_goes_on_over_a_restart(room: Room, site: Site) -> None:
    (one,) = room.begin()
    room.hall.group_pauses.pause(SITTING, WHY, BY)
    with restart(room, site, away=300) as again:
        again.clock.pass_time(60)
        again.hall.group_pauses.resume(SITTING, "over", BY)
        assert again.left(one) == 120


# --- late entry, earliest hand-in


def test_the_entry_closes_and_only_staff_open_it(room: Room) -> None:
    room.begin(0)
    room.clock.pass_time(30 * 60)
    terminal = room.terminal()
    with pytest.raises(TooLate):
        room.hall.checkin.sign_in(terminal, *NUMBERS, False, "127.0.0.1")
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    attempt_id = rows[0].attempt_id
    room.hall.checkin.admit_late(attempt_id, "held up by us", BY)
    room.hall.checkin.sign_in(terminal, *NUMBERS, False, "127.0.0.1")
    assert "admitted_late" in room.kinds()


def test_who_came_in_time_may_sign_in_again_later(room: Room) -> None:
    (one,) = room.begin()
    room.clock.pass_time(3600)
    room.hall.checkin.release_terminal(one, "machine failed", BY)
    session = room.hall.checkin.sign_in(room.terminal(), *NUMBERS, False, "127.0.0.1")
    assert session.attempt_id == one


def test_a_room_pause_does_not_close_the_entry(room: Room) -> None:
    room.begin(0)
    room.clock.pass_time(20 * 60)
    room.hall.group_pauses.pause(SITTING, WHY, BY)
    room.clock.pass_time(20 * 60)
    room.hall.group_pauses.resume(SITTING, "over", BY)
    room.clock.pass_time(9 * 60)
    room.hall.checkin.sign_in(room.terminal(), *NUMBERS, False, "127.0.0.1")


def test_nobody_hands_in_before_the_programme_allows(room: Room, clock: ManualClock) -> None:
    (one,) = room.begin(rules={"time": {"earliest_hand_in_minutes": 30}})
    clock.pass_time(30 * 60 - 1)
    with pytest.raises(HandInTooEarly):
        room.hall.ends.hand_in(one)
    clock.pass_time(1)
    room.hall.ends.hand_in(one)
    assert state(room, one) == (AttemptState.ENDED, EndReason.HANDED_IN)


def test_extra_time_of_the_roster_is_part_of_the_ledger(room: Room, site: Site) -> None:
    people = candidates(1)
    (one,) = room.begin(roster=(people[0].model_copy(update={"extra_minutes": 30}),))
    assert room.left(one) == 150
