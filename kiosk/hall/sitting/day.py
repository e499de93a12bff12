"""Collects the facts of the day for the guide of staff."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from kiosk.exam import day
from kiosk.exam.attempt.states import OVER, SITTING, AttemptState
from kiosk.exam.readiness import Level, worst
from kiosk.exam.states import SITTING_AHEAD, SITTING_OPEN, LinkState
from kiosk.hall.context import CentreContext
from kiosk.hall.delivery.status import SyncStatus
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.sitting.readiness import ReadinessReports
from kiosk.hall.views.day import DayView, SittingDayView
from kiosk.hall.views.sync import SyncView
from kiosk.store.centre import sittings
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import attempts, held_answers, late_answers

AROUND = timedelta(hours=24)
"""Sittings this close to now are of today's guide."""


class DayGuide:
    """Says what is done, what is next, and whether the machine may be switched off."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        sync: SyncStatus,
        readiness: ReadinessReports,
    ) -> None:
        self._context = context
        self._papers = papers
        self._sync = sync
        self._readiness = readiness

    def view(self) -> DayView:
        """Return the day as it stands now."""
        db, now = self._context.store.read(), self._context.time.now()
        known = sittings.everyone(db)
        # Counted by the database: a page asks every few seconds, and old sittings stay for years.
        counts = attempts.counts_by_state(db)
        late, held = late_answers.waiting_by_sitting(db), held_answers.open_by_sitting(db)
        days = {
            sitting.id: replace(
                self._day(sitting, counts.get(sitting.id, Counter())),
                late_answers=late.get(sitting.id, 0),
                held_answers=held.get(sitting.id, 0),
            )
            for sitting in known
        }
        delivery = _delivery(self._sync.view())
        shown = [
            SittingDayView(
                sitting.id, sitting.title, sitting.starts_at, day.steps(days[sitting.id], delivery)
            )
            for sitting in known
            if sitting.state in SITTING_OPEN or abs(sitting.starts_at - now) <= AROUND
        ]
        return DayView(now, shown, day.open_points(days.values(), delivery, now))

    def _day(self, sitting: Sitting, states: Counter[AttemptState]) -> day.SittingDay:
        return day.SittingDay(
            id=sitting.id,
            starts_at=sitting.starts_at,
            state=sitting.state,
            readiness=self._level(sitting),
            absent=states[AttemptState.REGISTERED],
            checking_in=states[AttemptState.CHECKED_IN],
            ready=states[AttemptState.READY],
            writing=sum(states[state] for state in SITTING),
            ended=sum(states[state] for state in OVER),
        )

    def _level(self, sitting: Sitting) -> Level:
        near = sitting.starts_at - self._context.time.now() <= AROUND
        if sitting.state not in SITTING_AHEAD or not near:
            return Level.OK
        if not self._papers.readable(sitting):
            return Level.BAD
        return worst(self._readiness.report(sitting.id))


def _delivery(sync: SyncView) -> day.Delivery:
    nothing_yet = sync.waiting == 0 and sync.delivered == 0
    return day.Delivery(
        sync.unsealed, sync.waiting, sync.complete or nothing_yet, sync.state is LinkState.OFF
    )
