"""Line breaks of Chinese and mixed text: no line begins with a comma or ends with a bracket."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import partial

_PIECES = re.compile(r"[^\s\u2e80-\uffef]+|\s|[\u2e80-\uffef]")
_NOT_FIRST = frozenset("，。、；：？！）》」』】〕”’%…·,.;:?!)]}")
_NOT_LAST = frozenset("（《「『【〔“‘([{")

Measure = Callable[[str], float]
"""Returns the width of a text."""


def break_lines(text: str, width: float, measure: Measure) -> Sequence[str]:
    """Return the lines of a text; a piece wider than the line is broken anywhere."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _narrow(_unbreakable(paragraph), width, measure):
            if line and measure(line + piece.rstrip(" ")) > width:
                lines.append(line.rstrip(" "))
                line = piece.lstrip(" ")
            else:
                line += piece
        lines.append(line.rstrip(" "))
    return lines


def _unbreakable(text: str) -> Iterator[str]:
    """Yield words and Chinese characters, with the punctuation that must stay beside them."""
    held = ""
    for piece in _PIECES.findall(text):
        if held and (piece[0] in _NOT_FIRST or held[-1] in _NOT_LAST):
            held += piece
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def _narrow(pieces: Iterator[str], width: float, measure: Measure) -> Iterator[str]:
    for piece in pieces:
        while len(piece) > 1 and measure(piece) > width:
            sizes = range(1, len(piece))
            fitting = max(1, bisect_right(sizes, width, key=partial(_measured, piece, measure)))
            yield piece[:fitting]
            piece = piece[fitting:]
        yield piece


def _measured(piece: str, measure: Measure, size: int) -> float:
    return measure(piece[:size])
