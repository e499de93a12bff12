"""Terminals that come back without their cookie are offered to staff, and only staff give back."""

import pytest

from kiosk.hall.checkin.terminals import DEAD
from kiosk.hall.errors import AttemptElsewhere, AttemptNotEnded, LateAnswersForeign, NotSignedIn
from kiosk.hall.inputs import DeviceCheck
from kiosk.hall.views.check_in import CandidateSession, TerminalSession
from tests.hall.attempt.test_late_answers import chosen, file_of
from tests.hall.conftest import BY, SITTING, Room

AGENT = "Chromium"


def numbers(number: int) -> tuple[str, str]:
    """Both numbers of a candidate of the test roster."""
    return f"2026T{number:04d}", f"99000119900101{number:03d}X"


def boot(room: Room, address: str) -> TerminalSession:
    """A browser without a cookie opens the start page at that address."""
    terminal = room.hall.terminals.register(address, AGENT)
    check = DeviceCheck(camera=True, microphone=True, loudspeaker=True, server_ms=1)
    room.hall.terminals.record_check(terminal.terminal_id, check)
    return terminal


def sit(room: Room, count: int) -> list[tuple[TerminalSession, CandidateSession]]:
    """So many candidates answer, each at an address of their own."""
    room.unlock()
    seated = []
    for number in range(1, count + 1):
        terminal = boot(room, f"10.0.0.{number}")
        session = room.hall.checkin.sign_in(terminal, *numbers(number), False, "")
        room.hall.verification.decide(session.attempt_id, True, "same person", BY)
        seated.append((terminal, session))
    room.hall.starts.start(SITTING, BY)
    return seated


def pairs(room: Room) -> list[tuple[str, str]]:
    """What staff see, as they take it back."""
    return [(one.attempt_id, one.terminal_id) for one in room.hall.returns.offers(SITTING)]


def test_one_click_takes_the_whole_room_back(room: Room) -> None:
    seated = sit(room, 3)
    room.clock.pass_time(60)
    new = [boot(room, f"10.0.0.{number}") for number in range(1, 4)]
    offers = room.hall.returns.offers(SITTING)
    assert [(one.terminal, one.here, one.how) for one in offers] == [
        ("T01", "T04", "address"),
        ("T02", "T05", "address"),
        ("T03", "T06", "address"),
    ]
    assert all(room.hall.returns.resume(terminal) is None for terminal in new)
    assert room.hall.returns.take_back(SITTING, pairs(room), BY) == 3
    for terminal, (_, before) in zip(new, seated, strict=True):
        session = room.hall.returns.resume(terminal_now(room, terminal))
        assert session is not None
        assert session.attempt_id == before.attempt_id
        room.hall.checkin.session(session.token, terminal.token)
        assert room.hall.returns.resume(terminal_now(room, terminal)) is None  # once
        room.open_page(session.attempt_id)
    assert [terminal.name for terminal in room.hall.seating.terminals()] == ["T01", "T02", "T03"]
    assert room.kinds().count("terminal_restored") == 3
    assert room.hall.returns.offers(SITTING) == []


def terminal_now(room: Room, terminal: TerminalSession) -> TerminalSession:
    """The terminal that this browser's cookie names now."""
    return room.hall.terminals.session(terminal.token)


def test_the_old_cookie_is_worthless_after_that(room: Room) -> None:
    ((old, before),) = sit(room, 1)
    room.clock.pass_time(60)
    boot(room, "10.0.0.1")
    room.hall.returns.take_back(SITTING, pairs(room), BY)
    with pytest.raises(NotSignedIn):
        room.hall.checkin.session(before.token, old.token)


def test_a_living_terminal_is_never_offered(room: Room) -> None:
    ((terminal, session),) = sit(room, 1)
    room.clock.pass_time(60)
    room.hall.checkin.session(session.token, terminal.token)
    stranger = boot(room, "10.0.0.1")
    assert pairs(room) == []
    forged = [(session.attempt_id, stranger.terminal_id)]
    assert room.hall.returns.take_back(SITTING, forged, BY) == 0
    room.hall.checkin.session(session.token, terminal.token)


@pytest.mark.parametrize("address", ["10.0.0.9", "shared"])
def test_an_address_that_proves_nothing_is_not_offered(room: Room, address: str) -> None:
    """Another address, or one that two browsers share behind a router."""
    sit(room, 1)
    room.clock.pass_time(60)
    for _ in range(2 if address == "shared" else 1):
        boot(room, "10.0.0.1" if address == "shared" else address)
    assert pairs(room) == []


def test_both_numbers_find_the_candidate_whatever_the_address(room: Room) -> None:
    ((old, session),) = sit(room, 1)
    seat = room.hall.attempts.view(session.attempt_id).seat
    room.hall.seating.bind(old.terminal_id, "1", seat, BY)
    room.clock.pass_time(60)
    here = boot(room, "10.9.9.9")
    with pytest.raises(AttemptElsewhere):
        room.hall.checkin.sign_in(here, *numbers(1), False, "")
    (offer,) = room.hall.returns.offers(SITTING)
    assert (offer.terminal, offer.here, offer.how) == ("T01", "T02", "numbers")
    room.hall.returns.take_back(SITTING, pairs(room), BY)
    resumed = room.hall.returns.resume(here)
    assert resumed is not None
    assert resumed.attempt_id == session.attempt_id
    (listed,) = room.hall.seating.terminals()
    assert (listed.name, listed.seat) == ("T02", offer.seat)


def test_a_grant_is_void_once_the_attempt_is_elsewhere_or_over(room: Room) -> None:
    ((_, session),) = sit(room, 1)
    room.clock.pass_time(60)
    here = boot(room, "10.0.0.1")
    room.hall.returns.take_back(SITTING, pairs(room), BY)
    room.hall.checkin.release_terminal(session.attempt_id, "moved", BY)
    assert room.hall.returns.resume(terminal_now(room, here)) is None


def test_dead_terminals_vanish_from_the_list(room: Room) -> None:
    sit(room, 1)
    boot(room, "10.0.0.2")
    bound = boot(room, "10.0.0.3")
    room.hall.seating.bind(bound.terminal_id, "1", "A-17", BY)
    room.clock.pass_time(DEAD.total_seconds())
    assert [terminal.name for terminal in room.hall.seating.terminals()] == ["T01", "T03"]


def test_a_terminal_keeps_its_identity_and_its_newest_address(room: Room) -> None:
    terminal = boot(room, "10.0.0.1")
    again = room.hall.terminals.register("10.0.0.7", AGENT, terminal.token)
    assert again == terminal
    assert room.hall.terminals.register("10.0.0.7", AGENT, "forged").name == "T02"


def test_nobody_leaves_a_terminal_before_the_end(room: Room) -> None:
    ((terminal, session),) = sit(room, 1)
    with pytest.raises(AttemptNotEnded):
        room.hall.checkin.leave(session.attempt_id)
    room.hall.ends.hand_in(session.attempt_id)
    room.hall.checkin.leave(session.attempt_id)
    with pytest.raises(NotSignedIn):
        room.hall.checkin.session(session.token, terminal.token)


def test_a_terminal_delivers_only_what_a_page_of_the_attempt_wrote(room: Room) -> None:
    (one,) = room.begin()
    page = room.open_page(one)
    answers, terminal_id = chosen(room, one, 1), room.terminal().terminal_id
    with pytest.raises(LateAnswersForeign):
        room.hall.late_answers.deliver(file_of(room, one, answers), terminal_id)
    again = room.open_page(one, page.lease)
    for lease in (page.lease, again.lease, page.lease):  # each sealed anew: one delivery
        file = file_of(room, one, answers, lease=lease)
        assert room.hall.late_answers.deliver(file, terminal_id)
    assert len(room.hall.late_answers.of_attempt(one)) == 1
    room.hall.ends.hand_in(one)
    file = file_of(room, one, answers, lease=page.lease)
    assert not room.hall.late_answers.deliver(file, terminal_id)


@pytest.mark.parametrize("how", ["address", "numbers"])
def test_a_terminal_that_came_back_is_judged_by_its_present_check(room: Room, how: str) -> None:
    ((_, session),) = sit(room, 1)
    room.clock.pass_time(60)
    new = room.hall.terminals.register("10.0.0.1" if how == "address" else "10.0.0.9", AGENT)
    check = DeviceCheck(camera=True, microphone=False, loudspeaker=True, server_ms=1)
    room.hall.terminals.record_check(new.terminal_id, check)
    if how == "numbers":
        with pytest.raises(AttemptElsewhere):
            room.hall.checkin.sign_in(new, *numbers(1), False, "")
    assert room.hall.returns.take_back(SITTING, pairs(room), BY) == 1
    assert room.hall.attempts.view(session.attempt_id).devices_missing == ["microphone"]
