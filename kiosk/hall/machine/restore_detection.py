"""The lives of the centre's database: a restored one starts the next epoch (protocols, sync).

Each call to headquarters has a number, in the database and in a file beside it. A database whose
number is lower than the file's was put back from a backup. If the file was put back as well,
headquarters notices by the number and asks for a new epoch.
"""

import json
import threading

from sqlite_utils import Database

from kiosk.exam.event_kinds import EventKind
from kiosk.hall.context import CentreContext
from kiosk.store import meta
from kiosk.store.centre import sittings
from kiosk.store.files import read_numbers, write_durably


class RestoreDetection:
    """Counts calls to headquarters, and begins epochs."""

    def __init__(self, context: CentreContext) -> None:
        self._context = context
        self._file = threading.Lock()

    def at_start(self) -> None:
        """Begin an epoch if the database is older than the file beside it says."""
        seen = self._seen()
        db = self._context.store.read()
        if (meta.epoch(db), meta.contact_number(db)) < (seen["epoch"], seen["contact"]):
            self.begin_epoch(max(meta.epoch(db), seen["epoch"]) + 1, seen["contact"])

    def next_contact(self) -> tuple[int, int]:
        """Epoch and number of the call that is made now."""

        def job(db: Database) -> tuple[int, int]:
            number = meta.contact_number(db) + 1
            meta.set_contact_number(db, number)
            return meta.epoch(db), number

        epoch, number = self._context.store.write(job)
        self._keep(epoch, number)
        return epoch, number

    def begin_epoch(self, epoch: int, contact: int = 0) -> None:
        """Go on in a new epoch: the event log of every sitting says so. Lower ones are ignored."""

        def job(db: Database) -> int:
            if epoch <= meta.epoch(db):
                return meta.contact_number(db)
            meta.set_epoch(db, epoch)
            number = max(meta.contact_number(db), contact)
            meta.set_contact_number(db, number)
            for sitting in sittings.everyone(db):
                self._context.record(db, sitting.id, EventKind.EPOCH_BEGUN, "system", epoch=epoch)
            return number

        self._keep(epoch, self._context.store.write(job))

    def _seen(self) -> dict[str, int]:
        return {"epoch": 1, "contact": 0, **read_numbers(self._context.folders.restore_detection)}

    def _keep(self, epoch: int, contact: int) -> None:
        with self._file:
            seen = self._seen()
            highest = max((epoch, contact), (seen["epoch"], seen["contact"]))
            text = json.dumps({"epoch": highest[0], "contact": highest[1]})
            write_durably(self._context.folders.restore_detection, text.encode())
