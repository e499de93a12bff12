"""Rulings on items after the exam: a key was wrong, or an item cannot fairly be scored.

A ruling changes how answers are scored, never the paper or its mark schemes. Rulings are kept in
the order in which they were applied; scoring uses all that were not revoked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class RulingKind(StrEnum):
    """What a ruling does. The value is stored."""

    NEW_KEY = "new_key"
    """The key is replaced."""
    ALSO_ACCEPT = "also_accept"
    """A further key scores full points; the best of all keys counts."""
    FULL_POINTS = "full_points"
    """Everybody gets the item's points, answered or not."""
    REVOKED = "revoked"
    """An earlier ruling no longer holds."""


@dataclass(frozen=True)
class ItemRuling:
    """A ruling on one item; ``key``: option ids, empty where everybody gets the points."""

    kind: RulingKind
    key: tuple[str, ...] = ()


@dataclass(frozen=True)
class Keys:
    """The keys that score an item; ``for_all``: everybody gets its points."""

    accepted: tuple[frozenset[str], ...]
    for_all: bool = False


def ruled_keys(key: Iterable[str], rulings: Iterable[ItemRuling]) -> Keys:
    """Return the keys that count, from the mark scheme's and the rulings in their order."""
    accepted, for_all = [frozenset(key)], False
    for ruling in rulings:
        if ruling.kind is RulingKind.FULL_POINTS:
            for_all = True
        elif ruling.kind is RulingKind.NEW_KEY:
            accepted = [frozenset(ruling.key)]
        elif ruling.kind is RulingKind.ALSO_ACCEPT:
            accepted.append(frozenset(ruling.key))
    return Keys(tuple(accepted), for_all)
