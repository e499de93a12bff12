"""Announcements of headquarters: received by sync, shown until a member of staff confirms them.

Nothing of them reaches a candidate by itself. Staff decide whether and when to send the text for
candidates, because only they see what happens in the room.
"""

from collections.abc import Sequence

from sqlite_utils import Database

from kiosk.exam.event_kinds import EventKind
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound
from kiosk.store.centre import announcements, sittings
from kiosk.store.centre.announcements import Announcement
from sync.wire.delivery.day_report import YEARS
from sync.wire.exchange import announcements as wire
from sync.wire.exchange.announcements import MOST_HELD, Held


class Announcements:
    """Stores what headquarters announces, and who confirmed it."""

    def __init__(self, context: CentreContext) -> None:
        self._context = context

    def receive(self, received: wire.Announcement) -> None:
        """Store an announcement; one that is not newer than what is here has no effect."""
        values = received.model_dump(exclude={"format", "centre_code", "announcement_id"})
        now = self._context.time.now()
        stored = Announcement(id=received.announcement_id, received_at=now, **values)

        def job(db: Database) -> None:
            known = announcements.get(db, stored.id)
            if known is None or known.revision < stored.revision:
                announcements.put(db, stored)
                announcements.drop_beyond(db, MOST_HELD)

        self._context.store.write(job)

    def held(self) -> tuple[Held, ...]:
        """Return what is here, for headquarters."""
        return tuple(map(_held, self.newest()))

    def newest(self) -> Sequence[Announcement]:
        """Return all announcements, newest first."""
        return announcements.newest(self._context.store.read(), MOST_HELD)

    def open(self) -> Sequence[Announcement]:
        """Return what nobody has confirmed, urgent ones first."""
        found = [known for known in self.newest() if known.is_open]
        return sorted(found, key=lambda known: not known.urgent)

    def text_for_candidates(self, announcement_id: str) -> str:
        """Return the text that staff may send to candidates; empty: there is none any more."""
        known = announcements.get(self._context.store.read(), announcement_id)
        return known.candidate_text if known and known.is_valid else ""

    def confirm(self, announcement_id: str, by: str) -> None:
        """Store that a member of staff has read it; the first confirmation counts.

        Raises:
            NotFound: there is no such announcement.
        """

        def job(db: Database) -> None:
            known = announcements.get(db, announcement_id)
            if known is None:
                raise NotFound()
            if known.read_at is not None:
                return
            announcements.confirm(db, known.id, by, self._context.time.now())
            self._record_read(db, known, by)

        self._context.store.write(job)

    def _record_read(self, db: Database, known: Announcement, by: str) -> None:
        # An event log belongs to a sitting. Of other announcements the row alone says who read it.
        sitting = sittings.get(db, known.sitting_id) if known.sitting_id else None
        if sitting is not None and not sitting.over:
            self._context.record(
                db,
                sitting.id,
                EventKind.ANNOUNCEMENT_READ,
                by,
                announcement=known.id,
                title=known.title,
            )


def _held(known: Announcement) -> Held:
    held = Held(announcement_id=known.id, revision=known.revision)
    # Read while the machine's clock had lost its time: no report can say when.
    if known.read_at is None or known.read_at.year not in YEARS:
        return held
    return held.model_copy(update={"read_by": known.read_by, "read_at": known.read_at})
