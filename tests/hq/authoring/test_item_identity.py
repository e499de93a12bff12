"""No item of a file overwrites another: ids are unique, and the same file gives the same ones."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.hq.authoring.importing.identity import (
    LONGEST,
    FreeIds,
    fitted,
    folded,
    provisional_ids,
)
from sync.hq.authoring.importing.rows import Choice, Decision
from sync.hq.authoring.parsed import Draft
from sync.hq.errors import BadImport, ClashesUndecided
from tests.hq.authoring.imports import declared, preview, statement, states, stored, titled
from tests.hq.desk import BY, PROGRAMME, Desk

SEPARATE, REPLACE, SKIP = (
    Choice(clashes=decision) for decision in (Decision.SEPARATE, Decision.REPLACE, Decision.SKIP)
)
OTHER = "碳排放配额分配采用基准线法"


def ids(desk: Desk) -> set[str]:
    """Ids of the bank that the starter bank does not have."""
    items = desk.hq.bank.items(PROGRAMME)
    return {entry.item.id for entry in items if not entry.item.id.startswith("CM-")}


def stem(desk: Desk, item_id: str) -> str:
    return desk.hq.bank.get(PROGRAMME, item_id).entry.item.stem


def test_items_without_a_title_are_named_after_the_file_and_their_place(desk: Desk) -> None:
    shown = preview(desk, titled(statement(), statement(stem="2")), "政策 第一批.gift")
    assert [row.item_id for row in shown.rows] == ["政策 第一批-1", "政策 第一批-2"]


def test_the_name_of_the_batch_can_be_given(desk: Desk) -> None:
    shown = preview(desk, titled(statement()), "items.gift", batch="spring")
    assert [row.item_id for row in shown.rows] == ["spring-1"]


def test_equal_titles_of_a_file_get_numbers(desk: Desk) -> None:
    parsed = titled(*(statement("Question", str(n)) for n in range(3)))
    assert states(preview(desk, parsed)) == [
        ("Question", "added"),
        ("Question-2", "added"),
        ("Question-3", "added"),
    ]


def test_a_title_never_takes_a_declared_id() -> None:
    drafts = [Draft({"id": "Q"}, declared=False), Draft({"id": "Q"}), Draft({"id": "q-2"})]
    assert provisional_ids(drafts, "b") == ["Q-3", "Q", "q-2"]


@given(st.lists(st.text(max_size=80), max_size=30))
def test_undeclared_ids_are_unique_short_and_repeatable(titles: list[str]) -> None:
    drafts = [Draft({"id": title}, declared=False) for title in titles]
    names = provisional_ids(drafts, "batch")
    assert names == provisional_ids(drafts, "batch")
    assert len({folded(name) for name in names}) == len(titles)
    assert all(0 < len(name) <= LONGEST for name in names)


@given(st.text(), st.text())
def test_two_long_names_stay_different_when_they_are_cut(one: str, other: str) -> None:
    assert (fitted("x" * 64 + one) == fitted("x" * 64 + other)) == (one == other)


def test_many_items_of_one_title_are_named_quickly() -> None:
    begun = time.monotonic()
    free = FreeIds([])
    assert len({free.take("Question") for _ in range(20_000)}) == 20_000
    assert time.monotonic() - begun < 5


def test_untitled_items_of_two_files_do_not_meet(desk: Desk) -> None:
    stored(desk, titled(statement(stem="first")), file_name="a.gift")
    stored(desk, titled(statement(stem="second")), file_name="b.gift")
    assert ids(desk) == {"a-1", "b-1"}


def test_an_equal_title_with_other_content_is_asked_about(desk: Desk) -> None:
    stored(desk, titled(statement("Question", "first")))
    second = titled(statement("Question", "second"))
    assert states(preview(desk, second, "other.gift")) == [("Question", "clash")]
    with pytest.raises(ClashesUndecided):
        stored(desk, second)
    assert stem(desk, "Question") == "first"


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (SEPARATE, {"Question": "first", "Question-2": "second"}),
        (REPLACE, {"Question": "second"}),
    ],
)
def test_a_person_decides_what_becomes_of_a_clash(
    desk: Desk, choice: Choice, expected: dict[str, str]
) -> None:
    stored(desk, titled(statement("Question", "first")))
    stored(desk, titled(statement("Question", "second")), choice)
    assert {name: stem(desk, name) for name in ids(desk)} == expected


def test_a_clash_that_is_skipped_stores_nothing(desk: Desk) -> None:
    stored(desk, titled(statement("Question", "first")))
    with pytest.raises(BadImport):
        stored(desk, titled(statement("Question", "second")), SKIP)
    assert stem(desk, "Question") == "first"


def test_each_clash_can_have_its_own_decision(desk: Desk) -> None:
    stored(desk, declared(statement("A", "first"), statement("B", "second")))
    choice = Choice(decisions={1: Decision.REPLACE, 2: Decision.SEPARATE})
    report = stored(desk, declared(statement("A", OTHER), statement("B", OTHER + "。")), choice)
    assert (report.changed, report.added) == (1, 1)
    assert (stem(desk, "A"), stem(desk, "B"), stem(desk, "B-2")) == (OTHER, "second", OTHER + "。")


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    stored(desk, titled(statement("Question", "first")))
    file = titled(
        statement("Question", "second"),
        statement("Question", "third"),
        statement(stem="fourth"),
        statement("Other", "fifth"),
    )
    stored(desk, file, SEPARATE)
    shown = preview(desk, file)
    assert {row.state for row in shown.rows} == {"unchanged"}
    report = desk.hq.item_import.store(shown, BY)
    assert (report.stored, report.unchanged, report.import_id) == (0, 4, "")


def test_a_declared_clash_that_was_stored_separately_is_found_again(desk: Desk) -> None:
    stored(desk, declared(statement("A", "first")))
    other = declared(statement("A", OTHER))
    stored(desk, other, SEPARATE)
    assert states(preview(desk, other)) == [("A-2", "unchanged")]


def test_a_new_item_before_the_others_does_not_move_them(desk: Desk) -> None:
    stored(desk, titled(statement("Question", "first"), statement("Question", "second")))
    longer = titled(*(statement("Question", stem) for stem in ("new", "first", "second")))
    assert states(preview(desk, longer)) == [
        ("Question-4", "added"),
        ("Question", "unchanged"),
        ("Question-2", "unchanged"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("1 + 1 = 2", "1 + 1 = 3", True),
        ("What is the capital of France?", "Which city is the capital of France?", True),
        ("下列关于碳交易的说法，正确的是（ ）", "以下关于碳交易的说法中，错误的是？", True),
        ("对", "错", False),
        ("What is the capital of France?", "How many grams are in a kilogram?", False),
        ("《巴黎协定》的长期温控目标是（ ）", "碳排放权交易的履约周期是（ ）", False),
    ],
)
def test_an_item_counts_as_the_same_while_its_stem_is_alike(
    desk: Desk, before: str, after: str, *, same: bool
) -> None:
    stored(desk, declared(statement("A", before)))
    (row,) = preview(desk, declared(statement("A", after))).rows
    assert row.state == ("changed" if same else "clash")


@pytest.mark.parametrize(
    ("options", "state"),
    [
        (["甲", "乙", "丙"], "clash"),
        (["由主管部门统一核定", "由企业自行申报", "由核查机构"], "changed"),
    ],
)
def test_equal_options_count_when_they_say_something(
    desk: Desk, options: list[str], state: str
) -> None:
    listed = [{"id": letter, "text": text} for letter, text in zip("ABC", options, strict=True)]
    choice = {"type": "single_choice", "options": listed, "key": ["A"]}
    stored(desk, declared(statement("A", "配额如何确定", **choice)))
    (row,) = preview(desk, declared(statement("A", "哪一项是对的", **choice))).rows
    assert row.state == state


@pytest.mark.parametrize("spelled", ["ab-1", "ＡＢ-1", "A B-1"])
def test_an_id_that_is_only_written_differently_is_noted(desk: Desk, spelled: str) -> None:
    stored(desk, declared(statement("AB-1")))
    (row,) = preview(desk, declared(statement(spelled))).rows
    assert row.state == "added"
    assert [(note.code, note.params["value"]) for note in row.problems] == [("id_alike", "AB-1")]


def test_chinese_ids_are_ids_of_their_own(desk: Desk) -> None:
    stored(desk, declared(statement("政策一", "first"), statement("政策二", "second")))
    assert ids(desk) == {"政策一", "政策二"}
