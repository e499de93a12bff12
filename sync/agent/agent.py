"""One sync round after the other: push results, then pull packages and codes.

Whether HQ can be reached is decided by talking to it. A failed round waits with exponential
back-off and full jitter; a good one resets that.
"""

import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kiosk.exam.errors import ExamError
from kiosk.exam.ports import Clock
from kiosk.store import contact, outbox
from kiosk.store.contact import Contact
from kiosk.store.database import Store
from sync.agent.backoff import Backoff
from sync.agent.pull import Pull
from sync.agent.push import Push
from sync.agent.transports import HttpTransport


@dataclass(frozen=True)
class Round:
    """What one round did."""

    delivered: int
    problems: tuple[str, ...]


class SyncAgent:
    """Runs sync rounds, one at a time, and keeps how they went."""

    def __init__(
        self,
        store: Store,
        transport: HttpTransport,
        push: Push,
        pull: Pull,
        clock: Clock,
        backoff: Backoff,
    ) -> None:
        self._store = store
        self._transport = transport
        self._push = push
        self._pull = pull
        self._clock = clock
        self._backoff = backoff
        self._busy = threading.Lock()

    def run(self, *, force: bool = False) -> Round | None:
        """Run a round unless one is running or the back-off holds; ``force`` ignores that.

        Never raises for what HQ or the link does: that is kept for the staff page.
        """
        if not self._busy.acquire(blocking=False):
            return None
        try:
            return self._run(force=force)
        finally:
            self._busy.release()

    def _run(self, *, force: bool) -> Round | None:
        now, before = self._clock.now(), contact.get(self._store.read())
        if force:
            self._store.write(outbox.make_due)
        elif before.next_try and self._holds(before.next_try - now):
            return None
        try:
            delivered = self._push.run(self._transport, now)
            problems = self._pull.run(self._transport)
        except ExamError as error:
            self._keep(self._failed(before, now, error))
            return None
        self._keep(self._succeeded(now, problems))
        return Round(delivered, tuple(problems))

    def _holds(self, wait: timedelta) -> bool:
        """A clock that was set back must not put the next try off for hours."""
        return wait > timedelta(0) and not self._backoff.too_far(wait)

    def _failed(self, before: Contact, now: datetime, error: ExamError) -> Contact:
        failures = before.failures + 1
        return replace(
            before,
            state="offline",
            failures=failures,
            last_error=str(error)[:300],
            next_try=now + self._backoff.after(failures),
        )

    def _succeeded(self, now: datetime, problems: list[str]) -> Contact:
        return Contact(
            state="online",
            last_contact=now,
            last_error="; ".join(problems)[:500] or None,
            clock_offset_s=self._transport.offset.total_seconds(),
        )

    def _keep(self, state: Contact) -> None:
        self._store.write(lambda db: contact.put(db, state))
