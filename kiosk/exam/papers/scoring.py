"""Scoring in exact decimals (R3, R11). Written items wait for marks.

Nothing is rounded on the way: parts are weighted and added exactly, and the total is rounded once,
as the programme says. Whether the exact or the rounded total decides about passing is a setting of
the programme.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kiosk.exam.errors import BadMark
from kiosk.exam.items.item import AnswerValue, Item, ItemType, MarkScheme
from kiosk.exam.papers.paper import Paper
from kiosk.exam.papers.rulings import ItemRuling, ruled_keys
from kiosk.exam.programme.blueprint import Examination
from kiosk.exam.programme.programme import Programme, Scoring

NONE = Decimal(0)


@dataclass(frozen=True)
class ScoreSheet:
    """``points``: one entry for each decided item; an unanswered item scores nothing.

    ``pending``: answered written items that wait for marks. ``parts`` and ``subjects`` contain
    what is decided so far, before weighting. ``objective``: weighted points from keys alone.
    ``exact_total``, ``total`` (rounded) and ``passed`` are None while anything is pending, and
    where the paper has only some parts of the examination.
    """

    points: Mapping[str, Decimal]
    pending: tuple[str, ...]
    parts: Mapping[str, Decimal]
    subjects: Mapping[str, Decimal]
    objective: Decimal
    exact_total: Decimal | None
    total: Decimal | None
    passed: bool | None


def score_item(
    item: Item,
    scheme: MarkScheme,
    value: AnswerValue,
    points: Decimal,
    rules: Scoring,
    rulings: Sequence[ItemRuling] = (),
) -> Decimal | None:
    """Return the points for one answer, 0 to ``points``; None when a marker has to decide."""
    keys = ruled_keys(scheme.key, rulings)
    if keys.for_all:
        return points
    if value is None:
        return NONE
    if not item.type.objective:
        return None
    picks = frozenset(value) if isinstance(value, list) else frozenset({value})
    return max(_score_picks(item, picks, key, points, rules) for key in keys.accepted)


def _score_picks(
    item: Item, picks: frozenset[str], key: frozenset[str], points: Decimal, rules: Scoring
) -> Decimal:
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
    rulings: Mapping[str, Sequence[ItemRuling]] | None = None,
    void: Collection[str] = (),
) -> ScoreSheet:
    """Score every item of ``paper``; ``marks`` decide written items that were answered.

    ``rulings``: by item id, in the order in which they were applied. ``void``: parts and subjects
    that give no points.

    Raises:
        KeyError: a mark scheme is missing.
        BadMark: a mark is outside an item's points.
    """
    examination = programme.examination(paper.trade, paper.level)
    decided: dict[str, Decimal] = {}
    pending: list[str] = []
    for item in paper.items:
        section = paper.section_of(item.id)
        if section.part in void or item.subject in void:
            decided[item.id] = NONE
            continue
        points = section.rules(examination).points
        ruled = (rulings or {}).get(item.id, ())
        answer = answers.get(item.id)
        score = score_item(item, schemes[item.id], answer, points, programme.scoring, ruled)
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
    parts = {part.id: NONE for part in examination.of_parts(paper.parts).parts}
    subjects: dict[str, Decimal] = {}
    objective = weighted = NONE
    for item in paper.items:
        score = decided.get(item.id, NONE)
        part = examination.part(paper.section_of(item.id).part)
        parts[part.id] += score
        subjects[item.subject] = subjects.get(item.subject, NONE) + score
        weighted += score * part.weight
        objective += score * part.weight if item.type.objective else NONE
    if pending or len(parts) < len(examination.parts):
        return ScoreSheet(decided, pending, parts, subjects, objective, None, None, None)
    total, passed = judged(weighted, subjects, examination, rules)
    return ScoreSheet(decided, pending, parts, subjects, objective, weighted, total, passed)


def judged(
    exact: Decimal, subjects: Mapping[str, Decimal], examination: Examination, rules: Scoring
) -> tuple[Decimal, bool]:
    """Return the rounded total, and whether it passes.

    ``exact``: the weighted total. ``subjects``: points by subject, before weighting.
    """
    total = rules.rounded(exact)
    deciding = exact if rules.passing_total == "exact" else total
    reached = all(
        subjects.get(subject, NONE) >= least
        for subject, least in examination.subject_minimum.items()
    )
    return total, reached and deciding >= examination.pass_mark
