"""Sheets with texts in two languages: columns of their own, read whole or not at all."""

import io
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from kiosk.exam.items.item import OptionText, Translation
from kiosk.exam.items.markup import escaped
from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.interchange import formats
from sync.hq.authoring.interchange.sheets.headings import field_of
from sync.hq.problems import Problem
from tests.hq.items import PROGRAMME

HEAD = "题号,题型,科目,领域,题干,选项A,选项B,答案"
OWN = "Q1,单选题,theory,policy,下列属于温室气体的是（　　）。,甲烷,氮气,A"
ENGLISH = "题干（英文）,选项A（英文）,选项B（英文）"
TEXTS = "Which is a greenhouse gas?,Methane,Nitrogen"


def read(*lines: str) -> tuple[list[BankItem | None], list[Problem]]:
    parsed = formats.read("a.csv", "\n".join(lines).encode(), PROGRAMME)
    named = [{**draft.values, "id": draft.values["id"] or "Q"} for draft in parsed.drafts]
    found = [read_entry(values, PROGRAMME) for values in named]
    problems = [problem for draft in parsed.drafts for problem in draft.problems]
    for draft, (_, own) in zip(parsed.drafts, found, strict=True):
        problems += map(draft.problem, own)
    return [entry for entry, _ in found], [*parsed.problems, *problems]


def translation_of(*lines: str) -> Translation:
    (entry,), _ = read(*lines)
    assert entry is not None
    (other,) = entry.item.translations
    return other


METHANE = Translation(
    language="en",
    stem="Which is a greenhouse gas?",
    options=(OptionText(id="A", text="Methane"), OptionText(id="B", text="Nitrogen")),
)


@pytest.mark.parametrize(
    "headings",
    [
        ENGLISH,
        "Stem (English),Option A (English),Option B (English)",
        "英文题干,英文选项A,英文选项B",
        "stem_en,option a_en,option b_en",
        "题干-英文,选项A-英文,选项B-英文",
        "题干【英文】,A（英文）,B（英文）",
    ],
)
def test_columns_of_another_language_are_known_by_their_headings(headings: str) -> None:
    assert translation_of(f"{HEAD},{headings}", f"{OWN},{TEXTS}") == METHANE


@pytest.mark.parametrize("cell", ["A. Methane B. Nitrogen", "Methane;Nitrogen"])
def test_all_options_in_one_cell_are_divided(cell: str) -> None:
    headings = f"{HEAD},题干（英文）,选项（英文）"
    assert translation_of(headings, f"{OWN},Which is a greenhouse gas?,{cell}") == METHANE


def test_without_texts_in_it_an_item_has_no_other_language() -> None:
    (entry,), problems = read(f"{HEAD},{ENGLISH}", f"{OWN},,,")
    assert problems == []
    assert entry is not None
    assert entry.item.translations == ()


def test_what_is_missing_is_said_with_its_column() -> None:
    (entry,), (problem,) = read(f"{HEAD},{ENGLISH}", f"{OWN},Which?,Methane,")
    assert entry is None
    assert (problem.code, problem.at) == ("translation_options", "2")
    assert "option B in English" in problem.text
    (entry,), (problem,) = read(f"{HEAD},{ENGLISH}", f"{OWN},,Methane,Nitrogen")
    assert (problem.code, problem.column) == ("translation_stem", "I 题干（英文）")


def test_one_language_alone_is_the_items_own() -> None:
    head = "题号,题型,科目,领域,题干（英文）,选项A（英文）,选项B（英文）,答案"
    (entry,), problems = read(head, f"Q1,单选题,theory,policy,{TEXTS},A")
    assert problems == []
    assert entry is not None
    assert entry.item.stem == "Which is a greenhouse gas?"


def test_options_in_two_languages_with_one_known_stem_are_no_second_options() -> None:
    headings = f"{HEAD},原题,选项A（英文）,选项B（英文）"
    (entry,), problems = read(headings, f"{OWN},{TEXTS}")
    assert entry is None
    assert [(problem.code, problem.column) for problem in problems] == [
        ("column_skipped", "I 原题"),
        ("translation_stem", "translations.en.stem"),
    ]


def test_with_two_named_languages_chinese_is_the_items_own() -> None:
    head = HEAD.replace("题干", "题干（中文）").replace("选项A", "选项A（中文）")
    head = head.replace("选项B", "选项B（中文）")
    assert translation_of(f"{head},{ENGLISH}", f"{OWN},{TEXTS}") == METHANE


def test_a_heading_for_both_languages_names_none() -> None:
    assert field_of("题干（中英文均可）") == "stem"
    assert field_of("英语") == ""


def test_true_and_false_in_another_language_are_no_options() -> None:
    head = f"{HEAD},{ENGLISH}"
    row = "Q1,判断题,theory,policy,甲烷是温室气体。,正确,错误,A,Methane is one.,True,False"
    other = translation_of(head, row)
    assert (other.stem, other.options) == ("Methane is one.", ())


def test_a_shared_text_is_taken_from_the_first_item_of_the_group() -> None:
    head = f"{HEAD},题组,材料,{ENGLISH},材料（英文）"
    first = f"{OWN},g,某电厂,{TEXTS},A power plant"
    second = f"{OWN.replace('Q1', 'Q2')},g,,{TEXTS},"
    third = f"{OWN.replace('Q1', 'Q3')},g,,,,,"
    entries, problems = read(head, first, second, third)
    assert problems == []
    translations = [entry.item.translations for entry in entries if entry]
    assert [[other.stimulus for other in others] for others in translations] == [
        ["A power plant"],
        ["A power plant"],
        [],
    ]


def test_a_title_that_names_a_language_is_no_heading_line() -> None:
    book = Workbook()
    sheet: Any = book.active
    rows = [["英文"], f"{HEAD},{ENGLISH}".split(","), f"{OWN},{TEXTS}".split(",")]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:K1")
    buffer = io.BytesIO()
    book.save(buffer)
    parsed = formats.read("a.xlsx", buffer.getvalue(), PROGRAMME)
    assert parsed.problems == []
    (draft,) = parsed.drafts
    assert draft.values["translations.en.stem"] == "Which is a greenhouse gas?"


CASE = "C,案例题,,,某电厂。,,,,A power plant.,,"


def question(number: int, texts: str = "Which?,a,b") -> str:
    return f"Q{number},单选题,theory,policy,（{number}）下列是,甲{number},乙,A,{texts}"


def test_the_row_of_a_case_may_have_both_languages() -> None:
    entries, problems = read(f"{HEAD},{ENGLISH}", CASE, question(1), question(2, ",,"))
    assert [problem.code for problem in problems] == ["case_attached"]
    first, second = (entry.item for entry in entries if entry)
    assert [other.stimulus for other in first.translations] == ["A power plant."]
    assert (second.stimulus, second.translations) == ("某电厂。", ())


def test_a_case_in_a_language_that_no_question_has_is_named() -> None:
    entries, problems = read(f"{HEAD},{ENGLISH}", CASE, question(1, ",,"), question(2, ",,"))
    assert all(entries)
    skipped = next(problem for problem in problems if problem.code == "row_skipped")
    assert (skipped.at, skipped.column) == ("2", "I 题干（英文）")
    assert "A power plant." in skipped.text


def test_numbers_before_stems_are_left_out_in_both_languages() -> None:
    head = f"题型,科目,领域,题干,选项A,选项B,答案,{ENGLISH}"
    start = "单选题,theory,policy"
    rows = [f"{start},{n}. 第{n}题,甲,乙,A,{n}. Question {n},a,b" for n in (1, 2, 3)]
    entries, _ = read(head, *rows)
    assert [entry and entry.item.translations[0].stem for entry in entries] == [
        "Question 1", "Question 2", "Question 3",
    ]  # fmt: skip


KNOWN = ("题号", "题型", "科目", "领域")
PARTS = ("题干", "选项A", "选项B")


@pytest.mark.parametrize(
    ("first", "second", "merged"),
    [
        ((*KNOWN, "中文", "", "", "英文", "", ""), PARTS * 2, "E1:G1 H1:J1"),
        (
            ("基本信息", "", "", "", "中文内容", "", "", "英文内容", "", ""),
            (*KNOWN, *PARTS, *PARTS),
            "A1:D1 E1:G1 H1:J1",
        ),
        (("", "", "", "", "中文", "", "", "English"), (*KNOWN, *PARTS, *PARTS), "E1:G1 H1:J1"),
        (
            (*KNOWN, "题干", "选项", "", "题干（英文）", "英文选项", ""),
            ("", "选项A", "选项B", "", "A", "B"),
            "F1:G1 I1:J1",
        ),
        (
            (*KNOWN, "题干", "选项A", "选项B", "题干", "选项A", "选项B"),
            ("中文",) * 3 + ("英文",) * 3,
            "",
        ),
    ],
)
def test_one_of_two_heading_lines_may_name_the_languages(
    first: tuple[str, ...], second: tuple[str, ...], merged: str
) -> None:
    book = Workbook()
    sheet: Any = book.active
    own = OWN.split(",")
    lower = second if len(second) > len(KNOWN) + len(PARTS) else ("",) * 4 + second
    for row in (first, lower, (*own[:-1], *TEXTS.split(","))):
        sheet.append([text or None for text in row])
    for number, text in enumerate(("答案", "", own[-1]), start=1):
        sheet.cell(number, 11, text or None)
    for cells in merged.split():
        sheet.merge_cells(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    parsed = formats.read("a.xlsx", buffer.getvalue(), PROGRAMME)
    assert parsed.problems == []
    (draft,) = parsed.drafts
    entry, _ = read_entry(draft.values, PROGRAMME)
    assert entry is not None
    assert (entry.item.options[0].text, entry.item.translations) == ("甲烷", (METHANE,))


AWKWARD = st.text(
    alphabet=st.sampled_from("ab中 \n$\\{}~=#:/[]!()<>&\"'.,;|%*_^-€√"), min_size=1, max_size=30
).filter(str.strip)


@settings(max_examples=25)
@given(AWKWARD, AWKWARD, st.lists(AWKWARD, min_size=2, max_size=4), st.sampled_from(["zh", "en"]))
def test_a_workbook_gives_back_every_text_of_a_translation(
    stem: str, stimulus: str, options: list[str], language: str
) -> None:
    # About code, so that escapes and tags are meant to be shown.
    texts = [*map(escaped, options), "code"]
    listed = [{"id": "ABCDE"[at], "text": text} for at, text in enumerate(texts)]
    values = {
        "id": "Q1",
        "type": "single_choice",
        "subject": "theory",
        "domain": "policy",
        "stem": "题",
        "group": "g",
        "stimulus": "材料",
        "key": ["A"],
        "options": [{"id": option["id"], "text": f"选{option['id']}"} for option in listed],
        "translations.en.stem": escaped(stem),
        "translations.en.stimulus": escaped(stimulus),
        "translations.en.options": listed,
    }
    written, _ = read_entry(values, PROGRAMME)
    assume(written is not None)
    assert written is not None
    name, data = formats.write("xlsx", [written], {}, PROGRAMME, language)
    (draft,) = formats.read(name, data, PROGRAMME).drafts
    assert read_entry(draft.values, PROGRAMME)[0] == written
