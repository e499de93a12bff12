"""Seat plans: everybody has a place, and neighbours are apart where that is possible."""

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.seating import (
    Neighbours,
    Place,
    PlanKind,
    Reason,
    Sitter,
    make_plan,
    position_key,
)

SITTERS = st.lists(
    st.builds(
        Sitter,
        id=st.integers(0, 99).map(str),
        paper=st.sampled_from("123"),
        employer=st.sampled_from(["", "电厂", "水泥厂"]),
        look_alikes=st.frozensets(st.integers(0, 99).map(str), max_size=2),
    ),
    max_size=20,
    unique_by=lambda sitter: sitter.id,
)
KINDS, SEEDS = st.sampled_from(PlanKind), st.binary(max_size=4)


def room(seats: int, per_row: int = 0, name: str = "1") -> list[Place]:
    return [Place(name, f"{number:02}", per_row) for number in range(1, seats + 1)]


def people(papers: str) -> list[Sitter]:
    return [Sitter(f"C{number}", paper) for number, paper in enumerate(papers)]


@given(SITTERS, st.integers(0, 9), st.integers(0, 6), SEEDS, KINDS)
def test_everybody_has_one_place_and_no_place_has_two(
    sitters: list[Sitter], spare: int, per_row: int, seed: bytes, kind: PlanKind
) -> None:
    places = room(len(sitters) + spare, per_row)
    plan = make_plan(sitters, places, seed, kind)
    assert plan.places.keys() == {sitter.id for sitter in sitters}
    assert len(set(plan.places.values())) == len(sitters)
    assert set(plan.places.values()) <= set(places)


@given(SITTERS, st.integers(0, 9), SEEDS, KINDS, st.randoms())
def test_the_same_seed_gives_the_same_plan_in_whatever_order_rows_come(
    sitters: list[Sitter], spare: int, seed: bytes, kind: PlanKind, random: Random
) -> None:
    places = room(len(sitters) + spare, 3)
    plan = make_plan(sitters, places, seed, kind)
    random.shuffle(sitters)
    random.shuffle(places)
    assert make_plan(sitters, places, seed, kind) == plan


@given(SITTERS)
def test_neighbours_weigh_something_exactly_where_there_is_a_reason(sitters: list[Sitter]) -> None:
    for first, second in combinations(sitters, 2):
        assert (first.weight(second) > 0) == bool(first.reasons(second))
        assert first.weight(second) == second.weight(first)


@given(SITTERS, SEEDS)
def test_whoever_is_seated_stays_and_counts_as_a_neighbour(
    sitters: list[Sitter], seed: bytes
) -> None:
    places = room(len(sitters), 4)
    fixed = dict(zip(places[::3], sitters[::3], strict=True))
    others = [sitter for sitter in sitters if sitter not in fixed.values()]
    plan = make_plan(others, [p for p in places if p not in fixed], seed, seated=fixed)
    assert plan.places.keys() == {sitter.id for sitter in others}
    assert not set(plan.places.values()) & set(fixed)


@pytest.mark.parametrize("per_row", [0, 4, 6])
def test_neighbours_have_different_papers_in_a_full_room(per_row: int) -> None:
    assert make_plan(people("123456" * 8), room(48, per_row), b"seed").together == ()


def test_two_papers_alternate() -> None:
    plan = make_plan(people("12" * 12), room(24, 6), b"seed")
    assert plan.together == ()


def test_one_paper_leaves_seats_free_between_people_where_there_are_enough() -> None:
    assert make_plan(people("1" * 15), room(30, 6), b"seed").together == ()


def test_neighbours_of_a_full_room_with_one_paper_are_reported() -> None:
    plan = make_plan(people("111"), room(3), b"seed")
    assert [pair.reasons for pair in plan.together] == [(Reason.SAME_PAPER,)] * 2


def test_people_who_look_alike_come_first_then_one_employer_then_one_paper() -> None:
    twins = [Sitter("A", "1", look_alikes=frozenset({"B"})), Sitter("B", "2")]
    colleagues = [Sitter("C", "1", "电厂"), Sitter("D", "2", "电厂")]
    plan = make_plan([*twins, *colleagues], room(4), b"seed")
    reasons = {reason for pair in plan.together for reason in pair.reasons}
    assert reasons <= {Reason.SAME_PAPER}


def test_look_alikes_are_apart_whichever_of_the_two_names_the_other() -> None:
    twins = [Sitter("A", "1"), Sitter("B", "2", look_alikes=frozenset({"A"}))]
    plan = make_plan([*twins, Sitter("C", "3")], room(3), b"seed")
    assert plan.together == ()
    packed = make_plan(twins, room(2), b"seed")
    assert packed.together == (Neighbours("A", "B", (Reason.LOOK_ALIKE,)),)


def test_rooms_do_not_neighbour_each_other() -> None:
    places = [Place("1", "01"), Place("2", "02")]
    assert make_plan(people("11"), places, b"seed").together == ()


def test_seats_are_named_by_row_and_number_or_counted_row_by_row() -> None:
    assert Place("1", "C04").position == (2, 3)
    assert Place("1", "7", 3).position == (2, 0)
    assert Place("1", "7").position == (0, 6)
    assert Place("1", "窗边").position is None
    assert sorted(["10", "9", "01"], key=position_key) == ["01", "9", "10"]
    assert sorted(["B01", "A10", "A2"], key=position_key) == ["A2", "A10", "B01"]


def test_lots_do_not_depend_on_who_the_people_are() -> None:
    sitters = people("1122")
    plain = make_plan(sitters, room(6), b"seed", PlanKind.LOT).places
    named = [replace(sitter, employer="电厂") for sitter in sitters]
    assert make_plan(named, room(6), b"seed", PlanKind.LOT).places == plain


def test_too_few_places_are_refused() -> None:
    with pytest.raises(ValueError, match="2 people, 1 places"):
        make_plan(people("11"), room(1), b"seed")
