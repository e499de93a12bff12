"""What staff look at before they close a sitting: who ends, what is undecided, what is missing.

Nothing here prevents closing: the hall must never be blocked.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.exam.attempt.cases import CASE_KINDS, CaseKind
from kiosk.exam.attempt.groups import GroupTimes
from kiosk.exam.attempt.states import BEFORE, SITTING, AttemptState, EndReason
from kiosk.exam.attempt.timing import ends_at
from kiosk.exam.identity.outcomes import CheckIn
from kiosk.exam.states import SittingStatus
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import SittingState
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.sittings import (
    ClosingView,
    OpenIncidents,
    ScantAnswers,
    SeatName,
    UndecidedCases,
)
from kiosk.store.centre import outbox
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import answers, attempts, breaks, cases, groups, incidents
from kiosk.store.exam.attempts import Attempt

REGISTERED = AttemptState.REGISTERED

SCANT = 5
"""Who has answered less than one question in five is named before the sitting is closed."""

BY_CANDIDATE = frozenset({EndReason.HANDED_IN, EndReason.TIME_OUT})

VERIFIED = frozenset({CheckIn.PASSED, CheckIn.BY_HAND})


class ClosingCheck:
    """Collects what a closing dialog shows."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, progress: AttemptTransitions
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress

    def view(self, db: Database, sitting_id: str) -> ClosingView:
        """Return what closing or stopping would end now.

        Raises:
            NotFound: there is no such sitting.
            SittingState: the sitting is not running.
        """
        sitting = self._papers.sitting_in(db, sitting_id)
        if sitting.state is not SittingStatus.STARTED:
            raise SittingState(state=sitting.state)
        everybody = attempts.of_sitting(db, sitting_id)
        writing = [attempt for attempt in everybody if attempt.state in SITTING]
        waiting = [attempt for attempt in everybody if attempt.state in BEFORE - {REGISTERED}]
        sat = [attempt for attempt in everybody if _sat(attempt)]
        undecided = _undecided(db, sitting_id)
        away = breaks.open_in(db, sitting_id)
        times = groups.times_of(db, sitting_id)
        ends = {attempt.id: self._transitions.last_end(db, attempt) for attempt in writing}
        extra = [
            attempt
            for attempt in writing
            if (end := ends[attempt.id]) and end > self._usual_end(sitting, times, attempt)
        ]
        people = self._people(sitting, everybody)
        unsealed = set(outbox.attempts_to_bundle(db))
        return ClosingView(
            writing=len(writing),
            paused=sum(attempt.state is AttemptState.PAUSED for attempt in writing),
            last_end=max((end for end in ends.values() if end), default=None),
            extra_time=_named(people, extra),
            waiting=_named(people, waiting),
            out=_named(people, (attempt for attempt in writing if attempt.id in away)),
            undecided=[
                UndecidedCases(person.seat, person.name, undecided[attempt_id])
                for attempt_id, person in people.items()
                if attempt_id in undecided
            ],
            nearly_empty=_nearly_empty(db, sitting_id, people, sat),
            incidents=[
                OpenIncidents(people[attempt_id].seat, people[attempt_id].name, counted.open)
                for attempt_id, counted in incidents.counts(db, sitting_id).items()
                if attempt_id in people and counted.open
            ],
            unverified=_named(
                people, (attempt for attempt in sat if attempt.check_in not in VERIFIED)
            ),
            unsealed=sum(attempt.id in unsealed for attempt in everybody),
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

    def _people(self, sitting: Sitting, everybody: list[Attempt]) -> dict[str, SeatName]:
        """Return seat and name of each attempt that is on the roster."""
        roster = self._papers.roster(sitting)
        return {
            attempt.id: SeatName(
                self._papers.place(sitting, attempt.room, attempt.seat),
                roster[attempt.admission_no].name,
            )
            for attempt in everybody
            if attempt.admission_no in roster
        }


def _sat(attempt: Attempt) -> bool:
    """Whether the candidate writes, or has written until the end."""
    return attempt.state in SITTING or attempt.end_reason in BY_CANDIDATE


def _named(people: Mapping[str, SeatName], found: Iterable[Attempt]) -> list[SeatName]:
    return [people[attempt.id] for attempt in found if attempt.id in people]


def _undecided(db: Database, sitting_id: str) -> dict[str, list[CaseKind]]:
    """Return what waits for a decision of staff, by attempt."""
    found: dict[str, set[CaseKind]] = defaultdict(set)
    for case in cases.open_cases(db, sitting_id):
        found[case.attempt_id].add(case.kind)
    return {attempt_id: sorted(kinds, key=CASE_KINDS.index) for attempt_id, kinds in found.items()}


def _nearly_empty(
    db: Database, sitting_id: str, people: Mapping[str, SeatName], sat: list[Attempt]
) -> list[ScantAnswers]:
    """Return those who answered less than one question in ``SCANT``."""
    counts, found = answers.answered_counts(db, sitting_id), []
    for attempt in sat:
        items = 0 if attempt.form is None else len(attempt.form.items)
        answered, person = counts.get(attempt.id, 0), people.get(attempt.id)
        if person and answered * SCANT < items:
            found.append(ScantAnswers(person.seat, person.name, answered, items))
    return found


def _mark(everybody: list[Attempt], undecided: Iterable[str]) -> str:
    """Return a digest of what was shown; any change of state, end or open decision changes it."""
    states = sorted(f"{attempt.id} {attempt.state} {attempt.ends_at}" for attempt in everybody)
    return hashlib.sha256("\n".join([*states, "", *sorted(undecided)]).encode()).hexdigest()
