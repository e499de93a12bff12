"""The printed set from the command line, without camera analysis, sync or pages."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event

from kiosk.bootstrap.centre import centre_of
from kiosk.hall.machine.restore_detection import RestoreDetection
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.prints import PrintedSet
from kiosk.system import SystemClock


@contextmanager
def printed_set(data: Path) -> Iterator[PrintedSet]:
    """Open a centre's printed set.

    Raises:
        StoreBusy: the server is running.
    """
    with ExitStack() as stack:
        centre = centre_of(data, SystemClock(), Event(), stack)
        # A restored database must begin its new epoch before anything is recorded.
        RestoreDetection(centre).at_start()
        yield PrintedSet(centre, OpenedPackages(centre))
