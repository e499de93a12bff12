"""Which version of the software a paper needs.

A centre needs no update for a paper that version 0.2.0 shows as it is meant. 0.2.0 would refuse
newer fields of an item without naming the version, show newer markup as it is typed, and shuffle
what has to stay in place.
"""

import re
from collections.abc import Iterator

from kiosk.exam.items.item import Item, Option
from kiosk.exam.items.markup import Span, Table, blocks, spans
from kiosk.exam.papers.paper import Paper
from sync.wire.packages.manifest import MIN_SOFTWARE

RICH_ITEMS = "0.3.0"
"""The version that brought fixed options, groups with a stimulus, emphasis and tables."""

_MOST_OPTIONS = 16
"""0.2.0 has letters for as many options."""

_TOKEN = re.compile(
    r"\\\$|\$(?=\s*[^$\s])(?P<formula>[^$\n]+)\$|"
    r"!\[(?P<alt>[^\]\n]*)\]\((?P<picture>[A-Za-z0-9][A-Za-z0-9_-]{0,59}\.(?:png|jpg|svg))\)"
)
"""The markup of 0.2.0; it never changes."""


def needed_software(paper: Paper) -> str:
    """Return the lowest version that shows and shuffles the paper as this one does."""
    return RICH_ITEMS if any(map(_is_rich, paper.items)) else MIN_SOFTWARE


def _is_rich(item: Item) -> bool:
    if len(item.options) > _MOST_OPTIONS or any(map(_has_newer_fields, (item, *item.options))):
        return True
    texts = (item.stem, *(option.text for option in item.options))
    return not all(map(_reads_alike, texts))


def _has_newer_fields(value: Item | Option) -> bool:
    return not value.optional.isdisjoint(value.model_dump())


def _reads_alike(text: str) -> bool:
    """Return whether 0.2.0 shows a text as this version does."""
    tables = any(isinstance(block, Table) for block in blocks(text))
    return not tables and spans(text) == tuple(_spans_of_0_2_0(text))


def _spans_of_0_2_0(text: str) -> Iterator[Span]:
    run, end = "", 0
    for found in _TOKEN.finditer(text):
        run += text[end : found.start()]
        end = found.end()
        if not (found["formula"] or found["picture"]):
            run += "$"
            continue
        if run:
            yield Span("text", run)
        run = ""
        if found["formula"]:
            yield Span("formula", found["formula"].strip())
        else:
            yield Span("picture", found["picture"], found["alt"])
    if run + text[end:]:
        yield Span("text", run + text[end:])
