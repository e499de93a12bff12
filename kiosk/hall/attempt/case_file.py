"""What staff look at before they decide about one candidate: time, departures, late answers."""

from kiosk.hall.attempt.late_answers import LateAnswersDesk
from kiosk.hall.attempt.page_leaves import DepartureDesk
from kiosk.hall.context import Centre
from kiosk.hall.staff_views import CreditView, LedgerView
from kiosk.store.exam import ledgers


class Ledgers:
    """Views over the ledgers of an attempt."""

    def __init__(
        self, centre: Centre, departures: DepartureDesk, late_answers: LateAnswersDesk
    ) -> None:
        self._centre = centre
        self._departures = departures
        self._late_answers = late_answers

    def view(self, attempt_id: str) -> LedgerView:
        """The attempt's ledgers; raise NotFound."""
        departures = self._departures.of_attempt(attempt_id)
        given = ledgers.credits_of(self._centre.store.read(), attempt_id)
        return LedgerView(
            departures=departures,
            credits=[CreditView(**vars(credit)) for credit in given],
            late_answers=self._late_answers.of_attempt(attempt_id),
        )
