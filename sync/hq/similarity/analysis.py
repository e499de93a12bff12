"""The whole comparison of one drawn paper: from answer sheets to pairs with their facts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kiosk.exam.papers.paper import Paper
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.similarity.all_pairs import probabilities
from sync.hq.similarity.facts import pair_facts
from sync.hq.similarity.model import Model, fit
from sync.hq.similarity.places import Seating, distance
from sync.hq.similarity.search import (
    LEAST_CANDIDATES,
    Found,
    Level,
    Limits,
    Outcome,
    clusters,
    search,
)
from sync.hq.similarity.sheets import (
    Keys,
    Sheet,
    choice_items,
    coded,
    texts_of,
    times_of,
    written_items,
)
from sync.hq.similarity.texts import SharedText, asked, shared_texts

MOST_PAIRS = 1000
"""Pairs that a run names at most, the least probable first."""

Texts = Mapping[tuple[int, int], Sequence[SharedText]]


@dataclass(frozen=True)
class NamedPair:
    """A pair with everything that is stored of it."""

    found: Found
    relation: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Analysis:
    """``outcome``: None where there are too few candidates or no choice questions."""

    pairs: Sequence[NamedPair]
    outcome: Outcome | None
    left: int


def analyse(
    paper: Paper,
    keys: Keys,
    given: Mapping[str, Sequence[str]],
    sheets: Sequence[Sheet],
    limits: Limits,
    progress: ProgressCallback = silent,
) -> Analysis:
    """Compare all sheets. ``given``: model answers of written items, by item."""
    items = choice_items(paper)
    texts = _texts(paper, given, sheets)
    if len(sheets) < LEAST_CANDIDATES or not items:
        return Analysis([], None, 0)
    responses = coded(items, keys, sheets)
    model = fit(responses)
    outcome = search(model, Seating([sheet.place for sheet in sheets]), limits, progress)
    every = _with_texts(model, outcome.found, texts)
    times = [times_of(items, sheet) for sheet in sheets]
    named = [
        NamedPair(
            pair,
            distance(sheets[pair.first].place, sheets[pair.second].place).relation,
            pair_facts(model, sheets, times, ends, texts.get(ends, ())),
        )
        for pair in every[:MOST_PAIRS]
        if (ends := (pair.first, pair.second))
    ]
    return Analysis(named, outcome, max(len(every) - MOST_PAIRS, 0))


def _texts(paper: Paper, given: Mapping[str, Sequence[str]], sheets: Sequence[Sheet]) -> Texts:
    """Return the passages that pairs share, over all written items."""
    found: dict[tuple[int, int], list[SharedText]] = defaultdict(list)
    for item in written_items(paper):
        known = [*asked(item), *given.get(item.id, ())]
        for ends, text in shared_texts(item.id, texts_of(item, sheets), known).items():
            found[ends].append(text)
    return found


def _with_texts(model: Model, found: Sequence[Found], texts: Texts) -> Sequence[Found]:
    """Add the pairs that only share passages, and number the groups again."""
    known = {(pair.first, pair.second) for pair in found}
    others = sorted(texts.keys() - known, key=lambda ends: -sum(t.passage for t in texts[ends]))
    first, second = (np.array([ends[n] for ends in others], dtype=np.int64) for n in (0, 1))
    alone = [
        Found(*ends, float(probability), holm=1, fdr=1, near=False, level=Level.TEXT, cluster=0)
        for ends, probability in zip(others, probabilities(model, first, second), strict=True)
    ]
    every = [*found, *alone]
    groups = clusters([(pair.first, pair.second) for pair in every])
    return [replace(pair, cluster=group) for pair, group in zip(every, groups, strict=True)]
