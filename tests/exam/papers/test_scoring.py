"""Objective items score by their key, in exact decimals; written ones wait for marks."""

import contextlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.exam.errors import BadMark, InvalidAnswer
from kiosk.exam.items.item import AnswerValue, Item, ItemType, MarkScheme, validate_answer
from kiosk.exam.papers.paper import Paper
from kiosk.exam.papers.scoring import score_attempt, score_item
from kiosk.exam.programme.programme import Programme, Scoring
from tests.exam.programmes import OPTIONS, bank, drawn, invented, schemes, shipped

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


def test_a_right_but_incomplete_choice_may_score_by_each_pick() -> None:
    rules = Scoring(multiple_choice="per_option", per_option=Decimal("0.5"))
    scores = [
        score_item(MULTIPLE, KEY, picks, Decimal(2), rules)
        for picks in (["A"], ["A", "B"], ["A", "D"], ["A", "B", "C"])
    ]
    assert scores == [Decimal("0.5"), Decimal("1.0"), 0, 2]


def sat(programme: Programme, **which: Any) -> tuple[Paper, dict[str, MarkScheme]]:
    """A paper of a programme, and its mark schemes."""
    items = bank(programme, each=64)
    return drawn(items, programme, **which), schemes(items)


def full_marks(paper: Paper, programme: Programme) -> dict[str, Decimal]:
    """Every written item at all its points."""
    examination = programme.examination(paper.trade, paper.level)
    return {
        item.id: paper.section_of(item.id).rules(examination).points
        for item in paper.items
        if not item.type.objective
    }


def right(paper: Paper, keys: dict[str, MarkScheme]) -> dict[str, AnswerValue]:
    """All answers as the keys have them; something for the written ones."""
    return {
        item.id: list(keys[item.id].key)
        if item.type is ItemType.MULTIPLE_CHOICE
        else keys[item.id].key[0]
        if item.type.objective
        else "文字"
        for item in paper.items
    }


CASES = [
    (shipped("carbon-manager"), {}),
    (shipped("carbon-skills"), {"trade": "trading", "level": "junior"}),
    (shipped("carbon-skills"), {"trade": "sink_measurement", "level": "senior"}),
    (invented(), {"level": "master"}),
]


@pytest.mark.parametrize(("programme", "which"), CASES)
def test_all_right_is_the_total_and_written_items_wait_for_marks(
    programme: Programme, which: dict[str, str]
) -> None:
    paper, keys = sat(programme, **which)
    answers = right(paper, keys)
    waiting = score_attempt(paper, keys, answers, programme)
    marks = full_marks(paper, programme)
    assert set(waiting.pending) == set(marks)
    if marks:
        assert (waiting.total, waiting.passed) == (None, None)
    sheet = score_attempt(paper, keys, answers, programme, marks)
    examination = programme.examination(paper.trade, paper.level)
    assert (sheet.total, sheet.passed) == (examination.total, True)


@pytest.mark.parametrize(("programme", "which"), CASES)
def test_nothing_answered_waits_for_nobody(programme: Programme, which: dict[str, str]) -> None:
    paper, keys = sat(programme, **which)
    sheet = score_attempt(paper, keys, {}, programme)
    assert (sheet.total, sheet.passed, sheet.pending) == (Decimal(0), False, ())


def test_a_subject_below_its_minimum_fails_whatever_the_total() -> None:
    programme = invented()
    paper, keys = sat(programme, level="master")
    essays = [item.id for item in paper.items if item.type is ItemType.ESSAY]
    answers = right(paper, keys)
    low = dict(zip(essays, (Decimal(19), Decimal("0.9")), strict=True))
    enough = dict(zip(essays, (Decimal(19), Decimal(1)), strict=True))
    failed = score_attempt(paper, keys, answers, programme, low)
    passed = score_attempt(paper, keys, answers, programme, enough)
    assert failed.total == Decimal("69.85")
    assert (failed.passed, passed.passed) == (False, True)


@pytest.mark.parametrize("mark", ["-1", "20.5"])
def test_a_mark_outside_the_items_points_is_refused(mark: str) -> None:
    programme = invented()
    paper, keys = sat(programme, level="master")
    essay = next(item.id for item in paper.items if item.type is ItemType.ESSAY)
    with pytest.raises(BadMark):
        score_attempt(paper, keys, {essay: "x"}, programme, {essay: Decimal(mark)})


@pytest.mark.parametrize(
    ("rounding", "decimals", "total"),
    [("half_up", 0, "3"), ("half_even", 0, "2"), ("down", 0, "2"), ("half_up", 2, "2.50")],
)
def test_the_total_is_rounded_once_as_the_programme_says(
    rounding: str, decimals: int, total: str
) -> None:
    rules = Scoring.model_validate({"rounding": rounding, "decimals": decimals})
    assert rules.rounded(Decimal("2.5")) == Decimal(total)


PAPER, KEYS = sat(CASES[0][0])
PICKS = st.one_of(
    st.none(),
    st.sampled_from("ABCD"),
    st.sampled_from(["true", "false"]),
    st.lists(st.sampled_from("ABCD"), max_size=4, unique=True),
)


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from([item.id for item in PAPER.items]), PICKS))
def test_the_total_is_the_sum_of_what_each_item_scores(values: dict[str, AnswerValue]) -> None:
    programme = CASES[0][0]
    answers = {}
    for name, value in values.items():
        item = PAPER.item(name)
        assert item is not None
        with contextlib.suppress(InvalidAnswer):
            answers[name] = validate_answer(item, value)
    sheet = score_attempt(PAPER, KEYS, answers, programme, full_marks(PAPER, programme))
    assert sheet.total == sum(sheet.points.values()) == sum(sheet.subjects.values())
    assert sheet.total is not None
    assert 0 <= sheet.total <= programme.examinations[0].total
    assert sheet.passed == (sheet.total >= programme.examinations[0].pass_mark)
