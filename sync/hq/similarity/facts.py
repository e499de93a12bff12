"""What is known of one pair: counts, indices, save times, seats, shared passages."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sync.hq.similarity.indices import identical_errors, repeated, together
from sync.hq.similarity.model import Ints, Model
from sync.hq.similarity.places import distance
from sync.hq.similarity.sheets import Sheet
from sync.hq.similarity.texts import SharedText
from sync.hq.similarity.times import TimeFacts, Times, compare_times, usual_close


@dataclass(frozen=True)
class AnswerFacts:
    """Numbers of answers; pairs of numbers are of the first and the second candidate.

    ``expected``: identical answers expected of the one who has the other's answers before them.
    ``copying``: the generalized binomial test, ``omega``: ω, each for the first and for the
    second as the copier. ``together``: the test for two who both answer alone.
    """

    common: int
    same: int
    same_right: int
    same_wrong: int
    both_wrong: int
    answered: tuple[int, int]
    right: tuple[int, int]
    expected: tuple[float, float]
    copying: tuple[float, float]
    omega: tuple[float, float]
    together: float
    errors_expected: float
    errors: float


@dataclass(frozen=True)
class TimesBeside:
    """Save times of a pair; ``usual`` and ``most``: close saves of either with others in a room.

    Median and highest, None where nobody else sat there.
    """

    pair: TimeFacts
    usual: float | None
    most: int | None


def answer_facts(model: Model, first: int, second: int) -> AnswerFacts:
    """Return what the model says of one pair."""
    one, other = _row(first), _row(second)
    ways = repeated(model, one, other), repeated(model, other, one)
    errors = identical_errors(model, one, other)
    answered, right = model.responses.answered, model.responses.is_right
    same = int(ways[0].same[0])
    return AnswerFacts(
        common=int((answered[first] & answered[second]).sum()),
        same=same,
        same_right=same - int(errors.same[0]),
        same_wrong=int(errors.same[0]),
        both_wrong=int(errors.both[0]),
        answered=(int(answered[first].sum()), int(answered[second].sum())),
        right=(int(right[first].sum()), int(right[second].sum())),
        expected=(float(ways[0].chance.sum()), float(ways[1].chance.sum())),
        copying=(float(ways[0].tail()[0]), float(ways[1].tail()[0])),
        omega=(float(ways[0].deviation[0]), float(ways[1].deviation[0])),
        together=float(together(model, one, other).tail()[0]),
        errors_expected=float(errors.expected[0]),
        errors=float(errors.tail[0]),
    )


def times_beside(
    first: int, second: int, sheets: Sequence[Sheet], times: Sequence[Times]
) -> TimesBeside:
    """Return the save times of a pair beside those of either with others of the room."""
    facts = compare_times(times[first], times[second])
    rooms = {
        (sheets[person].place.centre_code, sheets[person].place.room) for person in (first, second)
    }
    mates = [
        number
        for number, sheet in enumerate(sheets)
        if number not in (first, second) and (sheet.place.centre_code, sheet.place.room) in rooms
    ]
    close = usual_close([times[first], times[second]], [times[mate] for mate in mates])
    usual = float(np.median(close)) if close else None
    return TimesBeside(facts, usual, max(close, default=None))


def pair_facts(
    model: Model,
    sheets: Sequence[Sheet],
    times: Sequence[Times],
    pair: tuple[int, int],
    shared: Sequence[SharedText],
) -> dict[str, Any]:
    """Return everything about a pair as plain values."""
    apart = distance(sheets[pair[0]].place, sheets[pair[1]].place)
    return {
        "answers": asdict(answer_facts(model, *pair)),
        "times": asdict(times_beside(*pair, sheets, times)),
        "seats": [sheets[person].place.seat for person in pair],
        "rows": apart.rows,
        "columns": apart.columns,
        "texts": [asdict(text) for text in shared],
    }


def _row(number: int) -> Ints:
    return np.array([number], dtype=np.int64)
