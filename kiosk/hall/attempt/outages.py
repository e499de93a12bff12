"""Time lost in outages: measured, and credited to one attempt or a group by the programme's rules.

The server's own downtime is measured from the last tick of exam time in the database until its
pages are served again. It is credited at the start, before anything else happens, and the rest
once pages are served. A terminal's outage is measured from its last contact to the next load of
its page; a page that continued while the network was away has lost no time.
"""

import logging

from sqlite_utils import Database

from kiosk.exam.attempt.groups import EVERYBODY, Group, GroupTimes
from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.attempt.timing import TimeRules
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.states import SittingStatus
from kiosk.hall.attempt.group_pauses import SERVER_OUTAGE, GroupPauses
from kiosk.hall.clock import Downtime
from kiosk.hall.context import CentreContext
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.transitions import AttemptTransitions
from kiosk.store.centre import sittings
from kiosk.store.centre.sittings import Sitting
from kiosk.store.errors import StorageFull, StoreError
from kiosk.store.exam import attempts, groups, time_credits
from kiosk.store.exam.attempts import Attempt

_log = logging.getLogger(__name__)


class Outages:
    """Credits lost time, or leaves it to staff."""

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
        self._given: dict[str, float] = {}
        self._pending = False

    def at_start(self) -> None:
        """Credit the server's downtime after a restart, before anything else happens.

        On a full disk that waits until :meth:`catch_up` succeeds.
        """
        self._pending = self._context.time.restarted
        try:
            self.catch_up()
        except StorageFull:
            _log.warning("the disk is full: the time that was lost is credited later")

    def served(self) -> None:
        """Credit what has passed since :meth:`at_start`: pages are served only from now on."""
        self.at_start()

    def catch_up(self) -> None:
        """Credit the downtime that is still open.

        Raises:
            StorageFull: there is no room for it yet.
        """
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
        reading = self._context.time.keep_in(db)  # same transaction, or a crash credits twice
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
        """Credit the downtime to each paper by the rules of its programme.

        The sitting is stopped when the downtime reaches the longest repair limit of them.
        """
        before = groups.times_of(db, sitting.id)
        for rules, group in self._rules(sitting):
            if down.seconds < rules.outage_seconds:
                # Too short to count: pages buffered the answers, and their own clocks ran on.
                self._spare_ends(db, sitting, group, down)
            else:
                self._count(db, sitting, rules, group, down, before)
        too_long = down.seconds >= self._pauses.repair_limit(sitting).total_seconds()
        if too_long and self._running(db, sitting.id, EVERYBODY, before):
            self._give_up(db, sitting, down)

    def _rules(self, sitting: Sitting) -> list[tuple[TimeRules, Group]]:
        """Return the rules of everybody if all papers have the same, else those of each paper."""
        papers = self._papers.package(sitting).manifest.sitting.papers
        rules = [self._papers.programme(sitting, one.id).time for one in papers]
        if all(one == rules[0] for one in rules):
            return [(rules[0], EVERYBODY)]
        return [(own, Group(paper=paper.id)) for own, paper in zip(rules, papers, strict=True)]

    def _count(
        self,
        db: Database,
        sitting: Sitting,
        rules: TimeRules,
        group: Group,
        down: Downtime,
        before: GroupTimes,
    ) -> None:
        """Give the lost time back to a group, or leave it to staff.

        ``before``: starts and pauses as the server left them.
        """
        # The downtime is counted twice, at the start and when pages are served. What is already
        # credited is in _given, so the second round adds only the difference.
        first = self._note_outage(db, sitting, down)
        if first and before.open_pauses and not down.sure:
            self._pauses.doubt_pauses(db, sitting)
        # In a paused group no clock ran: there is nothing to credit. Only the length of the pause
        # is in doubt.
        running = self._running(db, sitting.id, group, before)
        if not running:
            return
        if rules.server_outage == "room":
            self._give_back(db, sitting, group, running, down.seconds)
        else:
            self._leave_to_staff(db, sitting, group, down)

    def _running(
        self, db: Database, sitting_id: str, group: Group, times: GroupTimes
    ) -> set[Group]:
        """Return the started parts of a group that no pause holds, each a room and a paper."""
        return {
            Group(one.room, one.paper)
            for one in attempts.of_sitting(db, sitting_id)
            if group.has(one.room, one.paper)
            and times.started_at(one.room, one.paper)
            and not times.paused(one.room, one.paper)
        }

    def _give_up(self, db: Database, sitting: Sitting, down: Downtime) -> None:
        """Stop the sitting after too long an outage; if its length is uncertain, ask staff."""
        if down.sure:
            self._pauses.stop_in(db, sitting, "repair_limit", "system")
        else:
            self._pauses.doubt(db, self._papers.sitting_in(db, sitting.id))

    def _note_outage(self, db: Database, sitting: Sitting, down: Downtime) -> bool:
        """Record the outage once; return whether that was now."""
        if sitting.id in self._given:
            return False
        self._given[sitting.id] = 0.0
        seconds = round(down.seconds)
        self._context.record(
            db, sitting.id, EventKind.SERVER_OUTAGE, "system", seconds=seconds, sure=down.sure
        )
        return True

    def _give_back(
        self, db: Database, sitting: Sitting, group: Group, running: set[Group], seconds: float
    ) -> None:
        """Bring the credit of everyone in a group for this outage to ``seconds``."""
        key = f"{sitting.id} {group.named}"
        more = seconds - self._given.get(key, 0.0)
        self._given[key] = seconds
        # One credit for all, unless a part of the group was paused and lost nothing.
        whole = not groups.times_of(db, sitting.id).open_pauses
        for part in [group] if whole else sorted(running, key=str):
            self._transitions.credit_later(db, sitting.id, part, "outage", more, "server")
        for attempt in self._transitions.sitters(db, sitting.id, group):
            if attempt.state is AttemptState.IN_PROGRESS:  # paused attempts get it when they resume
                self._top_up(db, attempt, seconds)

    def _spare_ends(self, db: Database, sitting: Sitting, group: Group, down: Downtime) -> None:
        """Ignore a short outage, except for attempts whose time ran out in it."""
        now = self._context.time.now()
        for attempt in self._transitions.sitters(db, sitting.id, group):
            over = attempt.ends_at is not None and attempt.ends_at <= now
            if attempt.state is AttemptState.IN_PROGRESS and (over or attempt.id in self._given):
                self._note_outage(db, sitting, down)
                self._top_up(db, attempt, down.seconds)

    def _top_up(self, db: Database, attempt: Attempt, seconds: float) -> None:
        more = seconds - self._given.get(attempt.id, 0.0)
        self._given[attempt.id] = seconds
        if more > 0:
            self._transitions.credit(db, attempt, "outage", more, "server", "system")

    def _leave_to_staff(self, db: Database, sitting: Sitting, group: Group, down: Downtime) -> None:
        """Pause a group until staff decide, so that no attempt times out before."""
        for attempt in self._transitions.sitters(db, sitting.id, group):
            if attempt.state is AttemptState.IN_PROGRESS:
                time_credits.add_outage(db, attempt.id, down.seconds)
        self._pauses.pause_in(db, sitting, group, SERVER_OUTAGE)

    def terminal_was_down(self, db: Database, attempt: Attempt, seconds: float) -> None:
        """Credit a terminal's outage, or leave it to staff, inside a write job.

        ``seconds``: without contact before its page was loaded again. Capped at the repair limit.
        """
        sitting = self._papers.sitting_in(db, attempt.sitting_id)
        rules = self._papers.programme(sitting, attempt.paper).time
        if attempt.state is not AttemptState.IN_PROGRESS or seconds < rules.outage_seconds:
            return
        # A candidate who was gone for longer cannot claim more than the longest repair.
        lost = min(seconds, rules.repair_minutes * 60)
        self._context.record(
            db, sitting.id, EventKind.TERMINAL_OUTAGE, "system", attempt.id, seconds=round(seconds)
        )
        if rules.terminal_outage == "one":
            self._transitions.credit(db, attempt, "outage", lost, "terminal", "system")
        else:
            time_credits.add_outage(db, attempt.id, lost)

    def settle(self, attempt_id: str, credited: bool, reason: str, by: str) -> None:
        """Decide about the time that a terminal lost: credit it, or only record the decision.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such attempt.
        """
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
