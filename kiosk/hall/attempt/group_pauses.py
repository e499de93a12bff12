"""Pauses of a room, a paper or everybody, and the end of exams whose pause lasts too long.

Each pause is ended on its own: when everybody resumes, a room that was paused before stays paused
until its own pause ends. A candidate who is in several paused groups goes on after the last, with
the time credited once.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlite_utils import Database

from kiosk.exam.attempt.groups import EVERYBODY, Group, GroupTimes, Pause
from kiosk.exam.attempt.states import OVER, AttemptState, EndReason, PauseReason
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.states import SittingStatus
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound, SittingState
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.transitions import AttemptTransitions
from kiosk.store.centre import sittings
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import attempts, groups
from kiosk.store.exam.attempts import Attempt
from kiosk.store.times import to_text

CLOCK_UNSURE = "clock_unsure"
"""Why a group is paused after a reboot that seems too long: staff must say how long it was."""

SERVER_OUTAGE = "server_outage"
"""Why a group is paused after an outage about which staff decide."""

REASON_FOLLOWS = "reason_follows"
"""Stored as the reason of an immediate pause until staff enter one."""


class GroupPauses:
    """Pauses and resumes groups. The time of a pause is credited automatically."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, progress: AttemptTransitions
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress

    def pause(self, sitting_id: str, reason: str, by: str, group: Group = EVERYBODY) -> None:
        """Pause a group, by default everybody.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such sitting, room or paper.
            SittingState: the sitting is not running, or the group has not started or is paused.
        """
        self._pause(sitting_id, reasoned(reason), by, group)

    def pause_at_once(self, sitting_id: str, by: str, group: Group = EVERYBODY) -> None:
        """Pause a group whose reason staff give afterwards; see :meth:`give_reason`.

        Raises:
            NotFound, SittingState: as :meth:`pause`.
        """
        self._pause(sitting_id, REASON_FOLLOWS, by, group)

    def _pause(self, sitting_id: str, why: str, by: str, group: Group) -> None:
        self._papers.require_group(self._papers.sitting(sitting_id), group)

        def job(db: Database) -> None:
            sitting = self._papers.sitting_in(db, sitting_id)
            times = groups.times_of(db, sitting_id)
            started = any(
                times.started_at(one.room, one.paper) for one in _members(db, sitting_id, group)
            )
            running = sitting.state is SittingStatus.STARTED and started
            if not running or times.pause_of(group) is not None:
                raise SittingState(state=sitting.state)
            self.pause_in(db, sitting, group, why, by)

        self._context.store.write(job)

    def pause_in(
        self, db: Database, sitting: Sitting, group: Group, reason: str, by: str = "system"
    ) -> None:
        """Pause a group that has no pause of its own, inside a write job."""
        groups.pause(db, sitting.id, group, self._context.time.now(), reason)
        self._context.record(
            db, sitting.id, EventKind.ROOM_PAUSED, by, reason=reason, **group.named
        )
        for attempt in _members(db, sitting.id, group):
            if attempt.state is AttemptState.IN_PROGRESS:
                self._transitions.pause(db, attempt, PauseReason.ROOM, by)

    def resume(self, sitting_id: str, reason: str, by: str, group: Group = EVERYBODY) -> None:
        """End the pause of a group; those whom no other pause holds go on, others begin.

        Attempts that staff or a rule paused individually stay paused.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such sitting.
            SittingState: the group has no pause of its own, or the sitting is not running.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            sitting = self._papers.sitting_in(db, sitting_id)
            pause = groups.times_of(db, sitting_id).pause_of(group)
            if pause is None or sitting.state is not SittingStatus.STARTED:
                raise SittingState(state=sitting.state)
            now = self._context.time.now()
            groups.resume(db, pause.id, now)
            seconds = round((now - pause.paused_at).total_seconds(), 3)
            named: dict[str, Any] = {"reason": why, "seconds": seconds, **group.named}
            self._context.record(db, sitting_id, EventKind.ROOM_RESUMED, by, **named)
            times = groups.times_of(db, sitting_id)
            for attempt in _members(db, sitting_id, group):
                if not times.paused(attempt.room, attempt.paper):
                    self._go_on(db, sitting, attempt, by)

        self._context.store.write(job)

    def group_of(self, sitting_id: str, pause_id: int) -> Group:
        """Return whom a pause was for.

        Raises:
            NotFound: the sitting has no such pause.
        """
        return _pause_of(self._context.store.read(), sitting_id, pause_id).group

    def give_reason(self, sitting_id: str, pause_id: int, reason: str, by: str) -> None:
        """Give the reason of a pause that was made at once, also after its end.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: the sitting has no such pause, or it has a reason.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            pause = _pause_of(db, sitting_id, pause_id)
            if pause.reason != REASON_FOLLOWS:
                raise NotFound()
            groups.set_reason(db, pause_id, why)
            named = {"reason": why, "paused_at": to_text(pause.paused_at), **pause.group.named}
            self._context.record(db, sitting_id, EventKind.ROOM_PAUSE_REASON, by, **named)

        self._context.store.write(job)

    def _go_on(self, db: Database, sitting: Sitting, attempt: Attempt, by: str) -> None:
        if attempt.pause_reason is PauseReason.ROOM:
            self._transitions.resume(db, attempt, by)
        elif attempt.state is AttemptState.READY:
            self._transitions.begin(db, sitting, attempt)

    def doubt(self, db: Database, sitting: Sitting) -> None:
        """Pause everybody for staff, because the length of an outage is uncertain."""
        self.doubt_pauses(db, sitting)
        times = groups.times_of(db, sitting.id)
        if times.pause_of(EVERYBODY) is None and self._anybody_runs(db, sitting.id, times):
            self.pause_in(db, sitting, EVERYBODY, CLOCK_UNSURE)

    def doubt_pauses(self, db: Database, sitting: Sitting) -> None:
        """Record that pauses may be shorter than they look: none stops an exam on its own now."""
        for pause in groups.times_of(db, sitting.id).open_pauses:
            groups.set_reason(db, pause.id, CLOCK_UNSURE)
            self._context.record(
                db,
                sitting.id,
                EventKind.ROOM_PAUSED,
                "system",
                reason=CLOCK_UNSURE,
                **pause.group.named,
            )

    def _anybody_runs(self, db: Database, sitting_id: str, times: GroupTimes) -> bool:
        return any(
            times.started_at(one.room, one.paper) and not times.paused(one.room, one.paper)
            for one in _members(db, sitting_id, EVERYBODY)
        )

    def stop_in(self, db: Database, sitting: Sitting, reason: str, by: str, **figures: int) -> None:
        """Stop the sitting for good, to be rescheduled, inside a write job. Saved answers remain.

        ``figures``: further data of the event.
        """
        sittings.set_stopped(db, sitting.id, self._context.time.now())
        self._end_all(db, attempts.of_sitting(db, sitting.id), by)
        self._context.record(
            db, sitting.id, EventKind.SITTING_STOPPED, by, None, reason=reason, **figures
        )

    def _end_all(self, db: Database, found: Sequence[Attempt], by: str) -> None:
        for attempt in found:
            if attempt.state not in OVER:
                absent = attempt.state is AttemptState.REGISTERED
                end = EndReason.ABSENT if absent else EndReason.STOPPED
                self._transitions.end(db, attempt, end, by)

    def sweep(self) -> int:
        """Stop the exams of groups paused for longer than their repair limit; return how many."""
        now, db = self._context.time.now(), self._context.store.read()
        overdue = [
            (sitting, pause)
            for sitting in sittings.everyone(db)
            if sitting.state is SittingStatus.STARTED
            for pause in groups.times_of(db, sitting.id).open_pauses
            # While the clock is in doubt the pause may look hours long: only staff may stop the
            # sitting then.
            if pause.reason != CLOCK_UNSURE
            and now - pause.paused_at >= self.repair_limit(sitting, pause.group)
        ]

        def job(db: Database) -> None:
            for sitting, pause in overdue:
                self._stop(db, sitting.id, pause)

        if overdue:
            self._context.store.write(job)
        return len(overdue)

    def _stop(self, db: Database, sitting_id: str, pause: Pause) -> None:
        """Stop the sitting, or only the exams of the paused group if others go on."""
        sitting = self._papers.sitting_in(db, sitting_id)
        current = groups.times_of(db, sitting_id).pause_of(pause.group)
        if sitting.state is not SittingStatus.STARTED or current is None or current.id != pause.id:
            return
        members = _members(db, sitting_id, pause.group)
        own = {attempt.id for attempt in members}
        others = [one for one in attempts.of_sitting(db, sitting_id) if one.id not in own]
        if all(one.state in OVER for one in others):
            self.stop_in(db, sitting, "repair_limit", "system")
            return
        self._context.record(
            db,
            sitting_id,
            EventKind.GROUP_STOPPED,
            "system",
            reason="repair_limit",
            **pause.group.named,
        )
        self._end_all(db, members, "system")
        groups.resume(db, pause.id, self._context.time.now())

    def repair_limit(self, sitting: Sitting, group: Group = EVERYBODY) -> timedelta:
        """Return how long a group may be paused before its exams are stopped.

        Where the programmes of its papers differ, it is the longest: a repair that one programme
        allows must not end its candidates' exam because of another.
        """
        rules = self._papers.time_rules(sitting, group)
        return timedelta(minutes=max(one.repair_minutes for one in rules))


def _pause_of(db: Database, sitting_id: str, pause_id: int) -> Pause:
    for pause in groups.times_of(db, sitting_id).pauses:
        if pause.id == pause_id:
            return pause
    raise NotFound()


def _members(db: Database, sitting_id: str, group: Group) -> list[Attempt]:
    everybody = attempts.of_sitting(db, sitting_id)
    return [one for one in everybody if group.has(one.room, one.paper)]
