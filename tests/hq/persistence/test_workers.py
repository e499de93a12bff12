"""Two real processes over one PostgreSQL, killed while centres deliver: every bundle once."""

import base64
import contextlib
import itertools
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from kiosk.bench.hq.postgresql import Postgresql
from kiosk.rehearsal.processes import free_port
from kiosk.system import entropy
from sync.hq.settings import StorageSettings
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.sealing.http_signing import sign_request
from sync.wire.sealing.keys import KeyPair
from sync.wire.sealing.sealed import Sealed
from tests.hq.desk import QUICK, Desk, open_desk
from tests.hq.storage import fresh_blobs
from tests.servers import wait_for

CENTRES, BUNDLES = 3, 25
STARTS = 10
DEATHS = {8: "first", 25: "second", 42: "database", 60: "first"}
"""What dies once so many bundles have been acknowledged."""


class Worker:
    """One ``hq serve``; ``kill`` is what a power cut does to it."""

    def __init__(self, data: Path) -> None:
        self._data, self._port = data, free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        """Start until it listens, as a service manager does: the database may be away, too."""
        command = ("-m", "sync.hq.cli", "serve", "--data", self._data, "--port", str(self._port))
        for _ in range(STARTS):
            self._process = subprocess.Popen(
                [sys.executable, *map(str, command)], stdout=subprocess.DEVNULL
            )
            with contextlib.suppress(RuntimeError):
                return wait_for(self._port, self._process)
        raise RuntimeError("headquarters does not start")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


class Centre:
    """Delivers its bundles, one after another, to whoever answers."""

    def __init__(self, desk: Desk, code: str) -> None:
        self.code, self._keys = code, KeyPair.generate(entropy)
        desk.enrol(code, self._keys)
        self.sealed = [self._sealed(desk, revision) for revision in range(1, BUNDLES + 1)]
        self.receipts: dict[str, bytes] = {}

    def deliver(self, urls: Iterator[str], over: threading.Event) -> None:
        with httpx.Client(timeout=30, trust_env=False) as client:
            for one in self.sealed:
                while not self._delivered(client, next(urls), one) and not over.wait(0.05):
                    pass

    def _delivered(self, client: httpx.Client, url: str, one: Sealed) -> bool:
        request = httpx.Request("PUT", f"{url}/sync/v1/bundles/{one.id}", content=one.data)
        nonce = base64.urlsafe_b64encode(entropy(18)).decode()
        sign_request(request, self._keys, self.code, datetime.now(UTC), nonce)
        try:
            reply = client.send(request)
        except httpx.RequestError:
            return False
        if reply.status_code == httpx.codes.OK:
            self.receipts[one.id] = reply.content
            return True
        assert reply.status_code >= 500, reply.text
        return False

    def _sealed(self, desk: Desk, revision: int) -> Sealed:
        sender = {"centre_code": self.code, "sender_key_id": self._keys.public.key_id}
        result = desk.result({}, revision).model_copy(update=sender)
        return seal_bundle(result, self._keys, desk.hq.public_keys)


@pytest.fixture
def shared(server: Postgresql, tmp_path: Path) -> Iterator[Desk]:
    """An HQ whose settings stand in its file, with a clock that goes with the processes'."""
    storage = StorageSettings(database=server.url, blobs=fresh_blobs())
    desk = open_desk(tmp_path, QUICK, storage)
    desk.clock.wall = datetime.now(UTC)
    lines = (f'database = "{storage.database}"', f'blobs = "{storage.blobs}"')
    (tmp_path / "hq" / "hq.toml").write_text("\n".join(("[storage]", *lines)))
    yield desk
    desk.hq.close()


def test_every_bundle_is_one_row_however_often_processes_and_database_die(
    shared: Desk, server: Postgresql
) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(Worker, [shared.data / "hq"] * 2)
    centres = [Centre(shared, f"W{number}") for number in range(CENTRES)]
    try:
        deliver(centres, {"first": first, "second": second, "database": server})
    finally:
        first.kill()
        second.kill()
    rows = shared.hq.results.attempts(0, limit=500).entries
    sealed = {one.id: one for centre in centres for one in centre.sealed}
    assert sorted(row["bundle_id"] for row in rows) == sorted(sealed)
    assert [row["cursor"] for row in rows] == sorted({row["cursor"] for row in rows})
    for centre in centres:
        for name, receipt in centre.receipts.items():
            assert (
                shared.hq.intake.accept("result", centre.code, name, sealed[name].data) == receipt
            )


def deliver(centres: Sequence[Centre], mortal: Mapping[str, Worker | Postgresql]) -> None:
    """Let centres deliver while something dies now and then, and comes back a little later."""
    over = threading.Event()
    urls = itertools.cycle([one.url for one in mortal.values() if isinstance(one, Worker)])
    with ThreadPoolExecutor(CENTRES + len(DEATHS)) as pool:
        try:
            delivering = [pool.submit(centre.deliver, urls, over) for centre in centres]
            for count, name in DEATHS.items():
                while sum(len(centre.receipts) for centre in centres) < count:
                    assert not any(one.done() and one.exception() for one in delivering)
                    assert not over.wait(0.01)
                mortal[name].kill()
                pool.submit(mortal[name].start)
            for one in delivering:
                one.result(timeout=120)
        finally:
            over.set()
