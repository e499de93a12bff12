"""The link's use is capped: what was sent or fetched is waited for at the end."""

from collections.abc import Callable
from dataclasses import dataclass

PART = 128 << 10
"""Largest part of a file in one request, in bytes: what a cut costs at most."""

SMALLEST = 8 << 10

Wait = Callable[[float], object]
"""Waits that many seconds, or less when the agent is to stop."""


@dataclass(frozen=True)
class BandwidthLimit:
    """At most so many kilobits a second over the time of a round; 0: as fast as it goes."""

    kbit_per_s: float
    wait: Wait

    @property
    def part(self) -> int:
        """How many bytes to send or fetch at once: about a second's worth."""
        if not self.kbit_per_s:
            return PART
        return max(SMALLEST, min(PART, int(self.kbit_per_s * 125)))

    def spend(self, count: int) -> None:
        """Wait until ``count`` bytes are paid for."""
        if self.kbit_per_s and count:
            self.wait(count / (self.kbit_per_s * 125))
