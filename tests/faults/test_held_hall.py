"""One machine on the LAN, or one candidate, tries to stop the hall: the others go on answering.

The figures are printed (`pytest -s`), never judged: the machines of the tests are shared.
"""

import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from kiosk.rehearsal.figures import percentile
from tests.centres import portrait
from tests.faults.counts import count

SEATS = count("seats", 4, 12)
IDLE = count("idle", 1500, 1500)
SLOW = count("slow", 200, 200)
SAVES = count("saves", 15, 150)
CHECKS = 48
WAIT = 60
ATTACKER = "127.0.0.2"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A centre in a process of its own."""
    folder = tmp_path_factory.mktemp("hall")
    command = [sys.executable, "-m", "tests.faults.hall", str(folder), str(SEATS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        watchdog = threading.Timer(600, process.kill)
        watchdog.start()
        try:
            assert process.stdout
            yield json.loads(process.stdout.readline())
            assert process.poll() is None
        finally:
            watchdog.cancel()
            process.communicate(timeout=WAIT)


class Terminal:
    """Saves answers over one connection, as a browser does."""

    def __init__(self, port: int, address: str, seat: dict[str, Any]) -> None:
        self._seat = seat
        self._seq = 0
        self._http = http.client.HTTPConnection(
            "127.0.0.1", port, WAIT, source_address=(address, 0)
        )
        self.close = self._http.close

    def save(self, times: int) -> list[float]:
        """Save so often; gives milliseconds, and fails unless each save is acknowledged."""
        return [self._once() for _ in range(times)]

    def _once(self) -> float:
        self._seq += 1
        write = {"seq": self._seq, "item": self._seat["item"], "value": "ABCD"[self._seq % 4]}
        body = json.dumps({"writes": [{**write, "at": "2026-04-25T06:00:00Z"}]})
        began = time.perf_counter()
        kind = {"Content-Type": "application/json"}
        self._http.request("POST", self._seat["path"], body, {**self._seat["headers"], **kind})
        reply = self._http.getresponse()
        content = json.loads(reply.read())
        took = (time.perf_counter() - began) * 1000
        assert (reply.status, content.get("acked_through")) == (200, self._seq)
        time.sleep(0.02)
        return took


@pytest.fixture(scope="module")
def terminals(hall: dict[str, Any]) -> Iterator[list[Terminal]]:
    """The seats of the hall, each at an address of its own."""
    seats = enumerate(hall["seats"], start=3)
    made = [Terminal(hall["port"], f"127.0.0.{number}", seat) for number, seat in seats]
    yield made
    for terminal in made:
        terminal.close()


def save_all(terminals: list[Terminal], name: str) -> None:
    """Let everybody save at the same time, and print how long that took."""
    with ThreadPoolExecutor(len(terminals)) as pool:
        times = sorted(ms for got in pool.map(lambda t: t.save(SAVES), terminals) for ms in got)
    figures = " ".join(f"p{round(p * 100)} {percentile(times, p):.0f}" for p in (0.5, 0.95, 0.99))
    print(f"\n{name}: {len(times)} saves, {figures}, most {times[-1]:.0f} ms", file=sys.stderr)


def attack(port: int, data: bytes) -> socket.socket | None:
    """A connection from the attacker's address; None when it is refused at once."""
    try:
        made = socket.create_connection(("127.0.0.1", port), WAIT, (ATTACKER, 0))
        made.sendall(data)
    except ConnectionError:
        return None
    return made


@contextmanager
def held(port: int) -> Iterator[None]:
    """Idle and slow connections of one address, the slow ones with a byte now and then."""
    over = threading.Event()
    head = b"POST /api/check-in HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"
    with ExitStack() as stack:
        slow = [attack(port, head) for _ in range(SLOW)]
        idle = [attack(port, b"") for _ in range(IDLE)]
        for made in (*slow, *idle):
            if made is not None:
                stack.enter_context(made)

        def trickle() -> None:
            while not over.wait(0.5):
                for number, made in enumerate(slow):
                    if made is None:
                        slow[number] = attack(port, head)
                        continue
                    try:
                        made.sendall(b"x")
                    except OSError:
                        made.close()
                        slow[number] = None

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(WAIT)
            for made in slow:
                if made is not None:
                    made.close()


def test_1500_idle_and_200_slow_connections_keep_nobody_from_saving(
    hall: dict[str, Any], terminals: list[Terminal]
) -> None:
    save_all(terminals, "quiet")
    with held(hall["port"]):
        save_all(terminals, f"{IDLE} idle and {SLOW} slow connections")
    save_all(terminals, "after they closed")


def look(hall: dict[str, Any], jpeg: bytes) -> int:
    """Send one picture for a face check; the status."""
    sender = http.client.HTTPConnection(
        "127.0.0.1", hall["port"], WAIT, source_address=(ATTACKER, 0)
    )
    kind = {"Content-Type": "image/jpeg"}
    sender.request("POST", hall["look"]["path"], jpeg, {**hall["look"]["headers"], **kind})
    status = sender.getresponse().status
    sender.close()
    return status


def test_48_face_checks_at_once_keep_nobody_from_saving(
    hall: dict[str, Any], terminals: list[Terminal]
) -> None:
    jpeg, over = portrait(0), threading.Event()
    statuses: list[int] = []

    def check() -> None:
        while not over.is_set():
            statuses.append(look(hall, jpeg))

    with ThreadPoolExecutor(CHECKS) as pool:
        for _ in range(CHECKS):
            pool.submit(check)
        try:
            save_all(terminals, f"{CHECKS} face checks at once")
        finally:
            over.set()
    assert 429 in statuses
    assert set(statuses) <= {200, 409, 429, 503}  # 409: the look was over, as time went by
