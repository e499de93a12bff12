"""Answers become codes by option ids: shuffling changes nothing, and nothing breaks the coding."""

import numpy as np
import pytest

from kiosk.exam.items.item import AnswerValue, Item, ItemType, Option
from sync.hq.similarity.model import NOTHING
from sync.hq.similarity.places import Place
from sync.hq.similarity.sheets import Sheet, coded, picked, times_of
from sync.hq.similarity.side_by_side import Match, letters, match
from tests.hq.desk import NOW

OPTIONS = tuple(Option(id=letter, text=letter) for letter in "abcd")


def item(kind: ItemType) -> Item:
    options = OPTIONS if kind.has_options else ()
    return Item(id=kind.value, type=kind, subject="s", domain="d", stem="?", options=options)


SINGLE, SEVERAL, TRUTH, WRITTEN = map(
    item,
    (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.TRUE_FALSE, ItemType.SHORT_ANSWER),
)
KEYS = {
    SINGLE.id: frozenset("b"), SEVERAL.id: frozenset("ac"), TRUTH.id: frozenset({"true"}),
}  # fmt: skip


def sheet(*values: AnswerValue) -> Sheet:
    given = {item.id: value for item, value in zip((SINGLE, SEVERAL, TRUTH), values, strict=True)}
    return Sheet("C", "A", "B", "P", Place("C", "1", "1"), given)


def test_options_become_codes_and_the_key_is_the_right_one() -> None:
    sheets = [sheet("b", ["a", "c"], "true"), sheet("a", ["c", "a"], "false")]
    found = coded([SINGLE, SEVERAL, TRUTH], KEYS, sheets)
    assert found.is_right.tolist() == [[True, True, True], [False, True, False]]
    assert found.codes[0, 1] == found.codes[1, 1]
    assert found.wrong.tolist() == [3, 14, 1]


@pytest.mark.parametrize("value", [None, "", [], "z", ["a", "z"], "a b"])
def test_what_is_no_answer_to_the_item_has_no_code(value: AnswerValue) -> None:
    assert not picked(SINGLE, value)
    found = coded([SINGLE, SEVERAL, TRUTH], KEYS, [sheet(value, None, None)] * 3)
    assert (found.codes == NOTHING).all()


def test_different_sets_of_options_are_different_answers() -> None:
    sheets = [sheet("b", picks, "true") for picks in (["a"], ["a", "b"], ["b", "a"], ["a", "c"])]
    codes = coded([SINGLE, SEVERAL, TRUTH], KEYS, sheets).codes[:, 1]
    assert codes[1] == codes[2]
    assert len(set(codes.tolist())) == 3


@pytest.mark.parametrize(
    ("item", "key", "first", "second", "expected"),
    [
        (SINGLE, "b", "b", "b", Match.SAME_RIGHT),
        (SINGLE, "b", "a", "a", Match.SAME_WRONG),
        (SINGLE, "b", "a", "b", Match.DIFFERENT),
        (SINGLE, "b", "a", None, Match.ONE_MISSING),
        (SINGLE, "b", None, "", Match.BOTH_MISSING),
        (SEVERAL, "ac", ["c", "a"], ["a", "c"], Match.SAME_RIGHT),
        (SEVERAL, "ac", ["a"], ["a"], Match.SAME_WRONG),
        (SEVERAL, "ac", ["a"], ["a", "c"], Match.DIFFERENT),
        (WRITTEN, "", "x", "x", Match.WRITTEN),
    ],
)
def test_two_answers_are_compared(
    item: Item, key: str, first: AnswerValue, second: AnswerValue, expected: Match
) -> None:
    assert match(item, frozenset(key), first, second) is expected


def test_letters_are_of_the_items_own_order() -> None:
    assert letters(SEVERAL, frozenset("ca")) == "AC"
    assert letters(TRUTH, frozenset({"false"})) == "false"
    assert letters(SINGLE, frozenset()) == ""


def test_times_are_by_the_clock_and_places_by_the_own_order() -> None:
    own = Sheet(
        "C", "A", "B", "P", Place("C", "1", "1"), {}, {SINGLE.id: NOW}, (TRUTH.id, SINGLE.id)
    )
    times = times_of([SINGLE, SEVERAL, TRUTH], own)
    assert times.saved[0] == NOW.timestamp()
    assert np.isnan(times.saved[1:]).all()
    assert times.position.tolist() == [1, 1, 0]
