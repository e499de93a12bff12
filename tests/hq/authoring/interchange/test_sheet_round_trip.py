"""What leaves in a sheet comes back the same, from XLSX and from CSV."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.interchange import formats, xlsx
from sync.hq.authoring.interchange.sheets.headings import OPTIONS
from tests.hq.items import PROGRAMME, special, starter

ANY = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30
)
TRICKY = st.sampled_from(
    [
        "=A1",
        "001",
        "1/2",
        "3-5",
        "1E5",
        "TRUE",
        "#N/A",
        "'x",
        "_x0041_",
        "$5",
        "\\$5",
        "<b>粗</b>",
        "CO<sub>2</sub>",
        "| a | b |\n| --- | --- |\n| 1 | 2 |",
        "A",
        "AB",
        "A. 甲",
        "题干",
        "答案",
        "1. 甲",
        '<img src="x.png">',
        "sep=;",
        "单选题",
        "+1",
        "-1",
        "@x",
        "\ufeffx",
        "a\n\nb",
        "一、单选题",
        "对",
        "Ａ",
        "![](x.png)",
    ]
)
TEXT = st.one_of(ANY, TRICKY).filter(str.strip)


def as_csv(data: bytes) -> bytes:
    """The first sheet as a person would save it."""
    buffer = io.StringIO()
    sheet: Any = load_workbook(io.BytesIO(data)).worksheets[0]
    csv.writer(buffer).writerows([cell or "" for cell in row] for row in sheet.values)
    return buffer.getvalue().replace("_x005F_", "_").encode("utf-8-sig")


def back(name: str, data: bytes) -> list[BankItem]:
    found = [
        read_entry(draft.values, PROGRAMME) for draft in formats.read(name, data, PROGRAMME).drafts
    ]
    assert [problem for _, problems in found for problem in problems if problem.is_error] == []
    return [entry for entry, _ in found if entry is not None]


@settings(max_examples=60)
@given(TEXT, st.lists(TEXT, min_size=2, max_size=12), TEXT, TEXT, TEXT, st.booleans())
def test_any_text_comes_back_from_any_column(
    stem: str, options: list[str], rationale: str, name: str, stimulus: str, several: bool
) -> None:
    values = {
        "id": name,
        "type": "multiple_choice" if several else "single_choice",
        "subject": "theory",
        "domain": "policy",
        "stem": stem,
        "options": [
            {"id": OPTIONS[n], "text": text, **({"fixed": True} if n == 1 else {})}
            for n, text in enumerate(options)
        ],
        "key": ["A", "B"] if several else ["B"],
        "rationale": rationale,
        "model_answer": stimulus,
        "shuffle": several,
        "group": name,
        "stimulus": stimulus,
    }
    written, _ = read_entry(values, PROGRAMME)
    if written is None:  # a formula that is not valid, too many options, or equal ones
        return
    data = xlsx.write([written], PROGRAMME, "zh")
    assert back("a.xlsx", data) == [written]
    assert back("a.csv", as_csv(data)) == [written]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_starter_bank_and_awkward_items_come_back(language: str) -> None:
    bank = [*starter(), *special()]
    data = xlsx.write(bank, PROGRAMME, language)
    assert back("a.xlsx", data) == bank
    assert back("a.csv", as_csv(data)) == bank


def test_cells_of_the_template_have_the_format_of_text() -> None:
    book = load_workbook(io.BytesIO(xlsx.template(PROGRAMME, "zh")))
    sheet: Any = book["试题"]
    assert {sheet.column_dimensions[letter].number_format for letter in "AHP"} == {"@"}
    written: Any = load_workbook(io.BytesIO(xlsx.write(special(), PROGRAMME, "zh")))["试题"]
    assert {cell.number_format for row in written.iter_rows(min_row=2) for cell in row} == {"@"}


def test_an_empty_template_holds_no_items() -> None:
    for language in ("zh", "en"):
        parsed = formats.read("a.xlsx", xlsx.template(PROGRAMME, language), PROGRAMME)
        assert (parsed.drafts, parsed.problems) == ([], [])
