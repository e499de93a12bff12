"""Every item type is known wherever one must be; CONTRIBUTING says what a new one needs."""

import re
from pathlib import Path

import pytest

from kiosk.exam.items.item import Item, ItemType, validate_answer
from kiosk.exam.papers.scoring import score_item
from kiosk.exam.programme.blueprint import Section
from kiosk.exam.programme.programme import Programme
from kiosk.web.labels import terms
from sync.hq.authoring.entry import TYPES, BankItem, read_entry
from sync.hq.authoring.interchange import formats
from sync.hq.web import messages
from tests.exam.programmes import shipped

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "kiosk" / "web" / "static" / "js" / "candidate"
PROGRAMMES = [shipped("carbon-manager"), shipped("carbon-skills")]

every_type = pytest.mark.parametrize("kind", list(ItemType))


def programme_with(kind: ItemType) -> Programme:
    """A shipped programme whose papers have a section of this type."""
    return next(p for p in PROGRAMMES if kind in {section.type for section in sections(p)})


def sections(programme: Programme) -> list[Section]:
    return [s for e in programme.examinations for part in e.parts for s in part.sections]


def example(kind: ItemType) -> BankItem:
    """An item of this type, as an import file would bring it."""
    programme = programme_with(kind)
    options = [{"id": letter, "text": f"选项 {letter}"} for letter in "ABC"]
    ids = [option["id"] for option in options] if kind.has_options else ["true"]
    marks = next(section.points for section in sections(programme) if section.type is kind)
    values = {
        "id": f"Q-{kind}",
        "type": kind.value,
        "subject": programme.subjects[0].id,
        "domain": programme.domains[0].id,
        "stem": "题干。",
        "options": options if kind.has_options else [],
        "key": ids[: 2 if kind is ItemType.MULTIPLE_CHOICE else 1] if kind.objective else [],
        "points": [] if kind.objective else [{"text": "要点", "marks": str(marks)}],
    }
    entry, problems = read_entry(values, programme)
    assert entry is not None, problems
    return entry


def answer_to(item: Item, entry: BankItem) -> object:
    if not item.type.objective:
        return "<p>论述。</p>" if item.type is ItemType.ESSAY else "简答。"
    key = list(entry.scheme.key)
    return key if item.type is ItemType.MULTIPLE_CHOICE else key[0]


@every_type
def test_a_programme_of_the_product_examines_it(kind: ItemType) -> None:
    assert programme_with(kind)


@every_type
@pytest.mark.parametrize("format_name", formats.WRITTEN)
def test_every_format_gives_it_back(kind: ItemType, format_name: str) -> None:
    programme, entry = programme_with(kind), example(kind)
    name, data = formats.write(format_name, [entry], {}, programme)
    parsed = formats.read(name, data, programme)
    assert [read_entry(draft.values, programme)[0] for draft in parsed.drafts] == [entry]


@every_type
def test_a_right_answer_is_accepted_and_scored_or_left_to_a_person(kind: ItemType) -> None:
    entry = example(kind)
    value = validate_answer(entry.item, answer_to(entry.item, entry))
    rules, points = (
        programme_with(kind).scoring,
        next(s.points for s in sections(programme_with(kind)) if s.type is kind),
    )
    score = score_item(entry.item, entry.scheme, value, points, rules)
    assert score == (points if kind.objective else None)


@every_type
def test_candidates_read_its_name_and_what_to_do(kind: ItemType) -> None:
    assert kind in terms.ITEM_TYPES
    assert kind in terms.TYPE_HINTS


@every_type
def test_the_answer_page_draws_it(kind: ItemType) -> None:
    (view,) = PAGES.rglob("item-view.js")
    drawn = re.search(r"const DRAW = \{(.*?)\};", view.read_text(encoding="utf-8"), re.DOTALL)
    assert drawn is not None
    assert f"{kind.value}:" in drawn[1].split()


@every_type
def test_the_console_has_its_name(kind: ItemType) -> None:
    assert kind in messages.ITEM_TYPES


@every_type
def test_spreadsheets_have_its_name_in_both_languages(kind: ItemType) -> None:
    assert all(TYPES[kind])


@every_type
def test_the_page_on_programmes_names_it(kind: ItemType) -> None:
    assert f"`{kind}`" in (ROOT / "docs" / "programmes.md").read_text(encoding="utf-8")


def test_no_place_knows_a_type_that_is_gone() -> None:
    for known in (terms.ITEM_TYPES, terms.TYPE_HINTS, messages.ITEM_TYPES, TYPES):
        assert set(known) == set(ItemType)
