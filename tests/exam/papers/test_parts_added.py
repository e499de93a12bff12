"""Parts of several attempts are added up as one paper of all parts is scored."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.exam.items.item import AnswerValue, MarkScheme
from kiosk.exam.papers.paper import Paper
from kiosk.exam.papers.parts_added import AddedUp, PartScore, add_up, part_scores
from kiosk.exam.papers.scoring import score_attempt
from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.separate_parts import SeparateParts
from tests.exam.programmes import bank, drawn, invented, schemes, shipped

JANUARY, MARCH = datetime(2026, 1, 17, 1, tzinfo=UTC), datetime(2026, 3, 21, 1, tzinfo=UTC)
TWO_YEARS_ON = datetime(2028, 1, 17, 1, tzinfo=UTC)
ALICE = ("BJ01", "A1")
CASES: list[tuple[Programme, Mapping[str, str]]] = [
    (shipped("carbon-skills"), {"trade": "trading", "level": "junior"}),
    (shipped("carbon-skills"), {"trade": "trading", "level": "senior"}),
    (invented(), {"level": "master"}),
]


def part_of(paper: Paper, part: str) -> Paper:
    """The paper with the sections of one part only."""
    sections = tuple(section for section in paper.sections if section.part == part)
    kept = {item_id for section in sections for item_id in section.items}
    items = tuple(item for item in paper.items if item.id in kept)
    return Paper(**{**paper.__dict__, "items": items, "sections": sections})


def score(
    paper: Paper,
    keys: Mapping[str, MarkScheme],
    answers: Mapping[str, AnswerValue],
    programme: Programme,
    marks: Mapping[str, Decimal],
) -> Mapping[str, PartScore]:
    """What a paper scores in its parts."""
    sheet = score_attempt(paper, keys, answers, programme, marks)
    return part_scores(paper, sheet, programme, JANUARY, ALICE)


@pytest.mark.parametrize(("programme", "which"), CASES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_parts_add_up_to_what_the_whole_paper_scores(
    programme: Programme, which: Mapping[str, str], data: st.DataObject
) -> None:
    items = bank(programme, each=64)
    paper, keys = drawn(items, programme, **which), schemes(items)
    answers, marks = any_answers(paper, keys, programme, data)
    whole = score_attempt(paper, keys, answers, programme, marks)
    examination = programme.examination(paper.trade, paper.level)
    first, second = (
        score(part_of(paper, part.id), keys, answers, programme, marks)
        for part in examination.parts
    )
    added = add_up(second, first.values(), programme, examination, MARCH)
    assert (added.exact_total, added.total, added.passed) == (
        *(whole.exact_total, whole.total, whole.passed),
    )
    assert added.pending == bool(whole.pending)


def any_answers(
    paper: Paper, keys: Mapping[str, MarkScheme], programme: Programme, data: st.DataObject
) -> tuple[dict[str, AnswerValue], dict[str, Decimal]]:
    """Answers of which any are right, and marks for any of the written ones."""
    examination = programme.examination(paper.trade, paper.level)
    answers: dict[str, AnswerValue] = {}
    marks: dict[str, Decimal] = {}
    for item in paper.items:
        if not data.draw(st.booleans()):
            continue
        key = keys[item.id].key
        if not item.type.objective:
            answers[item.id] = "文字"
            most = paper.section_of(item.id).rules(examination).points
            if data.draw(st.integers(0, 3)):
                marks[item.id] = data.draw(st.sampled_from([Decimal(0), Decimal("2.5"), most]))
        else:
            answers[item.id] = list(key) if item.type == "multiple_choice" else key[0]
    return answers, marks


PROGRAMME, WHICH = CASES[0]
EXAMINATION = PROGRAMME.examination("trading", "junior")


def theory(points: int, sat_at: datetime = JANUARY, **changes: Any) -> PartScore:
    """A theory part of 50 points; another attempt at each time."""
    attempt = ("BJ01", sat_at.isoformat())
    subjects = {"theory": Decimal(points)}
    return replace(
        PartScore(
            "theory", Decimal(points), Decimal(50), Decimal(1), subjects, False, sat_at, attempt
        ),
        **changes,
    )


def technique(points: int) -> Mapping[str, PartScore]:
    """The technique part as the attempt in March has it."""
    return {"technique": replace(theory(points, MARCH), part="technique", subjects={})}


def added(
    own: Mapping[str, PartScore], *earlier: PartScore, at: datetime = MARCH, **rules: Any
) -> AddedUp:
    """What the programme with these rules adds up."""
    programme = PROGRAMME.model_copy(update={"separate_parts": SeparateParts(**rules)})
    return add_up(own, earlier, programme, EXAMINATION, at)


def test_a_part_that_was_never_sat_leaves_the_result_without_a_total() -> None:
    alone = added(technique(50))
    assert (alone.total, alone.passed, alone.missing) == (None, None, ("theory",))
    assert not alone.pending


def test_sixty_over_both_parts_pass_though_one_is_below_half() -> None:
    assert added(technique(45), theory(15)).passed is True
    assert added(technique(44), theory(15)).passed is False


def test_the_latest_or_the_best_attempt_of_a_part_counts() -> None:
    first, second = theory(40), theory(20, datetime(2026, 2, 1, tzinfo=UTC))
    assert added(technique(10), first, second).total == 30
    assert added(technique(10), first, second, counting="best").total == 50
    assert added(technique(10), second, first, counting="best").total == 50


def test_the_best_counts_also_against_the_part_that_was_just_sat() -> None:
    again = {"theory": theory(20, MARCH)}
    earlier = [theory(40), *technique(10).values()]
    assert added(again, *earlier, counting="latest").total == 30
    assert added(again, *earlier, counting="best").total == 50


def test_nothing_is_decided_while_the_part_that_was_just_sat_waits_for_marks() -> None:
    waiting = {"theory": theory(0, MARCH, pending=True)}
    found = added(waiting, theory(40), *technique(10).values(), counting="best")
    assert (found.total, found.pending) == (None, True)


@pytest.mark.parametrize(
    ("months", "at", "counts"),
    [
        (None, TWO_YEARS_ON, True),
        (24, TWO_YEARS_ON, True),
        (23, TWO_YEARS_ON, False),
        (2, MARCH, False),
        (3, MARCH, True),
    ],
)
def test_a_part_counts_for_as_many_months_as_the_programme_says(
    months: int | None, at: datetime, counts: bool
) -> None:
    found = added(technique(45), theory(15), at=at, valid_months=months)
    assert (found.passed is True) == counts


@pytest.mark.parametrize(
    "changed",
    [{"most": Decimal(40)}, {"weight": Decimal(2)}, {"part": "oral"}],
)
def test_a_part_that_the_programme_has_otherwise_now_does_not_count(
    changed: Mapping[str, Any],
) -> None:
    assert added(technique(45), replace(theory(15), **changed)).missing == ("theory",)
