"""What staff consult before they decide about a candidate: credits, page leaves, late answers."""

from kiosk.hall.attempt.late_answers import LateAnswerDecisions
from kiosk.hall.attempt.page_leaves import PageLeaveTracker
from kiosk.hall.context import CentreContext
from kiosk.hall.views.records import AttemptRecordsView, CreditView
from kiosk.store.exam import time_credits


class AttemptRecords:
    """Reads an attempt's time credits, page leaves and late answers."""

    def __init__(
        self,
        context: CentreContext,
        page_leaves: PageLeaveTracker,
        late_answers: LateAnswerDecisions,
    ) -> None:
        self._context = context
        self._page_leaves = page_leaves
        self._late_answers = late_answers

    def view(self, attempt_id: str) -> AttemptRecordsView:
        """Return the records of an attempt.

        Raises:
            NotFound: there is no such attempt.
        """
        page_leaves = self._page_leaves.of_attempt(attempt_id)
        given = time_credits.credits_of(self._context.store.read(), attempt_id)
        return AttemptRecordsView(
            page_leaves=page_leaves,
            credits=[CreditView(**vars(credit)) for credit in given],
            late_answers=self._late_answers.of_attempt(attempt_id),
        )
