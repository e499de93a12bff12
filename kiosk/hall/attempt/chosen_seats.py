"""One act of staff on several chosen seats; each seat succeeds or fails on its own."""

from collections.abc import Callable, Collection, Sequence
from enum import StrEnum

from kiosk.exam.errors import ErrorRecord, ExamError
from kiosk.hall.attempt.given_time import GivenTime
from kiosk.hall.attempt.pauses import Pauses
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.views.room import ChosenSeatsView, MissedSeat
from kiosk.store.exam import attempts
from kiosk.store.exam.attempts import Attempt


class ChosenAct(StrEnum):
    """What can be done for several seats at once."""

    PAUSE = "pause"
    RESUME = "resume"
    TIME = "time"


class ChosenSeats:
    """Pauses, resumes and time for chosen seats."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, pauses: Pauses, given_time: GivenTime
    ) -> None:
        self._context = context
        self._papers = papers
        self._pauses = pauses
        self._given_time = given_time

    def act(
        self,
        sitting_id: str,
        act: ChosenAct,
        attempt_ids: Sequence[str],
        reason: str,
        by: str,
        minutes: int = 0,
        act_id: str | None = None,
    ) -> ChosenSeatsView:
        """Do one thing for each attempt once; return whom it did not reach, and why.

        ``minutes``: for :attr:`ChosenAct.TIME`, which gives no seat time twice for ``act_id``.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such sitting.
        """
        reasoned(reason)
        self._papers.sitting(sitting_id)
        do: dict[ChosenAct, Callable[[str], None]] = {
            ChosenAct.PAUSE: lambda attempt_id: self._pauses.pause(attempt_id, reason, by),
            ChosenAct.RESUME: lambda attempt_id: self._pauses.resume(attempt_id, reason, by),
            ChosenAct.TIME: lambda attempt_id: self._given_time.give(
                attempt_id, minutes, reason, by, act_id and f"{act_id} {attempt_id}"
            ),
        }
        wanted = list(dict.fromkeys(attempt_ids))
        db = self._context.store.read()
        known = {attempt.id: attempt for attempt in attempts.of_sitting(db, sitting_id)}
        missed = [
            self._missed(attempt_id, known.get(attempt_id), error)
            for attempt_id in wanted
            if (error := _refusal(attempt_id, known, do[act])) is not None
        ]
        return ChosenSeatsView(done=len(wanted) - len(missed), missed=missed)

    def _missed(self, attempt_id: str, found: Attempt | None, error: ExamError) -> MissedSeat:
        record = ErrorRecord.of(error)
        if found is None:
            return MissedSeat(attempt_id, "", "", record)
        sitting = self._papers.sitting(found.sitting_id)
        person = self._papers.roster(sitting).get(found.admission_no)
        place = self._papers.place(sitting, found.room, found.seat)
        return MissedSeat(attempt_id, place, person.name if person else "", record)


def _refusal(
    attempt_id: str, known: Collection[str], do: Callable[[str], None]
) -> ExamError | None:
    """Act on one attempt of the sitting; return why that is refused."""
    if attempt_id not in known:
        return NotFound()
    try:
        do(attempt_id)
    except ExamError as error:
        return error
    return None
