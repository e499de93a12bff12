"""The two answer sheets of a pair, question by question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.exam.items.item import AnswerValue, Item
from sync.hq.context import HqContext
from sync.hq.errors import NotFound
from sync.hq.similarity.answers import DrawnPaper, drawn_paper, read_sheet
from sync.hq.similarity.listing import PairView
from sync.hq.similarity.sheets import Keys, Sheet, picked


class Match(StrEnum):
    """How two answers to a question compare."""

    SAME_WRONG = "same_wrong"
    SAME_RIGHT = "same_right"
    DIFFERENT = "different"
    ONE_MISSING = "one_missing"
    BOTH_MISSING = "both_missing"
    WRITTEN = "written"


@dataclass(frozen=True)
class Line:
    """A question with both answers. ``match``: of choice questions; others are written.

    ``answers`` and ``key``: letters of the options in the item's own order, or the texts.
    ``places``: where the question stood in each one's own order, from 1.
    """

    item: Item
    key: str
    answers: tuple[str, str]
    match: Match
    saved: tuple[datetime | None, datetime | None]
    places: tuple[int | None, int | None]

    @property
    def apart_s(self) -> float | None:
        """Seconds from the first one's save to the second's."""
        first, second = self.saved
        return None if first is None or second is None else (second - first).total_seconds()


class SideBySide:
    """Reads the answer sheets of a pair as they were compared."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def lines(self, paper_id: str, pair: PairView) -> Sequence[Line]:
        """Return the questions of the paper in its own order.

        Raises:
            NotFound: the paper or one of the sheets is gone.
        """
        with self._context.database.read() as connection:
            drawn = drawn_paper(connection, paper_id)
            first = read_sheet(connection, pair.first.bundle_id)
            second = read_sheet(connection, pair.second.bundle_id)
        if drawn is None or first is None or second is None:
            raise NotFound(what="pair")
        return compare_sheets(drawn, first, second)


def compare_sheets(drawn: DrawnPaper, first: Sheet, second: Sheet) -> Sequence[Line]:
    """Return both sheets question by question."""
    places = [
        {item: number for number, item in enumerate(sheet.order, start=1)}
        for sheet in (first, second)
    ]
    return [_line(item, drawn.keys, (first, second), places) for item in drawn.paper.items]


def _line(
    item: Item, keys: Keys, sheets: tuple[Sheet, Sheet], places: Sequence[Mapping[str, int]]
) -> Line:
    values = sheets[0].values.get(item.id), sheets[1].values.get(item.id)
    key = keys.get(item.id, frozenset())
    return Line(
        item=item,
        key=letters(item, key),
        answers=(_shown(item, values[0]), _shown(item, values[1])),
        match=match(item, key, *values),
        saved=(sheets[0].saved.get(item.id), sheets[1].saved.get(item.id)),
        places=(places[0].get(item.id), places[1].get(item.id)),
    )


def match(item: Item, key: frozenset[str], first: AnswerValue, second: AnswerValue) -> Match:
    """Compare two answers to a question."""
    if not item.type.objective:
        return Match.WRITTEN
    one, other = picked(item, first), picked(item, second)
    if not one or not other:
        return Match.ONE_MISSING if one or other else Match.BOTH_MISSING
    if one != other:
        return Match.DIFFERENT
    return Match.SAME_RIGHT if one == key else Match.SAME_WRONG


def letters(item: Item, options: frozenset[str]) -> str:
    """Return the letters of options, A for the first in the item's own order, or true or false."""
    if not item.options:
        return "/".join(sorted(options))
    order = [option.id for option in item.options]
    return "".join(chr(ord("A") + order.index(option)) for option in order if option in options)


def _shown(item: Item, value: AnswerValue) -> str:
    if item.type.objective:
        return letters(item, picked(item, value))
    return value if isinstance(value, str) else ""
