"""Repeated failures: logged once, then with a count, at growing intervals.

On a full disk a job that runs every second would otherwise fill the log with the same message.
"""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass

SAY_AGAIN, SAY_SELDOM = 60.0, 3600.0
"""Seconds until the same failure is logged again: at first, and at most."""

TRY_AGAIN, TRY_SELDOM = 1.0, 60.0
"""Seconds until a failed job is due again: at first, and at most."""


@dataclass
class _Trouble:
    kind: str
    times: int
    say_at: float
    say_after: float
    due_at: float
    due_after: float


class Troubles:
    """Failures that are current, by a key of the caller's choice. Thread-safe."""

    def __init__(self, now: Callable[[], float]) -> None:
        """``now``: seconds that never go back."""
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[Hashable, _Trouble] = {}

    def due(self, key: Hashable) -> bool:
        """Return whether to try: at once, or after growing pauses once it has failed."""
        with self._lock:
            known = self._known.get(key)
            return known is None or self._now() >= known.due_at

    def failed(self, key: Hashable, error: BaseException) -> str | None:
        """Return what to log about a failure, or None when it was logged recently."""
        with self._lock:
            now, kind = self._now(), type(error).__name__
            known = self._known.get(key)
            # Another kind of error is news: it is logged at once, and the pauses start again.
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
        """Return what to log when something works again, or None when it had not failed."""
        with self._lock:
            known = self._known.pop(key, None)
        return None if known is None else f"works again (failed {known.times} times)"
