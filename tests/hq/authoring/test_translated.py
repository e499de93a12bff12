"""Texts in another language: read whole or not at all, and checked like the item's own."""

from typing import Any

import pytest

from kiosk.exam.items.item import OptionText, Translation
from sync.hq.authoring import translated
from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.importing.records import row_values
from sync.hq.problems import Problem
from tests.hq.authoring.imports import declared, preview, states, stored, titled
from tests.hq.desk import Desk
from tests.hq.items import PICTURE, PROGRAMME

OPTIONS = [{"id": "A", "text": "甲烷"}, {"id": "B", "text": "氮气"}]
ENGLISH = [{"id": "A", "text": "Methane"}, {"id": "B", "text": "Nitrogen"}]
ITEM: dict[str, Any] = {
    "id": "T1",
    "type": "single_choice",
    "subject": "theory",
    "domain": "policy",
    "stem": "下列属于温室气体的是（　　）。",
    "options": OPTIONS,
    "key": ["A"],
}
CASE = {"group": "g", "stimulus": "某电厂"}


def read(english: Any, **more: object) -> tuple[BankItem | None, list[Problem]]:
    values = translated.flat({**ITEM, **more, "translations": {"en": english}})
    entry, problems = read_entry(values, PROGRAMME)
    return entry, list(problems)


def found(english: Any, **more: object) -> list[tuple[str, str]]:
    return [(problem.code, problem.column) for problem in read(english, **more)[1]]


def english(stem: str = "Which is a greenhouse gas?", **more: object) -> dict[str, object]:
    return {"stem": stem, "options": ENGLISH, **more}


def test_a_translation_is_read_with_its_options_in_the_items_order() -> None:
    entry, problems = read(english(options=ENGLISH[::-1]))
    assert problems == []
    assert entry is not None
    assert entry.item.translations == (
        Translation(
            language="en",
            stem="Which is a greenhouse gas?",
            options=(OptionText(id="A", text="Methane"), OptionText(id="B", text="Nitrogen")),
        ),
    )


def test_a_translation_alone_makes_another_version() -> None:
    first, _ = read(english())
    second, _ = read(english("Which of these is a greenhouse gas?"))
    own, _ = read({})
    assert first is not None
    assert second is not None
    assert own is not None
    assert len({first.digest, second.digest, own.digest}) == 3


def test_the_fields_of_an_item_are_read_as_the_same_item() -> None:
    entry, _ = read(english(stimulus="A power plant"), **CASE)
    assert entry is not None
    again, _ = read_entry({**ITEM, **CASE, **translated.of_item(entry.item)}, PROGRAMME)
    assert again == entry


@pytest.mark.parametrize(
    ("given", "code", "column"),
    [
        ({"options": ENGLISH}, "translation_stem", "translations.en.stem"),
        ({"stem": "Which?"}, "translation_options", "translations.en.options"),
        (english(options=ENGLISH[:1]), "translation_options", "translations.en.options"),
        (
            english(options=[*ENGLISH, {"id": "C", "text": "Oxygen"}]),
            "translation_surplus",
            "translations.en.options",
        ),
        (
            english(options=[*ENGLISH, {"id": "A", "text": "Oxygen"}]),
            "translation_twice",
            "translations.en.options",
        ),
        (english(stimulus="A plant"), "translation_no_stimulus", "translations.en.stimulus"),
        (english(rationale="x"), "unknown_column", "translations.en.rationale"),
        (
            english(options=[{**ENGLISH[0], "fixed": True}, ENGLISH[1]]),
            "invalid",
            "translations.en.options.0.fixed",
        ),
        ("Which?", "translation_form", "translations.en"),
    ],
)
def test_what_is_not_whole_is_refused(given: Any, code: str, column: str) -> None:
    assert found(given) == [(code, column)]
    assert read(given)[0] is None


def test_a_stimulus_is_in_all_languages_or_in_none() -> None:
    assert found(english(), **CASE) == [("translation_stimulus", "translations.en.stimulus")]
    assert found(english(stimulus="A power plant"), **CASE) == []


def test_the_missing_options_are_named_with_the_language() -> None:
    _, (problem,) = read({"stem": "Which?"})
    assert "option A, B in English" in problem.text


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"fr": {"stem": "Lequel ?"}, "en": english()}, "fr is not a language"),
        ([{"language": "en", "stem": "Which?"}], "[items.translations.en]"),
    ],
)
def test_other_languages_and_forms_are_refused(given: object, shown: str) -> None:
    entry, (problem,) = read_entry(translated.flat({**ITEM, "translations": given}), PROGRAMME)
    assert entry is None
    assert shown in problem.text


@pytest.mark.parametrize(
    ("stem", "code"),
    [
        ("Which is it: $\\frac{1}{$?", "formula_bad"),
        ("Which &nbsp; is it?", "leftover"),
        ("Which is a greenhouse gas? (A)", "key_in_stem"),
        ("Which\u200b is it?", "hidden_removed"),
        ("Which \ue001 is it?", "private_character"),
        ("Which is $5 and $6?", "dollar_sign"),
        ("Which is \x85\x90?", "characters"),
        (ITEM["stem"], "translation_same"),
    ],
)
def test_the_texts_are_checked_like_the_items_own(stem: str, code: str) -> None:
    assert (code, "translations.en.stem") in found(english(stem))


def test_options_that_read_the_same_in_one_language_are_refused() -> None:
    same = [{"id": "A", "text": "Methane"}, {"id": "B", "text": " Methane"}]
    assert found(english(options=same)) == [("options_equal", "translations.en.options")]


def test_letters_in_front_of_options_are_removed_in_one_language_too() -> None:
    labelled = [{"id": "A", "text": "A. Methane"}, {"id": "B", "text": "B. Nitrogen"}]
    entry, problems = read(english(options=labelled))
    assert [(p.code, p.column) for p in problems] == [("labels_removed", "translations.en.options")]
    assert entry is not None
    assert [option.text for option in entry.item.translations[0].options] == ["Methane", "Nitrogen"]


def test_all_of_the_above_in_one_language_keeps_the_option_last() -> None:
    above = [{"id": "A", "text": "Methane"}, {"id": "B", "text": "All of the above"}]
    entry, _ = read(english(options=above))
    assert entry is not None
    assert [option.fixed for option in entry.item.options] == [False, True]


def test_letters_named_in_one_language_keep_the_order() -> None:
    entry, _ = read(english("Which is right if option A is wrong?"))
    assert entry is not None
    assert not entry.item.shuffle


def test_pictures_of_a_translation_belong_to_the_item() -> None:
    entry, _ = read(english(f"Which? ![flow]({PICTURE})"))
    assert entry is not None
    assert entry.pictures == {PICTURE}


def test_a_file_without_the_banks_other_language_is_noted(desk: Desk) -> None:
    stored(desk, declared(translated.flat({**ITEM, "translations": {"en": english()}})))
    shown = preview(desk, declared({**ITEM, "stem": "下列属于温室气体的有（　　）。"}))
    assert states(shown) == [("T1", "changed")]
    (problem,) = shown.problems
    assert (problem.code, problem.is_error) == ("translation_lost", False)
    assert "in English, too" in problem.text


def test_a_file_in_the_own_text_only_keeps_the_banks_other_language(desk: Desk) -> None:
    stored(desk, declared(translated.flat({**ITEM, "translations": {"en": english()}})))
    shown = preview(desk, declared(ITEM))
    assert (states(shown), shown.problems) == ([("T1", "unchanged")], [])
    shown = preview(desk, declared({**ITEM, "rationale": "见教材"}))
    assert [problem.code for problem in shown.problems] == ["translation_kept"]
    stored(desk, declared({**ITEM, "rationale": "见教材"}))
    entry = desk.hq.bank.get(PROGRAMME.id, "T1").entry
    assert entry.scheme.rationale == "见教材"
    assert [other.language for other in entry.item.translations] == ["en"]


def test_a_file_with_other_ids_of_options_keeps_the_banks_other_language(desk: Desk) -> None:
    ids = {"A": "choice_1", "B": "choice_2"}
    foreign, foreign_english = (
        [{**option, "id": ids[option["id"]]} for option in options]
        for options in (OPTIONS, ENGLISH)
    )
    texts = {"en": english(options=foreign_english)}
    values = {**ITEM, "options": foreign, "key": ["choice_1"], "translations": texts}
    stored(desk, declared(translated.flat(values)))
    stored(desk, declared(ITEM))
    (other,) = desk.hq.bank.get(PROGRAMME.id, "T1").entry.item.translations
    assert [(option.id, option.text) for option in other.options] == [
        ("A", "Methane"),
        ("B", "Nitrogen"),
    ]


def test_a_translated_item_is_found_again_by_its_own_text(desk: Desk) -> None:
    own = {**ITEM, "id": ""}
    stored(desk, titled(own), batch="first")
    english_too = {**ITEM, "id": "first-1", "translations": {"en": english()}}
    stored(desk, declared(translated.flat(english_too)))
    shown = preview(desk, titled(own), batch="second")
    assert states(shown) == [("first-1", "unchanged")]


def test_a_preview_is_searched_in_both_languages(desk: Desk) -> None:
    parsed = declared(translated.flat({**ITEM, "translations": {"en": english()}}))
    (row,) = preview(desk, parsed).rows
    assert "Which is a greenhouse gas?" in row_values(row)["text"]
