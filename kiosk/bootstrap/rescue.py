"""Rescues a centre whose database is damaged."""

from contextlib import ExitStack
from pathlib import Path
from threading import Event

from kiosk.bootstrap.centre import centre_of
from kiosk.bootstrap.restore import swap_database
from kiosk.exam.actors import member_of_staff
from kiosk.exam.errors import ExamError
from kiosk.hall.attempt.late_answers import LateAnswerDecisions
from kiosk.hall.machine.rescue import Rescue, Rescued
from kiosk.hall.machine.restore_detection import RestoreDetection
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.transitions import AttemptTransitions
from kiosk.store.errors import StorageDamaged
from kiosk.store.sqlite.backup import contents
from kiosk.store.sqlite.database import DATABASE, DataLock
from kiosk.store.sqlite.rescue import readable_answers, salvage
from kiosk.system import SystemClock
from sync.wire.delivery.emergency import EmergencyKey

BY = member_of_staff("command-line")


class NotDamaged(ExamError):
    """There is nothing to rescue."""

    code = "not_damaged"
    message = "The database of this centre is not damaged; nothing was changed."


def rebuild(data: Path) -> tuple[int, Path]:
    """Replace a damaged database by one of its readable rows, without the answers.

    Gives how many rows there are, and where the damaged one lies now. Raises NotDamaged, StoreBusy
    while the server runs, or StorageDamaged when nothing can be read.
    """
    with DataLock(data):
        if _is_whole(data / DATABASE):
            raise NotDamaged
        fresh = data / "rescued.sqlite"
        rows = salvage(data / DATABASE, fresh)
        kept = swap_database(data, fresh, contents(fresh))
    assert kept is not None
    return rows, kept


def deliver(data: Path, damaged: Path) -> Rescued:
    """Hand the readable answers of a damaged database to staff, as late answers.

    Raises StoreBusy while the server runs.
    """
    with ExitStack() as stack:
        centre = centre_of(data, SystemClock(), Event(), stack)
        RestoreDetection(centre).at_start()
        papers = OpenedPackages(centre)
        key = EmergencyKey.at(data / "keys" / "emergency.pem")
        desk = LateAnswerDecisions(centre, papers, AttemptTransitions(centre, papers), key)
        return Rescue(centre, papers, desk, key).deliver(readable_answers(damaged), BY)


def _is_whole(database: Path) -> bool:
    if not database.exists() or database.stat().st_size == 0:
        return False
    try:
        contents(database)
    except StorageDamaged:
        return False
    return True
