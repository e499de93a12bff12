"""Answers read from a damaged database become late answers, about which staff decide."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.exam.errors import InvalidAnswer
from kiosk.exam.states import LateAnswersState
from kiosk.hall.attempt.attempts import checked
from kiosk.hall.attempt.late_answers import LateAnswerDecisions
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import LateAnswersForeign, LateAnswersKnown, LateAnswersRefused
from kiosk.hall.inputs import AnswerWrite
from kiosk.hall.packages import OpenedPackages
from kiosk.store.centre import retention
from kiosk.store.errors import ResultsFinal
from kiosk.store.exam import attempts, late_answers
from kiosk.store.sqlite.rescue import Readable
from kiosk.store.times import to_text
from sync.wire.delivery.emergency import EmergencyAnswer, EmergencyAnswers, EmergencyKey

SOURCE = "rescue"
AT_ONCE = 5000
"""Maximum number of answers in one delivery."""


@dataclass(frozen=True)
class Rescued:
    """Ids of attempts: with answers that wait for staff, all known, or refused."""

    waiting: Sequence[str]
    known: Sequence[str]
    refused: Sequence[str]


class Rescue:
    """Delivers rescued answers."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        desk: LateAnswerDecisions,
        key: EmergencyKey,
    ) -> None:
        self._context = context
        self._papers = papers
        self._desk = desk
        self._key = key

    def deliver(self, found: dict[str, list[Readable]], by: str) -> Rescued:
        """Deliver each attempt's answers for staff to decide about; repeating it has no effect."""
        outcomes: dict[str, list[str]] = {"waiting": [], "known": [], "refused": []}
        for attempt_id, answers in found.items():
            # Each sealing gives other bytes, so receive() would not recognise a repeated rescue.
            if self._waits(attempt_id):
                outcomes["waiting"].append(attempt_id)
                continue
            for start in range(0, len(answers), AT_ONCE):
                part = answers[start : start + AT_ONCE]
                outcomes[self._outcome(attempt_id, part, by)].append(attempt_id)
        return Rescued(**outcomes)

    def _waits(self, attempt_id: str) -> bool:
        """Whether an earlier rescue waits for staff."""
        known = late_answers.of_attempt(self._context.store.read(), attempt_id)
        return any(
            late.source == SOURCE and late.state is LateAnswersState.WAITING for late in known
        )

    def _outcome(self, attempt_id: str, answers: list[Readable], by: str) -> str:
        try:
            self._desk.receive(self._file(attempt_id, answers), SOURCE, by, attempt_id)
        except LateAnswersKnown:
            return "known"
        except (LateAnswersForeign, LateAnswersRefused, ResultsFinal):
            return "refused"
        return "waiting"

    def _file(self, attempt_id: str, answers: list[Readable]) -> bytes:
        attempt = attempts.get(self._context.store.read(), attempt_id)
        if attempt is None:
            raise LateAnswersForeign
        retention.require_open_results(self._context.store.read(), attempt.sitting_id)
        sitting = self._papers.sitting(attempt.sitting_id)
        if attempt.started_at is None or sitting.sealed_paper_key is None:
            raise LateAnswersRefused("the exam was not sat")
        paper, now = self._papers.paper(sitting, attempt.paper).paper, self._context.time.now()
        kept = []
        for seq, item, value, at in answers:
            try:
                checked(paper, AnswerWrite(seq, item, value, at), now)
            except InvalidAnswer:
                continue  # changed by the damage
            kept.append(EmergencyAnswer(seq=seq, item=item, value=value, at=at))
        return self._key.seal(
            EmergencyAnswers(
                attempt_id=attempt_id,
                admission_no=attempt.admission_no,
                lease="",
                written_at=to_text(now),
                answers=tuple(kept),
            )
        )
