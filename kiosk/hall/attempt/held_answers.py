"""Answers that the server refused for good, sealed at their terminal until staff decide.

Staff have them delivered, to be decided about like other late answers, or mark them as
undeliverable. The terminal deletes its copy only when the server has received it or staff have
marked it.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from sqlite_utils import Database

from kiosk.exam.event_kinds import EventKind
from kiosk.exam.states import HeldAnswersState
from kiosk.exam.values import of_attributes
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound, PackageDeleted, PackageFileDamaged
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.views.check_in import HeldDecision, TerminalSession
from kiosk.hall.views.records import HeldView
from kiosk.store.exam import attempts, held_answers, tallies
from kiosk.store.exam.attempts import Attempt
from kiosk.store.exam.held_answers import HeldAnswers

MOST = 20
"""Maximum number of attempts whose answers one terminal may report."""

_DECIDED = {
    HeldAnswersState.WANTED: EventKind.HELD_ANSWERS_WANTED,
    HeldAnswersState.UNDELIVERABLE: EventKind.HELD_ANSWERS_UNDELIVERABLE,
}


class HeldAnswerDecisions:
    """Tracks which terminal has answers of which attempt, without their content."""

    def __init__(self, context: CentreContext, papers: OpenedPackages) -> None:
        self._context = context
        self._papers = papers

    def report(
        self, terminal: TerminalSession, held: Mapping[str, int], why: Mapping[str, str]
    ) -> dict[str, HeldDecision]:
        """Store what a terminal has and cannot deliver; return staff's decisions about it.

        ``held``: number of answers by attempt; ``why``: code of the error that stopped them, by
        attempt.
        """
        said = dict(list(held.items())[:MOST])
        db = self._context.store.read()
        known = {row.attempt_id: row for row in held_answers.at_terminal(db, terminal.terminal_id)}
        gone = [row for attempt_id, row in known.items() if attempt_id not in said]
        fresh = [
            self._said(terminal, attempt_id, answers, why.get(attempt_id, ""))
            for attempt_id, answers in said.items()
            if attempt_id not in known or known[attempt_id].answers != answers
        ]
        if gone or fresh:
            self._context.store.write(lambda db: self._keep(db, gone, fresh))
        unchanged = {attempt_id: known[attempt_id] for attempt_id in said if attempt_id in known}
        return {
            attempt_id: HeldDecision(row.state, row.answers)
            for attempt_id, row in unchanged.items()
            if row.state is not HeldAnswersState.HELD and row.answers == said[attempt_id]
        }

    def _said(
        self, terminal: TerminalSession, attempt_id: str, answers: int, why: str
    ) -> HeldAnswers:
        now = self._context.time.now()
        return HeldAnswers(
            terminal.terminal_id,
            attempt_id,
            terminal.name,
            answers,
            why,
            HeldAnswersState.HELD,
            now,
        )

    def _keep(self, db: Database, gone: list[HeldAnswers], fresh: list[HeldAnswers]) -> None:
        for held in gone:
            held_answers.drop(db, held)
        for held in fresh:
            held_answers.keep(db, held)
            attempt = attempts.get(db, held.attempt_id)
            if attempt and tallies.worth_noting(
                tallies.add(db, attempt.id, EventKind.ANSWERS_HELD)
            ):
                self._record(
                    db, attempt.sitting_id, EventKind.ANSWERS_HELD, "system", attempt, held
                )

    def views(self, rooms: Collection[str] = ()) -> list[HeldView]:
        """Return what awaits staff's decision, and what its terminal has yet to deliver.

        ``rooms``: leave out candidates of other rooms.
        """
        db = self._context.store.read()
        found = [
            (row, attempts.get(db, row.attempt_id))
            for row in held_answers.everywhere(db)
            if row.state is not HeldAnswersState.UNDELIVERABLE
        ]
        return [
            self._view(row, attempt)
            for row, attempt in found
            if attempt is None or not rooms or attempt.room in rooms
        ]

    def _view(self, held: HeldAnswers, attempt: Attempt | None) -> HeldView:
        return of_attributes(
            HeldView,
            held,
            admission_no=attempt.admission_no if attempt else "",
            name=self._name(attempt) if attempt else "",
        )

    def _name(self, attempt: Attempt) -> str:
        try:
            return self._papers.candidate(attempt.sitting_id, attempt.admission_no).name
        except (NotFound, PackageDeleted, PackageFileDamaged):
            return ""

    def decide(
        self,
        sitting_id: str,
        whose: tuple[str, str],
        wanted: bool,
        reason: str,
        by: str,
    ) -> None:
        """Have a terminal deliver its answers, or delete them as undeliverable.

        ``whose``: terminal and attempt. The event goes to the attempt's sitting, or to
        ``sitting_id`` when this centre does not know the attempt.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: the sitting or the report does not exist, or an unknown attempt is wanted.
        """
        why = reasoned(reason)
        self._papers.sitting(sitting_id)
        state = HeldAnswersState.WANTED if wanted else HeldAnswersState.UNDELIVERABLE

        def job(db: Database) -> None:
            held, attempt = held_answers.get(db, *whose), attempts.get(db, whose[1])
            if held is None or (wanted and attempt is None):
                raise NotFound()
            held_answers.keep(db, replace(held, state=state, by=by, reason=why))
            where = attempt.sitting_id if attempt else sitting_id
            self._record(db, where, _DECIDED[state], by, attempt, held, reason=why)

        self._context.store.write(job)

    def _record(
        self,
        db: Database,
        sitting_id: str,
        kind: EventKind,
        by: str,
        attempt: Attempt | None,
        held: HeldAnswers,
        **more: str,
    ) -> None:
        facts = {"terminal": held.terminal, "answers": held.answers, **more}
        self._context.record(db, sitting_id, kind, by, attempt.id if attempt else None, **facts)
