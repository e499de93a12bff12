r"""Texts of items: plain text with formulas, pictures, emphasis and tables.

``$E = AD \times EF$`` is a formula in LaTeX, ``![a diagram](flow.png)`` a picture of the package
with a description for candidates who cannot see it. ``<b>``, ``<i>``, ``<u>``, ``<s>``, ``<sub>``
and ``<sup>`` are bold, italic, underlined, struck, lowered and raised text; a tag without its
partner is plain text. ``\$`` and ``\<b>`` are the signs themselves.

A table is lines that begin and end with ``|``, cells between ``|``, and a line
``| --- | --- |`` under the headings, or as the first line of a table without headings. In a cell
``<br>`` breaks the line and ``\|`` is a bar; ``\| --- |`` is a line of text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

PICTURE_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}\.(?:png|jpg|svg)"
STYLES = ("b", "i", "u", "s", "sub", "sup")
"""Tags of emphasised text."""

_TAG = rf"</?(?:{'|'.join(STYLES)})>"
_RULE = r"\|(?:[ \t]*:?-{3,}:?[ \t]*\|)+[ \t]*"
_TOKEN = re.compile(
    rf"\\\$|(?m:^\\(?=\\*{_RULE}$))|"
    rf"\\(?P<tag>{_TAG}|<br>)|(?P<style>{_TAG})|"
    r"\$(?=\s*[^$\s])(?P<formula>[^$\n]+)\$|"
    rf"!\[(?P<alt>[^\]\n]*)\]\((?P<picture>{PICTURE_NAME})\)"
)
_SPECIAL = re.compile(rf"\$|(?={_TAG}|<br>)|^(?=\\*{_RULE}$)", re.MULTILINE)
_ROW = re.compile(r"\|(.*)\|[ \t]*")
_DELIMITER = re.compile(_RULE)
_BAR = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"(?<!\\)<br>")


@dataclass(frozen=True)
class Span:
    """A run of text, a formula in LaTeX, or a picture's file name with ``alt`` in words.

    ``styles``: the :data:`STYLES` of the run, in their order.
    """

    kind: Literal["text", "formula", "picture"]
    text: str
    alt: str = ""
    styles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table: rows of cells, each of them markup without tables; all rows are equally long."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def cells(self) -> Iterator[str]:
        """All cells, headings first."""
        yield from self.headings
        for row in self.rows:
            yield from row


Block = str | Table
"""Markup without tables, or a table."""


def blocks(text: str) -> tuple[Block, ...]:
    """Split a text into tables and the lines between them, in order."""
    found: list[Block] = []
    lines, start, at = text.split("\n"), 0, 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end == at:
            at += 1
            continue
        found += [*_paragraph(lines[start:at]), _table(lines[at:end])]
        start = at = end
    return (*found, *_paragraph(lines[start:]))


def spans(text: str) -> tuple[Span, ...]:
    """Split markup without tables into spans, in order."""
    return tuple(_joined(_styled(text)))


def all_spans(text: str) -> Iterator[Span]:
    """Yield the spans of a text, those in the cells of its tables too."""
    for block in blocks(text):
        for part in (block,) if isinstance(block, str) else block.cells:
            yield from spans(part)


def write_table(table: Table) -> str:
    """Return a table as markup."""
    rule = "|" + " --- |" * max(len(table.headings), *(len(row) for row in table.rows), 1)
    heading = [_row(table.headings)] if table.headings else []
    return "\n".join([*heading, rule, *map(_row, table.rows)])


def escaped(text: str) -> str:
    """Escape plain text so that nothing in it is read as markup."""
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)


def nested(found: Iterable[Span], shown: Callable[[Span], str]) -> Iterator[str]:
    """Yield the tags of the spans' styles, well nested, and what ``shown`` returns for each."""
    opened: list[str] = []
    for span in found:
        while any(style not in span.styles for style in opened):
            yield f"</{opened.pop()}>"
        for style in span.styles:
            if style not in opened:
                opened.append(style)
                yield f"<{style}>"
        yield shown(span)
    yield from (f"</{style}>" for style in reversed(opened))


def write_spans(found: Iterable[Span]) -> str:
    """Return spans as markup."""
    text = ""
    for part in nested(found, _source):
        # A backslash at the end of a text would escape what follows.
        apart = " " if text.endswith("\\") and part.startswith(("<", "$")) else ""
        text += apart + part
    return text


def pictures(text: str) -> frozenset[str]:
    """Return the file names of the pictures in the text."""
    return frozenset(span.text for span in all_spans(text) if span.kind == "picture")


def _source(span: Span) -> str:
    if span.kind == "formula":
        return f"${span.text}$"
    return f"![{span.alt}]({span.text})" if span.kind == "picture" else escaped(span.text)


def _table_end(lines: Sequence[str], at: int) -> int:
    """Return the line after the table that begins at line ``at``, or ``at`` if none does."""
    first = at if _DELIMITER.fullmatch(lines[at]) else at + 1
    if first >= len(lines) or not _DELIMITER.fullmatch(lines[first]):
        return at
    if first > at and not _ROW.fullmatch(lines[at]):
        return at
    end = first + 1
    while end < len(lines) and _ROW.fullmatch(lines[end]):
        end += 1
    # Without rows it is a heading with a rule under it, or a rule alone: plain text.
    return end if end > first + 1 else at


def _table(lines: Sequence[str]) -> Table:
    headed = not _DELIMITER.fullmatch(lines[0])
    rows = [_cells(line) for line in lines if not _DELIMITER.fullmatch(line)]
    width = max(map(len, rows))
    filled = [(*row, *("",) * (width - len(row))) for row in rows]
    return Table(filled[0], tuple(filled[1:])) if headed else Table((), tuple(filled))


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return tuple(_cell(cell.strip()) for cell in _BAR.split(inner))


def _cell(source: str) -> str:
    return _BREAK.sub("\n", source.replace(r"\|", "|"))


def _row(cells: Sequence[str]) -> str:
    # A backslash before the tag would escape it.
    broken = (cell.replace("\\\n", "\\ \n").replace("\n", "<br>") for cell in cells)
    texts = (cell.replace("|", r"\|") for cell in broken)
    return "".join(["|", *(f" {text} |" for text in texts)])


def _paragraph(lines: Sequence[str]) -> list[str]:
    text = "\n".join(lines)
    return [text] if text.strip() else []


def _styled(text: str) -> Iterator[Span]:
    """Yield spans with their styles; tags without a partner stay text."""
    tokens = list(_TOKEN.finditer(text))
    paired = _paired([(n, found["style"]) for n, found in enumerate(tokens) if found["style"]])
    styles: list[str] = []
    end = 0
    for number, found in enumerate(tokens):
        yield _span("text", text[end : found.start()], styles)
        end = found.end()
        if number not in paired:
            yield replace(_plain(found), styles=_span("text", "", styles).styles)
        elif found["style"].startswith("</"):
            styles.remove(found["style"].strip("</>"))
        else:
            styles.append(found["style"].strip("<>"))
    yield _span("text", text[end:], styles)


def _span(kind: Literal["text"], text: str, styles: Sequence[str]) -> Span:
    return Span(kind, text, styles=tuple(style for style in STYLES if style in styles))


def _paired(tags: Sequence[tuple[int, str]]) -> frozenset[int]:
    """Return the positions of tags that are opened and closed in order."""
    opened: list[tuple[int, str]] = []
    paired: set[int] = set()
    for number, tag in tags:
        name = tag.strip("</>")
        if not tag.startswith("</"):
            opened.append((number, name))
            continue
        while opened and any(name == other for _, other in opened):
            partner, other = opened.pop()
            if other == name:
                paired |= {partner, number}
                break
    return frozenset(paired)


def _plain(found: re.Match[str]) -> Span:
    if found["formula"]:
        return Span("formula", found["formula"].strip())
    if found["picture"]:
        return Span("picture", found["picture"], found["alt"])
    return Span("text", found["tag"] or found["style"] or found[0].removeprefix("\\"))


def _joined(found: Iterator[Span]) -> Iterator[Span]:
    """Merge adjacent runs of text of one style and drop empty ones."""
    run: Span | None = None
    for span in found:
        if run is not None and span.kind == "text" and span.styles == run.styles:
            run = replace(run, text=run.text + span.text)
            continue
        if run is not None and run.text:
            yield run
        run = span if span.kind == "text" else None
        if span.kind != "text":
            yield span
    if run is not None and run.text:
        yield run
