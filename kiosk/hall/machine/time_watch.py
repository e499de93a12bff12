"""Keeps exam time on disk, and notices when somebody sets the wall clock (R19)."""

from sqlite_utils import Database

from kiosk.hall.context import Centre
from kiosk.store.centre import sittings


class TimeWatch:
    """Runs every few seconds beside the exam."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def keep(self) -> None:
        """Persist a tick; a jump becomes an event of every open sitting."""
        reading = self._centre.time.keep()
        if not reading.jumped:
            return
        seconds = round(reading.jump.total_seconds())

        def job(db: Database) -> None:
            for sitting in sittings.everyone(db):
                if sitting.state in ("unlocked", "started"):
                    self._centre.record(db, sitting.id, "clock_set", "system", seconds=seconds)

        self._centre.store.write(job)
