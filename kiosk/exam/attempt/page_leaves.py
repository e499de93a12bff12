"""Page leaves (R18), recorded on the server's time; staff may reverse one with a reason.

The browser usually sends blur and hidden together, and a closing dialog can blur the page
again: such signals belong to one page leave. It ends when the page returns. Leaving full screen
alone is not a page leave: the page is still in front.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

from pydantic import Field

from kiosk.exam.values import Table

SignalKind = Literal[
    "left", "returned", "copy", "cut", "paste", "print", "context_menu", "resize", "camera",
    "microphone", "fullscreen", "calculator", "notes", "language",
]  # fmt: skip

TOOLS = frozenset({"calculator", "notes"})
"""Tools of the answer page: their first use is recorded. It is allowed, so nobody counts it."""

RECORDED_ONLY = frozenset(get_args(SignalKind)) - {"left", "returned", "language"} - TOOLS
"""Recorded for review (R20), never counted as a page leave."""


class ConductRules(Table):
    """``[conduct]`` of a programme file: what happens at the ``leave_limit``-th page leave.

    ``at_limit``: ``end`` ends the attempt, ``hold`` pauses it until staff decide. A page leave
    that begins less than ``merge_seconds`` after a return continues the one before.
    """

    leave_limit: int = Field(default=5, ge=1, le=100)
    at_limit: Literal["end", "hold"] = "end"
    merge_seconds: float = Field(default=2, ge=0, le=30)


@dataclass(frozen=True)
class PageLeave:
    """One absence from the answer page; ``number`` counts the attempt's page leaves from 1.

    ``signals``: how many browser signals were merged into it. ``reversal``: why staff do not
    count it, or None.
    """

    number: int
    started_at: datetime
    cause: str
    ended_at: datetime | None = None
    signals: int = 1
    reversal: str | None = None
    reversed_by: str | None = None


@dataclass(frozen=True)
class PageLeaves:
    """An attempt's page leaves, oldest first."""

    entries: tuple[PageLeave, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[PageLeave]) -> "PageLeaves":
        """Build from entries in any order."""
        return cls(tuple(sorted(entries, key=lambda entry: entry.number)))

    @property
    def count(self) -> int:
        """The page leaves that count: those that staff have not reversed."""
        return sum(entry.reversal is None for entry in self.entries)

    @property
    def away_since(self) -> datetime | None:
        """When the page leave that is still open began, or None."""
        last = self._last
        return last.started_at if last and last.ended_at is None else None

    @property
    def _last(self) -> PageLeave | None:
        return self.entries[-1] if self.entries else None

    def left(self, at: datetime, cause: str, merge_seconds: float = 0) -> "PageLeaves":
        """Add a page leave, or count one more signal for the page leave that it continues."""
        last = self._last
        if last is not None and self._goes_on(last, at, merge_seconds):
            return self._with_last(replace(last, ended_at=None, signals=last.signals + 1))
        return PageLeaves((*self.entries, PageLeave(len(self.entries) + 1, at, cause)))

    @staticmethod
    def _goes_on(last: PageLeave, at: datetime, merge_seconds: float) -> bool:
        if last.ended_at is None:
            return True
        merged = timedelta(seconds=merge_seconds)
        # A reversed page leave is settled: an absence merged into it would not count at all.
        return last.reversal is None and at - last.ended_at < merged

    def returned(self, at: datetime) -> "PageLeaves":
        """End the open page leave; without one nothing changes."""
        last = self._last
        if last is None or last.ended_at is not None:
            return self
        return self._with_last(replace(last, ended_at=max(at, last.started_at)))

    def reverse(self, number: int, reason: str, by: str) -> "PageLeaves":
        """Mark a page leave as not counted, with the reason and who decided.

        Raises:
            KeyError: the attempt has no page leave of this number.
        """
        if not 1 <= number <= len(self.entries):
            raise KeyError(number)
        entries = list(self.entries)
        entries[number - 1] = replace(entries[number - 1], reversal=reason, reversed_by=by)
        return PageLeaves(tuple(entries))

    def _with_last(self, last: PageLeave) -> "PageLeaves":
        return PageLeaves((*self.entries[:-1], last))
