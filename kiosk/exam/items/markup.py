r"""Texts of items: plain text with formulas and pictures.

``$E = AD \times EF$`` is a formula in LaTeX, ``![a diagram](flow.png)`` a picture of the package
with a description for candidates who cannot see it, ``\$`` a dollar sign.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

PICTURE_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}\.(?:png|jpg|svg)"
_TOKEN = re.compile(
    rf"\\\$|\$(?=\s*[^$\s])(?P<formula>[^$\n]+)\$|!\[(?P<alt>[^\]\n]*)\]\((?P<picture>{PICTURE_NAME})\)"
)


@dataclass(frozen=True)
class Span:
    """A run of text, a formula in LaTeX, or a picture's file name with ``alt`` in words."""

    kind: Literal["text", "formula", "picture"]
    text: str
    alt: str = ""


def spans(text: str) -> tuple[Span, ...]:
    """Split the text into spans, in order."""
    return tuple(_joined(_spans(text)))


def escaped(text: str) -> str:
    """Escape plain text so that no dollar sign begins a formula."""
    return text.replace("$", r"\$")


def pictures(text: str) -> frozenset[str]:
    """Return the file names of the pictures in the text."""
    return frozenset(span.text for span in spans(text) if span.kind == "picture")


def _spans(text: str) -> Iterator[Span]:
    end = 0
    for found in _TOKEN.finditer(text):
        yield Span("text", text[end : found.start()])
        if found["formula"]:
            yield Span("formula", found["formula"].strip())
        elif found["picture"]:
            yield Span("picture", found["picture"], found["alt"])
        else:
            yield Span("text", "$")
        end = found.end()
    yield Span("text", text[end:])


def _joined(found: Iterator[Span]) -> Iterator[Span]:
    """Merge adjacent runs of text and drop empty ones."""
    run = ""
    for span in found:
        if span.kind == "text":
            run += span.text
            continue
        if run:
            yield Span("text", run)
        run = ""
        yield span
    if run:
        yield Span("text", run)
