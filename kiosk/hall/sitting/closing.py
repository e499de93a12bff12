"""Closing or stopping a sitting: a preview of what ends, and a confirmation that matches it."""

import hmac

from sqlite_utils import Database

from kiosk.exam.attempt.states import OVER, end_at_close
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.attempt.group_pauses import GroupPauses
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import ClosingChanged
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.sitting.closing_check import ClosingCheck
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.sittings import ClosingView
from kiosk.store.centre import sittings
from kiosk.store.exam import attempts


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
        self._check = ClosingCheck(context, papers, progress)

    def view(self, sitting_id: str) -> ClosingView:
        """Return what closing or stopping would end now.

        Raises:
            NotFound: there is no such sitting.
            SittingState: the sitting is not running.
        """
        return self._check.view(self._context.store.read(), sitting_id)

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
        view = self._check.view(db, sitting_id)
        # Compared in the job that ends the attempts: nothing can change in between.
        if view.writing != writing or not hmac.compare_digest(view.mark, seen):
            raise ClosingChanged()
        return view


def _figures(view: ClosingView) -> dict[str, int]:
    """Return the numbers of the view that the event log records."""
    return {
        "writing": view.writing,
        "waiting": len(view.waiting),
        "not_here": view.not_here,
        "undecided": len(view.undecided),
        "nearly_empty": len(view.nearly_empty),
        "incidents": sum(found.incidents for found in view.incidents),
        "unverified": len(view.unverified),
        "unsealed": view.unsealed,
    }
