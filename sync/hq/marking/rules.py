"""How marks are checked, and how two or three of them become one. Pure, in exact decimals."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import combinations

from kiosk.exam.items.item import MarkScheme
from sync.hq.marking.settings import PlanSettings, Rounding

_ROUNDINGS = {"up": ROUND_CEILING, "half_up": ROUND_HALF_UP, "down": ROUND_FLOOR}
_BUCKETS = 10_000


@dataclass(frozen=True)
class Criterion:
    """One thing that a marker gives points for; ``text`` is empty for the answer as a whole."""

    text: str
    most: Decimal
    keywords: tuple[str, ...] = ()


class Need(StrEnum):
    """What an answer needs next."""

    SECOND = "second"
    THIRD = "third"
    ADJUDICATOR = "adjudicator"


@dataclass(frozen=True)
class Final:
    """The mark that counts; ``how`` names the rule that found it."""

    points: Decimal
    how: str


def criteria_of(scheme: MarkScheme, points: Decimal, step: Decimal) -> tuple[Criterion, ...]:
    """Return what points are given for.

    An item's mark points add up to its points in the bank. A section may give other points, or
    the step may not divide a mark point: then the answer is marked as a whole, and the mark
    points are read as advice.
    """
    total = sum((point.marks for point in scheme.points), Decimal(0))
    if total == points and all(point.marks % step == 0 for point in scheme.points):
        return tuple(Criterion(p.text, p.marks, p.keywords) for p in scheme.points)
    words = tuple(word for point in scheme.points for word in point.keywords)
    return (Criterion("", points, words),)


def on_step(points: Decimal, most: Decimal, step: Decimal) -> bool:
    """Return whether a number of points can be given: from 0 to the most, by whole steps.

    The most itself can always be given, also where the step does not divide it.
    """
    return 0 <= points <= most and (points % step == 0 or points == most)


def decide(marks: Sequence[Decimal], *, wanted: int, threshold: Decimal, step: Decimal,
           most: Decimal, plan: PlanSettings) -> Final | Need:  # fmt: skip
    """Return the final mark, or what is needed before there is one.

    ``marks``: of the first, second and third marker, in this order. ``wanted``: how many people
    mark the answer, 1 or 2, as long as they agree.
    """
    if len(marks) < wanted:
        return Need.SECOND
    if len(marks) == 1:
        return Final(marks[0], "single")
    if len(marks) == 2:
        if abs(marks[0] - marks[1]) > threshold:
            return Need.THIRD
        return Final(_combined(marks, plan.two, plan.rounding, step, most), plan.two)
    return _of_three(marks, threshold, step, most, plan)


def _of_three(
    marks: Sequence[Decimal], threshold: Decimal, step: Decimal, most: Decimal, plan: PlanSettings
) -> Final | Need:
    if plan.three == "third_decides":
        return Final(marks[2], plan.three)
    if plan.three != "mean_of_closest":
        return Final(_combined(marks, plan.three, plan.rounding, step, most), plan.three)
    # Of two pairs that are equally close, the higher one: a doubt is the candidate's.
    closest = min(combinations(marks, 2), key=lambda pair: (abs(pair[0] - pair[1]), -sum(pair)))
    if abs(closest[0] - closest[1]) > threshold:
        return Need.ADJUDICATOR
    return Final(_combined(closest, "mean", plan.rounding, step, most), plan.three)


def _combined(
    marks: Sequence[Decimal], rule: str, rounding: Rounding, step: Decimal, most: Decimal
) -> Decimal:
    if rule == "higher":
        return max(marks)
    if len(set(marks)) == 1:
        return marks[0]
    steps = sum(marks, Decimal(0)) / len(marks) / step
    # Rounding up by a step that does not divide the points must not give more than there are.
    return min(most, steps.to_integral_value(_ROUNDINGS[rounding]) * step)


def place(seed: str, *parts: str) -> int:
    """Return a place from 0 to 2**31 - 1 that depends on nothing but these texts.

    So the order of answers is random, the same on every machine, and says nothing about where
    they come from.
    """
    data = "\x00".join((seed, *parts)).encode()
    return int.from_bytes(hashlib.sha256(data).digest()[:4], "big") >> 1


def is_drawn(percent: int, seed: str, *parts: str) -> bool:
    """Return whether one of ``percent`` in 100 is drawn; the same texts give the same answer."""
    return place(seed, *parts) % _BUCKETS < percent * _BUCKETS // 100


def code(seed: str, username: str, answer_id: str) -> str:
    """Return the code by which one marker knows an answer; another marker sees another code."""
    data = "\x00".join(("code", seed, username, answer_id)).encode()
    letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    number = int.from_bytes(hashlib.sha256(data).digest()[:5], "big")
    return "".join(letters[number >> shift & 31] for shift in range(0, 40, 5))
