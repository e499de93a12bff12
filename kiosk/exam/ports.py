"""What the core asks of the world: a clock, ids and random bytes, passed in by the caller."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

Ids = Callable[[], str]
"""Makes a new unique id, sortable by time (26 characters, Crockford base32)."""

Entropy = Callable[[int], bytes]
"""Gives that many unpredictable bytes."""


class Clock(Protocol):
    """The machine's two clocks."""

    @property
    def boot_id(self) -> str:
        """Names the running boot; ``monotonic`` values compare only within one boot."""
        ...

    def now(self) -> datetime:
        """Wall clock, aware, UTC. May jump when somebody sets it."""
        ...

    def monotonic(self) -> float:
        """Seconds since boot, suspend included. Never goes back within a boot."""
        ...
