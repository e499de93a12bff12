"""How long answers took, as far as the times of saving can tell.

A centre knows when an answer was saved, not when its item was looked at. What is computed is the
time from the save before (or the start) to an answer's last save. It contains looking at other
items that were left without an answer, so it is an upper bound.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

LONGEST = 1800.0
"""Longer gaps in seconds do not count: nobody can tell what happened in them."""


def seconds_by_item(
    started: datetime | None,
    saves: Mapping[str, datetime],
    breaks: Iterable[tuple[datetime, datetime]] = (),
) -> Mapping[str, float]:
    """Return the seconds of each item that has them.

    ``saves``: when each answer was last saved. Answers saved at the same moment, such as those
    that a page had kept during an outage, have no time of their own. Nor has one whose gap
    touches a pause or an outage (``breaks``).
    """
    if started is None:
        return {}
    ordered: Sequence[tuple[datetime, str]] = sorted((at, item) for item, at in saves.items())
    closed = list(breaks)
    found: dict[str, float] = {}
    before = started
    for place, (at, item) in enumerate(ordered):
        alone = all(
            ordered[other][0] != at for other in (place - 1, place + 1) if 0 <= other < len(ordered)
        )
        gap = (at - before).total_seconds()
        broken = any(begin < at and before < end for begin, end in closed)
        if alone and not broken and 0 < gap <= LONGEST:
            found[item] = gap
        before = max(before, at)
    return found
