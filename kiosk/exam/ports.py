"""What callers pass in to the core: a clock, ids and random bytes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

Ids = Callable[[], str]
"""Returns a new unique id, sortable by time (26 characters, Crockford base32)."""

Entropy = Callable[[int], bytes]
"""Returns that many unpredictable bytes."""


class Clock(Protocol):
    """The machine's two clocks."""

    @property
    def boot_id(self) -> str:
        """Identifies the running boot; ``monotonic`` values compare only within one boot."""
        ...

    def now(self) -> datetime:
        """Return the wall clock, aware, in UTC. It jumps when the system time is set."""
        ...

    def monotonic(self) -> float:
        """Return seconds since boot, suspend included. Never goes back within a boot."""
        ...


TRAFFIC = "exam-traffic"
"""Key of an app's :class:`TrafficRules` among its extensions."""

REFUSING = "exam-refusing"
"""Key, beside it, of the server's function that names the addresses it turns away."""

KNOCK = "exam.knock"
"""Key in a request's environment: the body has not been read yet, and the app answers 204 when it
would accept the sender.
"""

REFUSED = "exam.refused"
"""Key in a request's environment: the body was refused, and the app answers with this status."""


class TrafficRules(Protocol):
    """What an app tells its server about its routes, by endpoint."""

    other: str
    """The lane of paths without a route, and of refused requests."""

    def lanes(self, threads: int) -> Mapping[str, int]:
        """Return the lanes and their threads; ``threads`` is the number from the settings."""
        ...

    def lane(self, endpoint: str) -> str:
        """Return the lane of a route."""
        ...

    def body_limit(self, endpoint: str) -> int:
        """Return the largest body in bytes that a route accepts."""
        ...
