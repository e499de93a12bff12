"""One machine on the LAN, or one candidate, tries to stop the hall: the others go on answering."""

import http.client
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.faces import portrait
from tests.faults.counts import count
from tests.faults.held import WAIT, Reader, Terminal, held, measure

SEATS = count("seats", 4, 12)
IDLE = count("idle", 1500, 1500)
SLOW = count("slow", 200, 200)
SAVES = count("saves", 15, 150)
CHECKS = 48
TERMINALS = 60
ATTACKER, SHARED = "127.0.0.2", "127.0.0.200"


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


def link(port: int, address: str) -> http.client.HTTPConnection:
    """A connection from an address of this machine."""
    return http.client.HTTPConnection("127.0.0.1", port, WAIT, source_address=(address, 0))


@pytest.fixture(scope="module")
def terminals(hall: dict[str, Any]) -> Iterator[list[Terminal]]:
    """The seats of the hall, each at an address of its own."""
    seats = enumerate(hall["seats"], start=3)
    made = [Terminal(link(hall["port"], f"127.0.0.{number}"), seat) for number, seat in seats]
    yield made
    for terminal in made:
        terminal.close()


def test_1500_idle_and_200_slow_connections_keep_nobody_from_saving(
    hall: dict[str, Any], terminals: list[Terminal]
) -> None:
    def attack() -> socket.socket:
        return socket.create_connection(("127.0.0.1", hall["port"]), WAIT, (ATTACKER, 0))

    measure(terminals, SAVES, "quiet")
    with held([attack], IDLE, attack, SLOW):
        measure(terminals, SAVES, f"{IDLE} idle and {SLOW} slow connections")
    measure(terminals, SAVES, "after they closed")


def test_a_hall_behind_one_address_is_not_refused(hall: dict[str, Any]) -> None:
    """Sixty terminals behind an address translation, each with six connections as a browser has."""
    browsers = [link(hall["port"], SHARED) for _ in range(TERMINALS * 6)]
    try:
        measure([Reader(browser, "/healthz") for browser in browsers[:TERMINALS]], 1, "sixty")
        for browser in browsers[TERMINALS:]:
            browser.connect()
        readers = [Reader(browser, "/healthz") for browser in browsers]
        for _ in range(2):
            for reader in readers:
                reader.act()
    finally:
        for browser in browsers:
            browser.close()


def face_check(hall: dict[str, Any], jpeg: bytes) -> int:
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
            statuses.append(face_check(hall, jpeg))

    with ThreadPoolExecutor(CHECKS) as pool:
        for _ in range(CHECKS):
            pool.submit(check)
        try:
            measure(terminals, SAVES, f"{CHECKS} face checks at once")
        finally:
            over.set()
    assert 429 in statuses
    assert set(statuses) <= {200, 409, 429, 503}  # 409: the face check was over, as time went by
