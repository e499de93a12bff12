"""Sync rounds: follow HQ's keys, compare inventories, fetch notices, deliver what has closed.

Whether HQ is reachable is found out by calling it. A failed round waits with exponential back-off
and full jitter; a successful one resets that.
"""

import logging
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kiosk.exam.errors import ErrorRecord, ExamError
from kiosk.exam.ports import Clock
from kiosk.exam.states import LinkState
from kiosk.exam.troubles import Troubles
from kiosk.store.centre import contact, outbox
from kiosk.store.centre.contact import Contact
from kiosk.store.centre.hq_trust import HqTrust
from kiosk.store.sqlite.database import Store
from sync.agent.announcements import AnnouncementSync
from sync.agent.backoff import Backoff
from sync.agent.day_report import DayReports
from sync.agent.errors import HqInTrouble, HqUnreachable
from sync.agent.hq_keys import follow_by_network
from sync.agent.pull import Pull
from sync.agent.push import Moved, Push
from sync.agent.reconcile import Reconcile
from sync.agent.transports import HttpTransport

_log = logging.getLogger(__name__)

TURN_SECONDS = 10.0
"""Delivery is interrupted after this long, for the inbox."""

COMPARE_EVERY = 300.0
"""Seconds after which inventories are compared again even if nothing has changed."""


MOST_ERRORS = 10
"""Most errors of one round that the staff page lists."""


@dataclass(frozen=True)
class Round:
    """Outcome of one round."""

    delivered: int
    problems: tuple[ExamError, ...]


@dataclass(frozen=True)
class Work:
    """The parts of a round; ``stop`` is set when the agent has to stop."""

    trust: HqTrust
    push: Push
    pull: Pull
    reconcile: Reconcile
    day_reports: DayReports
    announcements: AnnouncementSync
    stop: threading.Event


class SyncAgent:
    """Runs sync rounds, one at a time, and records their outcome."""

    def __init__(
        self, store: Store, transport: HttpTransport, work: Work, clock: Clock, backoff: Backoff
    ) -> None:
        self._store = store
        self._transport = transport
        self._work = work
        self._clock = clock
        self._backoff = backoff
        self._busy = threading.Lock()
        self._forced = threading.Event()
        self._compared: float | None = None
        self._troubles = Troubles(clock.monotonic)

    @property
    def busy(self) -> bool:
        """Whether a round is running."""
        return self._busy.locked()

    def run(self, *, force: bool = False) -> Round | None:
        """Run a round, unless one is running or, without ``force``, the back-off applies.

        A forced round that finds another one running follows that one, in its thread: the running
        round may already be past what is wanted. Never raises for errors of HQ or the connection:
        they are recorded for the staff page.
        """
        if force:
            self._forced.set()
        done, begun = None, False
        # Looked at again after the release: somebody may have found the lock taken until then.
        while (not begun or self._forced.is_set()) and self._busy.acquire(blocking=False):
            begun = True
            try:
                forced = self._forced.is_set()
                self._forced.clear()
                done = self._run(force=forced)
            finally:
                self._busy.release()
        return done

    def _run(self, *, force: bool) -> Round | None:
        now, before = self._clock.now(), contact.get(self._store.read())
        if force:
            self._store.write(outbox.make_due)
        elif before.next_try and self._holds(before.next_try - now):
            return None
        try:
            done = self._round(force=force)
        except ExamError as error:
            if text := self._troubles.failed("round", error):
                _log.warning("sync: %s", text)
            self._keep(self._failed(before, now, error))
            return None
        if text := self._troubles.worked("round"):
            _log.warning("sync %s", text)
        self._keep(self._succeeded(now, done.problems))
        return done

    def _round(self, *, force: bool) -> Round:
        unequal = self._compare() if force or self._compare_due() else []
        delivered, problems, more = 0, list[ExamError](), True
        while more:  # inbox in between: a code must not wait for a thousand pictures
            problems = self._work.pull.run(self._transport)
            moved = self._push()
            # After what must arrive: neither announcements nor a report may delay a result.
            problems += self._work.announcements.run(self._transport)
            self._work.day_reports.run(self._transport)
            more = moved != Moved() and not self._work.stop.is_set()
            delivered += moved.arrived
        if delivered:
            unequal = self._compare()
        return Round(delivered, (*problems, *unequal))

    def _push(self) -> Moved:
        end = self._clock.monotonic() + TURN_SECONDS

        def should_stop() -> bool:
            return self._work.stop.is_set() or self._clock.monotonic() > end

        return self._work.push.run(self._transport, self._clock.now(), should_stop)

    def _compare_due(self) -> bool:
        last = self._compared
        return last is None or self._clock.monotonic() - last > COMPARE_EVERY

    def _compare(self) -> list[ExamError]:
        """Compare inventories; what prevents it is returned, and the round continues."""
        self._compared = self._clock.monotonic()
        try:
            # First: what follows may be signed with a key that only this makes known.
            follow_by_network(self._work.trust, self._transport)
            self._work.reconcile.run(self._transport, self._transport.offset.total_seconds())
        except HqUnreachable:
            # Not compared after all: the next round tries again at once.
            self._compared = None
            raise
        except ExamError as error:
            return [error]
        return []

    def _holds(self, wait: timedelta) -> bool:
        """Return whether to wait; a clock that was set back must not delay a try for hours."""
        return wait > timedelta(0) and not self._backoff.too_far(wait)

    def _failed(self, before: Contact, now: datetime, error: ExamError) -> Contact:
        failures = before.failures + 1
        return replace(
            before,
            state=LinkState.OFFLINE,
            failures=failures,
            errors=(ErrorRecord.of(error),),
            trouble=str(error.params["reason"]) if isinstance(error, HqInTrouble) else None,
            next_try=now + self._backoff.after(failures),
        )

    def _succeeded(self, now: datetime, problems: tuple[ExamError, ...]) -> Contact:
        return Contact(
            state=LinkState.ONLINE,
            last_contact=now,
            errors=tuple(map(ErrorRecord.of, problems[:MOST_ERRORS])),
            clock_offset_s=self._transport.offset.total_seconds(),
        )

    def _keep(self, state: Contact) -> None:
        self._store.write(lambda db: contact.put(db, state))
