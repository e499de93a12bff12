"""Sittings that were never held end with the time of their package: so their data have a period.

The time is the one by which data are deleted: a clock that somebody sets forward ends nothing.
"""

from datetime import datetime

from sqlite_utils import Database

from kiosk.exam.attempt.states import BEFORE, EndReason
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.states import SITTING_AHEAD
from kiosk.hall.context import CentreContext
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.transitions import AttemptTransitions
from kiosk.store.centre import sittings
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import attempts


class Lapsed:
    """Ends what nobody started."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, progress: AttemptTransitions
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress

    def end(self, by: str, known: datetime) -> None:
        """End sittings that were not started while their package was valid; to be sat again."""
        for sitting in sittings.everyone(self._context.store.read()):
            if self._has_lapsed(sitting, known):
                self._end(sitting.id, by)

    def _has_lapsed(self, sitting: Sitting, known: datetime) -> bool:
        if sitting.state not in SITTING_AHEAD or not self._papers.readable(sitting):
            return False
        return known > self._papers.package(sitting).manifest.not_after

    def _end(self, sitting_id: str, by: str) -> None:
        def job(db: Database) -> None:
            sittings.set_lapsed(db, sitting_id, self._context.time.now())
            for attempt in attempts.of_sitting(db, sitting_id):
                if attempt.state in BEFORE:
                    self._transitions.end(db, attempt, EndReason.STOPPED, by)
            self._context.record(db, sitting_id, EventKind.SITTING_NOT_HELD, by)

        self._context.store.write(job)
