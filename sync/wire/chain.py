"""Hash chains: each entry carries the hash of the one before, so no change goes unnoticed (R23).

Sittings' event logs and headquarters' audit log are such chains.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeVar

from pydantic import JsonValue

from sync.wire import canonical

GENESIS = "0" * 64
"""What the first entry carries as the hash of the one before."""


class Entry(Protocol):
    """One entry of a chain, counted from 1."""

    @property
    def seq(self) -> int:
        """Its number."""

    @property
    def previous(self) -> str:
        """The hash of the entry before it."""

    @property
    def hash(self) -> str:
        """Its own hash."""


E = TypeVar("E", bound=Entry)


def event_hash(body: Mapping[str, JsonValue]) -> str:
    """SHA-256 of an event's canonical JSON.

    ``body`` has sitting_id, epoch, seq, at, kind, who, attempt_id, data and previous.
    """
    return canonical.digest(canonical.dumps(dict(body)))


def broken_at(
    entries: Iterable[E],
    hash_of: Callable[[E], str],
    before: tuple[int, str] = (0, GENESIS),
) -> int | None:
    """Return the number that the first entry should have that does not fit, or None.

    ``hash_of`` computes the hash that an entry should carry; ``before``: the number and the hash
    of the entry before the first.
    """
    count, previous = before
    for number, entry in enumerate(entries, start=count + 1):
        linked = entry.seq == number and entry.previous == previous
        if not linked or hash_of(entry) != entry.hash:
            return number
        previous = entry.hash
    return None
