"""Pictures for headquarters' review, from the command line, without camera analysis or pages."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event

from kiosk.bootstrap.centre import centre_of
from kiosk.hall.delivery.handed_pictures import PictureHandOver
from kiosk.hall.machine.restore_detection import RestoreDetection
from kiosk.hall.packages import OpenedPackages
from kiosk.system import SystemClock


@contextmanager
def picture_hand_over(data: Path) -> Iterator[PictureHandOver]:
    """Open a centre's pictures.

    Raises:
        StoreBusy: the server is running.
    """
    with ExitStack() as stack:
        centre = centre_of(data, SystemClock(), Event(), stack)
        # A restored database must begin its new epoch before anything is recorded.
        RestoreDetection(centre).at_start()
        yield PictureHandOver(centre, OpenedPackages(centre))
