"""Reports to headquarters how the sittings of these days stand: counts, for its exam-day page."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.exam.attempt.states import BEFORE, OVER, SITTING, AttemptState
from kiosk.exam.ports import Clock
from kiosk.exam.states import SITTING_OPEN
from kiosk.store.centre import sittings
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import attempts, incidents
from kiosk.store.sqlite.database import Store
from sync.agent.errors import HqRefused
from sync.agent.transports import Transport
from sync.wire import canonical
from sync.wire.delivery.day_report import (
    MOST_SITTINGS,
    REPORTED_AROUND,
    DayReport,
    SittingReport,
)

_log = logging.getLogger(__name__)

AGAIN_AFTER = 300.0
"""Seconds after which an unchanged report is sent again."""
REFUSED_FOR = 1800.0
"""Seconds for which a headquarters that does not know reports is not asked again."""
PRESENT = BEFORE - {AttemptState.REGISTERED}


class DayReports:
    """Sends the report when it has changed. What headquarters says to it stops nothing."""

    def __init__(self, store: Store, centre_code: str, clock: Clock) -> None:
        self._store = store
        self._centre_code = centre_code
        self._clock = clock
        self._sent: DayReport | None = None
        self._next = 0.0

    def run(self, transport: Transport) -> None:
        """Send the report if it has changed or is due.

        Raises:
            HqUnreachable: the connection failed.
        """
        report, now = self.report(self._clock.now()), self._clock.monotonic()
        waits = now < self._next
        # After a refusal nothing is known to be there; a change is no reason to ask at once.
        if waits and self._sent in (None, report):
            return
        try:
            transport.send("POST", "/sync/v1/day-report", canonical.dump_model(report))
        except HqRefused as error:
            _log.info("headquarters takes no day report: %s", error)
            self._sent, self._next = None, now + REFUSED_FOR
        else:
            self._sent, self._next = report, now + AGAIN_AFTER

    def report(self, now: datetime) -> DayReport:
        """Return the report as it is now."""
        db = self._store.read()
        chosen = _chosen(sittings.everyone(db), now)
        states = attempts.counts_by_state(db) if chosen else {}
        return DayReport(
            centre_code=self._centre_code,
            sittings=tuple(
                _report(db, sitting, states.get(sitting.id, Counter())) for sitting in chosen
            ),
        )


def _chosen(known: Sequence[Sitting], now: datetime) -> Sequence[Sitting]:
    def distance(sitting: Sitting) -> timedelta:
        return abs(sitting.starts_at - now)

    near = [
        sitting
        for sitting in known
        if sitting.state in SITTING_OPEN or distance(sitting) <= REPORTED_AROUND
    ]
    return sorted(near, key=distance)[:MOST_SITTINGS]


def _report(db: Database, sitting: Sitting, states: Counter[AttemptState]) -> SittingReport:
    return SittingReport(
        sitting_id=sitting.id,
        version=sitting.version,
        state=sitting.state.value,
        started_at=sitting.started_at,
        closed_at=sitting.closed_at,
        present=sum(states[state] for state in PRESENT),
        writing=sum(states[state] for state in SITTING),
        ended=sum(states[state] for state in OVER),
        incidents=sum(counted.total for counted in incidents.counts(db, sitting.id).values()),
    )
