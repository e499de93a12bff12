"""Scoring of objective items, in exact decimals (R11). Written items wait for marks."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kiosk.exam.item import AnswerValue, Item, ItemType, MarkScheme
from kiosk.exam.paper import Paper
from kiosk.exam.programme import Programme, Scoring


@dataclass(frozen=True)
class ScoreSheet:
    """``objective``: points from keys so far. ``pending``: answered items that wait for marks.

    ``points`` has one entry for each item that is decided; an unanswered item scores nothing.
    """

    objective: Decimal
    pending: tuple[str, ...]
    points: Mapping[str, Decimal]


def score_item(
    item: Item, scheme: MarkScheme, value: AnswerValue, points: Decimal, rules: Scoring
) -> Decimal | None:
    """Points for one answer, between 0 and ``points``; None when a person has to mark it."""
    if value is None:
        return Decimal(0)
    if item.type is ItemType.SHORT_ANSWER:
        return None
    picks = set(value) if isinstance(value, list) else {value}
    key = set(scheme.key)
    if picks == key:
        return points
    partial = item.type is ItemType.MULTIPLE_CHOICE and rules.multiple_choice == "partial"
    if partial and picks and picks < key:
        return points * rules.partial_share
    return Decimal(0)


def score_attempt(
    paper: Paper,
    schemes: Mapping[str, MarkScheme],
    answers: Mapping[str, AnswerValue],
    programme: Programme,
) -> ScoreSheet:
    """Score every item of ``paper``; raises KeyError when a mark scheme is missing."""
    decided: dict[str, Decimal] = {}
    pending: list[str] = []
    for item in paper.items:
        points = score_item(
            item,
            schemes[item.id],
            answers.get(item.id),
            programme.points_of(item.type),
            programme.scoring,
        )
        if points is None:
            pending.append(item.id)
        else:
            decided[item.id] = points
    return ScoreSheet(sum(decided.values(), Decimal(0)), tuple(pending), decided)
