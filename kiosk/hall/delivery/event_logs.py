"""Event logs of sittings that are over, in sealed parts for headquarters (R23)."""

import logging
from collections.abc import Sequence

from sqlite_utils import Database

from kiosk.exam.errors import ExamError
from kiosk.exam.troubles import Troubles
from kiosk.hall.context import CentreContext
from kiosk.store.centre import outbox, sittings
from kiosk.store.centre.outbox import EVENT_LOG, FIRST, OutboxItem
from kiosk.store.exam import events
from kiosk.store.exam.events import Event
from sync.wire.delivery.event_log import MOST_EVENTS, EventLogPart, LoggedEvent, seal_event_log_part

_log = logging.getLogger(__name__)


class EventLogs:
    """Makes event-log parts: when a sitting is over, and whenever events are added later."""

    def __init__(self, context: CentreContext) -> None:
        self._context = context
        self._troubles = Troubles(context.clock.monotonic)

    def sweep(self) -> int:
        """Seal events that are in no part yet; return how many parts were made.

        An event log that cannot be sealed is logged and retried after a growing pause.
        """
        db, done = self._context.store.read(), 0
        for sitting in sittings.everyone(db):
            if sitting.over and self._troubles.due(sitting.id):
                done += self._try(db, sitting.id)
        return done

    def _try(self, db: Database, sitting_id: str) -> int:
        try:
            done = self._continue(db, sitting_id)
        except (ExamError, OSError, ValueError) as error:
            if text := self._troubles.failed(sitting_id, error):
                _log.error("the event log of %s cannot be sealed now: %s", sitting_id, text)
            return 0
        self._troubles.worked(sitting_id)
        return done

    def _continue(self, db: Database, sitting_id: str) -> int:
        done = 0
        while part := events.after(
            db, sitting_id, outbox.event_log_through(db, sitting_id), MOST_EVENTS
        ):
            self._seal(sitting_id, part)
            done += 1
        return done

    def _seal(self, sitting_id: str, part: Sequence[Event]) -> None:
        context, hq = self._context, self._context.hq.current
        event_log = EventLogPart(
            centre_code=context.settings.centre_code,
            sender_key_id=context.keys.public.key_id,
            recipient_key_id=hq.key_id,
            sitting_id=sitting_id,
            events=tuple(LoggedEvent.copied_from(event) for event in part),
        )
        sealed = seal_event_log_part(event_log, context.keys, hq)
        # File first, then row: after a crash in between, the next sweep seals the same events
        # again.
        context.folders.outbox.put(sealed.id, sealed.data)
        item = OutboxItem(
            EVENT_LOG, sealed.id, sitting_id, FIRST[EVENT_LOG], chain_head=event_log.last.hash
        )
        now = context.time.now()
        context.store.write(lambda db: outbox.add(db, item, now))
