"""Time lost in outages: measured, and credited by the programme's policy to one or to the room.

The server's own downtime is measured from the last tick of exam time on the disk until its pages
are served again. It is accounted for at the start, before anything else happens, and once more when
pages are served. A terminal's is measured from its last contact to the next load of its page; a
page that went on by itself while the network was away has lost no time.
"""

import logging

from sqlite_utils import Database

from kiosk.exam.attempt.states import AttemptState, require_in_progress
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.states import SittingStatus
from kiosk.hall.attempt.pauses import CLOCK_UNSURE, SERVER_OUTAGE, Pauses
from kiosk.hall.clock import Downtime
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import SittingState
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.transitions import AttemptTransitions
from kiosk.store.centre import sittings
from kiosk.store.centre.sittings import Sitting
from kiosk.store.errors import StorageFull, StoreError
from kiosk.store.exam import time_credits
from kiosk.store.exam.attempts import Attempt

_log = logging.getLogger(__name__)


class Outages:
    """Credits lost time, or tells staff of it."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        progress: AttemptTransitions,
        pauses: Pauses,
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress
        self._pauses = pauses
        self._given: dict[str, float] = {}
        self._pending = False

    def at_start(self) -> None:
        """After a restart, before anything else: account for the time that the server was down.

        On a full disk that waits until there is room (:meth:`catch_up`).
        """
        self._pending = self._context.time.restarted
        try:
            self.catch_up()
        except StorageFull:
            _log.warning("the disk is full: the time that was lost is credited later")

    def served(self) -> None:
        """Pages are served again: what has passed since :meth:`at_start` was lost, too."""
        self.at_start()

    def catch_up(self) -> None:
        """Account for what could not be saved before; raise StorageFull."""
        if not self._pending:
            return
        given = self._given

        def job(db: Database) -> None:
            self._given = dict(given)  # a job may run twice
            self._account(db)

        try:
            self._context.store.write(job)
        except StoreError:
            self._given = given
            raise
        self._pending = False

    def _account(self, db: Database) -> None:
        reading = self._context.time.keep_in(db)  # with the credits, or they would come twice
        down = self._context.time.downtime(reading.tick.line)
        for sitting in sittings.everyone(db):
            if sitting.state is not SittingStatus.STARTED or down is None:
                continue
            if reading.jumped:
                seconds = round(reading.jump.total_seconds())
                self._context.record(db, sitting.id, EventKind.CLOCK_SET, "system", seconds=seconds)
            if self._papers.readable(sitting):
                self._server_was_down(db, sitting, down)

    def _server_was_down(self, db: Database, sitting: Sitting, down: Downtime) -> None:
        rules = self._papers.programme(sitting).time
        if down.seconds < rules.outage_seconds:
            self._spare_ends(db, sitting, down)
            return
        first = sitting.id not in self._given
        self._note_outage(db, sitting, down)
        if sitting.paused_at is not None:
            if first and not down.sure:
                self._ask_people(db, sitting)
            return
        if rules.server_outage == "room":
            self._give_back(db, sitting, down.seconds)
        else:
            self._leave_to_staff(db, sitting, down)
        if down.seconds >= rules.repair_minutes * 60:
            if down.sure:
                self._pauses.stop_in(db, sitting, "repair_limit", "system")
            else:
                self._ask_people(db, self._papers.sitting_in(db, sitting.id))

    def _note_outage(self, db: Database, sitting: Sitting, down: Downtime) -> None:
        if sitting.id not in self._given:
            self._given[sitting.id] = 0.0
            seconds = round(down.seconds)
            self._context.record(
                db, sitting.id, EventKind.SERVER_OUTAGE, "system", seconds=seconds, sure=down.sure
            )

    def _give_back(self, db: Database, sitting: Sitting, seconds: float) -> None:
        """Give everybody in the room so much in all, for this outage."""
        self._transitions.credit_later(
            db, sitting, "outage", seconds - self._given[sitting.id], "server"
        )
        self._given[sitting.id] = seconds
        for attempt in self._transitions.sitters(db, sitting.id):
            if attempt.state is AttemptState.IN_PROGRESS:  # who is paused gets it on going on
                self._top_up(db, attempt, seconds)

    def _spare_ends(self, db: Database, sitting: Sitting, down: Downtime) -> None:
        """A short outage costs nobody anything, but those whose time ran out in it."""
        now = self._context.time.now()
        for attempt in self._transitions.sitters(db, sitting.id):
            over = attempt.ends_at is not None and attempt.ends_at <= now
            if attempt.state is AttemptState.IN_PROGRESS and (over or attempt.id in self._given):
                self._note_outage(db, sitting, down)
                self._top_up(db, attempt, down.seconds)

    def _top_up(self, db: Database, attempt: Attempt, seconds: float) -> None:
        more = seconds - self._given.get(attempt.id, 0.0)
        self._given[attempt.id] = seconds
        if more > 0:
            self._transitions.credit(db, attempt, "outage", more, "server", "system")

    def _leave_to_staff(self, db: Database, sitting: Sitting, down: Downtime) -> None:
        """The room waits for their decision, so that nobody's time is up before it."""
        for attempt in self._transitions.sitters(db, sitting.id):
            if attempt.state is AttemptState.IN_PROGRESS:
                time_credits.add_outage(db, attempt.id, down.seconds)
        self._pauses.pause_room_in(db, sitting, SERVER_OUTAGE)

    def _ask_people(self, db: Database, sitting: Sitting) -> None:
        """Across a reboot only the wall clock tells how long it took, and that may be wrong."""
        if sitting.paused_at is not None:
            sittings.set_resumed(db, sitting.id)
            sittings.set_paused(db, sitting.id, sitting.paused_at, CLOCK_UNSURE)
            self._context.record(
                db, sitting.id, EventKind.ROOM_PAUSED, "system", reason=CLOCK_UNSURE
            )
            return
        self._pauses.pause_room_in(db, sitting, CLOCK_UNSURE)

    def terminal_was_down(self, db: Database, attempt: Attempt, seconds: float) -> None:
        """A page was loaded again after so long without contact, inside a write job."""
        sitting = self._papers.sitting_in(db, attempt.sitting_id)
        rules = self._papers.programme(sitting).time
        if attempt.state is not AttemptState.IN_PROGRESS or seconds < rules.outage_seconds:
            return
        lost = min(seconds, rules.repair_minutes * 60)
        self._context.record(
            db, sitting.id, EventKind.TERMINAL_OUTAGE, "system", attempt.id, seconds=round(seconds)
        )
        if rules.terminal_outage == "one":
            self._transitions.credit(db, attempt, "outage", lost, "terminal", "system")
        else:
            time_credits.add_outage(db, attempt.id, lost)

    def settle(self, attempt_id: str, credited: bool, reason: str, by: str) -> None:
        """Staff give back what a terminal lost, or do not; raise ReasonMissing or NotFound."""
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            lost = time_credits.outages_open(db, attempt.sitting_id).get(attempt_id, 0.0)
            time_credits.settle_outage(db, attempt_id)
            if credited and lost:
                self._transitions.credit(db, attempt, "outage", lost, why, by)
            else:
                self._context.record(
                    db,
                    attempt.sitting_id,
                    EventKind.OUTAGE_NOT_CREDITED,
                    by,
                    attempt_id,
                    seconds=round(lost),
                    reason=why,
                )

        self._context.store.write(job)

    def give(self, attempt_id: str, minutes: int, reason: str, by: str) -> None:
        """Staff give one candidate time, or take back what they gave (minutes below zero).

        Raises ReasonMissing, or what :meth:`AttemptTransitions.get` and the attempt's state raise.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._require_sitting(db, attempt_id)
            self._transitions.credit(db, attempt, "staff", minutes * 60.0, why, by)

        self._context.store.write(job)

    def give_room(self, sitting_id: str, minutes: int, reason: str, by: str) -> None:
        """Staff give everybody in the room time; raise ReasonMissing or SittingState."""
        why = reasoned(reason)

        def job(db: Database) -> None:
            sitting = self._papers.sitting_in(db, sitting_id)
            if sitting.state is not SittingStatus.STARTED:
                raise SittingState(state=sitting.state)
            self._context.record(
                db, sitting_id, EventKind.ROOM_CREDITED, by, minutes=minutes, reason=why
            )
            self._transitions.credit_later(db, sitting, "staff", minutes * 60.0, why)
            for attempt in self._transitions.sitters(db, sitting_id):
                self._transitions.credit(db, attempt, "staff", minutes * 60.0, why, by)

        self._context.store.write(job)

    def _require_sitting(self, db: Database, attempt_id: str) -> Attempt:
        attempt = self._transitions.get(db, attempt_id)
        if attempt.state is not AttemptState.PAUSED:
            require_in_progress(attempt.state)
        return attempt
