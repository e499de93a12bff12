"""Somebody who is not on the roster is admitted by hand, with a reason (D.7)."""

import pytest

from kiosk.exam.errors import TextUnusable
from kiosk.hall.errors import OnRoster, ReasonMissing, SittingState
from kiosk.hall.inputs import AnswerWrite
from kiosk.hall.views.check_in import NewGuest
from sync.wire.packages.contents import RosterCandidate
from tests.centres import REASON, Site, candidates
from tests.hall.attempt.test_time import item
from tests.hall.checkin.test_devices import bundle
from tests.hall.conftest import BY, SITTING, Room, open_room

SOMEBODY = NewGuest("来宾甲", "９９０００１１９９００１０１９９９ｘ", "1", "B01", "1")
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
    room.hall.ends.hand_in(attempt_id)
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
    known = NewGuest("考生1", "99000119900101001x", "1", "", "1")
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


# --- a later package version


LISTED = RosterCandidate(
    candidate_id="C900",
    admission_no="2026T0900",
    identity_no="99000119900101999X",
    name="来宾甲",
    seat="A09",
)


def version(room: Room, number: int, *more: RosterCandidate) -> None:
    """A version of the package with the usual roster and some more people."""
    package = room.site.package(version=number, roster=(*candidates(3), *more))
    room.hall.sittings.import_package(package.data, BY)


def people(room: Room) -> dict[str, str]:
    """Names and states in the room, by admission number."""
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    return {row.admission_no: f"{row.name} {row.state}" for row in rows}


def test_a_guest_who_arrives_on_the_roster_stands_there_once_with_the_same_attempt(
    room: Room,
) -> None:
    version(room, 1)
    number = room.hall.guests.admit(SITTING, SOMEBODY, WHY, BY)
    attempt_id = sign_in(room, number)
    version(room, 2, LISTED)
    assert number not in people(room)
    assert people(room)["2026T0900"] == "来宾甲 ready"
    assert len(people(room)) == 4
    view = room.hall.attempts.view(attempt_id)
    assert (view.admission_no, view.candidate_name, view.seat) == ("2026T0900", "来宾甲", "A09")
    assert "guest_on_roster" in room.kinds()


@pytest.mark.parametrize("typed", ["H001", "2026T0900"])
def test_both_numbers_sign_the_same_person_in(room: Room, typed: str) -> None:
    version(room, 1)
    room.hall.guests.admit(SITTING, SOMEBODY, WHY, BY)
    version(room, 2, LISTED)
    assert room.hall.attempts.view(sign_in(room, typed)).admission_no == "2026T0900"


def test_headquarters_gets_no_guest_when_the_roster_has_them(room: Room) -> None:
    version(room, 1)
    number = room.hall.guests.admit(SITTING, SOMEBODY, WHY, BY)
    attempt_id = sign_in(room, number)
    version(room, 2, LISTED)
    package = room.site.package(version=3, roster=(*candidates(3), LISTED))
    room.hall.sittings.import_package(package.data, BY)
    room.hall.sittings.unlock(SITTING, package.code, BY)
    room.hall.starts.start(SITTING, BY)
    sent = bundle(room, attempt_id)
    assert (sent.candidate_id, sent.admission_no, sent.admitted) == ("C900", "2026T0900", None)


def test_a_number_whose_identity_was_corrected_is_theirs_if_nobody_used_it(room: Room) -> None:
    wrong = LISTED.model_copy(update={"identity_no": "99000119900101998X"})
    version(room, 1, wrong)
    number = room.hall.guests.admit(SITTING, SOMEBODY, WHY, BY)
    sign_in(room, number)
    version(room, 2, LISTED)
    assert people(room)["2026T0900"] == "来宾甲 ready"
    assert len(people(room)) == 4


def test_a_number_that_somebody_has_used_stays_theirs(room: Room) -> None:
    other = LISTED.model_copy(update={"identity_no": "99000119900101998X"})
    version(room, 1, other)
    number = room.hall.guests.admit(SITTING, SOMEBODY, WHY, BY)
    terminal = room.terminal()
    room.hall.checkin.sign_in(terminal, "2026T0900", other.identity_no, False, "")
    version(room, 2, LISTED)
    assert {number, "2026T0900"} <= set(people(room))


def test_whom_a_later_roster_has_no_longer_is_a_guest_again(room: Room) -> None:
    version(room, 1)
    number = room.hall.guests.admit(SITTING, SOMEBODY, WHY, BY)
    version(room, 2, LISTED)
    version(room, 3)
    assert people(room)[number] == "来宾甲 registered"
    assert "2026T0900" not in people(room)
    sign_in(room, number)


def test_a_restart_keeps_them_together(room: Room, site: Site) -> None:
    version(room, 1)
    number = room.hall.guests.admit(SITTING, SOMEBODY, WHY, BY)
    version(room, 2, LISTED)
    room.store.close()
    with open_room(site, room.clock) as again:
        assert number not in people(again)
        assert again.hall.attempts.view(sign_in(again, number)).admission_no == "2026T0900"


def test_a_guests_name_is_stored_without_what_nobody_sees(room: Room) -> None:
    room.begin()
    typed = NewGuest("\u202e阿卜杜 • 买买提\u200b", "P1234567", "1", "Ｂ０２", "1")
    number = room.hall.guests.admit(SITTING, typed, WHY, BY)
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    assert [(r.name, r.seat) for r in rows if r.admission_no == number] == [
        ("阿卜杜·买买提", "B02")
    ]
    with pytest.raises(TextUnusable):
        room.hall.guests.admit(SITTING, NewGuest("\ue000", "P1234568", "1", "B03", "1"), WHY, BY)
