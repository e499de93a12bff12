"""Exponential back-off with full jitter, so that many centres do not return in step."""

from dataclasses import dataclass
from datetime import timedelta

from kiosk.exam.ports import Entropy


@dataclass(frozen=True)
class Backoff:
    """Waits between 0 and ``first`` · 2ⁿ⁻¹ seconds after the n-th failure, at most ``cap``."""

    entropy: Entropy
    first_seconds: float = 2.0
    cap_seconds: float = 900.0

    def after(self, failures: int) -> timedelta:
        """Return how long to wait after this many failures in a row (1 or more)."""
        most = min(self.cap_seconds, self.first_seconds * 2.0 ** min(failures - 1, 30))
        share = int.from_bytes(self.entropy(8), "big") / 2**64
        return timedelta(seconds=most * share)

    def too_far(self, wait: timedelta) -> bool:
        """Return whether a wait exceeds the longest back-off: the clock has been set back."""
        return wait.total_seconds() > self.cap_seconds
