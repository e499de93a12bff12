"""Lines of text, formulas, pictures and tables, as they are collected from a document."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kiosk.exam.items.markup import Span, Table, write_spans, write_table
from sync.hq.authoring.interchange.rich.tex import tex_spans

INDENT = "\u2002"
"""Blank of the width of a letter at the start of a line, where plain spaces are not kept."""

_BLANKS = re.compile(r"[ \t\r\n\f]+")
_INDENTED = re.compile(r"^(?:\u00a0[ ]?){2,}", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class _Run:
    """A span; TeX is not looked for in it if it is ``literal``."""

    span: Span
    literal: bool = False


class Page:
    """The text of a document; of a cell, if it is in a table."""

    def __init__(self) -> None:
        self._parts: list[_Run | Table] = []
        self._fresh = True  # nothing on this line yet, except perhaps the number of a list
        self._numbered = False  # only the number of a list on this line
        self.impossible = False
        """Whether a formula could not be written in our markup."""

    def text(self, text: str, styles: tuple[str, ...] = (), *, literal: bool = False) -> None:
        """Add text in which runs of blanks are a single one."""
        shown = _BLANKS.sub(" ", text)
        if self._ends_blank():
            shown = shown.lstrip(" ")
        self._add(Span("text", shown, styles=styles), literal=literal)

    def lines(self, text: str, styles: tuple[str, ...], *, literal: bool) -> None:
        """Add text whose line breaks and blanks count."""
        spaced = text.expandtabs(4).replace("\r\n", "\n").replace("\r", "\n")
        kept = re.sub(r"^ +", lambda found: INDENT * len(found[0]), spaced, flags=re.MULTILINE)
        if not self._at_line_start():
            kept = re.sub(r"^\u2002+", lambda found: " " * len(found[0]), kept)
        self._add(Span("text", kept, styles=styles), literal=literal)

    def add(self, span: Span) -> None:
        """Add a formula or picture."""
        self._parts.append(_Run(span))
        self._fresh = self._numbered = False

    def marker(self, text: str) -> None:
        """Start a line with the number or sign of a list entry."""
        self.end_line()
        self._parts.append(_Run(Span("text", text)))
        self._fresh = self._numbered = True

    def line(self) -> None:
        """Start a new line, unless this is one."""
        if not self._fresh:
            self.line_break(literal=True)

    def end_line(self) -> None:
        """Start a new line, unless this one is empty."""
        if self._numbered or not self._fresh:
            self.line_break(literal=True)

    def line_break(self, styles: tuple[str, ...] = (), *, literal: bool = False) -> None:
        """End the line, even an empty one."""
        self._trim()
        self._parts.append(_Run(Span("text", "\n", styles=styles), literal))
        self._fresh, self._numbered = True, False

    def table(self, table: Table) -> None:
        """Add a table, with an empty line after another one."""
        self.end_line()
        if len(self._parts) > 1 and isinstance(self._parts[-2], Table):
            self._parts.append(_Run(Span("text", "\n"), literal=True))
        self._parts += [table, _Run(Span("text", "\n"), literal=True)]
        self._fresh = True

    def markup(self) -> str:
        """Return all in our markup."""
        text = "".join(
            write_table(part) if isinstance(part, Table) else write_spans(part)
            for part in self._grouped()
        )
        text = _INDENTED.sub(lambda found: INDENT * found[0].count("\u00a0"), text)
        text = _trimmed(_trimmed(text).replace("\u00a0", " "))
        return _EMPTY_LINES.sub("\n\n", text)

    def _add(self, span: Span, *, literal: bool) -> None:
        if not span.text:
            return
        self._parts.append(_Run(span, literal))
        if span.text.strip(" \n"):
            self._fresh = self._numbered = False
        if span.text.endswith("\n"):
            self._fresh = True

    def _at_line_start(self) -> bool:
        last = self._parts[-1] if self._parts else None
        return last is None or (isinstance(last, _Run) and last.span.text.endswith("\n"))

    def _ends_blank(self) -> bool:
        last = self._parts[-1] if self._parts else None
        if not isinstance(last, _Run):
            return True
        return last.span.kind == "text" and last.span.text.endswith((" ", "\n"))

    def _trim(self) -> None:
        """Remove blanks at the end of the line."""
        while self._parts and isinstance(last := self._parts[-1], _Run):
            kept = last.span.text.rstrip(" ")
            if last.span.kind != "text" or kept == last.span.text:
                return
            self._parts.pop()
            if kept:
                self._parts.append(replace(last, span=replace(last.span, text=kept)))

    def _grouped(self) -> Iterator[list[Span] | Table]:
        """Yield tables, and the spans between them with formulas taken out of the texts."""
        group: list[Span] = []
        for part in self._joined():
            if isinstance(part, Table):
                yield list(_plain_ends(group))
                yield part
                group = []
            elif part.literal or part.span.kind != "text":
                group.append(part.span)
            else:
                found, impossible = tex_spans(part.span.text, part.span.styles)
                self.impossible |= impossible
                group += found
        yield list(_plain_ends(group))

    def _joined(self) -> Iterator[_Run | Table]:
        """Yield the parts; runs of text that look alike are one, as a formula may span them."""
        run: _Run | None = None
        for part in self._parts:
            alike = (
                run is not None
                and isinstance(part, _Run)
                and part.literal == run.literal
                and part.span.kind == run.span.kind == "text"
                and part.span.styles == run.span.styles
            )
            if alike and run is not None and isinstance(part, _Run):
                run = replace(run, span=replace(run.span, text=run.span.text + part.span.text))
                continue
            if run is not None:
                yield run
            run = part if isinstance(part, _Run) else None
            if isinstance(part, Table):
                yield part
        if run is not None:
            yield run


def _trimmed(text: str) -> str:
    """Remove plain spaces at both ends of every line, and empty lines at both ends."""
    return "\n".join(line.strip(" ") for line in text.split("\n")).strip("\n")


def _plain_ends(found: Sequence[Span]) -> Iterator[Span]:
    """Yield spans; line ends at the edge of styled text have only the styles of both sides.

    Otherwise the closing tag would begin the next line, which may be the first of a table.
    """
    plain = Span("text", "")
    around = [plain, *(span for span in found if span.kind != "text" or span.text), plain]
    for before, span, after in zip(around, around[1:], around[2:], strict=False):
        if span.kind != "text" or not span.styles:
            yield span
            continue
        inner = span.text.strip("\n")
        first = len(span.text) - len(span.text.lstrip("\n")) if inner else len(span.text)
        shared = before if inner else replace(before, styles=_both(before, after))
        parts = (
            replace(span, text=span.text[:first], styles=_both(span, shared)),
            replace(span, text=inner),
            replace(span, text=span.text[first + len(inner) :], styles=_both(span, after)),
        )
        yield from (part for part in parts if part.text)


def _both(span: Span, other: Span) -> tuple[str, ...]:
    return tuple(style for style in span.styles if style in other.styles)
