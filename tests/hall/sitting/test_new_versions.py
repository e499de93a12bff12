"""A new version of a package before the paper is unlocked: who stays, who leaves, who moves."""

import pytest

from kiosk.hall.attempt.messages import Recipients
from kiosk.hall.errors import WrongIdentity
from kiosk.hall.views.check_in import NewGuest
from kiosk.hall.views.room import SeatRow
from kiosk.store.exam import attempts
from sync.wire.packages.contents import RosterCandidate
from tests.centres import sat, seated
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room

ROOMS = (("1", "一号机房"), ("2", "二号机房"))
PAPERS = (sat("a"), sat("b", 90, "trader"))


def take_in(room: Room, version: int, roster: tuple[RosterCandidate, ...]) -> None:
    used = {person.paper for person in roster}
    papers = tuple(paper for paper in PAPERS if paper.id in used)
    package = room.site.package(version=version, papers=papers, rooms=ROOMS, roster=roster)
    room.hall.sittings.import_package(package.data, BY)


@pytest.fixture
def first(room: Room) -> tuple[RosterCandidate, ...]:
    """The first version: two candidates in each room, the fourth with paper b."""
    roster = seated(("1", "a"), ("1", "a"), ("2", "a"), ("2", "b"))
    take_in(room, 1, roster)
    return roster


def sign_in(room: Room, number: int) -> str:
    who = f"2026T{number:04d}", f"99000119900101{number:03d}X"
    return room.hall.checkin.sign_in(room.terminal(), *who, False, "127.0.0.1").attempt_id


def numbers(room: Room) -> list[str]:
    return [one.admission_no[-1] for one in attempts.of_sitting(room.store.read(), SITTING)]


def test_whoever_is_no_longer_on_the_roster_loses_the_attempt(
    room: Room, first: tuple[RosterCandidate, ...]
) -> None:
    take_in(room, 2, first[:3])
    assert numbers(room) == ["1", "2", "3"]
    with pytest.raises(WrongIdentity):
        sign_in(room, 4)
    imported = next(e for e in event_log(room.hall, SITTING) if e.kind == "package_imported")
    assert imported.data["removed"] == ["2026T0004"]
    take_in(room, 3, first)
    assert sign_in(room, 4)


def test_somebody_who_has_signed_in_is_withdrawn_and_staff_read_it(
    room: Room, first: tuple[RosterCandidate, ...]
) -> None:
    gone = sign_in(room, 4)
    take_in(room, 2, first[:3])
    stored = attempts.get(room.store.read(), gone)
    assert stored is not None
    assert (stored.state, stored.end_reason, stored.terminal_id) == ("ended", "withdrawn", None)
    assert stored.paper == "a"  # paper b is in no package any more
    assert "off_roster" in room.kinds()
    found = {one.what: one.params for one in room.hall.readiness.report(SITTING)}
    assert found["off_roster"] == {"names": "2026T0004"}
    room.hall.results.sweep()  # the result can be made
    take_in(room, 3, first)
    assert sign_in(room, 4) == gone


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"seat": "A09"}, ("1", "A09", "a", 0)),
        ({"room": "2", "seat": "A09"}, ("2", "A09", "a", 0)),
        ({"paper": "b"}, ("1", "A01", "b", 0)),
        ({"extra_minutes": 30}, ("1", "A01", "a", 30)),
    ],
)
def test_seat_room_paper_and_extra_time_follow_the_roster(
    room: Room,
    first: tuple[RosterCandidate, ...],
    change: dict[str, object],
    expected: tuple[object, ...],
) -> None:
    attempt_id = sign_in(room, 1)
    take_in(room, 2, (first[0].model_copy(update=change), *first[1:]))
    one = attempts.get(room.store.read(), attempt_id)
    assert one is not None
    assert (one.room, one.seat, one.paper, one.extra_minutes) == expected
    assert (one.terminal_id is None) == ("seat" in change)  # another seat is another terminal


def test_a_guest_is_no_former_candidate(room: Room, first: tuple[RosterCandidate, ...]) -> None:
    person = NewGuest("来宾", "990001199001010999", "1", "", "a")
    number = room.hall.guests.admit(SITTING, person, "by telephone", BY)
    take_in(room, 2, first)
    assert attempts.find(room.store.read(), SITTING, number) is not None


def test_a_guest_whose_paper_is_dropped_gets_another(
    room: Room, first: tuple[RosterCandidate, ...]
) -> None:
    person = NewGuest("来宾", "990001199001010999", "2", "A09", "b")
    number = room.hall.guests.admit(SITTING, person, "by telephone", BY)
    take_in(room, 2, first[:3])
    found = attempts.find(room.store.read(), SITTING, number)
    assert found is not None
    assert (found.room, found.paper) == ("2", "a")
    assert number in {row.admission_no for row in board(room)}


def board(room: Room) -> list[SeatRow]:
    return room.hall.rooms.room(SITTING, room.hall.sync.view()).rows


def test_a_message_to_everybody_keeps_no_new_roster_out(
    room: Room, first: tuple[RosterCandidate, ...]
) -> None:
    room.hall.messages.send(SITTING, "0" * 32, "九点半开始入场。", Recipients(), BY)
    take_in(room, 2, first[:3])
    assert numbers(room) == ["1", "2", "3"]
