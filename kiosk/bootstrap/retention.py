"""Data that a centre keeps of past sittings, listed and deleted from the command line."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from threading import Event

from sqlite_utils import Database

from kiosk.bootstrap.centre import centre_of
from kiosk.bootstrap.kept_files import open_package_of
from kiosk.bootstrap.setup import SETTINGS, hq_keys
from kiosk.exam.errors import ExamError
from kiosk.exam.programme.retention import Keeping
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.retention.deletion import Retention
from kiosk.hall.retention.kept import Kept, keeping, known_time, survey
from kiosk.hall.retention.lapsed import Lapsed
from kiosk.hall.transitions import AttemptTransitions
from kiosk.settings import load_settings
from kiosk.store.centre import retention, sittings
from kiosk.store.centre.packages import Parties
from kiosk.store.sqlite.database import DATABASE, require_database
from kiosk.store.sqlite.opening import open_reader
from kiosk.system import SystemClock, operator
from sync.wire.sealing.keys import KeyPair


def kept(data: Path) -> list[Kept]:
    """Return what is kept and until when. Changes nothing; allowed while the server runs."""
    # Reports a directory without usable settings before the database is opened.
    load_settings(data / SETTINGS)
    require_database(data)
    with closing(open_reader(data / DATABASE).conn) as conn:
        db = Database(conn)
        known = known_time(db, SystemClock().now())
        return list(survey(db, lambda sitting_id: _periods(data, db, sitting_id), known))


def former_databases(data: Path) -> list[Path]:
    """Return databases that a restore set aside; they may contain what has since been deleted."""
    return sorted(data.glob("before-*.sqlite"))


def run(data: Path, today: date | None) -> Sequence[Kept] | None:
    """Delete what is due; return None while a paper is open.

    Raises:
        StoreBusy: the server is running.
    """
    with ExitStack() as stack:
        centre = centre_of(data, SystemClock(), Event(), stack)
        papers = OpenedPackages(centre)
        lapsed = Lapsed(centre, papers, AttemptTransitions(centre, papers))
        done = Retention(centre, papers, lapsed).run(operator(), today)
        return None if retention.sitting_runs(centre.store.read()) else done


def _periods(data: Path, db: Database, sitting_id: str) -> Keeping | None:
    sitting, settings = sittings.get(db, sitting_id), load_settings(data / SETTINGS)
    own, hq = KeyPair.load(data / "keys"), hq_keys(data, settings)
    if sitting is None:
        return None
    parties = Parties(own, hq.ever, settings.centre_code)
    try:
        opened = open_package_of(data, sitting, parties, retention.deleted_classes(db, sitting_id))
    except (OSError, ExamError):
        return None
    return keeping(list(opened.programmes.values()))
