"""What only a person can see at check-in: findings delay, and never refuse (R16)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.checkin.inspection import Clearing, Finding
from kiosk.exam.identity.identity_number import Sex
from kiosk.hall.checkin.inspections import Inspections
from kiosk.hall.errors import InspectionOver, NotFound, NotVerifiable
from kiosk.store.errors import StaleState
from kiosk.store.exam import incidents
from kiosk.vision.samples import sample_card
from tests.centres import ManualClock, Site, candidates
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room
from tests.hall.eyes import face_check, seeing_room, sign_in

OFF, ALLOWED = Clearing.TAKEN_OFF, Clearing.ALLOWED


@pytest.fixture
def seeing(site: Site, clock: ManualClock, weights: Path) -> Iterator[Room]:
    """A centre that recognises faces, without a sitting."""
    with seeing_room(site, clock, weights) as room:
        yield room


def opened(room: Room, **check_in: object) -> Room:
    """The same with an unlocked sitting; ``check_in``: what differs from the programme."""
    room.unlock(rules={"check_in": {"id_card": False, **check_in}})
    return room


def state(room: Room, attempt_id: str) -> AttemptState:
    """Where the attempt stands."""
    return AttemptState(room.hall.attempts.view(attempt_id).state)


def picture(room: Room, attempt_id: str) -> str | None:
    """The newest check-in picture, as staff have it before them."""
    return incidents.latest_picture(room.store.read(), attempt_id)


def desk(room: Room) -> Inspections:
    """Staff's use cases."""
    return room.hall.inspections


def room_row(room: Room, attempt_id: str) -> tuple[bool, list[str], bool]:
    """The candidate as the room shows them: seen by staff, open findings, to be seen."""
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    row = next(row for row in rows if row.attempt_id == attempt_id)
    return row.inspected, row.findings, row.inspection_due


@pytest.mark.parametrize(
    ("number", "born", "sex"),
    [
        ("11010519491231002X", date(1949, 12, 31), Sex.FEMALE),
        ("110105194912310021", None, None),
        ("E12345678", None, None),
    ],
)
def test_staff_see_what_the_document_must_say(
    seeing: Room, number: str, born: date | None, sex: Sex | None
) -> None:
    person = candidates(1)[0].model_copy(update={"identity_no": number})
    seeing.hall.sittings.import_package(seeing.site.package(roster=(person,)).data, BY)
    session = seeing.hall.checkin.sign_in(
        seeing.terminal(), person.admission_no, number, True, "127.0.0.1"
    )
    attempt_id = session.attempt_id
    document = desk(seeing).identity_document(attempt_id)
    assert (document.name, document.number) == (person.name, number)
    assert (document.birth_date, document.sex) == (born, sex)


def test_an_open_finding_keeps_the_machine_from_making_anybody_ready(seeing: Room) -> None:
    room = opened(seeing)
    attempt_id = sign_in(room)
    desk(room).find(attempt_id, "hat", BY)
    assert face_check(room, attempt_id, 0).outcome == "inspect"
    view = room.hall.attempts.view(attempt_id)
    assert (view.state, view.check_in) == (AttemptState.CHECKED_IN, "passed")
    assert (view.findings, view.identity_settled) == (["hat"], True)
    assert desk(room).clear(attempt_id, "hat", OFF, BY).state == AttemptState.READY


def test_with_a_card_the_finding_holds_until_it_is_cleared(seeing: Room) -> None:
    room = opened(seeing, id_card=True)
    attempt_id = sign_in(room)
    assert face_check(room, attempt_id, 0).outcome == "card"
    desk(room).find(attempt_id, "headphones", BY)
    assert room.hall.verification.card(attempt_id, sample_card(0), False).outcome == "inspect"
    assert not room.hall.attempts.view(attempt_id).card_wanted
    with pytest.raises(NotVerifiable):
        room.hall.verification.card(attempt_id, sample_card(0), False)
    assert desk(room).clear(attempt_id, "headphones", OFF, BY).state == AttemptState.READY


def test_clearing_before_the_card_makes_nobody_ready_without_it(seeing: Room) -> None:
    room = opened(seeing, id_card=True)
    attempt_id = sign_in(room)
    face_check(room, attempt_id, 0)
    desk(room).find(attempt_id, "hat", BY)
    assert desk(room).clear(attempt_id, "hat", OFF, BY).state == AttemptState.CHECKED_IN
    assert room.hall.verification.card(attempt_id, sample_card(0), False).outcome == "pass"


def test_what_is_seen_on_somebody_ready_takes_them_back_to_check_in(room: Room) -> None:
    room.unlock()
    attempt_id = room.ready()
    desk(room).find(attempt_id, "mask", BY)
    desk(room).find(attempt_id, "hat", BY)
    room.hall.starts.start(SITTING, BY)
    assert state(room, attempt_id) is AttemptState.CHECKED_IN
    with pytest.raises(NotVerifiable):  # staff have said who it is: no machine says it again
        room.hall.verification.begin_face_check(attempt_id)
    assert desk(room).clear(attempt_id, "mask", OFF, BY).findings == ["hat"]
    assert desk(room).clear(attempt_id, "hat", ALLOWED, BY).state == AttemptState.IN_PROGRESS


def test_a_decision_by_hand_settles_what_was_open(seeing: Room) -> None:
    room = opened(seeing)
    attempt_id = sign_in(room)
    desk(room).find(attempt_id, "sunglasses", BY)
    room.hall.verification.decide(attempt_id, True, "eye condition, compared by hand", BY)
    assert state(room, attempt_id) is AttemptState.READY
    assert room_row(room, attempt_id) == (True, [], False)
    events = event_log(room.hall, SITTING)
    cleared = next(event for event in events if event.kind == "finding_cleared")
    assert (cleared.who, cleared.data) == (BY, {"finding": "sunglasses", "outcome": "decided"})


def test_the_chain_says_who_saw_what_and_who_cleared_it(seeing: Room) -> None:
    room = opened(seeing)
    attempt_id = sign_in(room)
    face_check(room, attempt_id, 0)
    shown = picture(room, attempt_id)
    for _ in range(2):
        desk(room).find(attempt_id, "hat", BY)
        room.clock.pass_time(20)
    for _ in range(2):
        desk(room).clear(attempt_id, "hat", ALLOWED, "staff:second")
    desk(room).nothing_to_object(attempt_id, shown, "staff:second")
    events = [e for e in reversed(event_log(room.hall, SITTING)) if e.who.startswith("staff:")]
    assert [(event.kind, event.who, event.data) for event in events[-3:]] == [
        ("finding_noted", BY, {"finding": "hat", "picture": shown}),
        ("finding_cleared", "staff:second", {"finding": "hat", "outcome": "allowed"}),
        ("inspected", "staff:second", {"picture": shown}),
    ]
    (row,) = room.store.read().query("SELECT * FROM findings")
    assert (row["finding"], row["by"], row["cleared_by"]) == ("hat", BY, "staff:second")
    assert row["at"] < row["cleared_at"]


def test_who_passed_by_machine_alone_is_shown_as_not_looked_at(seeing: Room) -> None:
    room = opened(seeing)
    attempt_id = sign_in(room)
    assert room_row(room, attempt_id) == (False, [], False)
    assert face_check(room, attempt_id, 0).outcome == "pass"
    assert room_row(room, attempt_id) == (False, [], True)
    assert room.hall.rooms.room(SITTING, room.hall.sync.view()).inspections_due == 1
    desk(room).nothing_to_object(attempt_id, picture(room, attempt_id), BY)
    assert room_row(room, attempt_id) == (True, [], False)
    assert state(room, attempt_id) is AttemptState.READY


def test_ask_lets_a_candidate_begin_at_whom_nobody_looked(seeing: Room) -> None:
    room = opened(seeing)
    attempt_id = sign_in(room)
    face_check(room, attempt_id, 0)
    room.hall.starts.start(SITTING, BY)
    assert state(room, attempt_id) is AttemptState.IN_PROGRESS


def test_require_lets_nobody_begin_before_a_person_has_looked(seeing: Room) -> None:
    room = opened(seeing, staff_inspection="require")
    attempt_id = sign_in(room)
    assert face_check(room, attempt_id, 0).outcome == "inspect"
    room.hall.starts.start(SITTING, BY)
    assert state(room, attempt_id) is AttemptState.CHECKED_IN
    reply = desk(room).nothing_to_object(attempt_id, picture(room, attempt_id), BY)
    assert reply.state == AttemptState.IN_PROGRESS


def test_off_asks_nobody_and_still_takes_a_finding(seeing: Room) -> None:
    room = opened(seeing, staff_inspection="off")
    attempt_id = sign_in(room)
    face_check(room, attempt_id, 0)
    assert room_row(room, attempt_id) == (False, [], False)
    assert desk(room).find(attempt_id, "phone", BY).state == AttemptState.CHECKED_IN


def test_a_look_counts_only_for_the_picture_that_was_shown(seeing: Room) -> None:
    room = opened(seeing, staff_inspection="require")
    attempt_id = sign_in(room)
    face_check(room, attempt_id, 1)
    first = picture(room, attempt_id)
    desk(room).nothing_to_object(attempt_id, first, BY)
    assert room_row(room, attempt_id)[0]
    assert face_check(room, attempt_id, 0).outcome == "inspect"
    assert not room_row(room, attempt_id)[0]
    with pytest.raises(StaleState):
        desk(room).nothing_to_object(attempt_id, first, BY)
    assert state(room, attempt_id) is AttemptState.CHECKED_IN


def test_nothing_to_object_is_refused_while_something_is_open(room: Room) -> None:
    room.unlock()
    attempt_id = room.ready()
    desk(room).find(attempt_id, "hair", BY)
    with pytest.raises(StaleState):
        desk(room).nothing_to_object(attempt_id, None, BY)


@pytest.mark.parametrize("finding", list(Finding))
def test_an_exempted_person_may_keep_anything_on(room: Room, finding: Finding) -> None:
    room.unlock()
    attempt_id = room.ready()
    assert desk(room).find(attempt_id, finding, BY).findings == [finding]
    assert desk(room).clear(attempt_id, finding, ALLOWED, BY).state == AttemptState.READY


def test_before_sign_in_and_during_the_exam_the_list_is_shut(room: Room) -> None:
    (attempt_id,) = room.begin()
    with pytest.raises(InspectionOver):
        desk(room).find(attempt_id, "hat", BY)
    assert state(room, attempt_id) is AttemptState.IN_PROGRESS
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    absent = next(row.attempt_id for row in rows if row.state == "registered")
    with pytest.raises(InspectionOver):
        desk(room).nothing_to_object(absent, None, BY)


def test_only_what_is_on_the_list_can_be_marked(room: Room) -> None:
    room.unlock()
    attempt_id = room.ready()
    with pytest.raises(NotFound):
        desk(room).find(attempt_id, "beard", BY)
    with pytest.raises(NotFound):
        desk(room).find("nobody", "hat", BY)


def test_an_open_finding_survives_a_restart(site: Site, clock: ManualClock, weights: Path) -> None:
    with seeing_room(site, clock, weights) as before:
        attempt_id = sign_in(opened(before))
        desk(before).find(attempt_id, "hat", BY)
    with seeing_room(site, clock, weights) as after:
        assert after.hall.attempts.view(attempt_id).findings == ["hat"]
        assert face_check(after, attempt_id, 0).outcome == "inspect"
