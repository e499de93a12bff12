"""Papers fill blueprint and quotas exactly, or it is said what is missing."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.exam.blueprint import Quota
from kiosk.exam.errors import PaperImpossible
from kiosk.exam.item import Difficulty, ItemType
from kiosk.exam.paper import PaperSection
from kiosk.exam.programme import Programme
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
    assert shortage.startswith("items of very_easy: ")
    assert shortage.endswith(" of 60")


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
    cells = [Counter(item.cell for item in drawn(items, paper)) for paper in found]
    assert all(cell == cells[0] for cell in cells)
    ids = [item_id for paper in found for section in paper for item_id in section.items]
    assert len(ids) == len(set(ids)) == papers * 70


def test_items_that_were_used_least_come_first() -> None:
    fresh = pool(6)
    used = [PoolItem(f"u-{i.id}", *list(vars(i).values())[1:-1], 3) for i in pool(6)]  # type: ignore[misc]
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
