"""Places of cells as workbooks write them: ``AB12``, ``A1:C2``."""

import re

from sync.hq.imports.cells import MAX_COLUMNS, Range

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
LAST_ROW = 1_048_576


def place(reference: str) -> tuple[int, int] | None:
    """Return row and column, from 1, of a cell such as ``AB12``; None if there is no such cell."""
    found = _PLACE.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    row = int(found[2])
    return (row, column) if 1 <= row <= LAST_ROW and column <= MAX_COLUMNS else None


def span(reference: str) -> Range | None:
    """Return the cells of a range such as ``A1:C2``."""
    first, _, last = reference.partition(":")
    start, end = place(first), place(last or first)
    if start is None or end is None:
        return None
    return Range(*start, *end, name=reference)
