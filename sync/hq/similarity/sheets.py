"""Answer sheets of one drawn paper, as numbers for the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from kiosk.exam.items import rich_text
from kiosk.exam.items.item import AnswerValue, Item, ItemType
from kiosk.exam.papers.paper import Paper
from sync.hq.similarity.model import NOTHING, Responses
from sync.hq.similarity.places import Place
from sync.hq.similarity.times import Times


@dataclass(frozen=True)
class Sheet:
    """What one candidate answered in the bundle that counts.

    ``order``: item ids in the candidate's own order. ``saved``: when each answer was last saved.
    """

    centre_code: str
    attempt_id: str
    bundle_id: str
    candidate_id: str
    place: Place
    values: Mapping[str, AnswerValue]
    saved: Mapping[str, datetime] = field(default_factory=dict)
    order: Sequence[str] = ()


Keys = Mapping[str, frozenset[str]]
"""The options that are right, by item."""


def choice_items(paper: Paper) -> Sequence[Item]:
    """Return the items whose answers are options, in the paper's order."""
    return [item for item in paper.items if item.type.objective]


def written_items(paper: Paper) -> Sequence[Item]:
    """Return the items with written answers."""
    return [item for item in paper.items if not item.type.objective]


def picked(item: Item, value: AnswerValue) -> frozenset[str]:
    """Return the options that an answer picks; none if it does not fit the item."""
    options = frozenset(value if isinstance(value, list) else [value] if value else [])
    return options if options <= set(item.option_ids) else frozenset()


def coded(items: Sequence[Item], keys: Keys, sheets: Sequence[Sheet]) -> Responses:
    """Return the answers to choice items as codes: option ids, never positions."""
    columns, right, wrong = [], [], []
    for item in items:
        answers = [picked(item, sheet.values.get(item.id)) for sheet in sheets]
        codes = _codes(item, keys[item.id], answers)
        columns.append([codes.get(answer, NOTHING) for answer in answers])
        right.append(codes[keys[item.id]])
        options = len(item.option_ids)
        several = item.type is ItemType.MULTIPLE_CHOICE
        # All sets of options but the empty one and the key.
        wrong.append(2**options - 2 if several else options - 1)
    shape = (len(sheets), len(items))
    codes_of_all = np.array(columns, dtype=np.int64).T.reshape(shape)
    return Responses(codes_of_all, np.array(right, dtype=np.int64), np.array(wrong, dtype=np.int64))


def _codes(
    item: Item, key: frozenset[str], answers: Sequence[frozenset[str]]
) -> Mapping[frozenset[str], int]:
    """Return the codes of the key, and of every answer that is possible or, of sets, was given."""
    if item.type is ItemType.MULTIPLE_CHOICE:
        given = sorted({answer for answer in answers if answer}, key=sorted)
    else:
        given = [frozenset({option}) for option in item.option_ids]
    return {answer: code for code, answer in enumerate(dict.fromkeys([key, *given]))}


def texts_of(item: Item, sheets: Sequence[Sheet]) -> Mapping[int, str]:
    """Return the written answers to an item by the number of the sheet."""
    found = {number: sheet.values.get(item.id) for number, sheet in enumerate(sheets)}
    return {
        number: rich_text.plain(text) if item.type is ItemType.ESSAY else text
        for number, text in found.items()
        if isinstance(text, str) and text
    }


def times_of(items: Sequence[Item], sheet: Sheet) -> Times:
    """Return when the candidate saved which answer, and where the question stood."""
    places = {item_id: place for place, item_id in enumerate(sheet.order)}
    saved = [_seconds(sheet.saved.get(item.id)) for item in items]
    position = [float(places.get(item.id, number)) for number, item in enumerate(items)]
    return Times(np.array(saved, dtype=np.float64), np.array(position, dtype=np.float64))


def _seconds(at: datetime | None) -> float:
    # By the clock, not since the start: neighbours who began at different times may be in step.
    return float("nan") if at is None else at.timestamp()
