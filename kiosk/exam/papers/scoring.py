"""Scoring in exact decimals (R3, R11). Written items wait for marks.

Nothing is rounded on the way: parts are weighted and added exactly, and the total is rounded once,
as the programme says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kiosk.exam.errors import BadMark
from kiosk.exam.items.item import AnswerValue, Item, ItemType, MarkScheme
from kiosk.exam.papers.paper import Paper
from kiosk.exam.programme.blueprint import Examination
from kiosk.exam.programme.programme import Programme, Scoring

NONE = Decimal(0)


@dataclass(frozen=True)
class ScoreSheet:
    """``points``: one entry for each decided item; an unanswered item scores nothing.

    ``pending``: answered written items that wait for marks. ``parts`` and ``subjects`` contain
    what is decided so far, before weighting. ``objective``: weighted points from keys alone.
    ``total`` (rounded) and ``passed`` are None while anything is pending.
    """

    points: Mapping[str, Decimal]
    pending: tuple[str, ...]
    parts: Mapping[str, Decimal]
    subjects: Mapping[str, Decimal]
    objective: Decimal
    total: Decimal | None
    passed: bool | None


def score_item(
    item: Item, scheme: MarkScheme, value: AnswerValue, points: Decimal, rules: Scoring
) -> Decimal | None:
    """Return the points for one answer, 0 to ``points``; None when a marker has to decide."""
    if value is None:
        return NONE
    if not item.type.objective:
        return None
    picks = set(value) if isinstance(value, list) else {value}
    key = set(scheme.key)
    if picks == key:
        return points
    # A strict subset: one wrong pick and the answer scores nothing, whatever else is right.
    if item.type is ItemType.MULTIPLE_CHOICE and picks and picks < key:
        return _incomplete(len(picks), points, rules)
    return NONE


def _incomplete(picks: int, points: Decimal, rules: Scoring) -> Decimal:
    """Score a multiple choice answer that lacks something and has nothing wrong."""
    if rules.multiple_choice == "partial":
        return points * rules.partial_share
    if rules.multiple_choice == "per_option":
        return min(points, rules.per_option * picks)
    return NONE


def score_attempt(
    paper: Paper,
    schemes: Mapping[str, MarkScheme],
    answers: Mapping[str, AnswerValue],
    programme: Programme,
    marks: Mapping[str, Decimal] | None = None,
) -> ScoreSheet:
    """Score every item of ``paper``; ``marks`` decide written items that were answered.

    Raises:
        KeyError: a mark scheme is missing.
        BadMark: a mark is outside an item's points.
    """
    examination = programme.examination(paper.trade, paper.level)
    decided: dict[str, Decimal] = {}
    pending: list[str] = []
    for item in paper.items:
        points = paper.section_of(item.id).rules(examination).points
        score = score_item(item, schemes[item.id], answers.get(item.id), points, programme.scoring)
        if score is None:
            score = _mark(item, points, marks or {})
        if score is None:
            pending.append(item.id)
        else:
            decided[item.id] = score
    return _sheet(paper, decided, tuple(pending), examination, programme.scoring)


def _mark(item: Item, points: Decimal, marks: Mapping[str, Decimal]) -> Decimal | None:
    mark = marks.get(item.id)
    if mark is not None and not NONE <= mark <= points:
        raise BadMark(mark=mark, item=item.id, points=points)
    return mark


def _sheet(
    paper: Paper,
    decided: Mapping[str, Decimal],
    pending: tuple[str, ...],
    examination: Examination,
    rules: Scoring,
) -> ScoreSheet:
    parts = {part.id: NONE for part in examination.parts}
    subjects: dict[str, Decimal] = {}
    objective = weighted = NONE
    for item in paper.items:
        score = decided.get(item.id, NONE)
        part = examination.part(paper.section_of(item.id).part)
        parts[part.id] += score
        subjects[item.subject] = subjects.get(item.subject, NONE) + score
        weighted += score * part.weight
        objective += score * part.weight if item.type.objective else NONE
    total = None if pending else rules.rounded(weighted)
    passed = None if total is None else _passes(total, subjects, examination)
    return ScoreSheet(decided, pending, parts, subjects, objective, total, passed)


def _passes(total: Decimal, subjects: Mapping[str, Decimal], examination: Examination) -> bool:
    reached = all(
        subjects.get(subject, NONE) >= least
        for subject, least in examination.subject_minimum.items()
    )
    return reached and total >= examination.pass_mark
