"""Somebody who is not on the roster is admitted by hand, with a reason (D.7)."""

import pytest

from kiosk.hall.errors import OnRoster, ReasonMissing, SittingState
from kiosk.hall.views import AnswerWrite, NewGuest
from tests.centres import REASON, Site
from tests.hall.conftest import BY, SITTING, Room, open_room
from tests.hall.test_time import item

SOMEBODY = NewGuest(name="来宾甲", identity_no="９９０００１１９９００１０１９９９ｘ", seat="B01")
WHY = "registered, but the roster came without them"


def sign_in(room: Room, number: str) -> str:
    """The guest at a terminal, passed by hand."""
    session = room.hall.checkin.sign_in(
        room.terminal(), number, "99000119900101999X", False, "127.0.0.1"
    )
    room.hall.verification.decide(session.attempt_id, True, REASON, BY)
    return session.attempt_id


def test_a_guest_sits_the_sittings_paper_also_after_the_entry_closed(room: Room) -> None:
    room.begin()
    room.clock.pass_time(45 * 60)
    number = room.hall.guests.admit(SITTING, SOMEBODY, WHY, BY)
    attempt_id = sign_in(room, number.lower())
    view = room.hall.attempts.view(attempt_id)
    assert (view.state, view.candidate_name, view.seat) == ("in_progress", "来宾甲", "B01")
    write = AnswerWrite(1, item(room, attempt_id), "A")
    assert room.hall.attempts.save(attempt_id, [write]).acked_through == 1
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    assert "来宾甲" in {row.name for row in rows}
    room.hall.attempts.hand_in(attempt_id)
    assert room.hall.results.sweep() == 1


def test_a_guest_outlives_a_restart_and_no_name_is_in_the_clear(room: Room, site: Site) -> None:
    room.begin()
    number = room.hall.guests.admit(SITTING, SOMEBODY, WHY, BY)
    room.store.close()
    for path in site.data.rglob("*"):
        assert not path.is_file() or "来宾甲".encode() not in path.read_bytes()
    with open_room(site, room.clock) as again:
        assert again.hall.attempts.view(sign_in(again, number)).candidate_name == "来宾甲"


def test_who_is_on_the_roster_is_no_guest(room: Room) -> None:
    room.unlock()
    known = NewGuest(name="考生1", identity_no="99000119900101001x", seat="")
    with pytest.raises(OnRoster):
        room.hall.guests.admit(SITTING, known, WHY, BY)
    room.hall.guests.admit(SITTING, SOMEBODY, WHY, BY)
    with pytest.raises(OnRoster):
        room.hall.guests.admit(SITTING, SOMEBODY, WHY, BY)


def test_it_wants_a_reason_and_an_open_sitting(room: Room) -> None:
    room.begin()
    with pytest.raises(ReasonMissing):
        room.hall.guests.admit(SITTING, SOMEBODY, " ", BY)
    room.close()
    with pytest.raises(SittingState):
        room.hall.guests.admit(SITTING, SOMEBODY, WHY, BY)
