"""Papers fill blueprint and quotas exactly, or it is said what is missing."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.exam.errors import PaperImpossible, ProgrammeError
from kiosk.exam.items.item import Difficulty, ItemType
from kiosk.exam.papers.paper import PaperSection
from kiosk.exam.programme.blueprint import Quota
from kiosk.exam.programme.programme import Programme, load_programme
from sync.hq.authoring.assembly import PoolItem, assemble
from tests.exam.programmes import bank, invented, shipped

PROGRAMME = shipped("carbon-manager")
STEPS = list(Difficulty)


def pool(each: int, programme: Programme = PROGRAMME, uses: int = 0) -> list[PoolItem]:
    """Items of every kind; difficulties take turns."""
    return [
        PoolItem(
            one.id,
            one.type,
            one.subject,
            one.domain,
            one.trade,
            one.level,
            STEPS[number % len(STEPS)],
            uses,
        )
        for number, one in enumerate(bank(programme, each))
    ]


def with_quotas(*quotas: dict[str, Any]) -> Programme:
    document = PROGRAMME.model_dump()
    document["examinations"][0]["quotas"] = list(quotas)
    return Programme.model_validate(document)


def drawn(items: Sequence[PoolItem], paper: Sequence[PaperSection]) -> list[PoolItem]:
    by_id = {item.id: item for item in items}
    return [by_id[item_id] for section in paper for item_id in section.items]


def test_quotas_of_items_and_points_are_kept() -> None:
    programme = with_quotas(
        {"difficulty": "difficult", "items": [20, 20]},
        {"difficulty": "easy", "type": "single_choice", "items": [0, 2]},
        {"subject": "theory", "points": [70, 75]},
    )
    items = pool(12)
    (paper,) = assemble(items, programme, b"seed")
    found = drawn(items, paper)
    assert sum(item.difficulty == "difficult" for item in found) == 20
    easy = [item for item in found if item.difficulty == "easy"]
    assert sum(item.type is ItemType.SINGLE_CHOICE for item in easy) <= 2
    points = {section.type: section.points for section in programme.examinations[0].sections}
    theory = sum((points[item.type] for item in found if item.subject == "theory"), Decimal(0))
    assert 70 <= theory <= 75


def test_what_a_quota_lacks_is_named() -> None:
    programme = with_quotas({"difficulty": "very_easy", "items": [60, 70]})
    with pytest.raises(PaperImpossible) as refused:
        assemble(pool(5), programme, b"seed")
    (shortage,) = refused.value.shortages
    assert (shortage.what, shortage.of, shortage.need) == ("items", ("very_easy",), 60)
    assert 0 < shortage.have < 60
    assert str(shortage) == f"items of very_easy: {shortage.have:g} of 60"


def test_quotas_that_contradict_each_other_are_named() -> None:
    programme = with_quotas(
        {"subject": "theory", "items": [0, 10]}, {"subject": "practice", "items": [0, 10]}
    )
    with pytest.raises(PaperImpossible, match=r"items of (theory|practice): \d+, at most 10"):
        assemble(pool(20), programme, b"seed")


@pytest.mark.parametrize(
    "quota",
    [
        {"domain": "policy"},
        {"items": [1, 2]},
        {"domain": "policy", "items": [3, 2]},
        {"domain": "policy", "items": [1, 2], "points": [1, 2]},
    ],
)
def test_a_quota_says_what_it_counts_and_how_much(quota: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Quota.model_validate(quota)


@settings(max_examples=20)
@given(st.integers(min_value=1, max_value=4), st.binary(min_size=1, max_size=8))
def test_parallel_papers_share_their_plan_and_no_item(papers: int, seed: bytes) -> None:
    items = pool(60)
    found = assemble(items, PROGRAMME, seed, papers=papers)
    cells = [Counter(item.cell(by_trade=False) for item in drawn(items, paper)) for paper in found]
    assert all(cell == cells[0] for cell in cells)
    ids = [item_id for paper in found for section in paper for item_id in section.items]
    assert len(ids) == len(set(ids)) == papers * 70


def test_items_that_were_used_least_come_first() -> None:
    fresh = pool(6)
    used = [replace(item, id=f"u-{item.id}", uses=3) for item in pool(6)]
    (paper,) = assemble([*used, *fresh], PROGRAMME, b"seed")
    assert {item.uses for item in drawn([*used, *fresh], paper)} == {0}


def test_another_seed_draws_another_paper_and_the_same_seed_the_same() -> None:
    items = pool(20)
    assert assemble(items, PROGRAMME, b"a") == assemble(items[::-1], PROGRAMME, b"a")
    assert assemble(items, PROGRAMME, b"a") != assemble(items, PROGRAMME, b"b")


def test_an_open_section_takes_from_all_domains() -> None:
    programme = invented()
    items = pool(60, programme)
    (paper,) = assemble(items, programme, b"seed", level="master")
    essays = [item for item in drawn(items, paper) if item.type is ItemType.ESSAY]
    assert len(essays) == 2
    (many,) = assemble(
        pool(60, shipped("carbon-skills")), shipped("carbon-skills"), b"s", "trading", "junior"
    )
    singles = drawn(pool(60, shipped("carbon-skills")), many[:1])
    assert len({item.domain for item in singles}) > 1


def tide_pool(supply: list[int]) -> list[PoolItem]:
    """True/false items of two domains, two subjects and two difficulties, so many of each."""
    kinds = itertools.product(("coast", "ocean"), ("charts", "law"), ("easy", "difficult"))
    return [
        PoolItem(
            f"{domain}-{subject}-{step}-{number}",
            ItemType.TRUE_FALSE,
            subject,
            domain,
            difficulty=Difficulty(step),
        )
        for (domain, subject, step), count in zip(kinds, supply, strict=True)
        for number in range(count)
    ]


def possible(supply: list[int], easy: tuple[int, int], law: tuple[int, int]) -> bool:
    """Whether five items of each domain can keep both quotas, by trying everything."""
    halves = []
    for have in (supply[:4], supply[4:]):
        taken = itertools.product(*(range(count + 1) for count in have))
        halves.append({(n[0] + n[2], n[2] + n[3]) for n in taken if sum(n) == 5})
    return any(
        easy[0] <= one[0] + other[0] <= easy[1] and law[0] <= one[1] + other[1] <= law[1]
        for one in halves[0]
        for other in halves[1]
    )


bounds = st.tuples(st.integers(0, 10), st.integers(0, 10)).map(lambda pair: tuple(sorted(pair)))


@settings(max_examples=150)
@given(st.lists(st.integers(0, 4), min_size=8, max_size=8), bounds, bounds)
def test_a_paper_is_drawn_exactly_when_there_is_one(
    supply: list[int], easy: tuple[int, int], law: tuple[int, int]
) -> None:
    document = invented().model_dump()
    document["examinations"][0]["quotas"] = [
        {"difficulty": "easy", "items": easy},
        {"subject": "law", "items": law},
    ]
    programme, items = Programme.model_validate(document), tide_pool(supply)
    try:
        (paper,) = assemble(items, programme, b"seed", level="mate")
    except PaperImpossible as error:
        refused = error
    else:
        found = drawn(items, paper)
        assert Counter(item.domain for item in found) == {"coast": 5, "ocean": 5}
        assert easy[0] <= sum(item.difficulty == "easy" for item in found) <= easy[1]
        assert law[0] <= sum(item.subject == "law" for item in found) <= law[1]
        return
    assert refused.shortages
    assert not possible(supply, easy, law)


def totals(items: Sequence[PoolItem], paper: Sequence[PaperSection]) -> Counter[str]:
    found = drawn(items, paper)
    return Counter(item.domain for item in found) + Counter(str(item.difficulty) for item in found)


def test_parallel_papers_have_equal_totals_where_alike_items_cannot_be_halved() -> None:
    items = tide_pool([7, 0, 3, 0, 4, 0, 0, 6])
    first, second = assemble(items, invented(), b"seed", level="mate", papers=2)
    assert totals(items, first) == totals(items, second)
    assert sorted(item.id for paper in (first, second) for item in drawn(items, paper)) == sorted(
        item.id for item in items
    )


@pytest.mark.parametrize(
    ("supply", "reasons"),
    [
        ([7, 0, 3, 0, 5, 0, 0, 5], ["the items do not make 2 papers with equal totals"]),
        (
            [7, 0, 2, 0, 4, 0, 0, 6],
            [
                "only / true_false / coast: 4 of 5",
                "the items do not make 2 papers with equal totals",
            ],
        ),
    ],
)
def test_a_refusal_of_parallel_papers_says_what_each_lacks(
    supply: list[int], reasons: list[str]
) -> None:
    with pytest.raises(PaperImpossible) as refused:
        assemble(tide_pool(supply), invented(), b"seed", level="mate", papers=2)
    assert [str(shortage) for shortage in refused.value.shortages] == reasons


def two_possible(supply: list[int]) -> bool:
    """Whether two papers of five items a domain can be equally easy, by trying everything."""

    def picks(have: Sequence[int]) -> list[tuple[int, ...]]:
        taken = itertools.product(*(range(count + 1) for count in have))
        return [pick for pick in taken if sum(pick) == 5]

    differences = [
        {
            one[0] + one[2] - other[0] - other[2]
            for one in picks(have)
            for other in picks([count - taken for count, taken in zip(have, one, strict=True)])
        }
        for have in (supply[:4], supply[4:])
    ]
    return any(-easier in differences[1] for easier in differences[0])


@settings(max_examples=60)
@given(st.lists(st.integers(0, 5), min_size=8, max_size=8))
def test_parallel_papers_are_drawn_exactly_when_there_are_any(supply: list[int]) -> None:
    items = tide_pool(supply)
    try:
        first, second = assemble(items, invented(), b"seed", level="mate", papers=2)
    except PaperImpossible as error:
        refused = error
    else:
        assert totals(items, first) == totals(items, second)
        ids = [item.id for paper in (first, second) for item in drawn(items, paper)]
        assert len(set(ids)) == len(ids) == 20
        return
    assert refused.shortages
    assert not two_possible(supply)


SKILLS = shipped("carbon-skills")


def senior(*quotas: dict[str, Any]) -> Programme:
    document = SKILLS.model_dump()
    document["examinations"][2]["quotas"] = list(quotas)
    return Programme.model_validate(document)


def trade_pool(own: int) -> list[PoolItem]:
    """Items of all trades in plenty, and ``own`` items of each type for each trade."""
    general = [replace(item, trade=None, id=f"all-{item.id}") for item in pool(40, SKILLS)]
    kinds = {item.type: item for item in general if item.subject == "technique"}
    special = [
        replace(item, id=f"{trade.id}-{item.type}-{n}", trade=trade.id, level="senior")
        for trade in SKILLS.trades
        for item in kinds.values()
        for n in range(own)
    ]
    return general + special


@pytest.mark.parametrize("trade", [trade.id for trade in SKILLS.trades])
def test_a_quota_of_the_own_trade_draws_items_of_the_papers_trade(trade: str) -> None:
    items = trade_pool(own=3)
    programme = senior(
        {"trade": "own", "type": "essay", "items": [1, 2]}, {"trade": "own", "items": [6, 50]}
    )
    (paper,) = assemble(items, programme, b"seed", trade, "senior")
    own = [item for item in drawn(items, paper) if item.trade]
    assert {item.trade for item in own} == {trade}
    assert len(own) >= 6
    assert any(item.type is ItemType.ESSAY for item in own)


def test_a_paper_without_items_of_its_trade_cannot_be_drawn_and_names_the_trade() -> None:
    items = [item for item in trade_pool(own=3) if item.trade != "trading"]
    programme = senior({"trade": "own", "items": [6, 50]})
    assemble(items, programme, b"seed", "monitoring", "senior")
    with pytest.raises(PaperImpossible, match="items of trading: 0 of 6"):
        assemble(items, programme, b"seed", "trading", "senior")


def test_a_quota_of_a_named_trade_binds_papers_of_that_trade_only() -> None:
    items = [item for item in trade_pool(own=3) if item.trade is None]
    programme = senior({"trade": "trading", "items": [1, 50]})
    assemble(items, programme, b"seed", "monitoring", "senior")
    with pytest.raises(PaperImpossible, match="items of trading"):
        assemble(items, programme, b"seed", "trading", "senior")


def test_a_quota_of_a_trade_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ProgrammeError, match="no trade fishing"):
        load_programme(senior({"trade": "fishing", "items": [1, 2]}).model_dump())
    with pytest.raises(ProgrammeError, match="no trade own"):
        load_programme(with_quotas({"trade": "own", "items": [1, 2]}).model_dump())


def test_a_programme_without_quotas_by_trade_has_the_json_of_0_2_0() -> None:
    programme = with_quotas({"subject": "theory", "points": [70, 75]})
    (quota,) = programme.model_dump(mode="json")["examinations"][0]["quotas"]
    assert "trade" not in quota


def test_items_of_a_group_are_drawn_together() -> None:
    items = [
        replace(item, group=f"{item.type}-{item.domain}-{n // 2}")
        for n, item in enumerate(pool(20))
    ]
    (paper,) = assemble(items, PROGRAMME, b"seed")
    found = drawn(items, paper)
    groups = Counter(item.group for item in found)
    cells = Counter(item.cell(by_trade=False) for item in found)
    assert sum(n == 1 for n in groups.values()) <= sum(n % 2 for n in cells.values())
