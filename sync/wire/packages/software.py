"""Which version of the software a package needs.

A centre needs no update for a paper that version 0.2.0 shows as it is meant. 0.2.0 would refuse
newer fields of items and programmes without naming the version, show newer markup as it is typed,
and has letters for 16 options only.
"""

import re
from collections.abc import Iterator

from kiosk.exam.items.item import Item
from kiosk.exam.items.markup import Span, Table, blocks, spans
from kiosk.exam.papers.paper import Paper
from kiosk.exam.programme.programme import Programme
from kiosk.exam.values import Growing
from sync.wire.packages.manifest import MIN_SOFTWARE

RICH_ITEMS = "0.3.0"
"""The version that brought fixed options, groups, emphasis, tables, and quotas by trade."""

_MOST_OPTIONS = 16
"""0.2.0 has letters for as many options."""

_TOKEN = re.compile(
    r"\\\$|\$(?=\s*[^$\s])(?P<formula>[^$\n]+)\$|"
    r"!\[(?P<alt>[^\]\n]*)\]\((?P<picture>[A-Za-z0-9][A-Za-z0-9_-]{0,59}\.(?:png|jpg|svg))\)"
)
"""The markup of 0.2.0; it never changes."""


def needed_software(programme: Programme, paper: Paper) -> str:
    """Return the lowest version that reads, shows and shuffles all of it as this one does."""
    if _has_younger_fields(programme) or any(map(_is_rich, paper.items)):
        return RICH_ITEMS
    return MIN_SOFTWARE


def _is_rich(item: Item) -> bool:
    texts = (item.stem, *(option.text for option in item.options))
    return (
        len(item.options) > _MOST_OPTIONS
        or _has_younger_fields(item)
        or not all(map(_reads_alike, texts))
    )


def _has_younger_fields(value: object) -> bool:
    """Return whether a value, or one inside it, has a field that 0.2.0 does not know."""
    if isinstance(value, tuple):
        return any(map(_has_younger_fields, value))
    if not isinstance(value, Growing):
        return False
    fields = type(value).model_fields
    used = (getattr(value, name) != fields[name].default for name in value.younger)
    return any(used) or any(map(_has_younger_fields, vars(value).values()))


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
