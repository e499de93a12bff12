r"""TeX inside texts: ``\(…\)``, ``\[…\]``, ``$$…$$`` and Moodle's ``[tex]…[/tex]``.

A single dollar is an amount of money, never a formula.
"""

import re
from collections.abc import Iterator, Sequence

from kiosk.exam.items.markup import Span, write_spans

_TEX = re.compile(
    r"\\\((?P<a>.{1,2000}?)\\\)|\\\[(?P<b>.{1,2000}?)\\\]|\$\$(?P<c>[^$]+)\$\$"
    r"|\[tex\](?P<d>.{1,2000}?)\[/tex\]",
    re.DOTALL,
)
_JOINER = "\u2060"
"""Invisible; separates characters that would be read as the start of a formula. Removed on
reading.
"""
_SIGNS = re.compile(r"(?<=\\)(?=[(\[])|(?<=\$)(?=\$)|(?<=\[)(?=tex\])")
_KEPT_APART = re.compile(
    rf"(?<=\\){_JOINER}(?=[(\[])|(?<=\$){_JOINER}(?=\$)|(?<=\[){_JOINER}(?=tex)"
)
_AMOUNT = re.compile(r"\\\$\s*([\d.,]+)")


def from_plain(text: str) -> str:
    """Convert plain text with TeX to markup."""
    return write_spans(tex_spans(text)[0])


def tex_spans(text: str, styles: tuple[str, ...] = ()) -> tuple[Sequence[Span], bool]:
    """Return a text as spans, and whether a formula in it cannot be written in our markup."""
    found = list(_parts(text, styles))
    impossible = any(span.kind == "formula" and "$" in span.text for span in found)
    return [_readable(span) for span in found], impossible


def apart(text: str) -> str:
    """Separate text that looks like a formula but is none, such as an example of TeX."""
    return _SIGNS.sub(_JOINER, text)


def together(text: str) -> str:
    """Undo :func:`apart`."""
    return _KEPT_APART.sub("", text)


def delimited(latex: str) -> str:
    """Return a formula with its delimiters in HTML and plain text."""
    return f"$${latex}$$" if r"\)" in latex else rf"\({latex}\)"


def _parts(text: str, styles: tuple[str, ...]) -> Iterator[Span]:
    end = 0
    for found in _TEX.finditer(text):
        yield Span("text", together(text[end : found.start()]), styles=styles)
        latex = " ".join((found["a"] or found["b"] or found["c"] or found["d"]).split())
        if amount := _AMOUNT.fullmatch(latex):
            yield Span("text", f"${amount[1]}", styles=styles)
        elif latex:
            yield Span("formula", latex, styles=styles)
        end = found.end()
    yield Span("text", together(text[end:]), styles=styles)


def _readable(span: Span) -> Span:
    """Write a formula that our markup cannot hold as its LaTeX in words."""
    if span.kind == "formula" and "$" in span.text:
        return Span("text", span.text, styles=span.styles)
    return span
