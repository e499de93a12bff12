"""An item may have its texts in another language: whole, and for every page of that language."""

import pytest
from pydantic import ValidationError

from kiosk.exam.items.item import Item, ItemType, Option, OptionText, Translation

ENGLISH = Translation(
    language="en",
    stem="Which gas? ![chart](en.png)",
    options=(OptionText(id="A", text="Methane"), OptionText(id="B", text="Oxygen")),
)
ITEM = Item(
    id="I1",
    type=ItemType.SINGLE_CHOICE,
    subject="s",
    domain="d",
    stem="哪种气体？",
    options=(Option(id="A", text="甲烷"), Option(id="B", text="氧气", fixed=True)),
    translations=(ENGLISH,),
)


def test_pages_of_a_language_show_its_texts_and_others_the_items_own() -> None:
    english = ITEM.in_language("en")
    assert (english.stem, [option.text for option in english.options]) == (
        ENGLISH.stem,
        ["Methane", "Oxygen"],
    )
    assert [option.fixed for option in english.options] == [False, True]
    assert ITEM.in_language("zh") is ITEM


def test_pictures_of_translations_belong_to_the_item() -> None:
    assert ITEM.pictures == {"en.png"}


def test_an_item_without_translations_is_stored_as_before() -> None:
    assert "translations" not in ITEM.model_copy(update={"translations": ()}).model_dump()
    assert Item.model_validate_json(ITEM.model_dump_json()) == ITEM


@pytest.mark.parametrize(
    "wrong",
    [
        {"options": ENGLISH.options[:1]},
        {"options": ENGLISH.options[::-1]},
        {"stimulus": "A table"},
        {"stem": ""},
        {"language": "fr"},
    ],
)
def test_a_translation_has_every_text_and_no_other(wrong: dict[str, object]) -> None:
    other = {**ENGLISH.model_dump(), **wrong}
    with pytest.raises(ValidationError):
        Item.model_validate({**ITEM.model_dump(), "translations": [other]})


def test_a_language_occurs_once() -> None:
    with pytest.raises(ValidationError):
        Item.model_validate({**ITEM.model_dump(), "translations": [ENGLISH.model_dump()] * 2})
