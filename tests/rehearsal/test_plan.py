"""The plan of a rehearsal: papers of two programmes in several rooms, with neighbours apart."""

from itertools import combinations

import pytest

from kiosk.exam.seating import Place
from kiosk.rehearsal.environment import usual_programmes
from kiosk.rehearsal.people import make_people
from kiosk.rehearsal.plan import SEATS_PER_ROW, Plan, PlannedSeat, Size, make_hall


@pytest.fixture(scope="module")
def sixty() -> Plan:
    """Sixty candidates, six papers, two rooms."""
    return make_hall(make_people(60), usual_programmes(), Size.of(6, 2, 60, True), seed=1)


def test_the_papers_are_of_two_programmes_and_have_different_minutes(sixty: Plan) -> None:
    examined = [(paper.programme_id, paper.trade, paper.level) for paper in sixty.papers]
    assert examined[:3] == [
        ("carbon-manager", None, None),
        ("carbon-skills", "emission_management", "junior"),
        ("carbon-skills", "asset_management", "intermediate"),
    ]
    assert len(set(examined)) == 6
    assert [paper.minutes for paper in sixty.papers] == [2, 3, 4, 5, 6, 7]


def test_every_paper_is_sat_in_every_room_by_as_many(sixty: Plan) -> None:
    groups = [(one.room, one.paper) for one in sixty.seats]
    assert {group: groups.count(group) for group in groups} == {
        (room, paper.id): 5 for room in ("1", "2") for paper in sixty.papers
    }
    assert sixty.rooms == {"1": 30, "2": 30}


def test_neighbours_have_different_papers(sixty: Plan) -> None:
    beside = [pair for pair in combinations(sixty.seats, 2) if neighbours(*pair)]
    assert len(beside) == 2 * 49
    assert [pair for pair in beside if pair[0].paper == pair[1].paper] == []


def test_the_last_candidate_has_extra_time_and_some_stay_to_the_end(sixty: Plan) -> None:
    extra = {one.person.admission_no: one.extra_minutes for one in sixty.seats if one.extra_minutes}
    assert list(extra) == ["R00060"]
    assert sixty.lingering == {f"R{number:05d}" for number in range(55, 61)}


def test_whoever_has_a_shorter_paper_answers_in_less_time(sixty: Plan) -> None:
    assert sixty.shares["R00001"] == pytest.approx(2 / 7)
    assert sixty.shares["R00006"] == 1


@pytest.mark.parametrize(
    ("people", "papers", "rooms", "planned"),
    [(1, 2, 2, (1, 1)), (2, 2, 2, (2, 2)), (3, 1, 3, (1, 3)), (5, 2, 2, (2, 2))],
)
def test_few_people_fill_as_many_papers_and_rooms_as_they_can(
    people: int, papers: int, rooms: int, planned: tuple[int, int]
) -> None:
    size = Size.of(papers, rooms, 15, to_the_end=False)
    plan = make_hall(make_people(people), usual_programmes(), size, seed=1)
    assert (
        len({one.paper for one in plan.seats}),
        len({one.room for one in plan.seats}),
    ) == planned


def test_all_papers_of_both_programmes_fit_into_one_sitting() -> None:
    plan = make_hall(make_people(60), usual_programmes(), Size.of(22, 2, 60, False), seed=1)
    assert len({(paper.trade, paper.level) for paper in plan.papers}) == 22


def neighbours(one: PlannedSeat, other: PlannedSeat) -> bool:
    """Whether two sit side by side, or one behind the other, in one room."""
    places = [Place(seat.room, seat.seat, SEATS_PER_ROW).position for seat in (one, other)]
    (row, column), (other_row, other_column) = (place or (0, 0) for place in places)
    return one.room == other.room and abs(row - other_row) + abs(column - other_column) == 1
