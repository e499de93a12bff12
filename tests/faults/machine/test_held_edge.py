"""One machine on the LAN holds connections of Caddy, or of headquarters: others are served."""

import http.client
import json
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.centres import PASSWORD, USERNAME
from tests.e2e.lan import SERVER_ADDRESS, TERMINAL_ADDRESS, Machine, lan
from tests.faults.counts import count
from tests.faults.held import WAIT, Reader, Terminal, closed_by_peer, held, measure

SEATS = count("seats", 4, 12)
IDLE = count("idle", 1500, 1500)
SLOW = count("slow", 200, 200)
SAVES = count("saves", 15, 150)
WAYS = [True, False][: count("ways", 1, 2)]
"""Headquarters behind Caddy; in full also without it, as every centre is tried in each run."""
ATTACKER = "192.168.77.66"
HTTPS, HQ_PORT = 443, 8090
EDGE_SECONDS = 40
"""Caddy gives headers, and the start of TLS, 15 s."""


@dataclass
class Served:
    """A server's machine, and the machine of everybody else."""

    base: Path
    server: Machine
    others: Machine
    stack: ExitStack
    seats: list[dict[str, Any]]

    def tls(self) -> ssl.SSLContext:
        """Trusts Caddy's CA alone."""
        return ssl.create_default_context(cafile=self.root)

    @property
    def root(self) -> Path:
        """Its certificate."""
        return self.base / "storage" / "pki" / "authorities" / "local" / "root.crt"

    def https(self, address: str) -> http.client.HTTPConnection:
        """A browser at an address of the LAN."""
        source = (address, 0)
        return http.client.HTTPSConnection(
            SERVER_ADDRESS, HTTPS, timeout=WAIT, source_address=source, context=self.tls()
        )


def address_of(number: int) -> str:
    """Where each terminal is."""
    return f"192.168.77.{100 + number}"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The two machines, with an address for each terminal and one for the attacker."""
    with ExitStack() as stack:
        server, others = stack.enter_context(lan(tmp_path))
        for address in (ATTACKER, *(address_of(number) for number in range(SEATS))):
            others.add_address(address)
        yield Served(tmp_path, server, others, stack, [])


def start_caddy(served: Served) -> None:
    """With the configuration that our command has written."""
    caddyfile = str(served.base / "caddy" / "Caddyfile")
    log = served.base / "caddy.log"
    served.stack.enter_context(served.server.running(log, "caddy", "run", "--config", caddyfile))
    until_answered(served, HTTPS, log)
    gate = threading.Event()
    for _ in range(WAIT):
        link: http.client.HTTPConnection | None = None
        try:
            link = served.https(ATTACKER)
            Reader(link, "/healthz").act()
        except (OSError, AssertionError):
            gate.wait(1)
        else:
            return
        finally:
            if link is not None:
                link.close()
    pytest.fail(log.read_text()[-2000:])


def until_answered(served: Served, port: int, log: Path) -> None:
    """Wait until something listens."""
    gate = threading.Event()
    for _ in range(WAIT * 2):
        try:
            plain(port).close()
        except OSError:
            gate.wait(0.5)
        else:
            return
    pytest.fail(log.read_text()[-2000:] if log.exists() else "nothing listens")


def plain(port: int, address: str = ATTACKER) -> socket.socket:
    """A connection that says nothing."""
    return socket.create_connection((SERVER_ADDRESS, port), WAIT, (address, 0))


def serve_centre(served: Served) -> None:
    """A centre in mid-exam behind Caddy."""
    words = (sys.executable, "-m", "tests.faults.hall", str(served.base), str(SEATS))
    process = subprocess.Popen(
        served.server.command(*words, SERVER_ADDRESS),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=served.server.env,
    )  # fmt: skip
    served.stack.enter_context(process)
    served.stack.callback(process.kill)
    watchdog = threading.Timer(1200, process.kill)
    watchdog.start()
    served.stack.callback(watchdog.cancel)
    assert process.stdout
    served.seats = json.loads(process.stdout.readline())["seats"]
    start_caddy(served)


def serve_hq(served: Served, *, edge: bool) -> None:
    """Headquarters, behind Caddy or without."""
    data, machine = served.base / "hq", served.server
    password = served.base / "password"
    password.write_text(f"{PASSWORD}\n")
    init = ("init", "--data", str(data), "--password-file", str(password))
    made = machine.kiosk("sync.hq.cli", *init)
    assert made.returncode == 0, made.stderr
    if edge:
        folders = ("--to", str(served.base / "caddy"), "--storage", str(served.base / "storage"))
        words = ("tls", "write", "--data", str(data), "--yes", *folders, SERVER_ADDRESS)
        written = machine.kiosk("sync.hq.cli", *words)
        assert written.returncode == 0, written.stderr
    listen = () if edge else ("--host", "0.0.0.0")  # noqa: S104  # of the test's own network
    words = ("sync.hq.cli", "serve", "--data", str(data), *listen)
    log = served.base / "hq.log"
    served.stack.enter_context(machine.running(log, sys.executable, "-m", *words))
    if edge:
        start_caddy(served)
    else:
        until_answered(served, HQ_PORT, log)


def hold(served: Served, port: int, clients: list[Terminal] | list[Reader], name: str) -> None:
    """Measure, attack and measure, measure again; the attack's connections are ended."""
    tls = served.tls() if port == HTTPS else None

    def bare() -> socket.socket:
        return plain(port)

    def wrapped() -> socket.socket:
        connection = plain(port)
        if tls is None:
            return connection
        try:
            return tls.wrap_socket(connection, server_hostname=SERVER_ADDRESS)
        except OSError:
            connection.close()
            raise

    measure(clients, SAVES, f"{name}, quiet")
    with held([bare, bare, bare, wrapped], IDLE, wrapped, SLOW) as state:
        measure(clients, SAVES, f"{name}, {len(state.idle)} idle and {len(state.slow)} slow")
        assert closed_by_peer(state.idle[0], EDGE_SECONDS), "nothing was said, and it stayed open"
    measure(clients, SAVES, f"{name}, after they closed")
    for client in clients:
        client.close()


def test_terminals_behind_caddy_save_while_one_machine_holds_its_connections(
    served: Served,
) -> None:
    with served.others.entered():
        serve_centre(served)
        terminals = [
            Terminal(served.https(address_of(number)), seat)
            for number, seat in enumerate(served.seats)
        ]
        hold(served, HTTPS, terminals, "centre behind Caddy")


def test_a_hall_behind_one_address_and_caddy_is_not_refused(served: Served) -> None:
    """An address translation or a second proxy makes all terminals one address."""
    with served.others.entered():
        serve_centre(served)
        terminals = [Terminal(served.https(TERMINAL_ADDRESS), seat) for seat in served.seats]
        browsers = [served.https(TERMINAL_ADDRESS) for _ in range(360)]
        for browser in browsers:
            Reader(browser, "/healthz").act()
        measure(terminals, SAVES, "one address, 360 connections")
        for terminal in terminals:
            terminal.close()
        for browser in browsers:
            browser.close()


def sign_in(served: Served, address: str, password: str) -> int:
    """The status of a sign-in of staff at this address."""
    body = json.dumps({"username": USERNAME, "password": password})
    headers = {"Origin": f"https://{SERVER_ADDRESS}", "Content-Type": "application/json"}
    link = served.https(address)
    try:
        link.request("POST", "/staff/api/sign-in", body, headers)
        return link.getresponse().status
    finally:
        link.close()


def test_behind_caddy_wrong_passwords_slow_down_the_address_they_come_from(served: Served) -> None:
    with served.others.entered():
        serve_centre(served)
        statuses = [sign_in(served, ATTACKER, f"wrong {number}") for number in range(12)]
        assert statuses[-1] == 429
        assert sign_in(served, ATTACKER, PASSWORD) == 429
        assert sign_in(served, TERMINAL_ADDRESS, PASSWORD) == 200


@pytest.mark.parametrize("edge", WAYS, ids=lambda edge: "caddy" if edge else "direct")
def test_headquarters_answers_while_one_machine_holds_its_connections(
    served: Served, *, edge: bool
) -> None:
    def direct(address: str) -> http.client.HTTPConnection:
        source = (address, 0)
        return http.client.HTTPConnection(SERVER_ADDRESS, HQ_PORT, WAIT, source_address=source)

    with served.others.entered():
        serve_hq(served, edge=edge)
        link: Callable[[str], http.client.HTTPConnection] = served.https if edge else direct
        readers = [Reader(link(address_of(number)), "/sign-in") for number in range(SEATS)]
        hold(served, HTTPS if edge else HQ_PORT, readers, "HQ behind Caddy" if edge else "HQ")
