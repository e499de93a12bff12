"""Withdrawn, replaced, refused, moved: seat, number and paper follow, and nobody sits twice."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from sync.hq.errors import (
    AlreadySat,
    HqError,
    IdentityTaken,
    NotAdmitted,
    NotSeated,
    ReasonMissing,
    RoomFull,
    SeatsClash,
)
from sync.hq.persistence import tables
from sync.hq.registration.lives import Accommodation, Place
from sync.hq.registration.occupancy import require_sitting_free
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.services import HqServices
from sync.hq.sittings import NewPaper, NewSitting
from tests.hq.desk import BY, CODE, NOW, OTHER, PROGRAMME, Desk, open_again
from tests.hq.registration.office import Office
from tests.hq.registration.test_corrections import person, take

MORNING, BESIDE, LATER = 0, 1, 2


@pytest.fixture
def office() -> Office:
    office = Office()
    for sitting, names in ((MORNING, ["A1111", "B1111"]), (BESIDE, ["C1111"])):
        entries = [RosterEntry(name, name) for name in names]
        office.registration.import_roster(office.sittings[sitting], CODE, entries, BY)
    return office


def key(office: Office, name: str) -> str:
    return next(str(row["id"]) for row in office.rows("candidates") if row["name"] == name)


def places(office: Office, sitting: int = MORNING) -> dict[str, tuple[str, str]]:
    seats = office.registration.seats(office.sittings[sitting])
    return {one.name: (one.centre_code, one.seat) for one in seats}


def test_a_roster_of_another_sitting_gets_other_seats_of_the_room(office: Office) -> None:
    assert places(office) == {"A1111": (CODE, "01"), "B1111": (CODE, "02")}
    assert places(office, BESIDE) == {"C1111": (CODE, "03")}


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("A1111", RosterEntry("A1111", "A1111")),
        ("D1111", RosterEntry("D1111", "D1111", seat="1")),
        ("D1111", RosterEntry("D1111", "D1111", seat="9")),
    ],
    ids=["a person", "a seat", "a room"],
)
def test_nothing_is_taken_twice_at_one_time(office: Office, name: str, to: RosterEntry) -> None:
    before = office.rows("seats")
    with pytest.raises(SeatsClash, match=name if name[0] == "A" else "1111|beside"):
        office.registration.import_roster(office.sittings[BESIDE], CODE, [to], BY)
    assert office.rows("seats") == before
    office.registration.import_roster(office.sittings[LATER], CODE, [to], BY)


def test_extra_time_that_reaches_into_the_next_sitting_is_refused(office: Office) -> None:
    morning = office.sittings[MORNING]
    office.registration.import_roster(
        office.sittings[LATER], CODE, [RosterEntry("A1111", "A1111")], BY
    )
    with pytest.raises(SeatsClash):
        office.lives.grant(morning, key(office, "A1111"), Accommodation(600), "x", BY)
    office.lives.grant(morning, key(office, "A1111"), Accommodation(30, "reader"), "x", BY)
    seat = office.registration.seats(morning)[0]
    assert (seat.extra_minutes, seat.needs) == (30, "reader")


def test_who_withdraws_frees_the_seat_and_can_be_put_back(office: Office) -> None:
    morning = office.sittings[MORNING]
    with pytest.raises(ReasonMissing):
        office.lives.withdraw(morning, key(office, "A1111"), "", BY)
    number = office.lives.withdraw(morning, key(office, "A1111"), "ill", BY)
    assert number is not None
    assert list(places(office)) == ["B1111"]
    office.undo.undo(number, "came after all", BY)
    assert places(office)["A1111"] == (CODE, "01")


def test_a_freed_seat_that_somebody_has_taken_is_not_given_back(office: Office) -> None:
    morning = office.sittings[MORNING]
    number = office.lives.withdraw(morning, key(office, "A1111"), "ill", BY)
    assert number is not None
    office.registration.import_roster(morning, CODE, [RosterEntry("D1111", "D1111", seat="01")], BY)
    assert [one.why for one in office.undo.consequences(number).staying] == ["taken"]


def test_another_person_takes_the_seat_with_a_number_of_their_own(office: Office) -> None:
    morning = office.sittings[MORNING]
    before = office.registration.seats(morning)[0].admission_no
    office.registration.import_roster(
        office.sittings[LATER], OTHER, [RosterEntry("D1111", "D1111")], BY
    )
    with pytest.raises(NotAdmitted):
        office.lives.replace(morning, key(office, "A1111"), key(office, "B1111"), "swap", BY)
    number = office.lives.replace(morning, key(office, "A1111"), key(office, "D1111"), "ill", BY)
    assert places(office) == {"D1111": (CODE, "01"), "B1111": (CODE, "02")}
    assert office.registration.seats(morning)[0].admission_no != before
    assert number is not None
    office.undo.undo(number, "mistake", BY)
    assert places(office)["A1111"] == (CODE, "01")
    with pytest.raises(NotSeated):
        office.lives.replace(morning, key(office, "D1111"), key(office, "C1111"), "x", BY)


def test_a_seat_moves_to_another_place_or_sitting(office: Office) -> None:
    morning, later = office.sittings[MORNING], office.sittings[LATER]
    one = key(office, "A1111")
    office.lives.move(morning, one, Place(seat="05"), "draught", BY)
    with pytest.raises(SeatsClash):
        office.lives.move(morning, one, Place(seat="3"), "draught", BY)
    office.lives.move(morning, one, Place(centre_code=OTHER), "nearer", BY)
    assert places(office)["A1111"] == (OTHER, "01")
    office.lives.move(morning, one, Place(sitting_id=later, centre_code=CODE), "ill", BY)
    assert places(office, LATER) == {"A1111": (CODE, "01")}
    assert list(places(office)) == ["B1111"]


def test_a_full_room_takes_nobody(office: Office) -> None:
    morning = office.sittings[MORNING]
    office.registration.import_roster(morning, OTHER, [RosterEntry("E1111", "E1111")], BY)
    with pytest.raises(RoomFull):
        office.lives.move(morning, key(office, "E1111"), Place(centre_code=CODE), "x", BY)


def test_who_is_refused_loses_the_seat(office: Office) -> None:
    morning = office.sittings[MORNING]
    take(office, person(1))
    (one,) = office.applications.list(morning)
    office.registration.import_roster(morning, OTHER, [RosterEntry(one.identity_no, one.name)], BY)
    office.applications.decide(morning, one.candidate_id, "refused", "forged", BY)
    assert one.name not in places(office)


def test_who_has_sat_keeps_the_seat(office: Office) -> None:
    one, morning = key(office, "A1111"), office.sittings[MORNING]
    with office.database.write() as connection:
        empty = {column.name: "" for column in tables.bundles.c}
        numbers = dict.fromkeys(
            ("cursor", "revision", "package_version", "size", "chain_epoch", "chain_seq"), 1
        )
        own = {"sitting_id": morning, "candidate_id": one, "centre_code": CODE, "receipt": b""}
        more = {"document": {}, "chain_ok": True, "answer_findings": None, "received_at": NOW}
        connection.execute(insert(tables.bundles).values(**{**empty, **numbers, **own, **more}))
    acts: list[Callable[[], object]] = [
        lambda: office.lives.withdraw(morning, one, "x", BY),
        lambda: office.lives.move(morning, one, Place(seat="05"), "x", BY),
        lambda: office.lives.replace(morning, one, key(office, "C1111"), "x", BY),
    ]
    for act in acts:
        with pytest.raises((AlreadySat, NotAdmitted)):
            act()


def test_an_identity_number_of_another_person_is_refused_by_name(office: Office) -> None:
    with pytest.raises(IdentityTaken) as refused:
        office.lives.correct(key(office, "A1111"), {"identity_no": "B1111"}, "typo", BY)
    assert refused.value.params["name"] == "B1111"
    office.lives.correct(key(office, "A1111"), {"identity_no": "A2222"}, "typo", BY)


def test_seats_of_a_sitting_whose_times_changed_are_checked(office: Office) -> None:
    office.registration.import_roster(
        office.sittings[LATER], CODE, [RosterEntry("A1111", "A1111")], BY
    )
    table, later = tables.sittings, office.sittings[LATER]
    with office.database.write() as connection:
        require_sitting_free(connection, later)
        moved = update(table).where(table.c.id == later)
        connection.execute(moved.values(starts_at=NOW + timedelta(days=1)))
        with pytest.raises(SeatsClash):
            require_sitting_free(connection, later)


def test_two_writers_do_not_seat_one_person_twice(desk: Desk) -> None:
    """On every engine: the second transaction sees what the first has stored."""
    sittings = [
        desk.hq.sittings.create(
            NewSitting(title, NOW + timedelta(days=2), [NewPaper(PROGRAMME)]), BY
        ).id
        for title in ("a", "b")
    ]
    other, outcomes = open_again(desk), list[str]()

    def seat(hq: HqServices, sitting: str, number: str) -> None:
        entry = [RosterEntry("Z1111", "Z", seat=number)]
        try:
            hq.registration.import_roster(sitting, CODE, entry, BY)
            outcomes.append("stored")
        except HqError as error:
            outcomes.append(error.code)

    writers = [
        threading.Thread(target=seat, args=(hq, sitting, number))
        for hq, sitting, number in ((desk.hq, sittings[0], "1"), (other, sittings[1], "2"))
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    other.close()
    assert sorted(outcomes) == ["hq_seats_clash", "stored"]
