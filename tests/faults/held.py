"""An attacker that holds connections of a server, and honest terminals that go on beside it.

The figures are printed (`pytest -s`), never judged: the machines of the tests are shared.
"""

import http.client
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from kiosk.rehearsal.figures import percentile

WAIT = 60
PAUSE_SECONDS = 0.02
SLOW_BODY = b"POST /api/check-in HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"
SLOW_HEAD = b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "
Connect = Callable[[], socket.socket]


class Terminal:
    """Saves answers over one connection, as a browser does."""

    def __init__(self, link: http.client.HTTPConnection, seat: dict[str, Any]) -> None:
        self._seat = seat
        self._seq = 0
        self._http = link
        self.close = self._http.close

    def act(self) -> None:
        """Save one answer; fails unless it is acknowledged."""
        self._seq += 1
        write = {"seq": self._seq, "item": self._seat["item"], "value": "ABCD"[self._seq % 4]}
        body = json.dumps({"writes": [{**write, "at": "2026-04-25T06:00:00Z"}]})
        headers = {**self._seat["headers"], "Content-Type": "application/json"}
        self._http.request("POST", self._seat["path"], body, headers)
        reply = self._http.getresponse()
        content = json.loads(reply.read())
        assert (reply.status, content.get("acked_through")) == (200, self._seq), content


class Reader:
    """Opens a page over and over, over one connection."""

    def __init__(self, link: http.client.HTTPConnection, path: str) -> None:
        self._http = link
        self._path = path
        self.close = self._http.close

    def act(self) -> None:
        """Open the page; fails unless it comes."""
        self._http.request("GET", self._path)
        reply = self._http.getresponse()
        reply.read()
        assert reply.status == 200


def measure(clients: Sequence[Terminal | Reader], times: int, name: str) -> None:
    """Let everybody act at the same time, and print how long that took."""

    def take(client: Terminal | Reader) -> list[float]:
        took = []
        for _ in range(times):
            began = time.perf_counter()
            client.act()
            took.append((time.perf_counter() - began) * 1000)
            time.sleep(PAUSE_SECONDS)
        return took

    with ThreadPoolExecutor(len(clients)) as pool:
        times_ms = sorted(ms for got in pool.map(take, clients) for ms in got)
    figures = " ".join(
        f"p{round(p * 100)} {percentile(times_ms, p):.0f}" for p in (0.5, 0.95, 0.99)
    )
    print(
        f"\n{name}: {len(times_ms)} requests, {figures}, most {times_ms[-1]:.0f} ms",
        file=sys.stderr,
    )


@dataclass
class Held:
    """What an attacker holds; a connection that was refused at once is missing."""

    idle: list[socket.socket]
    slow: list[socket.socket]
    reopened: int = 0


@contextmanager
def held(connects: Sequence[Connect], idle: int, slow: Connect, count: int) -> Iterator[Held]:
    """Idle and slow connections of one address, the slow ones with a byte now and then.

    ``connects`` open idle ones in turn. A slow one that was closed is opened again.
    """
    over, state = threading.Event(), Held([], [])
    with ExitStack() as stack:
        for number in range(count):
            with suppress(OSError):
                state.slow.append(stack.enter_context(begun(slow, number)))
        for number in range(idle):
            with suppress(OSError):
                state.idle.append(stack.enter_context(connects[number % len(connects)]()))

        def trickle() -> None:
            while not over.wait(0.5):
                for number, connection in enumerate(state.slow):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        connection.close()
                        with suppress(OSError):
                            state.slow[number] = begun(slow, number)
                            state.reopened += 1

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        try:
            yield state
        finally:
            over.set()
            thread.join(WAIT)
            for connection in state.slow:
                connection.close()


def begun(connect: Connect, number: int) -> socket.socket:
    """A connection with half a request: every second one in its headers, the others in the body."""
    connection = connect()
    try:
        connection.sendall(SLOW_HEAD if number % 2 else SLOW_BODY)
    except OSError:
        connection.close()
        raise
    return connection


def closed_by_peer(connection: socket.socket, seconds: float) -> bool:
    """Whether the other side ends this connection in time."""
    connection.settimeout(seconds)
    try:
        while connection.recv(1 << 12):
            continue
    except TimeoutError:
        return False
    except OSError:
        return True
    return True
