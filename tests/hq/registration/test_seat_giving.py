"""Free seats go to who has none, then to the reserve list; who sits elsewhere is named."""

import pytest

from sync.hq.registration.allocation import NotEnoughSeats
from sync.hq.registration.application_views import ApplicationView
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.registration.seat_giving import Elsewhere
from sync.hq.registration.seats import Allocated
from sync.hq.registration.unfit_seats import seated_not_admitted
from tests.hq.applicants import SOUND
from tests.hq.desk import BY, CODE, OTHER
from tests.hq.registration.office import Office
from tests.hq.registration.test_corrections import person, read

MORNING, BESIDE = 0, 1


def admit(office: Office, orders: range, sitting: int = MORNING) -> list[ApplicationView]:
    at = office.sittings[sitting]
    file = read(*({**person(order), **SOUND} for order in orders))
    office.applications.take(at, file, [], BY, file_name="a.csv")
    found = list(office.applications.list(at))
    for one in found:
        office.applications.decide(at, one.candidate_id, "admitted", "checked", BY)
    return found


def wait(office: Office, *names: str) -> None:
    by_name = {one.name: one for one in office.applications.list(office.sittings[MORNING])}
    for name in names:
        office.lives.reserve(office.sittings[MORNING], by_name[name].candidate_id, "late", BY)


def allocate(office: Office, sitting: int = MORNING) -> Allocated:
    at = office.sittings[sitting]
    return office.registration.allocate(at, office.applications.list(at), BY)


def waiting(office: Office) -> list[str]:
    found = office.applications.list(office.sittings[MORNING])
    return [one.name for one in sorted(found, key=lambda one: one.reserve or 0) if one.reserve]


def test_seats_that_are_left_over_go_to_the_reserve_list_in_its_order() -> None:
    office = Office()
    admit(office, range(1, 8))  # 7 people, 6 seats
    wait(office, "考生7", "考生2", "考生5")
    new = allocate(office)
    assert new.moved_up == ["考生7", "考生2"]
    assert len(new.seats) == 6
    assert waiting(office) == ["考生5"]
    newest = office.history.of_sitting(office.sittings[MORNING])[0]
    assert newest.kind == "seats_allocated"
    office.undo.undo(newest.id, "too early", BY)
    assert waiting(office) == ["考生7", "考生2", "考生5"]


def test_who_is_no_longer_admitted_and_keeps_the_seat_is_listed() -> None:
    office = Office()
    at = office.sittings[MORNING]
    first, second = admit(office, range(1, 3))
    allocate(office)
    office.registration.import_roster(at, CODE, [RosterEntry("A1111", "roster only")], BY)

    def unfit() -> list[tuple[str, str]]:
        found = seated_not_admitted(office.applications.list(at), office.registration.seats(at))
        return [(one.application.name, one.application.state) for one in found]

    assert unfit() == []
    for one in (first, second):  # the rules alone: no portrait yet, and hours are missing
        office.applications.decide(at, one.candidate_id, "", "rules", BY)
    office.lives.correct_application(at, first.candidate_id, {"class_hours": "3"}, "proof", BY)
    assert unfit() == [("考生1", "incomplete"), ("考生2", "incomplete")]
    office.applications.decide(at, first.candidate_id, "refused", "hours", BY)
    office.applications.decide(at, second.candidate_id, "admitted", "portrait comes", BY)
    assert unfit() == []
    assert {seat.name for seat in office.registration.seats(at)} == {"考生2", "roster only"}


def test_nobody_moves_up_before_everybody_else_has_a_seat() -> None:
    office = Office()
    admit(office, range(1, 9))
    wait(office, "考生8")
    with pytest.raises(NotEnoughSeats):
        allocate(office)
    assert waiting(office) == ["考生8"]


def test_the_reserve_list_moves_up_by_an_act_too() -> None:
    office, morning = Office(), 0
    admit(office, range(1, 3))
    wait(office, "考生2", "考生1")
    at = office.sittings[morning]
    new = office.registration.move_up(at, office.applications.list(at), BY)
    assert new.moved_up == ["考生2", "考生1"]
    assert waiting(office) == []


def test_who_sits_elsewhere_at_that_time_is_named_with_the_seat() -> None:
    office = Office()
    admit(office, range(1, 2), BESIDE)
    (there,) = allocate(office, BESIDE).seats
    admit(office, range(1, 3))
    new = allocate(office)
    assert [one.name for one in new.seats] == ["考生2"]
    who = Elsewhere(
        there.candidate_id, "考生1", "beside", there.centre_code, there.room, there.seat
    )
    assert new.elsewhere == [who]
    assert there.centre_code in (CODE, OTHER)
    office.lives.withdraw(office.sittings[BESIDE], there.candidate_id, "sits here", BY)
    assert [one.name for one in allocate(office).seats] == ["考生1"]


def test_who_waits_and_sits_elsewhere_is_left_out_and_the_next_moves_up() -> None:
    office = Office()
    admit(office, range(1, 2), BESIDE)
    allocate(office, BESIDE)
    admit(office, range(1, 3))
    wait(office, "考生1", "考生2")
    new = allocate(office)
    assert new.moved_up == ["考生2"]
    assert [one.name for one in new.elsewhere] == ["考生1"]
    assert waiting(office) == ["考生1"]
