"""Long passages that two written answers share.

Texts are compared without blanks, punctuation and letter case, by shingles of characters
(Broder, 1997). What stands in the question or its model answer does not count, nor what many
candidates write: definitions that everybody learnt.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from kiosk.exam.items.item import Item
from kiosk.exam.items.markup import all_spans

SHINGLE = 8
LEAST_PASSAGE, LEAST_SHARE = 60, 0.5
"""Characters of the longest shared passage, and share of the shorter text, from which a pair is
named.
"""

COMMON_SHARE, COMMON_LEAST = 0.1, 8
"""A shingle that more candidates have than both of these say is common knowledge."""

_MOST = 20_000
"""Characters of an answer that are compared."""


def asked(item: Item) -> Sequence[str]:
    """Return what a candidate may copy from the question: its texts in each language."""
    languages = (item.texts, *(other.texts for other in item.translations))
    return ["".join(span.text for span in all_spans("\n".join(texts))) for texts in languages]


@dataclass(frozen=True)
class SharedText:
    """``passage``: length of the longest shared passage; ``share``: of the shorter text's shingles.

    ``text``: the beginning of the passage as the first of the two wrote it, without punctuation.
    """

    item_id: str
    passage: int
    share: float
    text: str


def shared_texts(
    item_id: str, texts: Mapping[int, str], given: Iterable[str]
) -> Mapping[tuple[int, int], SharedText]:
    """Return the pairs of candidates whose answers to one question share a long passage.

    ``given``: texts that are no candidate's own: the question and its model answer.
    """
    plain = {who: normal(text)[:_MOST] for who, text in texts.items()}
    known = set().union(*(_shingles(normal(text)) for text in given), set())
    shingles = {who: set(_shingles(text)) - known for who, text in plain.items()}
    counts = Counter(part for own in shingles.values() for part in own)
    most = max(COMMON_LEAST, COMMON_SHARE * len(texts))
    own = {who: {part for part in parts if counts[part] <= most} for who, parts in shingles.items()}
    result = {}
    for (first, second), shared in _sharing(own).items():
        share = shared / max(min(len(own[first]), len(own[second])), 1)
        if share < LEAST_SHARE:
            continue
        begin, length = _longest(plain[first], plain[second], own[first] & own[second])
        if length >= LEAST_PASSAGE:
            passage = plain[first][begin : begin + length]
            result[first, second] = SharedText(item_id, length, share, passage[:200])
    return result


def normal(text: str) -> str:
    """Return letters, digits and characters only, in one form and without case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


def _shingles(text: str) -> Sequence[str]:
    return [text[at : at + SHINGLE] for at in range(len(text) - SHINGLE + 1)]


def _sharing(own: Mapping[int, set[str]]) -> Mapping[tuple[int, int], int]:
    """Return how many shingles each pair shares, where it shares any."""
    holders: dict[str, list[int]] = defaultdict(list)
    for who in sorted(own):
        for part in own[who]:
            holders[part].append(who)
    shared: Counter[tuple[int, int]] = Counter()
    for people in holders.values():
        shared.update(combinations(people, 2))
    return shared


def _longest(one: str, other: str, shared: set[str]) -> tuple[int, int]:
    """Return begin and length of the longest passage made of shared shingles in the same order."""
    # The first place of each shingle is enough, and keeps a text of one letter from costing more.
    places = {part: at for at, part in reversed(list(enumerate(_shingles(other))))}
    best, begin, run, before = (0, 0), 0, 0, -2
    for at, part in enumerate(_shingles(one)):
        place = places[part] if part in shared else -2
        if place >= 0 and run and place == before + 1:
            run += 1
        elif place >= 0:
            begin, run = at, 1
        else:
            run = 0
        before = place
        if run and run + SHINGLE - 1 > best[1]:
            best = begin, run + SHINGLE - 1
    return best
