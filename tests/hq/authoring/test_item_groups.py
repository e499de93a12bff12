"""Items of a group share one stimulus, whatever the files call their groups."""

from collections.abc import Mapping
from typing import Any

import pytest

from sync.hq.authoring.importing.rows import Choice
from sync.hq.authoring.parsed import Parsed
from sync.hq.errors import BadImport
from tests.hq.authoring.imports import declared, preview, statement, states, stored
from tests.hq.desk import PROGRAMME, Desk

TEXT, OTHER = "某电厂2025年的数据如下……", "某水泥厂2025年的数据如下……"


def case(*names: str, stimulus: str = TEXT, group: str = "case") -> Parsed:
    return declared(*(_item(name, group, stimulus) for name in names))


def _item(name: str, group: str, stimulus: str) -> Mapping[str, Any]:
    return statement(name, f"{name}：该数据正确。", group=group, stimulus=stimulus)


def groups(desk: Desk) -> dict[str, str | None]:
    items = [kept.entry.item for kept in desk.hq.bank.kept(PROGRAMME)]
    return {item.id: item.group for item in items if item.group}


def test_an_item_with_another_stimulus_than_its_group_is_left_out(desk: Desk) -> None:
    shown = preview(desk, declared(_item("a", "case", TEXT), _item("b", "case", OTHER)))
    assert states(shown) == [("a", "added"), ("b", "left_out")]
    (problem,) = shown.errors
    assert (problem.code, problem.at, problem.params["first"]) == ("group_differs", "3", "a")


def test_another_group_of_the_same_name_gets_another_name(desk: Desk) -> None:
    stored(desk, case("a", "b"))
    shown = preview(desk, case("c", "d", stimulus=OTHER))
    assert [problem.code for problem in shown.problems] == ["group_renamed"] * 2
    stored(desk, case("c", "d", stimulus=OTHER))
    assert groups(desk) == {"a": "case", "b": "case", "c": "case-2", "d": "case-2"}


def test_a_group_that_got_another_name_is_found_again(desk: Desk) -> None:
    stored(desk, case("a"))
    stored(desk, case("c", stimulus=OTHER))
    assert states(preview(desk, case("c", stimulus=OTHER))) == [("c", "unchanged")]
    stored(desk, case("e", stimulus=OTHER))
    assert groups(desk)["e"] == "case-2"


def test_a_stimulus_is_changed_for_the_whole_group_or_not_at_all(desk: Desk) -> None:
    stored(desk, case("a", "b"))
    shown = preview(desk, case("a", stimulus=OTHER))
    (problem,) = shown.errors
    assert (problem.code, problem.params["items"]) == ("group_partial", "b")
    assert states(preview(desk, case("a", "b", "c", stimulus=OTHER))) == [
        ("a", "changed"),
        ("b", "changed"),
        ("c", "added"),
    ]


def test_an_item_joins_a_group_with_the_same_stimulus(desk: Desk) -> None:
    stored(desk, case("a"))
    stored(desk, case("b"))
    assert groups(desk) == {"a": "case", "b": "case"}


def test_nothing_is_stored_of_a_partly_changed_group(desk: Desk) -> None:
    stored(desk, case("a", "b"))
    before = groups(desk)
    with pytest.raises(BadImport, match="group case"):
        stored(desk, case("a", stimulus=OTHER))
    assert groups(desk) == before


def test_a_part_of_a_group_does_not_get_another_stimulus(desk: Desk) -> None:
    stored(desk, case("a", "b"))
    changed = case("a", "b", stimulus=OTHER)
    with pytest.raises(BadImport) as refused:
        stored(desk, changed, Choice(frozenset({1})))
    (problem,) = refused.value.problems
    assert (problem.code, problem.params["items"]) == ("group_torn", "b")
    assert stored(desk, changed, Choice(frozenset({1, 2}))).changed == 2


def test_drawing_knows_the_groups(desk: Desk) -> None:
    stored(desk, case("a", "b"))
    pool = desk.hq.bank.pool(PROGRAMME, desk.clock.now(), None)
    assert {item.id: item.group for item in pool if item.group} == {"a": "case", "b": "case"}


def _translated(name: str, english: str, stimulus: str = TEXT) -> Mapping[str, Any]:
    fields = {
        "translations.en.stem": f"{name}: the figure is right.",
        "translations.en.stimulus": english,
    }
    return {**_item(name, "case", stimulus), **fields}


def test_items_of_a_group_are_translated_one_by_one(desk: Desk) -> None:
    stored(desk, case("a", "b"))
    assert states(preview(desk, declared(_translated("a", "A power plant")))) == [("a", "changed")]
    stored(desk, declared(_translated("a", "A power plant")))
    assert groups(desk) == {"a": "case", "b": "case"}


def test_a_translated_stimulus_is_the_same_in_all_items_of_its_group(desk: Desk) -> None:
    both = declared(_translated("a", "A power plant"), _translated("b", "A cement works"))
    shown = preview(desk, both)
    assert states(shown) == [("a", "added"), ("b", "left_out")]
    (problem,) = shown.errors
    assert (problem.code, problem.column) == ("group_differs", "translations.en.stimulus")
    assert problem.params["first"] == "a"


def test_a_translated_stimulus_changes_in_all_items_that_have_it(desk: Desk) -> None:
    stored(desk, declared(_translated("a", "A plant"), _translated("b", "A plant")))
    stored(desk, case("c"))
    shown = preview(desk, declared(_translated("a", "A power plant")))
    (problem,) = shown.errors
    assert (problem.code, problem.params["items"]) == ("group_partial", "b")
    both = declared(_translated("a", "A power plant"), _translated("b", "A power plant"))
    assert states(preview(desk, both)) == [("a", "changed"), ("b", "changed")]


def test_a_translated_group_is_not_stored_in_part(desk: Desk) -> None:
    stored(desk, declared(_translated("a", "A plant"), _translated("b", "A plant")))
    both = declared(_translated("a", "A power plant"), _translated("b", "A power plant"))
    with pytest.raises(BadImport):
        desk.hq.item_import.store(preview(desk, both), "li", choice=Choice(frozenset({1})))


@pytest.mark.parametrize("more", [{}, {"rationale": "见教材"}])
def test_a_translated_stimulus_changes_where_the_file_lacks_the_translation(
    desk: Desk, more: Mapping[str, str]
) -> None:
    stored(desk, declared(_translated("a", "A plant"), _translated("b", "A plant")))
    file = declared(_translated("a", "A power plant"), {**_item("b", "case", TEXT), **more})
    shown = preview(desk, file)
    assert states(shown) == [("a", "changed"), ("b", "changed")]
    assert [problem.code for problem in shown.problems] == ["translation_kept"]
    stored(desk, file)
    items = [desk.hq.bank.get(PROGRAMME, name).entry.item for name in "ab"]
    assert [item.translations[0].stimulus for item in items] == ["A power plant"] * 2
    assert items[1].translations[0].stem == "b: the figure is right."
