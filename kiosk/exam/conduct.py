"""Page leaves (R18): signals of one absence merge into one leave, on the server's time.

Blur, hidden page and left fullscreen usually arrive together; they open one leave, and the
page's return closes it. A signal while a leave is open changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

SignalKind = Literal[
    "left", "returned", "copy", "cut", "paste", "print", "context_menu", "resize", "camera",
    "microphone",
]  # fmt: skip

RECORDED_ONLY = frozenset(get_args(SignalKind)) - {"left", "returned"}
"""Recorded for review (R20), never counted as a leave."""


@dataclass(frozen=True)
class Leaves:
    """How often the candidate has left the page, and since when they are away now."""

    count: int = 0
    away_since: datetime | None = None

    def left(self, at: datetime) -> "Leaves":
        """The page was left; counts once per absence."""
        if self.away_since is not None:
            return self
        return replace(self, count=self.count + 1, away_since=at)

    def returned(self) -> "Leaves":
        """The page is back."""
        return replace(self, away_since=None)

    def ends_attempt(self, limit: int) -> bool:
        """Whether the ``limit``-th leave has happened."""
        return self.count >= limit
