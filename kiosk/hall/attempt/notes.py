"""The notes pad beside the questions: saved like answers, sealed with the attempt, never scored.

Notes are no answers: they are in neither the answers' table nor their hash chain, so nothing about
them can delay an answer or change a result. Only their SHA-256 is in the event of the end.
"""

from sqlite_utils import Database

from kiosk.exam.attempt.states import require_in_progress
from kiosk.exam.attempt.timing import GRACE
from kiosk.exam.items.item import is_storable
from kiosk.exam.programme.programme import Programme
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import BadRequest, NotesTooLong, NotFound
from kiosk.hall.inputs import NotesWrite
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.attempt import NotesAck, NotesView
from kiosk.store.exam import notes
from kiosk.store.exam.attempts import Attempt
from sync.wire.delivery.result import MOST_NOTES


class NotesPads:
    """Stores candidates' notes."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, progress: AttemptTransitions
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress

    def save(self, attempt_id: str, write: NotesWrite) -> NotesAck:
        """Replace an attempt's notes; on return they are on the disk.

        A save whose number is not above the stored one changes nothing: it is late, or was sent
        again. The reply has the number that is stored.

        Raises:
            NotFound: the programme has no notes pad.
            AttemptNotStarted, AttemptPaused, AttemptEnded: the attempt is not in progress.
            NotesTooLong: the text has more than ``MOST_NOTES`` characters.
            BadRequest: it has characters that cannot be stored.
            StorageFull, StorageFailed: it cannot be written.
        """
        if len(write.text) > MOST_NOTES:
            raise NotesTooLong(most=MOST_NOTES)
        if not is_storable(write.text):
            raise BadRequest("characters that cannot be stored")
        new = notes.Notes(write.number, write.text, self._context.time.now())

        def job(db: Database) -> NotesAck:
            attempt = self._transitions.get(db, attempt_id)
            self._require_pad(db, attempt)
            # Notes that were under way when a pause began are accepted, as answers are.
            if attempt.paused_at is None or new.saved_at >= attempt.paused_at + GRACE:
                require_in_progress(attempt.state)
            notes.keep(db, attempt_id, new)
            kept = notes.of_attempt(db, attempt_id)
            return NotesAck(kept.number if kept else 0)

        return self._context.store.write(job)

    def _require_pad(self, db: Database, attempt: Attempt) -> None:
        sitting = self._papers.sitting_in(db, attempt.sitting_id)
        if not self._papers.programme(sitting, attempt.paper).tools.notes:
            raise NotFound()


def notes_view(db: Database, attempt: Attempt, programme: Programme) -> NotesView | None:
    """Return the notes for the candidate's page; None where the programme has no pad."""
    if not programme.tools.notes:
        return None
    kept = notes.of_attempt(db, attempt.id)
    return NotesView(kept.text, kept.number, MOST_NOTES) if kept else NotesView("", 0, MOST_NOTES)
