"""Samples: reproducible, stratified, bounded and recorded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.hq.errors import SampleUnusable
from sync.hq.supervision.samples import MOST, shares_of
from sync.hq.supervision.trails import Stage
from tests.hq.desk import BY
from tests.hq.similarity.world import Examined

COUNTS = st.dictionaries(st.text("ABC", min_size=1), st.integers(1, 500), min_size=1, max_size=9)


@given(COUNTS, st.integers(1, MOST))
def test_shares_add_up_and_are_in_proportion(counts: dict[str, int], size: int) -> None:
    shares = shares_of(counts, size)
    assert sum(shares.values()) == min(size, sum(counts.values()))
    assert all(0 <= shares[code] <= counts[code] for code in counts)
    if size >= len(counts):
        assert all(shares.values())


def test_a_seed_draws_the_same_people_again_and_another_seed_others(examined: Examined) -> None:
    hq, sitting = examined.desk.hq, examined.exam.sitting
    people = {seat.candidate_id for seat in hq.registration.seats(sitting)}

    def drawn(seed: str) -> list[str]:
        found = hq.samples.draw(sitting, 5, seed, people, BY, "page")
        return [person.candidate_id for person in found]

    assert drawn("a") == drawn("a")
    assert len(set(drawn("a"))) == 5
    assert drawn("a") != drawn("b")
    event = hq.audit_log.newest(1)[0]
    assert event.kind == "sample_drawn"
    assert (event.data["seed"], event.data["drawn"], event.data["of"]) == ("b", 5, len(people))


def test_nobody_is_drawn_who_is_not_covered(examined: Examined) -> None:
    hq, sitting = examined.desk.hq, examined.exam.sitting
    seat = hq.registration.seats(sitting)[0]
    found = hq.samples.draw(sitting, 9, "a", {seat.candidate_id}, BY, "page")
    assert [person.candidate_id for person in found] == [seat.candidate_id]


@pytest.mark.parametrize(("size", "seed"), [(0, "a"), (MOST + 1, "a"), (5, ""), (5, "a b"),
                                            (5, "长"), (5, "a" * 65)])  # fmt: skip
def test_bounds(examined: Examined, size: int, seed: str) -> None:
    with pytest.raises(SampleUnusable):
        examined.desk.hq.samples.draw(examined.exam.sitting, size, seed, set(), BY, "page")


def test_a_trail_leads_from_registration_to_the_result(examined: Examined) -> None:
    hq, sitting = examined.desk.hq, examined.exam.sitting
    seat = hq.registration.seats(sitting)[0]
    acts = hq.trails.of(sitting, seat.candidate_id)
    assert [act.at for act in acts] == sorted(act.at for act in acts)
    assert {Stage.PACKAGE, Stage.RESULT} <= {act.stage for act in acts}
    assert hq.trails.of(sitting, "nobody") == []
