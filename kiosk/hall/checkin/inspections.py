"""Staff's inspection at check-in, for what no camera can prove (R16).

A finding stops a candidate who has not begun until staff clear it; it never refuses or ends an
attempt. Every finding and clearing is in the event chain with time and person.
"""

from sqlite_utils import Database

from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.checkin.inspection import Clearing, Finding
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.identity.identity_number import IdentityNumberInvalid, read_identity_number
from kiosk.hall.attempt.admission import Admission
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import InspectionOver, NotFound
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.check_in import IdentityDocumentView, InspectionView
from kiosk.store.errors import StaleState
from kiosk.store.exam import attempts, findings, incidents
from kiosk.store.exam.attempts import Attempt

BEFORE = frozenset({AttemptState.CHECKED_IN, AttemptState.READY})
"""States of check-in; later staff report incidents instead."""


class Inspections:
    """Staff's own check of candidates before the exam."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        progress: AttemptTransitions,
        admission: Admission,
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress
        self._admission = admission

    def identity_document(self, attempt_id: str) -> IdentityDocumentView:
        """Return what staff compare with the identity document.

        Raises:
            NotFound: there is no such attempt.
        """
        attempt = self._transitions.get(self._context.store.read(), attempt_id)
        person = self._papers.candidate(attempt.sitting_id, attempt.admission_no)
        today = self._context.time.now().date()
        try:
            known = read_identity_number(person.identity_no, today)
        except IdentityNumberInvalid:
            return IdentityDocumentView(person.name, person.identity_no, None, None)
        return IdentityDocumentView(person.name, known.number, known.birth_date, known.sex)

    def find(self, attempt_id: str, name: str, by: str) -> InspectionView:
        """Record something that has to come off; repeating it has no effect.

        Raises:
            NotFound: the attempt or the finding does not exist.
            InspectionOver: the candidate is not at check-in.
        """
        finding = _finding(name)

        def job(db: Database) -> InspectionView:
            attempt = self._at_check_in(db, attempt_id)
            if findings.add(db, attempt_id, finding, self._context.time.now(), by):
                picture = incidents.latest_picture(db, attempt_id)
                self._record(
                    db, attempt, EventKind.FINDING_NOTED, by, finding=finding, picture=picture
                )
                self._admission.withdraw(db, attempt_id)
            return self._seen(db, attempt_id, by)

        return self._context.store.write(job)

    def clear(self, attempt_id: str, name: str, how: Clearing, by: str) -> InspectionView:
        """Clear a finding; repeating it has no effect.

        Raises:
            NotFound: the attempt or the finding does not exist.
            InspectionOver: the candidate is not at check-in.
        """
        finding = _finding(name)

        def job(db: Database) -> InspectionView:
            attempt = self._at_check_in(db, attempt_id)
            if findings.clear(db, attempt_id, finding, how, self._context.time.now(), by):
                self._record(
                    db, attempt, EventKind.FINDING_CLEARED, by, finding=finding, outcome=how
                )
            return self._seen(db, attempt_id, by)

        return self._context.store.write(job)

    def nothing_to_object(self, attempt_id: str, picture: str | None, by: str) -> InspectionView:
        """Record that staff looked and found nothing.

        ``picture``: SHA-256 of the check-in picture that staff saw, None without one.

        Raises:
            NotFound: there is no such attempt.
            InspectionOver: the candidate is not at check-in.
            StaleState: there is a newer picture, or an open finding.
        """

        def job(db: Database) -> InspectionView:
            attempt = self._at_check_in(db, attempt_id)
            newest = incidents.latest_picture(db, attempt_id)
            # Staff approve the picture they saw, not one that arrived while they clicked.
            if picture != newest or findings.open_of(db, attempt_id):
                raise StaleState()
            self._record(db, attempt, EventKind.INSPECTED, by, picture=picture)
            return self._seen(db, attempt_id, by)

        return self._context.store.write(job)

    def _seen(self, db: Database, attempt_id: str, by: str) -> InspectionView:
        """Record the inspection, which any act of staff here implies, and settle."""
        attempts.set_inspected(db, attempt_id, self._context.time.now(), by)
        self._admission.settle(db, attempt_id)
        state = self._transitions.get(db, attempt_id).state
        return InspectionView(state, list(findings.open_of(db, attempt_id)))

    def _at_check_in(self, db: Database, attempt_id: str) -> Attempt:
        attempt = self._transitions.get(db, attempt_id)
        if attempt.state not in BEFORE:
            raise InspectionOver()
        return attempt

    def _record(
        self, db: Database, attempt: Attempt, kind: EventKind, by: str, **data: object
    ) -> None:
        self._context.record(db, attempt.sitting_id, kind, by, attempt.id, **data)


def _finding(name: str) -> Finding:
    try:
        return Finding(name)
    except ValueError as error:
        raise NotFound() from error
