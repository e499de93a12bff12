"""Papers fill the blueprint; forms are a candidate's own order of the same paper."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.exam.errors import NoSuchExamination, PaperImpossible
from kiosk.exam.items.item import Item, ItemType, Option
from kiosk.exam.papers.paper import Paper, PaperSection, make_form, shuffled
from tests.exam.programmes import bank, drawn, invented, shipped

PROGRAMME, SKILLS = shipped("carbon-manager"), shipped("carbon-skills")
ITEMS = bank(PROGRAMME)


def test_a_paper_has_exactly_what_the_blueprint_asks_for() -> None:
    paper = drawn(ITEMS, PROGRAMME, "P1", b"seed")
    for line in PROGRAMME.examinations[0].sections:
        for domain in PROGRAMME.domains:
            found = [i for i in paper.items if i.type is line.type and i.domain == domain.id]
            assert len(found) == line.per_domain
    assert len({item.id for item in paper.items}) == len(paper.items)


def test_a_bank_that_is_too_small_is_named() -> None:
    with pytest.raises(PaperImpossible, match="single_choice / policy"):
        drawn(bank(PROGRAMME, each=2), PROGRAMME, "P1", b"seed")


def test_the_order_of_the_bank_does_not_matter() -> None:
    assert drawn(ITEMS, PROGRAMME, "P", b"s") == drawn(ITEMS[::-1], PROGRAMME, "P", b"s")


@given(st.binary(min_size=1, max_size=32))
def test_every_form_holds_the_same_items_and_options(seed: bytes) -> None:
    paper = drawn(ITEMS, PROGRAMME, "P1", b"seed")
    form = make_form(paper, seed)
    assert sorted(place.item_id for place in form.items) == sorted(i.id for i in paper.items)
    for place in form.items:
        item = paper.item(place.item_id)
        assert item is not None
        assert sorted(place.options) == sorted(item.option_ids)


@given(st.binary(min_size=1, max_size=32))
def test_sections_stay_in_blueprint_order(seed: bytes) -> None:
    paper = drawn(ITEMS, PROGRAMME, "P1", b"seed")
    kinds = {item.id: item.type for item in paper.items}
    order = [kinds[place.item_id] for place in make_form(paper, seed).items]
    assert list(dict.fromkeys(order)) == [line.type for line in PROGRAMME.examinations[0].sections]


def test_a_form_depends_on_nothing_but_its_seed() -> None:
    paper = drawn(ITEMS, PROGRAMME, "P1", b"seed")
    assert make_form(paper, b"a") == make_form(paper, b"a")
    assert make_form(paper, b"a") != make_form(paper, b"b")


def test_true_and_false_are_never_shuffled() -> None:
    paper = drawn(ITEMS, PROGRAMME, "P1", b"seed")
    options = {p.options for p in make_form(paper, b"x").items if "true" in p.options}
    assert options == {("true", "false")}


@given(st.lists(st.integers()), st.binary())
def test_shuffling_keeps_every_value(values: list[int], seed: bytes) -> None:
    assert sorted(shuffled(values, seed, "label")) == sorted(values)


def test_a_paper_asks_only_what_its_trade_and_level_may_be_asked() -> None:
    items = bank(SKILLS, each=64)
    paper = drawn(items, SKILLS, "P", b"seed", "trading", "intermediate")
    assert {item.trade for item in paper.items} <= {None, "trading"}
    assert {item.level for item in paper.items} <= {None, "junior", "intermediate"}
    assert {item.subject for item in paper.items} == {"theory", "technique"}
    with pytest.raises(NoSuchExamination):
        drawn(items, SKILLS, "P", b"seed")


@settings(max_examples=25)
@given(
    st.binary(min_size=1, max_size=8),
    st.sampled_from([None, *(trade.id for trade in SKILLS.trades)]),
    st.sampled_from([None, "junior", "intermediate", "senior", "mate", "master"]),
)
def test_every_paper_that_can_be_drawn_fills_its_blueprint(
    seed: bytes, trade: str | None, level: str | None
) -> None:
    for programme in (PROGRAMME, SKILLS, invented()):
        try:
            examination = programme.examination(trade, level)
        except NoSuchExamination:
            continue
        paper = drawn(bank(programme, each=64), programme, "P", seed, trade, level)
        rules = [section.rules(examination) for section in paper.sections]
        assert rules == list(examination.sections)
        sizes = [len(section.items) for section in paper.sections]
        assert sizes == [rule.size(len(programme.domains)) for rule in rules]
        points = sum(
            examination.part(section.part).weight * rule.points * len(section.items)
            for section, rule in zip(paper.sections, rules, strict=True)
        )
        assert points == examination.total


def test_a_paper_whose_sections_do_not_fit_its_items_is_refused() -> None:
    paper = drawn(ITEMS, PROGRAMME, "P", b"seed").model_dump(mode="json")
    with pytest.raises(ValidationError, match="each item once"):
        Paper.model_validate({**paper, "sections": paper["sections"][:-1]})
    assert {item["type"] for item in paper["items"]} == set(ItemType) - {ItemType.ESSAY}


def _choice(name: str, texts: str = "ABCD", fixed: str = "", **fields: object) -> Item:
    options = [Option(id=text, text=text, fixed=text in fixed) for text in texts]
    values = {"type": "single_choice", "subject": "theory", "domain": "policy", "stem": "?"}
    return Item.model_validate({"id": name, **values, "options": options, **fields})


def _paper_of(*items: Item) -> Paper:
    section = PaperSection(part="theory", number=0, items=tuple(item.id for item in items))
    return Paper(id="P", programme_id=PROGRAMME.id, items=items, sections=(section,))


@given(st.binary(min_size=1, max_size=8))
def test_a_fixed_option_keeps_its_place_and_the_others_change_theirs(seed: bytes) -> None:
    (place,) = make_form(_paper_of(_choice("q", "ABCD", fixed="D")), seed).items
    assert place.options[3] == "D"
    assert set(place.options[:3]) == set("ABC")


def test_options_that_may_not_be_shuffled_stay_in_order() -> None:
    orders = {make_form(_paper_of(_choice("q", shuffle=False)), bytes([n])).items for n in range(9)}
    assert {place.options for order in orders for place in order} == {tuple("ABCD")}


@given(st.binary(min_size=1, max_size=8))
def test_items_of_a_group_stay_together(seed: bytes) -> None:
    case = {"group": "case", "stimulus": "某企业……"}
    items = [_choice(f"q{n}", **(case if n in (1, 4, 6) else {})) for n in range(8)]
    ids = [place.item_id for place in make_form(_paper_of(*items), seed).items]
    places = sorted(ids.index(name) for name in ("q1", "q4", "q6"))
    assert places[2] - places[0] == 2


def test_the_json_of_an_item_that_uses_nothing_new_is_that_of_0_2_0() -> None:
    plain = _choice("q").model_dump(mode="json")
    assert set(plain) == {
        "id", "type", "subject", "domain", "stem", "options", "trade", "level",
    }  # fmt: skip
    assert set(plain["options"][0]) == {"id", "text"}
    full = _choice("q", fixed="A", shuffle=False, group="g", stimulus="s")
    assert Item.model_validate(full.model_dump(mode="json")) == full


def _order(*items: Item) -> str:
    places = make_form(_paper_of(*items), b"seed").items
    return " ".join(f"{place.item_id}:{''.join(place.options)}" for place in places)


def test_the_order_of_items_without_new_fields_is_that_of_0_2_0() -> None:
    """Computed by 0.2.0: a centre and headquarters of different versions must agree."""
    items = [_choice(f"q{number}", "ABCDE") for number in range(6)]
    assert _order(*items) == "q0:ABECD q2:ECBAD q4:CAEBD q1:BEACD q5:DCEBA q3:EBCDA"


def test_new_fields_change_the_order_only_where_they_are_used() -> None:
    case = {"group": "case", "stimulus": "某企业……"}
    changes: dict[int, dict[str, Any]] = {
        1: case,
        2: {"fixed": "E"},
        3: case,
        4: {"shuffle": False},
    }
    items = [_choice(f"q{number}", "ABCDE", **changes.get(number, {})) for number in range(6)]
    assert _order(*items) == "q0:ABECD q2:CBADE q4:ABCDE q1:BEACD q3:EBCDA q5:DCEBA"
