"""Ids of items and groups: as the file has them, or shortened where they are too long."""

from sync.hq.authoring.interchange.notes import Notes
from sync.hq.problems import Problem
from sync.wire.canonical import digest

_MOST = 64
_KEPT, _DIGITS = 43, 20


def short(name: str) -> str:
    """Return a name that is not too long; the same for the same name."""
    if len(name) <= _MOST:
        return name
    return f"{name[:_KEPT]}-{digest(name.encode())[:_DIGITS]}"


def item_id(name: str, notes: Notes) -> str:
    """Return an item's id, noting that it was shortened."""
    found = short(name)
    if found != name:
        value = {"value": found}
        notes.problems.append(Problem("id_short", column="id", params=value, is_error=False))
    return found
