"""A mock exam on the centre's real machine: a centre of its own in a temporary folder.

Of the real data directory only the settings and the list of sittings are read, and no file in it
is created or changed. Its lock is held meanwhile, so that the real server cannot run beside.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.bootstrap.centre import Running, open_centre
from kiosk.bootstrap.mock_content import BOTH, CODE, make_candidates, mock_package
from kiosk.bootstrap.setup import CERTIFICATE, REQUEST, SETTINGS, create_centre, settings_of
from kiosk.edge.settings_file import as_toml
from kiosk.exam.mock_exam import MockExamRefused, free_until
from kiosk.exam.ports import Clock
from kiosk.hall.rights import INVIGILATOR
from kiosk.settings import Settings
from kiosk.store.centre import sittings
from kiosk.store.centre.sittings import PlannedSitting
from kiosk.store.errors import StorageUnusable, StoreBusy
from kiosk.store.sqlite.database import DATABASE, DataLock, require_database
from kiosk.store.sqlite.opening import open_unchanged
from kiosk.system import entropy, new_id
from kiosk.vision.packs.manifest import default_weights, weights_below
from kiosk.web.mock_exam import MockExam
from sync.wire.packages.unlock import new_code
from sync.wire.sealing.certificate import make_certificate, read_request
from sync.wire.sealing.keys import KeyPair

FOLDER = "exam-mock-"
CHIEF, SECOND = "chief", "invigilator"
EVIDENCE_MB = 256
"""Most megabytes of pictures: the temporary folder may be in memory."""


class MockExamServerRuns(MockExamRefused):
    """The real server has the data directory open."""

    code = "mock_exam_server_runs"
    message = (
        "The server of this centre is running. Stop it first (systemctl stop exam-kiosk), and"
        " start it again after the mock exam."
    )


class MockExamUnsettled(MockExamRefused):
    """The real server was killed: its sittings cannot be read without changing its files."""

    code = "mock_exam_unsettled"
    message = (
        "The server of this centre did not stop cleanly. Start it once, look whether everything is"
        " there, and stop it again before a mock exam."
    )


@dataclass(frozen=True)
class OpenMock:
    """A mock exam that is ready to be served, with the password of both accounts."""

    running: Running
    mock: MockExam
    settings: Settings
    password: str


@contextmanager
def open_mock_exam(data: Path, count: int, minutes: int, clock: Clock) -> Iterator[OpenMock]:
    """Open a mock exam for the centre in ``data`` while the block runs; then delete it.

    Raises:
        MockExamRefused: a sitting is open or near, or the real server runs or was killed.
        NoCentre: the directory contains no centre.
        StoreError: the real database is missing or cannot be read.
    """
    settings = settings_of(data)
    with ExitStack() as stack:
        stack.enter_context(_lock(data))
        now = clock.now()
        hours = settings.mock_exam.hours_before
        ends_at = free_until(_planned(data), now, hours, minutes)
        _remove_abandoned()
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=FOLDER)))
        password = entropy(6).hex()
        hq = _create(folder / "centre", data, settings, password, clock)
        running = stack.enter_context(open_centre(folder / "centre", clock))
        candidates, code = make_candidates(count), new_code(entropy)
        own = KeyPair.load(folder / "centre" / "keys").public
        package = mock_package(candidates, minutes, hq, own, code, entropy, now)
        running.hall.sittings.import_package(package, "command-line")
        running.hall.accounts.add(SECOND, password, INVIGILATOR, "command-line")
        mock = MockExam(new_id(), ends_at, code, minutes, candidates)
        yield OpenMock(running, mock, settings, password)


def _lock(data: Path) -> DataLock:
    try:
        return DataLock(data)
    except StoreBusy as error:
        raise MockExamServerRuns from error


def _planned(data: Path) -> list[PlannedSitting]:
    require_database(data)
    log = data / f"{DATABASE}-wal"
    if log.exists() and log.stat().st_size:
        raise MockExamUnsettled
    db = open_unchanged(data / DATABASE)
    try:
        return sittings.planned(db)
    finally:
        db.conn.close()


def _create(folder: Path, data: Path, settings: Settings, password: str, clock: Clock) -> KeyPair:
    """Create the mock exam's centre; return the keys of its headquarters."""
    name = f"{BOTH} · {settings.centre_name or settings.centre_code}"[:200]
    create_centre(folder, CODE, name, None, CHIEF, password)
    (folder / SETTINGS).write_text(_toml(_own_settings(settings, name)), encoding="utf-8")
    hq, now, day = KeyPair.generate(entropy), clock.now(), timedelta(days=1)
    request = read_request((folder / REQUEST).read_bytes())
    (folder / CERTIFICATE).write_bytes(make_certificate(request, hq, now - day, now + day))
    installed = weights_below(data)
    weights = installed if installed.exists() else default_weights()
    weights_below(folder).symlink_to(weights.absolute())
    return hq


def _own_settings(settings: Settings, name: str) -> dict[str, Any]:
    """Return the real settings without headquarters and backups, under the mock exam's code."""
    values = settings.model_dump(mode="json", exclude_none=True)
    for table in ("sync", "backup"):
        del values[table]
    values |= {"centre_code": CODE, "centre_name": name}
    values["vision"]["evidence_mb"] = min(EVIDENCE_MB, settings.vision.evidence_mb)
    values["disk"]["reserve_mb"] = 0
    return values


def _toml(values: dict[str, Any]) -> str:
    plain = {key: value for key, value in values.items() if not isinstance(value, dict)}
    tables = {key: value for key, value in values.items() if isinstance(value, dict)}
    lines = [f"{key} = {as_toml(value)}" for key, value in plain.items()]
    for table, entries in tables.items():
        lines += [f"[{table}]", *(f"{key} = {as_toml(value)}" for key, value in entries.items())]
    return "\n".join(lines) + "\n"


def _remove_abandoned() -> None:
    """Delete folders of mock exams that were killed: nobody has them locked."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        if folder.is_symlink() or folder.lstat().st_uid != os.getuid():
            continue
        try:
            lock = DataLock(folder / "centre")
        except (StoreBusy, StorageUnusable):
            continue
        with lock:
            shutil.rmtree(folder, ignore_errors=True)
