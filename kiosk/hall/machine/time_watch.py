"""Keeps exam time on disk, and notices when somebody sets the wall clock (R19)."""

from sqlite_utils import Database

from kiosk.exam.event_kinds import EventKind
from kiosk.exam.states import SITTING_OPEN
from kiosk.hall.context import CentreContext
from kiosk.store.centre import sittings


class TimeWatch:
    """Runs every few seconds beside the exam."""

    def __init__(self, context: CentreContext) -> None:
        self._context = context

    def keep(self) -> None:
        """Persist a tick; a jump becomes an event of every open sitting."""
        reading = self._context.time.keep()
        if not reading.jumped:
            return
        seconds = round(reading.jump.total_seconds())

        def job(db: Database) -> None:
            for sitting in sittings.everyone(db):
                if sitting.state in SITTING_OPEN:
                    self._context.record(
                        db, sitting.id, EventKind.CLOCK_SET, "system", seconds=seconds
                    )

        self._context.store.write(job)
