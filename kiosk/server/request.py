"""A request while it arrives. Its body is refused before it is stored, not after.

By the time its headers are here, a request has a lane and a limit: that of its route, and no more
than ``STRANGERS_BYTES`` until the app has said, by the headers alone, that it knows the sender.
What is refused reaches the app without its body, so that the app answers in its own words.
"""

import logging
from io import BytesIO
from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import WSGITask
from waitress.utilities import BadRequest

from kiosk.exam.ports import REFUSED
from kiosk.server.gate import Gate, ServerLimits
from kiosk.server.traffic import Traffic

_log = logging.getLogger(__name__)

STRANGERS_BYTES = 1 << 20
"""Largest body in bytes of a sender whom the app does not know."""

CONTROL_BYTES = 1024
"""Longest line between two chunks of a body, and longest trailer after the last, in bytes."""

TOO_LARGE, UNAVAILABLE = 413, 503


class Request(HTTPRequestParser):  # type: ignore[misc]
    """Reads one request of a channel."""

    body_rcv: Any
    content_length: int
    body_bytes_received: int
    headers_finished: bool
    chunked: bool
    completed: bool

    def __init__(self, adj: Any, address: str, gate: Gate, traffic: Traffic) -> None:
        super().__init__(adj)
        self.address = address
        self.began = self.body_began = gate.now()
        self.limit = STRANGERS_BYTES
        self.refused = 0
        self.undecided = False
        self.sender = address
        self.lane = traffic.other
        self._gate = gate
        self._traffic = traffic
        self._held = 0
        self._large = self._continue = False

    def parse_header(self, header_plus: bytes) -> None:
        """See the base class; afterwards the request has its lane and limit."""
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # an address or a length that no library reads
            raise ParsingError("Request cannot be read") from error
        if self.body_rcv is None:
            self.expect_continue = False
        self.body_began = self._gate.now()
        self.sender = self._sender()
        route = self._traffic.route(self.command, self.path)
        self.lane, self.limit = route.lane, route.body_limit
        if self.content_length > self.limit:
            self.refuse(TOO_LARGE)
        elif self.limit > STRANGERS_BYTES and (
            self.chunked or self.content_length > STRANGERS_BYTES
        ):
            self.undecided, self.limit = True, STRANGERS_BYTES
            self._continue, self.expect_continue = self.expect_continue, False

    def _sender(self) -> str:
        """Whose turn it is, when a lane takes turns."""
        forwarded = str(self.headers.get("X_FORWARDED_FOR", ""))
        if forwarded and self._gate.is_proxy(self.address):
            return forwarded.rpartition(",")[2].strip()[:64]
        return self.address

    def received(self, data: bytes) -> int:
        """Take bytes; returns how many belong to this request."""
        if self.body_rcv is None or self.completed:
            return int(super().received(data))
        consumed = int(super().received(data))
        if self.body_bytes_received > self.limit:
            self.refuse(TOO_LARGE)
        elif not self._take(consumed):
            self.refuse(UNAVAILABLE)
        elif self.chunked and self._rambles():
            self.error, self.completed = BadRequest("Chunk header too long"), True
        return consumed

    def _take(self, count: int) -> bool:
        if not self._gate.bodies.take(self.address, count, large=self._large):
            return False
        self._held += count
        return True

    def _rambles(self) -> bool:
        receiver = self.body_rcv
        return len(receiver.control_line) > CONTROL_BYTES or len(receiver.trailer) > CONTROL_BYTES

    def admit(self) -> bool:
        """Go on with the route's own limit; gives whether the sender waits to be asked."""
        self.undecided, self._large = False, True
        self.limit = self._traffic.route(self.command, self.path).body_limit
        return self._continue

    def get_body_stream(self) -> Any:
        """What the app reads: the body, or nothing while it is only asked who is there."""
        return BytesIO() if self.undecided else super().get_body_stream()

    def refuse(self, status: int) -> None:
        """Drop the body and let the app answer with this status; the connection ends with it."""
        self.close()
        self.refused, self.completed = status, True
        self.body_rcv, self.content_length, self.chunked = None, 0, False
        self.undecided = self.expect_continue = False
        self.lane = self._traffic.other
        self.headers["CONNECTION"], self.headers["CONTENT_LENGTH"] = "close", "0"

    def overdue(self, now: float, limits: ServerLimits) -> bool:
        """Whether it has taken longer to arrive than a request may."""
        if not self.headers_finished:
            return now - self.began > limits.header_seconds
        allowed = limits.body_seconds + self.body_bytes_received / limits.body_bytes_per_s
        return now - self.body_began > allowed

    def close(self) -> None:
        """Let go of the body; once more changes nothing."""
        super().close()
        held, self._held = self._held, 0
        if held:
            self._gate.bodies.give_back(self.address, held)


class Task(WSGITask):  # type: ignore[misc]
    """Carries a request to the app, with a mark on one that was refused."""

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment."""
        environ: dict[str, Any] = super().get_environment()
        if self.request.refused:
            environ[REFUSED] = self.request.refused
        return environ


def knock_environment(channel: Any, request: Request) -> dict[str, Any]:
    """What the app may see of a request whose body has not come yet."""
    environ = Task(channel, request).get_environment()
    environ["CONTENT_LENGTH"] = "0"
    return environ
