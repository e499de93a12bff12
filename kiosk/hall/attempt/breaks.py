"""Toilet breaks: staff let a candidate out with an escort, and see the candidate back.

The paper is covered and the clock runs on. Nothing that camera or page notice meanwhile is held
against the candidate; answers that were on their way are saved.
"""

from datetime import timedelta

from sqlite_utils import Database

from kiosk.exam.attempt.breaks import BreakObjection, BreakRules, objections
from kiosk.exam.attempt.states import OVER, SITTING
from kiosk.exam.attempt.timing import remaining
from kiosk.exam.errors import AttemptEnded, AttemptNotStarted
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import BreakNotAllowed, OnBreak, TooManyBreaks
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.breaks import BreakChoices, OwnBreakView
from kiosk.store.errors import StaleState
from kiosk.store.exam import breaks
from kiosk.store.exam.attempts import Attempt
from kiosk.store.exam.breaks import ToiletBreak

MOST_BREAKS = 40
"""Most breaks of one attempt, whatever reasons staff give."""

ESCORTS = 8
"""This many escorts of a sitting are offered again."""


class Breaks:
    """Begins and ends toilet breaks."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, progress: AttemptTransitions
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress

    def choices(self, attempt_id: str) -> BreakChoices:
        """Return the objections of the programme and the escorts to choose from.

        Raises:
            NotFound: there is no such attempt.
            AttemptNotStarted, AttemptEnded: the attempt is not between start and end.
        """
        db = self._context.store.read()
        attempt = self._sitting(db, attempt_id)
        before = len(breaks.of_attempt(db, attempt_id))
        return BreakChoices(
            objections=self._objections(db, attempt, before),
            escorts=breaks.escorts(db, attempt.sitting_id, ESCORTS),
            before=before,
            longest_minutes=self._rules(db, attempt).longest_minutes,
        )

    def begin(self, attempt_id: str, escort: str, reason: str, by: str) -> None:
        """Let a candidate out with an escort.

        ``reason``: needed only where the programme does not allow a break now.

        Raises:
            NotFound: there is no such attempt.
            AttemptNotStarted, AttemptEnded: the attempt is not between start and end.
            OnBreak: the candidate is out already.
            BreakNotAllowed: the programme does not allow it now, and there is no reason.
            TooManyBreaks: the attempt has had ``MOST_BREAKS`` breaks.
        """

        def job(db: Database) -> None:
            attempt = self._sitting(db, attempt_id)
            require_here(db, attempt_id)
            before = len(breaks.of_attempt(db, attempt_id))
            if before >= MOST_BREAKS:
                raise TooManyBreaks(most=MOST_BREAKS)
            against = self._objections(db, attempt, before)
            if against and not reason.strip():
                raise BreakNotAllowed(objections=[objection.value for objection in against])
            why = reasoned(reason) if against else ""
            now = self._context.time.now()
            self._transitions.close_what_is_open(db, attempt, now)
            out = ToiletBreak(
                attempt_id, before + 1, attempt.sitting_id, escort.strip(), why, now, by
            )
            breaks.add(db, out)
            said: dict[str, object] = {"number": out.number, "escort": out.escort}
            if against:
                said |= {"objections": [objection.value for objection in against], "reason": why}
            self._context.record(
                db, attempt.sitting_id, EventKind.BREAK_BEGUN, by, attempt_id, **said
            )

        self._context.store.write(job)

    def say_back(self, attempt_id: str) -> None:
        """Note that the candidate says to be back; staff confirm it with :meth:`end`.

        Repeating it, or saying so after the end, has no effect.

        Raises:
            NotFound: there is no such attempt.
        """

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            out = breaks.open_of(db, attempt_id)
            if out is None or out.back_at is not None:
                return
            breaks.say_back(db, out, self._context.time.now())
            self._context.record(
                db,
                attempt.sitting_id,
                EventKind.BREAK_BACK,
                "candidate",
                attempt_id,
                number=out.number,
            )

        # Looked up before the write job, so that repeating it costs no write.
        out = breaks.open_of(self._context.store.read(), attempt_id)
        if out is not None and out.back_at is None:
            self._context.store.write(job)

    def end(self, attempt_id: str, identity_checked: bool, by: str) -> None:
        """End the open break: staff have seen the candidate back.

        Raises:
            NotFound: there is no such attempt.
            StaleState: the candidate is not out.
        """

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            out = breaks.open_of(db, attempt_id)
            if out is None:
                raise StaleState()
            now = self._context.time.now()
            self._transitions.end_break(db, attempt, out, now, by, identity_checked)

        self._context.store.write(job)

    def _sitting(self, db: Database, attempt_id: str) -> Attempt:
        attempt = self._transitions.get(db, attempt_id)
        if attempt.state in OVER:
            raise AttemptEnded()
        if attempt.state not in SITTING:
            raise AttemptNotStarted()
        return attempt

    def _objections(
        self, db: Database, attempt: Attempt, before: int
    ) -> tuple[BreakObjection, ...]:
        now = self._context.time.now()
        end = self._transitions.last_end(db, attempt)
        left = remaining(now, end, attempt.paused_at) if end else timedelta.max
        started = attempt.counts_from or now
        return objections(self._rules(db, attempt), before, started, left, now)

    def _rules(self, db: Database, attempt: Attempt) -> BreakRules:
        sitting = self._papers.sitting_in(db, attempt.sitting_id)
        return self._papers.programme(sitting, attempt.paper).breaks


def require_here(db: Database, attempt_id: str) -> None:
    """Raise OnBreak if the candidate is on a toilet break."""
    if breaks.open_of(db, attempt_id) is not None:
        raise OnBreak()


def own_break_of(db: Database, attempt_id: str) -> OwnBreakView | None:
    """Return the attempt's open break as the candidate sees it."""
    out = breaks.open_of(db, attempt_id)
    return OwnBreakView(out.number, out.at, out.back_at is not None) if out else None
