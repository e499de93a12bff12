"""Checks of everything that a start needs and an exam relies on; changes nothing."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from kiosk.bootstrap.backup import made_at, newest
from kiosk.bootstrap.kept_files import open_package_of, sitting_keys
from kiosk.bootstrap.setup import SETTINGS, hq_keys
from kiosk.edge.watch import edge_findings
from kiosk.exam.disk_space import MB
from kiosk.exam.errors import ExamError
from kiosk.printing.errors import NoFont
from kiosk.printing.fonts import find_font
from kiosk.settings import Settings, load_settings
from kiosk.store.centre import retention, sittings
from kiosk.store.centre.packages import Parties
from kiosk.store.centre.sitting_keys import SITTING_KEYS
from kiosk.store.errors import StorageDamaged
from kiosk.store.exam import events, incidents
from kiosk.store.sqlite.database import DATABASE, require_database
from kiosk.store.sqlite.migrations import is_outdated
from kiosk.store.sqlite.opening import damage, open_reader
from kiosk.store.sqlite.reserve import Reserve
from kiosk.system import SystemClock
from sync.wire.sealing.keys import KeyPair

T = TypeVar("T")

HOUR = 3600


@dataclass(frozen=True)
class Checked:
    """A check's result: ``level`` is ok, warn or bad; ``text`` says what to do."""

    what: str
    level: str
    text: str


def check(data: Path, *, thorough: bool = False) -> list[Checked]:
    """Check a centre, even while its server runs. ``thorough`` also reads indexes and pictures."""
    settings, said = _tried("settings", lambda: load_settings(data / SETTINGS))
    keys, also = _tried("keys", lambda: KeyPair.load(data / "keys"))
    found = [said, also]
    if settings is None or keys is None:
        return found
    hq, said = _tried("certificate", lambda: hq_keys(data, settings))
    found += [said, _database(data, thorough=thorough)]
    # The other checks read the database, which must be intact for that.
    if found[-1].level == "ok":
        with closing(open_reader(data / DATABASE).conn) as conn:
            db = Database(conn)
            found += _event_logs(db)
            if hq is not None:
                found += _packages(data, db, Parties(keys, hq.ever, settings.centre_code))
            found.append(_sitting_keys(data, keys))
            found.append(_pictures(data, db, keys if thorough else None))
    found += [_disk(data, settings), _backup(data, settings), _printing()]
    return [*found, *_https(settings)]


def _printing() -> Checked:
    """Check that lists and labels can be printed; an exam goes on without them."""
    try:
        return Checked("printing", "ok", f"Chinese characters: {find_font()}")
    except NoFont as error:
        return Checked("printing", "warn", str(error))


def _https(settings: Settings) -> Iterator[Checked]:
    """Yield the findings about HTTPS, if Caddy runs on this machine."""
    found = edge_findings(settings, SystemClock().now())
    for finding in found:
        if finding.bad:
            yield Checked("https", "bad", finding.text)
    if found and not any(finding.bad for finding in found):
        yield Checked("https", "ok", "Names, addresses, certificates and clock are in order.")


def _tried(what: str, read: Callable[[], T]) -> tuple[T | None, Checked]:
    try:
        return read(), Checked(what, "ok", "Readable.")
    except ExamError as error:
        return None, Checked(what, "bad", str(error))


def _database(data: Path, *, thorough: bool) -> Checked:
    try:
        require_database(data)
        with closing(open_reader(data / DATABASE).conn) as conn:
            db = Database(conn)
            found = damage(db, thorough=thorough)
            outdated = found is None and is_outdated(db)
        if found is not None:
            raise StorageDamaged(found)
    except ExamError as error:
        return Checked("database", "bad", str(error))
    if outdated:
        text = "Every page makes sense. It is older than this software: start it, then check again."
        return Checked("database", "warn", text)
    return Checked("database", "ok", "Every page was read and makes sense.")


def _event_logs(db: Database) -> Iterator[Checked]:
    for sitting in sittings.everyone(db):
        chain = reversed(events.of_sitting(db, sitting.id))
        broken = events.broken_at(chain, events.gone(db, sitting.id))
        if broken is not None:
            text = f"{sitting.title}: the event log was altered, or lost an entry, at {broken}."
            yield Checked("event log", "bad", text)


def _packages(data: Path, db: Database, parties: Parties) -> Iterator[Checked]:
    for sitting in sittings.everyone(db):
        if retention.package_gone(db, sitting.id):
            continue
        try:
            open_package_of(data, sitting, parties, retention.deleted_classes(db, sitting.id))
        except (OSError, ExamError) as error:
            text = f"{sitting.title}: import the same package again ({error})."
            yield Checked("package", "bad", text)
        else:
            yield Checked("package", "ok", f"{sitting.title}: complete.")


def _sitting_keys(data: Path, keys: KeyPair) -> Checked:
    files = [path for path in (data / SITTING_KEYS).glob("*") if path.is_file()]
    if damaged := [path for path in files if not _opens(path, keys)]:
        text = f"{len(damaged)} of {len(files)} are damaged: kiosk restore puts them back."
        return Checked("keys of sittings", "bad", text)
    return Checked("keys of sittings", "ok", f"{len(files)} are there.")


def _opens(path: Path, keys: KeyPair) -> bool:
    try:
        keys.unseal(path.read_bytes())
    except (OSError, ExamError):
        return False
    return True


def _pictures(data: Path, db: Database, keys: KeyPair | None) -> Checked:
    names = incidents.all_pictures(db)
    lost = [name for name in names if not _is_there(data / "evidence" / name, keys)]
    if lost:
        text = f"{len(lost)} of {len(names)} pictures are missing or damaged."
        return Checked("pictures", "warn", text)
    return Checked("pictures", "ok", f"{len(names)} are there.")


def _is_there(path: Path, keys: KeyPair | None) -> bool:
    if keys is None:
        return path.exists()
    try:
        sitting_keys(path.parents[1], keys).open(path.read_bytes())
    except (OSError, ExamError):
        return False
    return True


def _disk(data: Path, settings: Settings) -> Checked:
    free, reserve = shutil.disk_usage(data).free, Reserve(data / "reserve").size
    text = f"{free // MB} MB are free, {reserve // MB} MB more are kept for answers."
    short = free < settings.disk.pictures_stop_mb * MB
    return Checked("disk", "bad" if short else "ok", text + (" Make room." if short else ""))


def _backup(data: Path, settings: Settings) -> Checked:
    folder = settings.backup.to
    if folder is None:
        return Checked("backup", "warn", "None is made. Set backup.to in kiosk.toml.")
    found = newest(folder)
    if found is None:
        return Checked("backup", "bad", f"There is none in {folder}. Is the disk connected?")
    if folder.stat().st_dev == data.stat().st_dev:
        return Checked("backup", "warn", f"{folder} is on the same disk as the centre's data.")
    hours = (SystemClock().now() - made_at(found)).total_seconds() / HOUR
    # One missed backup is tolerated.
    late = hours * 60 > 2 * settings.backup.every_minutes
    return Checked("backup", "warn" if late else "ok", f"The newest is {hours:.1f} hours old.")
