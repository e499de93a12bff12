"""Headquarters as real processes, and a centre with a full outbox, for benchmarks of sync."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from kiosk.bench.hq.content import Made, Sat, bundle, picture, sat
from kiosk.bootstrap.centre import centre_of
from kiosk.bootstrap.link import Link, inlets_of, open_link
from kiosk.bootstrap.setup import SETTINGS
from kiosk.hall.context import CentreContext
from kiosk.hall.machine.restore_detection import RestoreDetection
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.sitting.sittings import Sittings
from kiosk.rehearsal.environment import set_up
from kiosk.rehearsal.people import make_people
from kiosk.rehearsal.processes import ServerDidNotStart, first_line, stop
from kiosk.settings import resource
from kiosk.store.centre import outbox
from kiosk.store.centre.outbox import EVIDENCE, FIRST, INCIDENT_EVIDENCE, RESULT, OutboxItem
from kiosk.system import SystemClock, entropy, new_id
from sync.hq.services import open_headquarters
from sync.wire.sealing.keys import KeyPair, PublicKeys

NOWHERE = "http://127.0.0.1:1"
SEATS = 60


@dataclass(frozen=True)
class Site:
    """The data directories of headquarters and a centre, and the sitting."""

    hq: Path
    centre: Path
    sat: Sat
    hq_keys: PublicKeys

    def bundles(self, first: int, count: int) -> Sequence[Made]:
        """Return ``count`` sealed results from number ``first``."""
        keys = KeyPair.load(self.centre / "keys")
        return [bundle(self.sat, n, keys, self.hq_keys) for n in range(first, first + count)]


def make_site(folder: Path, database: str | None = None) -> Site:
    """Create an HQ with a package for one centre; ``database``: its URL instead of SQLite."""
    write_settings(folder / "hq", database)
    set_up(folder, NOWHERE, {"benchmark": make_people(SEATS)}, 60)
    hq = open_headquarters(folder / "hq", SystemClock(), new_id, entropy)
    try:
        return Site(folder / "hq", folder / "centre", sat(hq), hq.public_keys)
    finally:
        hq.close()


def write_settings(data: Path, database: str | None = None, blobs: str | None = None) -> None:
    """Make a data directory with the sample settings; the URLs replace SQLite and the folder."""
    data.mkdir(parents=True)
    text = resource("config/hq.toml").read_text(encoding="utf-8")
    if database is not None:
        text = text.replace('database = "sqlite:database.sqlite"', f'database = "{database}"')
    if blobs is not None:
        text = text.replace('blobs = "folder:objects"', f'blobs = "{blobs}"')
    (data / "hq.toml").write_text(text, encoding="utf-8")


@contextmanager
def served(data: Path, processes: int = 1) -> Iterator[Sequence[int]]:
    """Run ``processes`` servers of headquarters on one data directory; yield their ports."""
    with ExitStack() as stack:
        yield [stack.enter_context(_server(data)) for _ in range(processes)]


@contextmanager
def _server(data: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "sync.hq.cli", "serve", "--data", str(data), "--port", "0"]
    with subprocess.Popen(  # noqa: S603  # our own command
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as server:
        try:
            yield _port(server)
        finally:
            stop(server)


def _port(server: "subprocess.Popen[str]") -> int:
    line = first_line(server)
    if "http://" not in line:
        raise ServerDidNotStart(what="hq serve")
    return int(line.rstrip("/\n").rpartition(":")[2])


@contextmanager
def open_site(site: Site, url: str) -> Iterator[tuple[CentreContext, Link]]:
    """Open the centre without running it, with a sync agent for that address."""
    settings = site.centre / SETTINGS
    lines = settings.read_text(encoding="utf-8").splitlines()
    changed = [f'hq_url = "{url}"' if line.startswith("hq_url") else line for line in lines]
    settings.write_text("\n".join(changed), encoding="utf-8")
    with ExitStack() as stack:
        centre = centre_of(site.centre, SystemClock(), threading.Event(), stack)
        papers, restore_detection = OpenedPackages(centre), RestoreDetection(centre)
        sittings = Sittings(centre, papers)
        restore_detection.at_start()
        yield centre, open_link(inlets_of(sittings, centre), centre, restore_detection, stack)


def fill_outbox(centre: CentreContext, site: Site, bundles: Sequence[Made], pictures: int) -> None:
    """Queue results, and a number of pictures of 30 kB."""
    now, sitting_id = centre.clock.now(), site.sat.sitting_id
    items = []
    for number, one in enumerate(bundles):
        centre.folders.outbox.put(one.id, one.data)
        items.append(
            OutboxItem(RESULT, one.id, sitting_id, FIRST[RESULT], f"A{number:07d}", 1, one.head)
        )
    for number in range(pictures):
        name = centre.keep_sealed(sitting_id, "pictures", picture(number, 30_000))
        items.append(OutboxItem(EVIDENCE, name, sitting_id, INCIDENT_EVIDENCE))

    def job(db: Database) -> None:
        for item in items:
            outbox.add(db, item, now)

    centre.store.write(job)


def copy(site: Site, folder: Path) -> Site:
    """Copy the site into another folder."""
    shutil.copytree(site.hq, folder / "hq")
    shutil.copytree(site.centre, folder / "centre")
    return Site(folder / "hq", folder / "centre", site.sat, site.hq_keys)
