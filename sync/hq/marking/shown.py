"""An answer as a marker sees it: nothing that identifies its author, keywords of the scheme marked.

The answer becomes nodes, which a page draws element by element: no text of a candidate is ever
markup.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from kiosk.exam.items.item import ItemType
from kiosk.exam.items.rich_text import TAGS, count_words, plain
from sync.hq.marking.anonymity import Author, Disclosure, find, one_for_one
from sync.hq.marking.rules import Criterion

HIDDEN = "█"
_TOKEN = re.compile(rf"<(/?)({'|'.join(TAGS)})>|&(?:amp|lt|gt);|[^<>&]|[<>&]")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}

Node = Mapping[str, Any]
"""``{"text"}``, with ``hidden``, or ``points``: the numbers of criteria whose keyword it is; or
``{"tag", "nodes"}``.
"""


@dataclass(frozen=True)
class ShownAnswer:
    """``kinds``: what was found in it that identifies the author, hidden or not."""

    nodes: Sequence[Node]
    words: int
    characters: int
    kinds: tuple[Disclosure, ...]


@dataclass(frozen=True)
class _Style:
    hidden: bool = False
    points: tuple[int, ...] = ()


def shown(
    kind: ItemType, text: str, author: Author, criteria: Sequence[Criterion], *, hide: bool = True
) -> ShownAnswer:
    """Return an answer for a marker; without ``hide`` nothing is hidden, only found."""
    tokens = _tokens(kind, text)
    characters = [token for token in tokens if isinstance(token, str)]
    found = find(characters, author)
    hidden = found.hidden if hide else frozenset[int]()
    styles = _styles(characters, hidden, criteria)
    source = text if kind is ItemType.ESSAY else _escaped(text)
    written = plain(text) if kind is ItemType.ESSAY else text
    return ShownAnswer(
        nodes=_nodes(iter(_styled(tokens, styles))),
        words=count_words(source),
        characters=sum(not character.isspace() for character in written),
        kinds=found.kinds,
    )


def searched(kind: ItemType, text: str, author: Author) -> tuple[tuple[Disclosure, ...], int]:
    """Return what identifies the author of an answer, and its number of words."""
    characters = [token for token in _tokens(kind, text) if isinstance(token, str)]
    source = text if kind is ItemType.ESSAY else _escaped(text)
    return find(characters, author).kinds, count_words(source)


@dataclass(frozen=True)
class _Tag:
    name: str
    closing: bool = False


def _tokens(kind: ItemType, text: str) -> list[str | _Tag]:
    """Return characters and tags; in a short answer every character is one of text."""
    if kind is not ItemType.ESSAY:
        return list(text)
    return [
        _Tag(found[2], bool(found[1])) if found[2] else _ENTITIES.get(found[0], found[0])
        for found in _TOKEN.finditer(text)
    ]


def _styles(
    characters: Sequence[str], hidden: frozenset[int], criteria: Sequence[Criterion]
) -> list[_Style]:
    points: dict[int, list[int]] = {}
    folded = "".join(map(one_for_one, characters))
    for number, criterion in enumerate(criteria, start=1):
        for word in criterion.keywords:
            for place in _occurrences(folded, "".join(map(one_for_one, word.strip()))):
                if number not in points.setdefault(place, []):
                    points[place].append(number)
    return [
        _Style(hidden=True) if place in hidden else _Style(points=tuple(points.get(place, ())))
        for place in range(len(characters))
    ]


def _occurrences(text: str, word: str) -> Iterator[int]:
    start = text.find(word)
    while word and start >= 0:
        yield from range(start, start + len(word))
        start = text.find(word, start + len(word))


def _styled(
    tokens: Sequence[str | _Tag], styles: Sequence[_Style]
) -> Iterator[_Tag | tuple[str, _Style]]:
    """Yield tags, and characters with their style."""
    style = iter(styles)
    for token in tokens:
        yield token if isinstance(token, _Tag) else (token, next(style))


def _nodes(parts: Iterator[_Tag | tuple[str, _Style]], closing: str = "") -> list[Node]:
    """Return the nodes up to the closing tag; what is not closed ends with the text."""
    found: list[Node] = []
    run: list[tuple[str, _Style]] = []
    for part in parts:
        if not isinstance(part, _Tag):
            run.append(part)
            continue
        found += _texts(run)
        run = []
        if part.closing:
            if part.name == closing:
                return found
        elif part.name == "br":
            found.append({"tag": "br", "nodes": []})
        else:
            found.append({"tag": part.name, "nodes": _nodes(parts, part.name)})
    return [*found, *_texts(run)]


def _texts(run: Sequence[tuple[str, _Style]]) -> Iterator[Node]:
    for style, group in groupby(run, key=lambda part: part[1]):
        text = "".join(character for character, _ in group)
        if style.hidden:
            # Always of one length: the number of characters would narrow down a name.
            yield {"text": HIDDEN * 3, "hidden": True}
        elif style.points:
            yield {"text": text, "points": list(style.points)}
        else:
            yield {"text": text}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
