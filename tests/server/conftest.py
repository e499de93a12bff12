"""A small app behind the server, and raw connections from several addresses."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask, Response, abort, request

from kiosk.exam.ports import KNOCK, REFUSED, REFUSING, TRAFFIC
from kiosk.server.gate import ServerLimits
from kiosk.server.serving import listening

WAIT = 20
"""No test waits longer than this, in seconds, for anything."""

STRANGER, HONEST = "127.0.0.2", "127.0.0.3"
LARGE = 4 << 20


class Rules:
    """Two lanes of two threads; one route takes more than strangers may send."""

    other = "other"

    def lanes(self, threads: int) -> Mapping[str, int]:
        return {"fast": 2, self.other: threads}

    def lane(self, endpoint: str) -> str:
        return "fast" if endpoint == "fast" else self.other

    def body_limit(self, endpoint: str) -> int:
        return LARGE if endpoint == "large" else 1 << 16


@dataclass
class Served:
    """A running server.

    ``bodies``: sizes of what was sent; 0 for each request to ``/page``.
    ``gate`` holds the requests to ``/slow`` until it is set, and is set when ``/much`` is over.
    """

    app: Flask
    port: int
    gate: threading.Event
    bodies: list[int]
    knocks: list[str]
    ended: threading.Event
    sockets: ExitStack = field(repr=False)

    def connect(self, address: str = HONEST) -> socket.socket:
        """A connection from that loopback address."""
        made = socket.create_connection(("127.0.0.1", self.port), WAIT, (address, 0))
        made.settimeout(WAIT)
        return self.sockets.enter_context(made)

    def send(self, data: bytes, address: str = HONEST) -> socket.socket:
        """A connection with these bytes sent."""
        made = self.connect(address)
        made.sendall(data)
        return made

    def get(self, path: str, address: str = HONEST) -> bytes:
        """The whole reply to a request on a connection of its own."""
        return rest(
            self.send(
                f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode(), address
            )
        )

    def refusing(self) -> list[str]:
        """The addresses that staff are told of."""
        found: list[str] = self.app.extensions[REFUSING]()
        return found


def rest(connection: socket.socket) -> bytes:
    """Everything until the server closes; fails after WAIT seconds without a byte."""
    got = b""
    try:
        while piece := connection.recv(1 << 16):
            got += piece
    except ConnectionError:
        pass
    return got


def status(reply: bytes) -> int:
    """The status of a reply; 0 when there is none."""
    return int(reply.split(b" ", 2)[1]) if reply else 0


def _app(gate: threading.Event, bodies: list[int], knocks: list[str]) -> Flask:
    app = Flask("served")
    app.extensions[TRAFFIC] = Rules()

    @app.before_request
    def _answer_server() -> Response | None:
        if marked := request.environ.get(REFUSED):
            abort(marked)
        if KNOCK in request.environ:
            knocks.append(request.path)
            return Response(status=204 if request.cookies.get("session") == "known" else 401)
        return None

    @app.route("/large", methods=["GET", "POST"], endpoint="large")
    @app.route("/small", methods=["GET", "POST"], endpoint="small")
    def take() -> str:
        bodies.append(len(request.get_data()))
        return "taken"

    @app.get("/fast", endpoint="fast")
    def fast() -> str:
        return "fast"

    @app.get("/page")
    def page() -> bytes:
        bodies.append(0)
        return bytes(1 << 20)

    @app.get("/slow")
    def slow() -> str:
        gate.wait(WAIT)
        return "slow"

    @app.get("/much")
    def much() -> Response:
        response = Response(b"x" * (1 << 20) for _ in range(200))
        response.call_on_close(gate.set)
        return response

    return app


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Starts servers with the given limits; all are stopped with the test."""
    with ExitStack() as stack:

        def start(threads: int = 2, **limits: Any) -> Served:
            gate, ended = threading.Event(), threading.Event()
            bodies: list[int] = []
            knocks: list[str] = []
            app = _app(gate, bodies, knocks)
            url = stack.enter_context(
                listening(
                    app,
                    "127.0.0.1",
                    0,
                    threads,
                    limits=ServerLimits(**limits),
                    ended=ended,
                )
            )
            stack.callback(gate.set)
            sockets = stack.enter_context(ExitStack())
            port = int(url.rpartition(":")[2])
            return Served(app, port, gate, bodies, knocks, ended, sockets)

        yield start
