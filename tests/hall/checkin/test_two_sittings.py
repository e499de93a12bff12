"""Sign-in of a person who is on several rosters, and numbers as people type them."""

from datetime import timedelta

import pytest

from kiosk.hall.errors import SittingState, SittingToChoose, WrongIdentity, WrongSeat
from kiosk.hall.views.check_in import CandidateSession
from tests.centres import REASON, candidates
from tests.hall.conftest import BY, SITTING, Room

NUMBERS = ("2026T0001", "99000119900101001X")
MORNING, AFTERNOON = SITTING, "S2"


def import_two(room: Room, apart_minutes: int = 240) -> dict[str, str]:
    """Two sittings with the same candidates; returns their unlock codes."""
    codes = {}
    for sitting, minutes in ((MORNING, 0), (AFTERNOON, apart_minutes)):
        room.site.now += timedelta(minutes=minutes)
        package = room.site.package(sitting=sitting)
        room.site.now -= timedelta(minutes=minutes)
        room.hall.sittings.import_package(package.data, BY)
        codes[sitting] = package.code
    return codes


def sign_in(room: Room, chosen: str | None = None) -> CandidateSession:
    """The first candidate at a terminal of their own."""
    return room.hall.checkin.sign_in(room.terminal(), *NUMBERS, False, "127.0.0.1", chosen)


def sitting_of(room: Room, session: CandidateSession) -> str:
    """Which sitting a session is for."""
    title = {
        row.attempt_id: MORNING for row in room.hall.rooms.room(MORNING, room.hall.sync.view()).rows
    }
    return title.get(session.attempt_id, AFTERNOON)


def test_the_sitting_that_runs_wins_over_the_one_imported_later(room: Room) -> None:
    codes = import_two(room)
    room.hall.sittings.unlock(MORNING, codes[MORNING], BY)
    room.hall.starts.start(MORNING, BY)
    assert sitting_of(room, sign_in(room)) == MORNING


def test_before_anything_is_unlocked_the_nearest_start_wins(room: Room) -> None:
    import_two(room)
    assert sitting_of(room, sign_in(room)) == MORNING


def test_who_has_handed_in_is_signed_in_to_the_next_sitting(room: Room) -> None:
    codes = import_two(room)
    room.hall.sittings.unlock(MORNING, codes[MORNING], BY)
    attempt_id = room.ready()
    room.hall.starts.start(MORNING, BY)
    room.hall.ends.hand_in(attempt_id)
    assert sitting_of(room, sign_in(room)) == AFTERNOON


def test_who_is_being_examined_comes_back_to_that_exam(room: Room) -> None:
    codes = import_two(room, apart_minutes=60)
    room.hall.sittings.unlock(MORNING, codes[MORNING], BY)
    attempt_id = room.ready()
    room.hall.starts.start(MORNING, BY)
    room.hall.sittings.unlock(AFTERNOON, codes[AFTERNOON], BY)
    room.clock.pass_time(85 * 60)
    room.hall.checkin.release_terminal(attempt_id, "browser died", BY)
    assert sign_in(room).attempt_id == attempt_id


def test_two_sittings_at_once_are_for_the_person_to_choose(room: Room) -> None:
    import_two(room, apart_minutes=0)
    with pytest.raises(SittingToChoose) as asked:
        sign_in(room)
    assert [choice.sitting_id for choice in asked.value.choices] == [MORNING, AFTERNOON]
    assert all(choice.seat == "A01" for choice in asked.value.choices)
    assert sitting_of(room, sign_in(room, AFTERNOON)) == AFTERNOON


def test_nobody_chooses_a_sitting_that_is_not_theirs(room: Room) -> None:
    room.unlock()
    room.hall.sittings.import_package(
        room.site.package(sitting=AFTERNOON, roster=candidates()[1:]).data, BY
    )
    with pytest.raises(WrongIdentity):
        sign_in(room, AFTERNOON)


def test_a_wrong_sign_in_is_undone_and_the_person_is_asked_then(room: Room) -> None:
    import_two(room)
    wrong = sign_in(room)
    room.hall.attendance.undo_sign_in(wrong.attempt_id, "is here for the afternoon", BY)
    with pytest.raises(SittingToChoose):
        sign_in(room)
    right = sign_in(room, AFTERNOON)
    assert sitting_of(room, right) == AFTERNOON
    assert room.hall.attempts.view(wrong.attempt_id).state == "registered"
    room.hall.checkin.release_terminal(right.attempt_id, "other seat", BY)
    assert sign_in(room).attempt_id == right.attempt_id, "asked again without need"


def test_an_undone_sign_in_leaves_no_session_and_no_decision_behind(room: Room) -> None:
    room.unlock()
    terminal = room.terminal()
    session = room.hall.checkin.sign_in(terminal, *NUMBERS, True, "127.0.0.1")
    room.hall.verification.decide(session.attempt_id, True, REASON, BY)
    room.hall.attendance.undo_sign_in(session.attempt_id, "another person", BY)
    view = room.hall.attempts.view(session.attempt_id)
    assert (view.state, view.check_in, view.consent_face) == ("registered", "none", False)
    assert "sign_in_undone" in room.kinds()
    again = room.hall.checkin.sign_in(room.terminal(), *NUMBERS, False, "127.0.0.1")
    assert again.attempt_id == session.attempt_id


def test_no_sign_in_is_undone_once_the_exam_runs_or_the_sitting_is_over(room: Room) -> None:
    (attempt_id,) = room.begin()
    with pytest.raises(Exception, match="cannot become registered"):
        room.hall.attendance.undo_sign_in(attempt_id, "too late", BY)
    room.close()
    with pytest.raises(SittingState):
        room.hall.attendance.undo_sign_in(attempt_id, "too late", BY)


@pytest.mark.parametrize(
    ("admission", "identity"),
    [
        ("２０２６Ｔ０００１", "９９０００１１９９００１０１００１Ｘ"),
        ("2026t0001", "99000119900101001ｘ"),
        ("2026\u3000T 0001", "990001 19900101 001x"),
        ("\u200b2026T0001\ufeff", "99000119900101001\u200dX"),
        (" ２０２６ｔ０００１ ", "99000119900101001Ⅹ"),
    ],
)
def test_numbers_are_the_same_however_they_are_typed(
    room: Room, admission: str, identity: str
) -> None:
    room.unlock()
    session = room.hall.checkin.sign_in(room.terminal(), admission, identity, False, "127.0.0.1")
    assert room.hall.attempts.view(session.attempt_id).admission_no == "2026T0001"


def test_a_roster_in_small_letters_is_found_and_keeps_its_spelling(room: Room) -> None:
    small = candidates()[0].model_copy(update={"admission_no": "bj-t01", "identity_no": "ab1234x"})
    room.unlock(roster=(small,))
    session = room.hall.checkin.sign_in(room.terminal(), "BJ－T01", "AB1234X", False, "127.0.0.1")
    assert room.hall.attempts.view(session.attempt_id).admission_no == "bj-t01"


def test_a_seat_typed_in_full_width_is_that_seat(room: Room) -> None:
    room.unlock()
    terminal = room.terminal()
    room.hall.seating.bind(terminal.terminal_id, "1", "ａ０１", BY)
    room.hall.checkin.sign_in(terminal, *NUMBERS, False, "127.0.0.1")
    room.hall.seating.bind(terminal.terminal_id, "1", "Ａ０２", BY)
    with pytest.raises(WrongSeat):
        room.hall.checkin.sign_in(terminal, *NUMBERS, False, "127.0.0.1")


def test_an_unlock_code_typed_with_an_input_method_opens_the_paper(room: Room) -> None:
    package = room.site.package()
    room.hall.sittings.import_package(package.data, BY)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in package.code.lower())
    room.hall.sittings.unlock(SITTING, f"\u200b{wide}\u3000", BY)
