"""Collects the facts of the day for the guide of staff."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlite_utils import Database

from kiosk.exam import day
from kiosk.exam.attempt.cases import DELIVERIES, CaseKind
from kiosk.exam.attempt.states import OVER, SITTING, AttemptState
from kiosk.exam.readiness import Level, worst
from kiosk.exam.states import SITTING_AHEAD, SITTING_OPEN, LinkState, SittingStatus
from kiosk.hall.context import CentreContext
from kiosk.hall.delivery.status import SyncStatus
from kiosk.hall.machine.backups import Backups
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.sitting.readiness import ReadinessReports
from kiosk.hall.views.day import DayView, SittingDayView
from kiosk.hall.views.sync import SyncView
from kiosk.store.centre import outbox, sittings
from kiosk.store.centre.outbox import Waiting
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import attempts, cases, incidents

AROUND = timedelta(hours=24)
"""Sittings this close to now are of today's guide."""


@dataclass(frozen=True)
class _Tables:
    """What the sittings' days need, read once for all of them."""

    states: Mapping[str, Counter[AttemptState]]
    cases: Mapping[str, Counter[CaseKind]]
    unsealed: frozenset[str]
    waiting: Mapping[str, Waiting]


class DayGuide:
    """Says what is done, what is next, and whether the machine may be switched off."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        sync: SyncStatus,
        readiness: ReadinessReports,
        backups: Backups,
    ) -> None:
        self._context = context
        self._papers = papers
        self._sync = sync
        self._readiness = readiness
        self._backups = backups

    def view(self) -> DayView:
        """Return the day as it stands now."""
        db, now = self._context.store.read(), self._context.time.now()
        known = sittings.everyone(db)
        tables = _read(db, known)
        days = {sitting.id: self._day(db, sitting, tables) for sitting in known}
        machine = self._machine(tables)
        open_points = day.open_points(days.values(), machine, now)
        shown = [
            SittingDayView(
                sitting.id,
                sitting.title,
                sitting.starts_at,
                day.steps(days[sitting.id], machine),
                [point for point in open_points if point.sitting_id == sitting.id],
            )
            for sitting in known
            if sitting.state in SITTING_OPEN or abs(sitting.starts_at - now) <= AROUND
        ]
        return DayView(now, shown, open_points, day.remarks(days.values(), machine, now))

    def _day(self, db: Database, sitting: Sitting, tables: _Tables) -> day.SittingDay:
        states = tables.states.get(sitting.id, Counter())
        open_cases = tables.cases.get(sitting.id, Counter())
        files = tables.waiting.get(sitting.id, Waiting(0, 0))
        running = sitting.state is SittingStatus.STARTED
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
            paused=states[AttemptState.PAUSED],
            undecided=sum(n for kind, n in open_cases.items() if kind not in DELIVERIES),
            incidents=incidents.open_in(db, sitting.id) if running else 0,
            late_answers=open_cases["late_answers"],
            held_answers=open_cases["held_answers"],
            damaged=not (sitting.over or self._papers.readable(sitting)),
            unsealed=sitting.id in tables.unsealed,
            waiting=files.files,
            on_stick=files.on_stick,
            closed_at=sitting.closed_at if sitting.over else None,
        )

    def _level(self, sitting: Sitting) -> Level:
        near = sitting.starts_at - self._context.time.now() <= AROUND
        if sitting.state not in SITTING_AHEAD or not near or not self._papers.readable(sitting):
            return Level.OK
        return worst(self._readiness.report(sitting.id))

    def _machine(self, tables: _Tables) -> day.Machine:
        on_stick = sum(waiting.on_stick for waiting in tables.waiting.values())
        unknown = tables.cases.get("", Counter())["held_answers"]
        delivery = _delivery(self._sync.view(), on_stick)
        return day.Machine(delivery, self._backups_now(), unknown)

    def _backups_now(self) -> day.Backups:
        if not self._backups.is_used:
            return day.Backups()
        view = self._backups.view()
        is_there = any(place.is_there for place in view.places)
        return day.Backups(
            used=True, place=is_there, running=view.run is not None, newest_at=view.newest_at
        )


def _read(db: Database, known: Sequence[Sitting]) -> _Tables:
    # Counted by the database: a page asks every few seconds, and old sittings stay for years.
    found: dict[str, Counter[CaseKind]] = {}
    for case in cases.open_cases(db):
        found.setdefault(case.sitting_id, Counter())[case.kind] += 1
    return _Tables(
        attempts.counts_by_state(db),
        found,
        outbox.sittings_to_seal(db, [sitting.id for sitting in known if sitting.over]),
        outbox.waiting_by_sitting(db),
    )


def _delivery(sync: SyncView, on_stick: int) -> day.Delivery:
    nothing_yet = sync.waiting == 0 and sync.delivered == 0
    return day.Delivery(
        sync.unsealed,
        sync.waiting,
        sync.complete or nothing_yet,
        sync.state is LinkState.OFF,
        on_stick,
    )
