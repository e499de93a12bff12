"""Copying is found, honest sittings are left alone, and the corrections hold what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sync.hq.similarity.all_pairs import LEAST_COMMON, all_pairs
from sync.hq.similarity.corrections import correct
from sync.hq.similarity.model import NOTHING, Responses, fit
from sync.hq.similarity.places import Relation, Seating, distance, place_of
from sync.hq.similarity.search import Level, Limits, Outcome, clusters, search
from sync.hq.similarity.simulation import (
    Sitting,
    World,
    copy_neighbours,
    share_key,
    simulate,
)


def found_in(sitting: Sitting) -> Outcome:
    return search(fit(sitting.responses), Seating(sitting.places), Limits())


@pytest.mark.parametrize("people", [10, 15, 30, 120])
def test_nobody_is_named_in_an_honest_sitting(people: int) -> None:
    outcome = found_in(simulate(World(people), np.random.default_rng(people)))
    assert outcome.compared == people * (people - 1) // 2
    assert not outcome.found


@pytest.mark.parametrize("able", [True, False])
def test_a_neighbour_who_copied_everything_is_named(able: bool) -> None:
    random = np.random.default_rng(4)
    sitting = copy_neighbours(simulate(World(60), random), 1.0, random, able=able)
    named = {(pair.first, pair.second): pair for pair in found_in(sitting).found}
    assert set(named) == {(min(pair), max(pair)) for pair in sitting.copied}
    assert all(pair.near and pair.level is Level.STRONG for pair in named.values())


def test_sharers_of_a_key_are_one_group() -> None:
    random = np.random.default_rng(6)
    sitting = share_key(simulate(World(60), random), 0.9, 5, 0.8, random)
    outcome = found_in(sitting)
    pairs = {(min(pair), max(pair)) for pair in sitting.copied}
    assert pairs <= {(pair.first, pair.second) for pair in outcome.found}
    assert {pair.cluster for pair in outcome.found} == {1}
    assert outcome.rooms[0].below >= len(pairs) > outcome.rooms[1].below


def test_pairs_with_few_common_answers_are_not_compared() -> None:
    sitting = simulate(World(20, items=40), np.random.default_rng(8))
    codes = sitting.responses.codes
    codes[0, LEAST_COMMON - 1 :] = NOTHING
    outcome = found_in(sitting)
    assert (outcome.pairs, outcome.compared) == (190, 171)


def test_the_same_answers_in_any_order_of_candidates_give_the_same_pairs() -> None:
    random = np.random.default_rng(9)
    sitting = copy_neighbours(simulate(World(60), random), 0.9, random, able=False)
    order = random.permutation(60)
    mixed = Responses(
        sitting.responses.codes[order], sitting.responses.right, sitting.responses.wrong
    )
    places = [sitting.places[person] for person in order]
    again = search(fit(mixed), Seating(places), Limits())
    known = {frozenset((pair.first, pair.second)): pair.holm for pair in found_in(sitting).found}
    for pair in again.found:
        people = frozenset((int(order[pair.first]), int(order[pair.second])))
        assert pair.holm == pytest.approx(known.pop(people), rel=1e-6)
    assert not known


def test_every_pair_is_compared_once_in_any_number_of_parts() -> None:
    sitting = simulate(World(130, items=20), np.random.default_rng(1))
    everybody = all_pairs(fit(sitting.responses), Seating(sitting.places))
    assert everybody.total == 130 * 129 // 2 == sum(everybody.sizes)
    assert everybody.by_room.tolist() == [435, 435, 435, 435, 45]


_P = st.floats(0, 1, allow_subnormal=False)


@given(arrays(np.float64, st.integers(1, 30), elements=_P), st.data())
def test_corrections_only_raise_probabilities_and_keep_their_order(
    probability: np.ndarray, data: st.DataObject
) -> None:
    near = data.draw(arrays(bool, len(probability)))
    sizes = int(near.sum()) + 5, int((~near).sum()) + 100
    corrected = correct(probability, near, sizes)
    assert (corrected.holm >= np.minimum(probability, 1) - 1e-12).all()
    assert (corrected.fdr <= corrected.holm + 1e-9).all()
    for family in (near, ~near):
        order = np.argsort(probability[family], kind="stable")
        assert (np.diff(corrected.holm[family][order]) >= -1e-12).all()


def test_holm_by_hand() -> None:
    corrected = correct(np.array([0.001, 0.01, 0.04]), np.array([True, True, False]), (2, 98))
    assert corrected.holm == pytest.approx([0.004, 0.02, 1.0])


def test_people_are_grouped_by_the_pairs_that_connect_them() -> None:
    assert clusters([(1, 2), (5, 6), (2, 3), (6, 7), (8, 9)]) == [1, 2, 1, 2, 3]


@pytest.mark.parametrize(
    ("one", "other", "relation", "apart"),
    [
        (("A", "1", "1", 6), ("A", "1", "8", 6), Relation.NEIGHBOURS, (1, 1)),
        (("A", "1", "01", 6), ("A", "1", "06", 6), Relation.SAME_ROOM, (0, 5)),
        (("A", "1", "1", 6), ("A", "1", "19", 6), Relation.SAME_ROOM, (3, 0)),
        (("A", "1", "1", 0), ("A", "1", "2", 0), Relation.SAME_ROOM, (None, None)),
        (("A", "1", "甲", 6), ("A", "1", "2", 6), Relation.SAME_ROOM, (None, None)),
        (("A", "1", "1", 6), ("A", "2", "2", 6), Relation.SAME_CENTRE, (None, None)),
        (("A", "1", "1", 6), ("B", "1", "2", 6), Relation.APART, (None, None)),
    ],
)
def test_seats_have_a_distance_within_a_room(
    one: tuple[str, str, str, int],
    other: tuple[str, str, str, int],
    relation: Relation,
    apart: tuple[int | None, int | None],
) -> None:
    places = place_of(*one), place_of(*other)
    found = distance(*places)
    assert (found.relation, (found.rows, found.columns)) == (relation, apart)
    near = Seating(places).near(np.array([0]), np.array([1]))[0]
    # Where rows are not known, everybody in the room may be a neighbour.
    unknown = relation is Relation.SAME_ROOM and apart[0] is None
    assert near == (unknown or relation is Relation.NEIGHBOURS)
