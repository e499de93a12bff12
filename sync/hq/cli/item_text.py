"""Items of a preview as text: what a candidate will see, with key, points and state."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kiosk.exam.items.item import Item, ItemType
from kiosk.exam.items.markup import Span, Table, blocks, spans
from sync.hq.authoring.entry import DIFFICULTIES, TYPES, BankItem
from sync.hq.authoring.importing.rows import PreviewRow, RowState
from sync.hq.authoring.translated import LANGUAGES

_STATES = {
    RowState.ADDED: "new",
    RowState.CHANGED: "changed",
    RowState.UNCHANGED: "as before",
    RowState.CLASH: "CLASH: the bank has another item with this id",
    RowState.LEFT_OUT: "LEFT OUT",
}
_SIGNS = {"sub": "_({})", "sup": "^({})", "s": "~~{}~~"}
_SHOWN_VALUES = ("type", "stem", "options", "key", "points", "model_answer", "rationale")


def row_lines(row: PreviewRow, points: Sequence[Decimal], before: BankItem | None) -> Iterator[str]:
    """Yield the lines of one item; ``before``: the version of the bank that it differs from."""
    place = f"{row.kind} {row.at}".strip()
    yield f"[{row.number}] {row.item_id or '(no id)'}  {_STATES[row.state]}  {place}"
    if row.entry is None:
        yield from (f"    {line}" for line in _value_lines(row.values))
    elif before is not None:
        yield from (f"  {line}" for line in _compared(row.entry, before, points))
    else:
        yield from (f"    {line}" for line in item_lines(row.entry, points))
    for problem in row.problems:
        yield f"  {'!' if problem.is_error else '-'} {problem}"


def item_lines(entry: BankItem, points: Sequence[Decimal]) -> Iterator[str]:
    """Yield an item with its key, points and mark scheme."""
    item, scheme = entry.item, entry.scheme
    yield " · ".join(_facts(entry, points))
    if item.stimulus:
        yield f"({item.group})"
        yield from _lines(item.stimulus)
    yield from _lines(item.stem)
    yield from _option_lines(item, scheme.key)
    for other in item.translations:
        yield f"({LANGUAGES[other.language]})"
        yield from _texts_in(item.in_language(other.language), scheme.key)
    for point in scheme.points:
        words = f" | {', '.join(point.keywords)}" if point.keywords else ""
        yield from _lines(f"{point.marks} | {point.text}{words}")
    for label, text in (("Model answer", scheme.model_answer), ("Rationale", scheme.rationale)):
        if text:
            yield from _lines(f"{label}: {text}")


def _texts_in(item: Item, key: Sequence[str]) -> Iterator[str]:
    """Yield what candidates read in another language."""
    for text in filter(None, (item.stimulus, item.stem)):
        yield from _lines(text)
    if item.options:
        yield from _option_lines(item, key)


def _facts(entry: BankItem, points: Sequence[Decimal]) -> Iterator[str]:
    item = entry.item
    yield TYPES[item.type][1]
    yield f"{' or '.join(map(str, points)) or 'no section gives any'} points"
    yield from filter(None, (item.subject, item.domain, item.trade, item.level))
    if entry.difficulty:
        yield DIFFICULTIES[entry.difficulty][1]
    if not item.shuffle:
        yield "options are not shuffled"


def _option_lines(item: Item, key: Sequence[str]) -> Iterator[str]:
    if item.type is ItemType.TRUE_FALSE:
        yield f"Key: {', '.join(key)}"
    for option in item.options:
        mark = "*" if option.id in key else " "
        place = "  (keeps its place)" if option.fixed else ""
        first, *more = [*_lines(option.text), ""][:-1] or [""]
        yield f"{mark} {option.id}. {first}{place}"
        yield from (f"     {line}" for line in more)


def _compared(entry: BankItem, before: BankItem, points: Sequence[Decimal]) -> Iterator[str]:
    old, new = (list(item_lines(one, points)) for one in (before, entry))
    for line in difflib.ndiff(old, new):
        if not line.startswith("?"):
            yield line


def _value_lines(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what could be read of an item that is left out."""
    for name in _SHOWN_VALUES:
        value = values.get(name)
        if isinstance(value, str) and value:
            yield from _lines(value if name == "stem" else f"{name}: {value}")
        elif isinstance(value, (list, tuple)):
            yield from (f"{name}: {_part(part)}" for part in value)


def _part(part: Any) -> str:
    return " | ".join(map(str, part.values())) if isinstance(part, Mapping) else str(part)


def _lines(text: str) -> Iterator[str]:
    for block in blocks(text):
        if isinstance(block, Table):
            for cells in (block.headings, *block.rows):
                yield " | ".join(_plain(cell).replace("\n", " / ") for cell in cells)
        else:
            yield from _plain(block).split("\n")


def _plain(text: str) -> str:
    return "".join(_span(span) for span in spans(text))


def _span(span: Span) -> str:
    if span.kind == "picture":
        return f"[picture {span.text}: {span.alt}]"
    shown = f"${span.text}$" if span.kind == "formula" else span.text
    for style in span.styles:
        shown = _SIGNS.get(style, "{}").format(shown)
    return shown
