"""Starts: of everybody, of a room, of a paper, or of a paper in a room."""

from sqlite_utils import Database

from kiosk.exam.attempt.groups import EVERYBODY, Group
from kiosk.exam.attempt.states import OVER, AttemptState
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.states import SITTING_OPEN, SittingStatus
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import RoomPaused, SittingState
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.sitting.sittings import Sittings
from kiosk.hall.transitions import AttemptTransitions
from kiosk.store.centre import sittings
from kiosk.store.errors import StaleState
from kiosk.store.exam import attempts, groups
from kiosk.store.exam.attempts import Attempt


class Starts:
    """Starts the exam of groups of candidates."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        sittings_: Sittings,
        progress: AttemptTransitions,
    ) -> None:
        self._context = context
        self._papers = papers
        self._sittings = sittings_
        self._transitions = progress

    def start(self, sitting_id: str, by: str, group: Group = EVERYBODY) -> None:
        """Start the exam for a group, by default everybody; late arrivals begin when ready.

        A candidate whose group started before keeps that start. One whose group has not started
        waits.

        Raises:
            NotFound: there is no such sitting, room or paper.
            PackageRevoked: headquarters has revoked the package.
            SittingState: the paper is locked, or the sitting is over.
            StaleState: all of the group have started already.
            RoomPaused: a part of the group is paused; its time cannot run yet.
        """
        sitting = self._papers.sitting(sitting_id)
        self._sittings.require_valid(sitting.package_id)
        self._papers.papers(sitting)
        self._papers.require_group(sitting, group)

        def job(db: Database) -> None:
            sitting = self._papers.sitting_in(db, sitting_id)
            if sitting.state not in SITTING_OPEN:
                raise SittingState(state=sitting.state)
            waiting = _waiting(db, sitting_id, group)
            self._begin_group(db, sitting_id, group, by)
            for attempt in waiting:
                if attempt.state is AttemptState.READY:
                    self._transitions.begin(db, sitting, attempt)

        self._context.store.write(job)

    def _begin_group(self, db: Database, sitting_id: str, group: Group, by: str) -> None:
        """Store the start; the first one is the sitting's."""
        now = self._context.time.now()
        first = self._papers.sitting_in(db, sitting_id).state is SittingStatus.UNLOCKED
        if first:
            sittings.set_started(db, sitting_id, now)
        groups.start(db, sitting_id, group, now)
        kind = EventKind.SITTING_STARTED if first else EventKind.GROUP_STARTED
        self._context.record(db, sitting_id, kind, by, **group.named)


def _waiting(db: Database, sitting_id: str, group: Group) -> list[Attempt]:
    """Return the candidates of a group whose time does not run yet.

    Raises:
        StaleState: there are none.
        RoomPaused: one of them is in a paused group.
    """
    times = groups.times_of(db, sitting_id)
    found = [
        one
        for one in attempts.of_sitting(db, sitting_id)
        if group.has(one.room, one.paper)
        and one.state not in OVER
        and times.started_at(one.room, one.paper) is None
    ]
    if not found:
        raise StaleState()
    if any(times.paused(one.room, one.paper) for one in found):
        raise RoomPaused()
    return found
