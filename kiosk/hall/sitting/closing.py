"""Closing or stopping a sitting: a preview of what ends, and a confirmation that matches it."""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.exam.attempt.groups import GroupTimes
from kiosk.exam.attempt.states import (
    BEFORE,
    OVER,
    SITTING,
    AttemptState,
    EndReason,
    PauseReason,
    end_at_close,
)
from kiosk.exam.attempt.timing import ends_at
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.identity.outcomes import CheckIn
from kiosk.exam.states import SittingStatus
from kiosk.hall.attempt.group_pauses import GroupPauses
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import ClosingChanged, SittingState
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.sittings import ClosingView, ScantAnswers, SeatName
from kiosk.store.centre import outbox, sittings
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import answers, attempts, findings, groups, late_answers, time_credits
from kiosk.store.exam.attempts import Attempt

REGISTERED = AttemptState.REGISTERED

SCANT = 5
"""Who has answered less than one question in five is named before the sitting is closed."""

BY_CANDIDATE = frozenset({EndReason.HANDED_IN, EndReason.TIME_OUT})


class Closing:
    """Shows what closing a sitting would end; closes or stops it."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        progress: AttemptTransitions,
        pauses: GroupPauses,
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress
        self._pauses = pauses

    def view(self, sitting_id: str) -> ClosingView:
        """Return what closing or stopping would end now.

        Raises:
            NotFound: there is no such sitting.
            SittingState: the sitting is not running.
        """
        return self._view(self._context.store.read(), sitting_id)

    def close(self, sitting_id: str, seen: str, writing: int, reason: str, by: str) -> None:
        """Close the sitting: every attempt ends, by :func:`end_at_close`.

        ``seen``: the mark of the view that was shown; ``writing``: the number of running exams,
        as typed for confirmation.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such sitting.
            SittingState: the sitting is not running.
            ClosingChanged: ``seen`` or ``writing`` does not match the room.
        """
        why, now = reasoned(reason), self._context.time.now()

        def job(db: Database) -> None:
            view = self._confirmed(db, sitting_id, seen, writing)
            sittings.set_closed(db, sitting_id, now)
            for attempt in attempts.of_sitting(db, sitting_id):
                if attempt.state not in OVER:
                    end = end_at_close(attempt.state, attempt.check_in)
                    self._transitions.end(db, attempt, end, by)
            figures = _figures(view)
            self._context.record(
                db, sitting_id, EventKind.SITTING_CLOSED, by, None, why=why, **figures
            )

        self._context.store.write(job)

    def stop(self, sitting_id: str, seen: str, writing: int, reason: str, by: str) -> None:
        """Stop the sitting for good, to be rescheduled. Saved answers remain.

        Parameters and errors are those of :meth:`close`.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            view = self._confirmed(db, sitting_id, seen, writing)
            sitting = self._papers.sitting_in(db, sitting_id)
            self._pauses.stop_in(db, sitting, why, by, **_figures(view))

        self._context.store.write(job)

    def _confirmed(self, db: Database, sitting_id: str, seen: str, writing: int) -> ClosingView:
        """Return the present view, which must be the one that was shown."""
        view = self._view(db, sitting_id)
        # Compared in the job that ends the attempts: nothing can change in between.
        if view.writing != writing or not hmac.compare_digest(view.mark, seen):
            raise ClosingChanged()
        return view

    def _view(self, db: Database, sitting_id: str) -> ClosingView:
        sitting = self._papers.sitting_in(db, sitting_id)
        if sitting.state is not SittingStatus.STARTED:
            raise SittingState(state=sitting.state)
        everybody = attempts.of_sitting(db, sitting_id)
        writing = [attempt for attempt in everybody if attempt.state in SITTING]
        waiting = [attempt for attempt in everybody if attempt.state in BEFORE - {REGISTERED}]
        undecided = _undecided(db, sitting_id, everybody)
        times = groups.times_of(db, sitting_id)
        ends = {attempt.id: self._transitions.last_end(db, attempt) for attempt in writing}
        extra = [
            attempt
            for attempt in writing
            if (end := ends[attempt.id]) and end > self._usual_end(sitting, times, attempt)
        ]
        return ClosingView(
            writing=len(writing),
            paused=sum(attempt.state is AttemptState.PAUSED for attempt in writing),
            last_end=max((end for end in ends.values() if end), default=None),
            extra_time=self._people(sitting, extra),
            waiting=self._people(sitting, waiting),
            undecided=self._people(sitting, undecided),
            nearly_empty=self._nearly_empty(db, sitting, everybody),
            unsealed=len(
                {attempt.id for attempt in everybody} & set(outbox.attempts_to_bundle(db))
            ),
            not_started=sum(
                attempt.state in BEFORE and times.started_at(attempt.room, attempt.paper) is None
                for attempt in everybody
            ),
            not_here=sum(attempt.state is REGISTERED for attempt in everybody),
            mark=_mark(everybody, undecided),
        )

    def _usual_end(self, sitting: Sitting, times: GroupTimes, attempt: Attempt) -> datetime:
        """Return when the time of others with the same start, room and paper is up.

        With a second of tolerance.
        """
        minutes = self._papers.info(sitting, attempt.paper).duration_minutes
        start = attempt.counts_from or self._context.time.now()
        shared = times.credits(attempt.room, attempt.paper)
        return ends_at(start, minutes, time_credits=shared) + timedelta(seconds=1)

    def _nearly_empty(
        self, db: Database, sitting: Sitting, everybody: list[Attempt]
    ) -> list[ScantAnswers]:
        """Return those who sat the exam and answered less than one question in ``SCANT``."""
        counts = answers.answered_counts(db, sitting.id)
        found = []
        for attempt in everybody:
            items = 0 if attempt.form is None else len(attempt.form.items)
            sat = attempt.state in SITTING or attempt.end_reason in BY_CANDIDATE
            answered = counts.get(attempt.id, 0)
            if sat and answered * SCANT < items:
                found += [
                    ScantAnswers(person.seat, person.name, answered, items)
                    for person in self._people(sitting, [attempt])
                ]
        return found

    def _people(self, sitting: Sitting, found: list[Attempt]) -> list[SeatName]:
        roster = self._papers.roster(sitting)
        return [
            SeatName(
                self._papers.place(sitting, attempt.room, attempt.seat),
                roster[attempt.admission_no].name,
            )
            for attempt in found
            if attempt.admission_no in roster
        ]


def _figures(view: ClosingView) -> dict[str, int]:
    """Return the numbers of the view that the event log records."""
    return {
        "writing": view.writing,
        "waiting": len(view.waiting),
        "not_here": view.not_here,
        "undecided": len(view.undecided),
        "nearly_empty": len(view.nearly_empty),
        "unsealed": view.unsealed,
    }


def _undecided(db: Database, sitting_id: str, everybody: list[Attempt]) -> list[Attempt]:
    """Return attempts about which staff have something to decide."""
    late = late_answers.waiting(db, sitting_id)
    lost = time_credits.outages_open(db, sitting_id)
    found = findings.open_in(db, sitting_id)
    return [
        attempt
        for attempt in everybody
        if attempt.id in late
        or (attempt.id in lost and attempt.state not in OVER)
        or (attempt.id in found and attempt.state in BEFORE)
        or (attempt.check_in is CheckIn.STAFF and attempt.state is AttemptState.CHECKED_IN)
        or attempt.pause_reason in (PauseReason.STAFF, PauseReason.HELD, PauseReason.REOPENED)
    ]


def _mark(everybody: list[Attempt], undecided: list[Attempt]) -> str:
    """Return a digest of what was shown; any change of state, end or open decision changes it."""
    states = sorted(f"{attempt.id} {attempt.state} {attempt.ends_at}" for attempt in everybody)
    open_ = sorted(attempt.id for attempt in undecided)
    return hashlib.sha256("\n".join([*states, "", *open_]).encode()).hexdigest()
