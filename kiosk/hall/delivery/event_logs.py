"""The journal of a sitting that is over, in sealed parts for headquarters (R23)."""

import logging
from collections.abc import Sequence

from sqlite_utils import Database

from kiosk.exam.errors import ExamError
from kiosk.exam.troubles import Troubles
from kiosk.hall.context import Centre
from kiosk.store.centre import outbox, sittings
from kiosk.store.centre.outbox import FIRST, JOURNAL, Piece
from kiosk.store.exam import events
from kiosk.store.exam.events import Event
from sync.wire.delivery.event_log import MOST_EVENTS, JournalEvent, SittingJournal, seal_journal

_log = logging.getLogger(__name__)


class Journals:
    """Makes parts of journals: one when a sitting is over, others when something is added."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._troubles = Troubles(centre.clock.monotonic)

    def sweep(self) -> int:
        """Seal what is in no part yet; returns how many parts were made.

        A journal that cannot be sealed is logged and tried again after a growing pause.
        """
        db, done = self._centre.store.read(), 0
        for sitting in sittings.everyone(db):
            if sitting.over and self._troubles.due(sitting.id):
                done += self._try(db, sitting.id)
        return done

    def _try(self, db: Database, sitting_id: str) -> int:
        try:
            done = self._continue(db, sitting_id)
        except (ExamError, OSError, ValueError) as error:
            if text := self._troubles.failed(sitting_id, error):
                _log.error("the journal of %s cannot be sealed now: %s", sitting_id, text)
            return 0
        self._troubles.worked(sitting_id)
        return done

    def _continue(self, db: Database, sitting_id: str) -> int:
        done = 0
        while part := events.after(
            db, sitting_id, outbox.journal_through(db, sitting_id), MOST_EVENTS
        ):
            self._seal(sitting_id, part)
            done += 1
        return done

    def _seal(self, sitting_id: str, part: Sequence[Event]) -> None:
        centre = self._centre
        journal = SittingJournal(
            centre_code=centre.settings.centre_code,
            sender_key_id=centre.keys.public.key_id,
            recipient_key_id=centre.hq.key_id,
            sitting_id=sitting_id,
            events=tuple(_event(event) for event in part),
        )
        sealed = seal_journal(journal, centre.keys, centre.hq)
        centre.folders.outbox.put(sealed.id, sealed.data)
        piece = Piece(JOURNAL, sealed.id, sitting_id, FIRST[JOURNAL], chain_head=journal.last.hash)
        now = centre.time.now()
        centre.store.write(lambda db: outbox.add(db, piece, now))


def _event(event: Event) -> JournalEvent:
    fields = {name: value for name, value in vars(event).items() if name != "sitting_id"}
    return JournalEvent.model_validate(fields)
