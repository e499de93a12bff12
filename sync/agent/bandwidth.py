"""Limits the bandwidth of sync by waiting after each transfer."""

from collections.abc import Callable
from dataclasses import dataclass

PART = 128 << 10
"""Largest part of a file in one request, in bytes: an interruption costs no more."""

SMALLEST = 8 << 10

Wait = Callable[[float], object]
"""Waits that many seconds, or less when the agent has to stop."""


@dataclass(frozen=True)
class BandwidthLimit:
    """At most this many kilobits per second, on average over a round; 0: no limit."""

    kbit_per_s: float
    wait: Wait

    @property
    def part(self) -> int:
        """Bytes to send or fetch in one request: about one second's worth."""
        if not self.kbit_per_s:
            return PART
        return max(SMALLEST, min(PART, int(self.kbit_per_s * 125)))

    def spend(self, count: int) -> None:
        """Wait as long as ``count`` bytes may take."""
        if self.kbit_per_s and count:
            # 1 kbit/s is 125 bytes per second.
            self.wait(count / (self.kbit_per_s * 125))
