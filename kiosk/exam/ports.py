"""What the core asks of the world: a clock, ids and random bytes, passed in by the caller."""

from collections.abc import Callable, Mapping
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


TRAFFIC = "exam-traffic"
"""Where an app keeps its :class:`TrafficRules`, among its extensions."""

REFUSING = "exam-refusing"
"""Where a server puts a function that names the addresses it turns away, beside them."""

KNOCK = "exam.knock"
"""In a request's environment: its body has not come. 204 when its sender would be let in."""

REFUSED = "exam.refused"
"""In a request's environment: its body was not taken; answer with this status."""


class TrafficRules(Protocol):
    """What an app says of its routes, by endpoint, to the server that carries it."""

    other: str
    """The lane of what has no route, and of what was refused."""

    def lanes(self, threads: int) -> Mapping[str, int]:
        """The lanes, and how many threads each has; ``threads`` is what the settings say."""
        ...

    def lane(self, endpoint: str) -> str:
        """The lane of a route."""
        ...

    def body_limit(self, endpoint: str) -> int:
        """The largest body in bytes that a route takes."""
        ...
