"""The integrity pledge is recorded once, and never delays anything."""

import pytest

from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.errors import AttemptEnded
from kiosk.hall.errors import NotFound
from tests.hall.conftest import BY, SITTING, Room

PLEDGE = {"pledge": {"zh": "本人承诺诚信考试。", "en": "I promise to be honest."}}


def test_a_pledge_is_in_the_event_log_once(room: Room) -> None:
    room.unlock(rules={"exam_rules": PLEDGE})
    attempt_id = room.ready()
    assert not room.hall.attempts.view(attempt_id).rules.pledged
    room.hall.pledges.give(attempt_id)
    room.hall.pledges.give(attempt_id)
    assert room.hall.attempts.view(attempt_id).rules.pledged
    assert room.kinds().count("pledge_given") == 1


def test_without_it_the_exam_starts_and_it_can_be_given_later(room: Room) -> None:
    attempt_id, other = room.begin(2, rules={"exam_rules": PLEDGE})
    assert room.hall.attempts.view(attempt_id).state is AttemptState.IN_PROGRESS
    room.hall.pledges.give(attempt_id)
    assert room.hall.attempts.view(attempt_id).rules.pledged
    room.hall.ends.end_by_staff(other, "ill", BY)
    with pytest.raises(AttemptEnded):
        room.hall.pledges.give(other)


def test_who_really_sits_there_gives_it_again_after_a_wrong_sign_in(room: Room) -> None:
    room.unlock(rules={"exam_rules": PLEDGE})
    attempt_id = room.ready()
    room.hall.pledges.give(attempt_id)
    room.hall.attendance.undo_sign_in(attempt_id, "signed in with another's ticket", BY)
    assert not room.hall.attempts.view(room.ready()).rules.pledged


def test_a_programme_without_a_pledge_asks_for_none(room: Room) -> None:
    room.unlock(rules={"exam_rules": {"pledge": None}})
    attempt_id = room.ready()
    assert room.hall.attempts.view(attempt_id).rules.pledged
    with pytest.raises(NotFound):
        room.hall.pledges.give(attempt_id)
    with pytest.raises(NotFound):
        room.hall.pledges.give("nobody")
    assert SITTING in {sitting.id for sitting in room.hall.sittings.list()}


def due(room: Room, attempt_id: str) -> bool:
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    return next(row.pledge_due for row in rows if row.attempt_id == attempt_id)


def test_the_board_shows_who_is_present_and_has_not_pledged(room: Room) -> None:
    room.unlock(rules={"exam_rules": PLEDGE})
    attempt_id, other = room.ready(), room.ready(2)
    assert (due(room, attempt_id), due(room, other)) == (True, True)
    room.hall.pledges.give(attempt_id)
    assert (due(room, attempt_id), due(room, other)) == (False, True)
    room.hall.starts.start(SITTING, BY)
    assert due(room, other)
    room.hall.ends.end_by_staff(other, "gave up", BY)
    assert not due(room, other)
    assert room.hall.sittings.list()[0].pledge


def test_the_board_says_nothing_of_pledges_where_none_is_asked(room: Room) -> None:
    room.unlock(rules={"exam_rules": {"pledge": None}})
    attempt_id = room.ready()
    assert not due(room, attempt_id)
    assert not room.hall.sittings.list()[0].pledge
