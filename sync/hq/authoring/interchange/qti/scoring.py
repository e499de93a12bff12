"""Which answer is right, found by scoring every answer that a candidate could give."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

Answer = frozenset[str]
Score = Callable[[Answer], float]

_ALL_SUBSETS = 10
"""Most options of which all combinations are scored."""
_SAME = 1e-9


class Unscorable(Exception):
    """The scoring uses what cannot be evaluated here."""


@dataclass(frozen=True)
class Judged:
    """The best answer, or several; ``partial``: other answers earn or cost points too."""

    best: tuple[Answer, ...]
    partial: bool

    @property
    def key(self) -> Answer | None:
        """The one best answer, or None.

        Scoring that does not look at wrong options has several best answers: the right options
        alone, and with others.
        """
        common = frozenset.intersection(*self.best)
        return common if common in self.best and common else None


def judge(options: Sequence[str], score: Score, *, several: bool, hint: Answer) -> Judged | None:
    """Score the possible answers, or those around ``hint``; None if all earn the same.

    Raises:
        Unscorable: ``score`` raises it.
    """
    answers = dict.fromkeys(_answers(options, several=several, hint=hint))
    scores = {answer: score(answer) for answer in answers}
    top, low = max(scores.values()), min(scores.values())
    if top - low < _SAME:
        return None
    best = tuple(answer for answer, points in scores.items() if top - points < _SAME)
    partial = any(top - points >= _SAME and points - low >= _SAME for points in scores.values())
    if several and not partial:
        partial = len(best) > 1
    return Judged(best, partial)


def count(options: Sequence[str], *, several: bool) -> int:
    """Return how many answers :func:`judge` scores, at most."""
    size = len(options)
    if not several:
        return size + 1
    return 1 << size if size <= _ALL_SUBSETS else 4 * size + 4


def _answers(options: Sequence[str], *, several: bool, hint: Answer) -> Iterator[Answer]:
    yield frozenset()
    if several and len(options) <= _ALL_SUBSETS:
        sizes = range(1, len(options) + 1)
        subsets = chain.from_iterable(combinations(options, size) for size in sizes)
        yield from map(frozenset, subsets)
        return
    yield from (frozenset({option}) for option in options)
    if several:
        yield from (hint, frozenset(options))
        yield from (hint ^ {option} for option in options)
