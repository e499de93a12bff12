"""The faces that running attempts are compared with: made ready beside the requests."""

import logging

from kiosk.exam.errors import ExamError
from kiosk.exam.identity.outcomes import CheckIn
from kiosk.exam.troubles import Troubles
from kiosk.hall.context import CentreContext
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.proctoring.face_analysis import Faces
from kiosk.store.centre import sittings
from kiosk.store.exam import attempts, incidents
from kiosk.store.exam.attempts import Attempt

_log = logging.getLogger(__name__)


class References:
    """Portrait, and the entry picture if staff accepted it: neither ever adapts."""

    def __init__(self, context: CentreContext, papers: OpenedPackages, faces: Faces) -> None:
        self._context = context
        self._papers = papers
        self._faces = faces
        self._troubles = Troubles(context.clock.monotonic)

    def of(self, attempt: Attempt) -> tuple[bytes | None, bytes | None]:
        """Only what :meth:`prepare` has made ready: a request never waits for the analysis."""
        if not attempt.consent_face:
            return None, None
        portrait = self._faces.known(attempt.sitting_id, attempt.admission_no)
        if attempt.check_in is not CheckIn.BY_HAND:
            return portrait, None
        return portrait, self._faces.known(attempt.id, "entry")

    def prepare(self) -> None:
        """Make ready the faces of all running attempts; forget those that no sitting needs."""
        db = self._context.store.read()
        open_ = {sitting.id for sitting in sittings.everyone(db) if not sitting.over}
        self._faces.keep_only(open_ | {attempt.id for attempt in attempts.being_sat(db)})
        for attempt in attempts.in_progress(db):
            if attempt.consent_face and self._troubles.due(attempt.id):
                self._try(attempt)

    def _try(self, attempt: Attempt) -> None:
        try:
            self._prepare(attempt)
        except (ExamError, OSError) as error:
            if text := self._troubles.failed(attempt.id, error):
                _log.error("attempt %s: no face to compare with yet: %s", attempt.id, text)
        else:
            self._troubles.worked(attempt.id)

    def _prepare(self, attempt: Attempt) -> None:
        sitting_id, admission_no = attempt.sitting_id, attempt.admission_no
        self._faces.reference(
            sitting_id, admission_no, lambda: self._papers.portrait(sitting_id, admission_no)
        )
        if attempt.check_in is CheckIn.BY_HAND:
            self._faces.reference(attempt.id, "entry", lambda: self._entry(attempt.id))

    def _entry(self, attempt_id: str) -> bytes | None:
        sha256 = incidents.accepted_picture(self._context.store.read(), attempt_id)
        return None if sha256 is None else self._context.open_sealed(sha256)
