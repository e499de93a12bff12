"""Papers fill the blueprint; forms are a candidate's own order of the same paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.errors import BankTooSmall
from kiosk.exam.item import Item, ItemType, Option
from kiosk.exam.paper import assemble, make_form, shuffled
from kiosk.exam.programme import load_programme
from kiosk.settings import read_toml, resource

PROGRAMME = load_programme(read_toml(resource("config/programmes/carbon-manager.toml")))
OPTIONS = tuple(Option(id=letter, text=letter * 3) for letter in "ABCD")


def bank(each: int = 7) -> list[Item]:
    """A bank with ``each`` items of every type in every domain."""
    return [
        Item(
            id=f"{domain.id}-{kind}-{number}",
            type=kind,
            subject="theory",
            domain=domain.id,
            stem="?",
            options=OPTIONS if kind.value.endswith("choice") else (),
        )
        for domain in PROGRAMME.domains
        for kind in ItemType
        for number in range(each)
    ]


def test_a_paper_has_exactly_what_the_blueprint_asks_for() -> None:
    paper = assemble(bank(), PROGRAMME, "P1", b"seed")
    for line in PROGRAMME.blueprint:
        for domain in PROGRAMME.domains:
            found = [i for i in paper.items if i.type is line.type and i.domain == domain.id]
            assert len(found) == line.per_domain
    assert len({item.id for item in paper.items}) == len(paper.items)


def test_a_bank_that_is_too_small_is_named() -> None:
    with pytest.raises(BankTooSmall, match="single_choice / policy"):
        assemble(bank(each=5), PROGRAMME, "P1", b"seed")


def test_the_order_of_the_bank_does_not_matter() -> None:
    items = bank()
    assert assemble(items, PROGRAMME, "P", b"s") == assemble(items[::-1], PROGRAMME, "P", b"s")


@given(st.binary(min_size=1, max_size=32))
def test_every_form_holds_the_same_items_and_options(seed: bytes) -> None:
    paper = assemble(bank(), PROGRAMME, "P1", b"seed")
    form = make_form(paper, seed)
    assert sorted(place.item_id for place in form.items) == sorted(i.id for i in paper.items)
    for place in form.items:
        item = paper.item(place.item_id)
        assert item is not None
        assert sorted(place.options) == sorted(item.option_ids)


@given(st.binary(min_size=1, max_size=32))
def test_sections_stay_in_blueprint_order(seed: bytes) -> None:
    paper = assemble(bank(), PROGRAMME, "P1", b"seed")
    kinds = {item.id: item.type for item in paper.items}
    order = [kinds[place.item_id] for place in make_form(paper, seed).items]
    assert list(dict.fromkeys(order)) == [line.type for line in PROGRAMME.blueprint]


def test_a_form_depends_on_nothing_but_its_seed() -> None:
    paper = assemble(bank(), PROGRAMME, "P1", b"seed")
    assert make_form(paper, b"a") == make_form(paper, b"a")
    assert make_form(paper, b"a") != make_form(paper, b"b")


def test_true_and_false_are_never_shuffled() -> None:
    paper = assemble(bank(), PROGRAMME, "P1", b"seed")
    options = {p.options for p in make_form(paper, b"x").items if "true" in p.options}
    assert options == {("true", "false")}


@given(st.lists(st.integers()), st.binary())
def test_shuffling_keeps_every_value(values: list[int], seed: bytes) -> None:
    assert sorted(shuffled(values, seed, "label")) == sorted(values)
