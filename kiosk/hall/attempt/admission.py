"""From a settled identity to *ready*: the one step that the machine and staff share (R15, R16).

Whatever settles the last open point calls :meth:`Admission.settle` in the same transaction. So
face checks, cards, findings, admitted devices and decisions may come in any order.
"""

from sqlite_utils import Database

from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.checkin.inspection import may_go_on
from kiosk.exam.checkin.liveness import VerificationRules
from kiosk.exam.identity.outcomes import CheckIn
from kiosk.exam.programme.personal_form import PersonalFormRules
from kiosk.exam.states import SittingStatus
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.transitions import AttemptTransitions
from kiosk.store.exam import attempts, devices, findings, personal_forms
from kiosk.store.exam.attempts import Attempt


def identity_settled(attempt: Attempt, rules: VerificationRules) -> bool:
    """Whether staff, or the machine by all checks that the rules require, confirmed it."""
    by_machine = attempt.check_in is CheckIn.PASSED and (
        not rules.id_card or attempt.id_card is CheckIn.PASSED
    )
    return by_machine or attempt.check_in is CheckIn.BY_HAND


class Admission:
    """Makes candidates ready, and reverts that."""

    def __init__(self, papers: OpenedPackages, progress: AttemptTransitions) -> None:
        self._papers = papers
        self._transitions = progress

    def rules(self, attempt: Attempt) -> VerificationRules:
        """Return the check-in rules that apply to this attempt."""
        return self._papers.programme(
            self._papers.sitting(attempt.sitting_id), attempt.paper
        ).check_in

    def form_rules(self, attempt: Attempt) -> PersonalFormRules | None:
        """Return which personal data the programme asks for; None: there is no form."""
        sitting = self._papers.sitting(attempt.sitting_id)
        return self._papers.programme(sitting, attempt.paper).personal_form

    def form_open(self, db: Database, attempt: Attempt) -> bool:
        """Whether the candidate has a form to confirm, which staff have not skipped (R14)."""
        asked = self.form_rules(attempt) is not None
        return asked and not personal_forms.done(db, attempt.id)

    def settle(self, db: Database, attempt_id: str) -> bool:
        """Make the candidate ready if nothing is open any more; return whether that happened.

        If the sitting has started, the exam begins at once.
        """
        attempt = self._transitions.get(db, attempt_id)
        if attempt.state is not AttemptState.CHECKED_IN or not self._may_go_on(db, attempt):
            return False
        attempts.step(db, attempt, AttemptState.READY)
        sitting = self._papers.sitting_in(db, attempt.sitting_id)
        if sitting.state is SittingStatus.STARTED:
            self._transitions.begin(db, sitting, self._transitions.get(db, attempt_id))
        return True

    def _may_go_on(self, db: Database, attempt: Attempt) -> bool:
        rules, inspected = self.rules(attempt), attempt.inspected_at is not None
        open_findings = findings.open_of(db, attempt.id)
        settled = (
            identity_settled(attempt, rules) and not devices.of_attempt(db, attempt.id).missing
        )
        if self.form_open(db, attempt):
            return False
        return settled and may_go_on(rules.staff_inspection, inspected, open_findings)

    def withdraw(self, db: Database, attempt_id: str) -> None:
        """Return a ready candidate to check-in, because a new point is open."""
        attempt = self._transitions.get(db, attempt_id)
        if attempt.state is AttemptState.READY:
            attempts.step(db, attempt, AttemptState.CHECKED_IN)
