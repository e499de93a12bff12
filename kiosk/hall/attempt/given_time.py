"""Time that staff give to a candidate or a group, or take back."""

from typing import Any

from sqlite_utils import Database

from kiosk.exam.attempt.groups import EVERYBODY, Group
from kiosk.exam.attempt.states import OVER
from kiosk.exam.errors import AttemptEnded
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.states import SittingStatus
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import SittingState
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.transitions import AttemptTransitions
from kiosk.store.exam import acts


class GivenTime:
    """Gives time; each act once, also when its page sends it again."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, progress: AttemptTransitions
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress

    def give(
        self, attempt_id: str, minutes: int, reason: str, by: str, act_id: str | None = None
    ) -> None:
        """Credit ``minutes`` to an attempt; negative minutes are deducted.

        The same again with one ``act_id`` has no effect: the page did not get the reply. Possible
        before the attempt begins, too: headquarters may grant extra time when the paper is
        unlocked already, and no package brings it any more.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such attempt.
            AttemptEnded: the attempt has ended.
            DoneOtherwise: something else was done under this ``act_id``.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            if not self._is_first(db, attempt.sitting_id, act_id, f"{attempt_id} {minutes} {why}"):
                return
            if attempt.state in OVER:
                raise AttemptEnded(state=attempt.state, target=attempt.state)
            self._transitions.credit(db, attempt, "staff", minutes * 60.0, why, by)

        self._context.store.write(job)

    def give_group(
        self,
        sitting_id: str,
        minutes: int,
        reason: str,
        by: str,
        group: Group = EVERYBODY,
        act_id: str | None = None,
    ) -> None:
        """Credit ``minutes`` to a group, by default everybody; negative minutes are deducted.

        The same again with one ``act_id`` has no effect. It counts for those whose time runs: a
        room that starts later gets nothing.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such sitting, room or paper.
            SittingState: the sitting is not running.
            DoneOtherwise: something else was done under this ``act_id``.
        """
        why = reasoned(reason)
        self._papers.require_group(self._papers.sitting(sitting_id), group)

        def job(db: Database) -> None:
            sitting = self._papers.sitting_in(db, sitting_id)
            if not self._is_first(db, sitting_id, act_id, f"{group.named} {minutes} {why}"):
                return
            if sitting.state is not SittingStatus.STARTED:
                raise SittingState(state=sitting.state)
            named: dict[str, Any] = {"minutes": minutes, "reason": why, **group.named}
            self._context.record(db, sitting_id, EventKind.ROOM_CREDITED, by, **named)
            self._transitions.credit_later(db, sitting_id, group, "staff", minutes * 60.0, why)
            for attempt in self._transitions.sitters(db, sitting_id, group):
                self._transitions.credit(db, attempt, "staff", minutes * 60.0, why, by)

        self._context.store.write(job)

    def _is_first(self, db: Database, sitting_id: str, act_id: str | None, what: str) -> bool:
        now = self._context.time.now()
        return act_id is None or acts.is_first(db, sitting_id, act_id, what, now)
