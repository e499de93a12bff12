"""One headquarters, some centres, a bad link between them, and the invariant of the whole suite."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import select

from kiosk.bootstrap.setup import CERTIFICATE, REQUEST, SETTINGS, create_centre
from kiosk.store.centre.outbox import EVENT_LOG, EVIDENCE, RESULT
from kiosk.system import entropy, new_id
from sync.agent.bandwidth import Wait
from sync.hq.persistence import tables
from sync.hq.persistence.result_tables import results
from sync.hq.persistence.sync_tables import event_logs, evidence
from sync.hq.services import initialise, open_headquarters
from sync.wire import canonical
from sync.wire.delivery.evidence import open_evidence
from sync.wire.sealing.sealed import open_plain
from tests.centres import PASSWORD, USERNAME, ManualClock
from tests.faults.proxy import Proxy, bad_link, passing_total
from tests.faults.sites import CentreSite, HqSite, OutboxFiles
from tests.hq.desk import BY, QUICK

CODES = ("BJ01", "SH01")
NOWHERE = "http://127.0.0.1:1"


@dataclass
class World:
    """What a test has: turn the clock, break the link, stop and start the sites."""

    folder: Path
    clock: ManualClock
    proxy: Proxy
    hq: HqSite
    centres: Sequence[CentreSite]

    @property
    def centre(self) -> CentreSite:
        """The first centre."""
        return self.centres[0]

    def settle(self) -> None:
        """The link is good again: every centre syncs until it is told that all is there."""
        self.proxy.plan = passing_total
        for centre in self.centres:
            centre.sync_until_complete()


@contextmanager
def open_world(
    folder: Path, codes: Sequence[str] = CODES[:1], settings: str = "", wait: Wait | None = None
) -> Iterator[World]:
    """A new world; ``settings`` are lines for the table ``sync`` of the centres' settings."""
    clock = ManualClock()
    with ExitStack() as stack:
        proxy = stack.enter_context(bad_link())
        shutil.copytree(_template() / "hq", folder / "hq")
        hq = HqSite(folder / "hq", clock, proxy)
        stack.callback(hq.close)
        hq.open()
        centres = [_settle(folder, code, hq, proxy, settings, wait) for code in codes]
        for centre in centres:
            stack.callback(centre.close)
            centre.open()
        yield World(folder, clock, proxy, hq, centres)


def held(site: HqSite, code: str) -> OutboxFiles:
    """What headquarters holds of a centre: every sealed object opened with its own keys."""
    blobs, keys, own = site.hq.storage.blobs, site.keys, site.hq.centres.keys(code)
    bundles = tables.bundles
    with site.hq._database.read() as connection:
        of = {
            RESULT: select(bundles.c.id, bundles.c.object).where(bundles.c.centre_code == code),
            EVENT_LOG: select(event_logs.c.id, event_logs.c.object).where(
                event_logs.c.centre_code == code
            ),
            EVIDENCE: select(evidence.c.sha256, evidence.c.object).where(
                evidence.c.centre_code == code
            ),
        }
        rows = {kind: connection.execute(query).all() for kind, query in of.items()}
    found: OutboxFiles = {
        kind: {name: open_plain(blobs.get(blob), keys, own) for name, blob in rows[kind]}
        for kind in (RESULT, EVENT_LOG)
    }
    found[EVIDENCE] = {
        name: open_evidence(blobs.get(blob), keys, own, code)[1] for name, blob in rows[EVIDENCE]
    }
    return found


def assert_same(site: HqSite, centres: Sequence[CentreSite]) -> None:
    """Headquarters has exactly what the centres closed, byte for byte, and says so to both."""
    contacts = site.hq.inventories.contacts()
    for centre in centres:
        there, here = held(site, centre.code), centre.closed()
        assert {kind: sorted(some) for kind, some in there.items()} == {
            kind: sorted(some) for kind, some in here.items()
        }
        assert there == here
        for kind in there:
            assert all(canonical.digest(data) == name for name, data in there[kind].items())
        assert contacts[centre.code].complete
        assert centre.view().complete
    assert _attempts(site) == _results(site)


def _attempts(site: HqSite) -> int:
    attempt = (tables.bundles.c.centre_code, tables.bundles.c.attempt_id)
    with site.hq._database.read() as connection:
        return len(connection.execute(select(*attempt).distinct()).all())


def _results(site: HqSite) -> int:
    with site.hq._database.read() as connection:
        return len(connection.execute(select(results.c.bundle_id)).all())


def _settle(
    folder: Path, code: str, hq: HqSite, proxy: Proxy, settings: str, wait: Wait | None
) -> CentreSite:
    data = folder / code
    shutil.copytree(_template() / code, data)
    text = (data / SETTINGS).read_text().replace(NOWHERE, proxy.url)
    for line in settings.splitlines():
        name = line.partition(" ")[0]
        old = next(one for one in text.splitlines() if one.startswith(name))
        text = text.replace(old, line)
    (data / SETTINGS).write_text(text)
    return CentreSite(data, code, hq.clock, hq.keys, wait)


@cache
def _template() -> Path:
    """Headquarters and its enrolled centres, made once for all worlds."""
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    initialise(folder / "hq", entropy)
    hq = open_headquarters(folder / "hq", ManualClock(), new_id, entropy, QUICK)
    for code in CODES:
        data = folder / code
        create_centre(data, code, f"考点 {code}", NOWHERE, USERNAME, PASSWORD)
        (data / CERTIFICATE).write_bytes(hq.centres.approve((data / REQUEST).read_bytes(), BY))
    hq.close()
    return folder
