"""Texts of items as pages show them: tables, and runs of text with formulas in MathML."""

from dataclasses import dataclass, replace
from typing import Literal

from kiosk.exam.items.formulas import mathml
from kiosk.exam.items.markup import Block, Span, Table, blocks, spans


@dataclass(frozen=True)
class ShownTable:
    """A table whose cells are ready to be shown; without headings, ``headings`` is empty."""

    headings: tuple[tuple[Span, ...], ...]
    rows: tuple[tuple[tuple[Span, ...], ...], ...]
    kind: Literal["table"] = "table"


Shown = tuple[Span | ShownTable, ...]


def shown(text: str) -> Shown:
    """Return a text for a page: the ``text`` of a formula is MathML.

    A formula that cannot be converted is text, as it was written.
    """
    return tuple(part for block in blocks(text) for part in _block(block))


def _block(block: Block) -> Shown:
    return (_table(block),) if isinstance(block, Table) else _runs(block)


def _table(table: Table) -> ShownTable:
    rows = tuple(tuple(map(_runs, row)) for row in table.rows)
    return ShownTable(tuple(map(_runs, table.headings)), rows)


def _runs(text: str) -> tuple[Span, ...]:
    return tuple(map(_span, spans(text)))


def _span(span: Span) -> Span:
    if span.kind != "formula":
        return span
    formula = mathml(span.text)
    return replace(span, kind="text") if formula is None else replace(span, text=formula)
