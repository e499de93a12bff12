"""A request while it arrives. A body is refused before it is stored, not after.

Once its headers have arrived, a request has a lane and a limit: that of its route, but no more than
``STRANGERS_BYTES`` until the app has confirmed, by the headers alone, that it knows the sender. A
refused request reaches the app without its body, so that the app words the answer.
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
"""Largest body in bytes from a sender whom the app does not know."""

CONTROL_BYTES = 1024
"""Longest line between two chunks of a body, and longest trailer after the last, in bytes."""

TOO_LARGE, UNAVAILABLE = 413, 503


class Request(HTTPRequestParser):  # type: ignore[misc]
    """Parses one request of a channel."""

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
        except ValueError as error:  # a path or a length that the libraries cannot parse
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
            # Until the app knows the sender; 100 Continue must also wait for that.
            self.undecided, self.limit = True, STRANGERS_BYTES
            self._continue, self.expect_continue = self.expect_continue, False

    def _sender(self) -> str:
        """Return the address by which a lane takes turns."""
        forwarded = str(self.headers.get("X_FORWARDED_FOR", ""))
        if forwarded and self._gate.is_proxy(self.address):
            # The last entry is the trusted proxy's own; earlier ones come from the client.
            return forwarded.rpartition(",")[2].strip()[:64]
        return self.address

    def received(self, data: bytes) -> int:
        """Parse bytes; return how many belong to this request."""
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
        """Apply the route's own limit; return whether the sender waits for 100 Continue."""
        self.undecided, self._large = False, True
        self.limit = self._traffic.route(self.command, self.path).body_limit
        return self._continue

    def get_body_stream(self) -> Any:
        """Return the body for the app; an empty one while it is only asked about the sender."""
        return BytesIO() if self.undecided else super().get_body_stream()

    def refuse(self, status: int) -> None:
        """Drop the body and let the app answer with this status, which closes the connection."""
        self.close()
        self.refused, self.completed = status, True
        self.body_rcv, self.content_length, self.chunked = None, 0, False
        self.undecided = self.expect_continue = False
        self.lane = self._traffic.other
        self.headers["CONNECTION"], self.headers["CONTENT_LENGTH"] = "close", "0"

    def overdue(self, now: float, limits: ServerLimits) -> bool:
        """Return whether the request takes longer to arrive than it may."""
        if not self.headers_finished:
            return now - self.began > limits.header_seconds
        allowed = limits.body_seconds + self.body_bytes_received / limits.body_bytes_per_s
        return now - self.body_began > allowed

    def close(self) -> None:
        """Release the body; no effect the second time."""
        super().close()
        held, self._held = self._held, 0
        if held:
            self._gate.bodies.give_back(self.address, held)


class Task(WSGITask):  # type: ignore[misc]
    """Passes a request to the app, marked if it was refused."""

    def get_environment(self) -> dict[str, Any]:
        """Return the WSGI environment."""
        environ: dict[str, Any] = super().get_environment()
        if self.request.refused:
            environ[REFUSED] = self.request.refused
        return environ


def knock_environment(channel: Any, request: Request) -> dict[str, Any]:
    """Return the environment of a request whose body has not arrived yet."""
    environ = Task(channel, request).get_environment()
    environ["CONTENT_LENGTH"] = "0"
    return environ
