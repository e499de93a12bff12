"""The integrity pledge, and what else a programme tells candidates before they begin.

The pledge is asked, recorded, and shown until it is given. It never delays the start.
"""

from sqlite_utils import Database

from kiosk.exam.attempt.states import OVER, SITTING, AttemptState
from kiosk.exam.errors import AttemptEnded
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.programme.programme import Programme
from kiosk.exam.values import Text
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.views.attempt import RulesView
from kiosk.store.exam import attempts, tallies
from kiosk.store.exam.attempts import Attempt

GIVEN = EventKind.PLEDGE_GIVEN


PRESENT = SITTING | {AttemptState.CHECKED_IN, AttemptState.READY}


class Pledges:
    """Records pledges."""

    def __init__(self, context: CentreContext, papers: OpenedPackages) -> None:
        self._context = context
        self._papers = papers

    def give(self, attempt_id: str) -> None:
        """Record that the candidate gave the pledge; repeating it has no effect.

        Raises:
            NotFound: there is no such attempt, or its programme asks for no pledge.
            AttemptEnded: the exam is over.
        """

        def job(db: Database) -> None:
            attempt = attempts.get(db, attempt_id)
            if attempt is None:
                raise NotFound()
            sitting = self._papers.sitting_in(db, attempt.sitting_id)
            programme = self._papers.programme(sitting, attempt.paper)
            if programme.exam_rules.pledge is None:
                raise NotFound()
            if attempt.state in OVER:
                raise AttemptEnded()
            if tallies.of(db, attempt_id, {GIVEN}):
                return
            tallies.add(db, attempt_id, GIVEN)
            self._context.record(
                db,
                attempt.sitting_id,
                GIVEN,
                "candidate",
                attempt_id,
                programme=programme.id,
                version=programme.version,
            )

        # Looked up before the write job, so that repeated pledges cost no write.
        if not tallies.of(self._context.store.read(), attempt_id, {GIVEN}):
            self._context.store.write(job)


def is_due(attempt: Attempt, programme: Programme) -> bool:
    """Whether the candidate is present and asked for a pledge, given or not."""
    return programme.exam_rules.pledge is not None and attempt.state in PRESENT


def given_in(db: Database, sitting_id: str) -> set[str]:
    """Return the attempts of a sitting whose candidates gave the pledge."""
    return tallies.with_kind(db, sitting_id, GIVEN)


def rules_view(db: Database, attempt: Attempt, programme: Programme) -> RulesView:
    """Return what the programme tells this candidate."""
    rules = programme.exam_rules
    return RulesView(
        hotline=rules.hotline,
        desk_items=rules.desk_items,
        consequences=_both(rules.consequences),
        pledge=_both(rules.pledge),
        pledged=rules.pledge is None or bool(tallies.of(db, attempt.id, {GIVEN})),
        late_entry_minutes=programme.time.late_entry_minutes,
        earliest_hand_in_minutes=programme.time.earliest_hand_in_minutes,
        short_answer_at_least=rules.short_answer_at_least,
        essay_at_least=rules.essay_at_least,
    )


def _both(text: Text | None) -> dict[str, str] | None:
    return None if text is None else text.model_dump()
