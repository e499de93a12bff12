"""Objective items score by their key, in exact decimals; written ones wait for marks."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.item import Item, ItemType, MarkPoint, MarkScheme, Option
from kiosk.exam.paper import Paper
from kiosk.exam.programme import Scoring
from kiosk.exam.scoring import score_attempt, score_item
from tests.exam.test_paper import PROGRAMME

OPTIONS = tuple(Option(id=letter, text=letter) for letter in "ABCD")
MULTIPLE = Item(
    id="M", type=ItemType.MULTIPLE_CHOICE, subject="s", domain="d", stem="?", options=OPTIONS
)
KEY = MarkScheme(item_id="M", key=("A", "B", "C"))
PARTIAL = Scoring(multiple_choice="partial", partial_share=Decimal("0.5"))
STRICT = Scoring(multiple_choice="all_or_nothing")


@pytest.mark.parametrize(
    ("picks", "strict", "partial"),
    [
        (["A", "B", "C"], "2", "2"),
        (["A", "B"], "0", "1.0"),
        (["A"], "0", "1.0"),
        (["A", "D"], "0", "0"),
        (["A", "B", "C", "D"], "0", "0"),
        (None, "0", "0"),
    ],
)
def test_multiple_choice(picks: list[str] | None, strict: str, partial: str) -> None:
    points = Decimal(2)
    assert score_item(MULTIPLE, KEY, picks, points, STRICT) == Decimal(strict)
    assert score_item(MULTIPLE, KEY, picks, points, PARTIAL) == Decimal(partial)


@given(st.sets(st.sampled_from("ABCD")))
def test_no_choice_scores_more_than_its_points_or_less_than_nothing(picks: set[str]) -> None:
    score = score_item(MULTIPLE, KEY, sorted(picks) or None, Decimal(2), PARTIAL)
    assert score is not None
    assert 0 <= score <= 2


def test_an_attempt_adds_up_and_says_what_waits() -> None:
    single = Item(
        id="S", type=ItemType.SINGLE_CHOICE, subject="s", domain="d", stem="?", options=OPTIONS
    )
    judged = Item(id="T", type=ItemType.TRUE_FALSE, subject="s", domain="d", stem="?")
    written = Item(id="W", type=ItemType.SHORT_ANSWER, subject="s", domain="d", stem="?")
    empty = Item(id="X", type=ItemType.SHORT_ANSWER, subject="s", domain="d", stem="?")
    points = (MarkPoint(text="p", marks=Decimal(8)),)
    schemes = {
        "S": MarkScheme(item_id="S", key=("C",)),
        "M": KEY,
        "T": MarkScheme(item_id="T", key=("true",)),
        "W": MarkScheme(item_id="W", points=points),
        "X": MarkScheme(item_id="X", points=points),
    }
    paper = Paper(
        id="P", programme_id="carbon-manager", items=(single, MULTIPLE, judged, written, empty)
    )
    answers = {"S": "C", "M": ["A"], "T": "false", "W": "text"}
    sheet = score_attempt(paper, schemes, answers, PROGRAMME)
    assert sheet.objective == Decimal("3.0")
    assert sheet.pending == ("W",)
    assert sheet.points["X"] == 0
