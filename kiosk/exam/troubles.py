"""What fails again and again: said once, then with a count and ever less often.

On a full disk a job that runs each second would otherwise fill the log with the same words.
"""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass

SAY_AGAIN, SAY_SELDOM = 60.0, 3600.0
"""Seconds until the same trouble is said again: at first, and at last."""

TRY_AGAIN, TRY_SELDOM = 1.0, 60.0
"""Seconds until what failed is due again: at first, and at last."""


@dataclass
class _Trouble:
    kind: str
    times: int
    say_at: float
    say_after: float
    due_at: float
    due_after: float


class Troubles:
    """Things that fail now, by a key of the caller's; safe to use from any thread."""

    def __init__(self, now: Callable[[], float]) -> None:
        """``now``: seconds that never go back."""
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[Hashable, _Trouble] = {}

    def due(self, key: Hashable) -> bool:
        """Whether to try again: at once, unless it failed; then after growing pauses."""
        with self._lock:
            known = self._known.get(key)
            return known is None or self._now() >= known.due_at

    def failed(self, key: Hashable, error: BaseException) -> str | None:
        """What to log of a failure, or None when that was said lately."""
        with self._lock:
            now, kind = self._now(), type(error).__name__
            known = self._known.get(key)
            if known is None or known.kind != kind:
                times = 1 if known is None else known.times + 1
                self._known[key] = _Trouble(
                    kind, times, now + SAY_AGAIN, SAY_AGAIN, now + TRY_AGAIN, TRY_AGAIN
                )
                return f"{error}" or kind
            known.times += 1
            known.due_after = min(TRY_SELDOM, known.due_after * 2)
            known.due_at = now + known.due_after
            if now < known.say_at:
                return None
            known.say_after = min(SAY_SELDOM, known.say_after * 2)
            known.say_at = now + known.say_after
            return f"{error or kind} (failed {known.times} times)"

    def worked(self, key: Hashable) -> str | None:
        """What to log when something works that failed before."""
        with self._lock:
            known = self._known.pop(key, None)
        return None if known is None else f"works again (failed {known.times} times)"
