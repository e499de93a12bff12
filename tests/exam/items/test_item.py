"""Answers fit their item or are refused; keys and mark points fit theirs."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from kiosk.exam.errors import InvalidAnswer
from kiosk.exam.items.item import (
    MAX_ESSAY,
    MAX_TEXT,
    Item,
    ItemType,
    MarkPoint,
    MarkScheme,
    Option,
    validate_answer,
)

OPTIONS = tuple(Option(id=letter, text=letter) for letter in "ABCD")


def item(kind: str) -> Item:
    """An item of that type."""
    options = OPTIONS if kind.endswith("choice") else ()
    return Item(id="I1", type=ItemType(kind), subject="s", domain="d", stem="?", options=options)


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("single_choice", "B", "B"),
        ("single_choice", None, None),
        ("multiple_choice", ["C", "A"], ["A", "C"]),
        ("multiple_choice", ["C", "C"], ["C"]),
        ("multiple_choice", [], None),
        ("true_false", "false", "false"),
        ("short_answer", "碳达峰", "碳达峰"),
        ("short_answer", "", None),
        ("essay", "<p>碳<b>汇</b></p>", "<p>碳<b>汇</b></p>"),
        ("essay", "<p><br></p>", None),
    ],
)
def test_an_answer_is_kept_in_canonical_form(kind: str, value: object, kept: object) -> None:
    assert validate_answer(item(kind), value) == kept


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("single_choice", "E"),
        ("single_choice", ["A"]),
        ("single_choice", 1),
        ("multiple_choice", "A"),
        ("multiple_choice", ["A", "Z"]),
        ("multiple_choice", [1]),
        ("true_false", "yes"),
        ("true_false", True),
        ("short_answer", {"text": "x"}),
        ("short_answer", "x" * (MAX_TEXT + 1)),
        ("short_answer", "nul\x00"),
        ("short_answer", "half \ud800 pair"),
        ("essay", "<script>x</script>"),
        ("essay", "x" * (MAX_ESSAY + 1)),
        ("essay", ["x"]),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(kind: str, value: object) -> None:
    with pytest.raises(InvalidAnswer):
        validate_answer(item(kind), value)


def test_an_item_has_no_place_for_a_key() -> None:
    with pytest.raises(ValidationError, match="key"):
        Item.model_validate({**item("single_choice").model_dump(), "key": ["A"]})


def test_a_choice_item_without_options_is_refused() -> None:
    with pytest.raises(ValidationError, match="options"):
        Item(id="I", type=ItemType.SINGLE_CHOICE, subject="s", domain="d", stem="?")


def test_an_option_id_may_stand_only_once() -> None:
    with pytest.raises(ValidationError, match="twice"):
        Item(
            id="I",
            type=ItemType.SINGLE_CHOICE,
            subject="s",
            domain="d",
            stem="?",
            options=(OPTIONS[0], OPTIONS[0]),
        )


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("single_choice", ("E",)),
        ("single_choice", ("A", "B")),
        ("single_choice", ()),
        ("multiple_choice", ("A",)),
        ("true_false", ("maybe",)),
        ("short_answer", ("A",)),
    ],
)
def test_a_key_must_fit_its_item(kind: str, key: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="I1"):
        MarkScheme(item_id="I1", key=key).check(item(kind))


def test_a_written_item_is_marked_by_points() -> None:
    points = (MarkPoint(text="names the gas", marks=Decimal(2)),)
    MarkScheme(item_id="I1", points=points).check(item("short_answer"))
