"""Waitress with limits: no client uses more of the server than :class:`ServerLimits` allow.

The loop (one thread) reads and writes all connections; lanes process the requests. The loop uses
poll, because select cannot handle descriptors above 1023. An error that ends the loop ends the
server: the process must then exit, so that it is restarted.
"""

import errno
import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from kiosk.server.gate import Gate
from kiosk.server.request import TOO_LARGE, UNAVAILABLE, Request, Task, knock_environment
from kiosk.server.traffic import Traffic

_log = logging.getLogger(__name__)

NO_ROOM = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
"""The machine cannot accept one more connection."""

REST_SECONDS = 1.0
ACCEPTED_AT_ONCE = 64
DRAIN_BYTES = 1 << 16


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection."""

    task_class = Task
    will_close: bool
    close_when_flushed: bool
    total_outbufs_len: int
    requests: list[Request]
    request: Request | None
    moved: float
    idle_since: float
    drains_since: float | None = None
    drains = False
    """Whether more of a refused request may follow its answer."""
    parked = False
    """Whether the next request waits until the client has read the reply to the last one."""
    owes_since: float | None = None
    """Since when the client has had unread replies; None without any."""
    taken = 0
    """Bytes that the client has read since then."""

    def __init__(
        self,
        server: Any,
        sock: Any,
        addr: Any,
        adj: Any,
        map: Any = None,  # noqa: A002
    ) -> None:
        self.address = str(addr[0])
        self.gate: Gate = server.gate
        self.deciding = False
        self.spoke = False
        self.moved = self.idle_since = self.gate.now()
        self.parser_class = partial(
            Request, address=self.address, gate=self.gate, traffic=server.traffic
        )
        super().__init__(server, sock, addr, adj, map=map)

    def add_channel(self, map: Any = None) -> None:  # noqa: A002
        """See the base class."""
        super().add_channel(map)
        self.gate.add(self)

    def del_channel(self, map: Any = None) -> None:  # noqa: A002
        """See the base class."""
        super().del_channel(map)
        self.gate.remove(self)
        if self.request is not None:
            self.request.close()

    @property
    def unfinished(self) -> bool:
        """Whether a request has begun to arrive and is not complete."""
        return self.request is not None or self.drains_since is not None

    @property
    def idle(self) -> bool:
        """Whether nothing is being received, processed or sent here."""
        busy = self.unfinished or self.deciding or self.requests or self.total_outbufs_len
        return not bool(busy or self.will_close or self.close_when_flushed)

    def overdue(self, now: float) -> bool:
        """Return whether the client has kept the server waiting for too long."""
        limits = self.gate.limits
        if self.total_outbufs_len:
            return now - self.moved > limits.idle_seconds or self._reads_slowly(now)
        if self.drains_since is not None:
            return now - self.drains_since > limits.body_seconds
        if self.requests or self.deciding:
            return False
        if (request := self.request) is not None:
            return request.overdue(now, limits)
        patience = limits.idle_seconds if self.spoke else limits.header_seconds
        if self.gate.is_proxy(self.address):
            patience = limits.proxy_idle_seconds
        return now - self.idle_since > patience

    def _reads_slowly(self, now: float) -> bool:
        limits, since = self.gate.limits, self.owes_since
        allowed = limits.idle_seconds + self.taken / limits.reply_bytes_per_s
        return since is not None and now - since > allowed

    @property
    def stuck_since(self) -> float | None:
        """Since when this connection waits for its client with a request or reply incomplete."""
        if self.request is not None:
            return self.request.began
        return self.owes_since if self.drains_since is None else self.drains_since

    def readable(self) -> bool:
        """See the base class."""
        if self.drains_since is not None:
            return not self.will_close
        return not self.deciding and bool(super().readable())

    def handle_read(self) -> None:
        """Read what has arrived; discard what follows a refused request."""
        if self.drains_since is None:
            super().handle_read()
            return
        try:
            self.recv(DRAIN_BYTES)
        except OSError:
            self.handle_close()

    def received(self, data: bytes) -> bool:
        """Parse bytes; a request with a large body waits until its sender is known."""
        self.spoke = True
        taken = bool(super().received(data))
        request = self.request
        if request is None:
            return taken
        if request.undecided and not self.deciding:
            self.deciding = True
            # Reading stops while `deciding`, so TCP holds the body back at the client.
            self.server.door.submit(self._ask, request)
        elif self.gate.unfinished_full(self.address):
            self.will_close = True
        return taken

    def _ask(self, request: Request) -> None:
        """Ask the app whether it knows the sender, in a thread: the loop must not wait."""
        try:
            status = 0 if self.server.traffic.knows(knock_environment(self, request)) else TOO_LARGE
        except Exception:  # noqa: BLE001 - logged; the sender is asked to come again
            _log.exception("whether a sender is known cannot be told")
            status = UNAVAILABLE
        # Decide in the loop's thread, which owns the request that is arriving.
        self.server.trigger.pull_trigger(partial(self._decide, request, status))

    def _decide(self, request: Request, status: int) -> None:
        """Continue with the body, or refuse it. Runs in the loop."""
        self.deciding = False
        # The client may have gone while the app was asked.
        if not self.connected:
            return
        with self.requests_lock:
            if status:
                request.refuse(status)
                self._pass_on(request)
            elif request.admit() and not self.requests:
                request.expect_continue = True
                self.send_continue()

    def _pass_on(self, request: Request) -> None:
        self.request = None
        self.requests.append(request)
        if len(self.requests) == 1:
            self.server.add_task(self)

    def service(self) -> None:
        """See the base class."""
        self.drains = bool(self.requests and self.requests[0].refused)
        self.moved = self.gate.now()
        super().service()
        self.idle_since = self.gate.now()

    def _flush_some(self, do_close: bool = True) -> bool:
        before = self.total_outbufs_len
        sent = bool(super()._flush_some(do_close=do_close))
        now = self.gate.now()
        if sent:
            self.moved = now
        if not self.total_outbufs_len:
            self.owes_since, self.taken = None, 0
        elif self.owes_since is None:
            self.owes_since = now
        else:
            self.taken += before - self.total_outbufs_len
        return sent

    def writable(self) -> bool:
        """See the base class."""
        return bool(super().writable()) or self.parked

    def handle_write(self) -> None:
        """See the base class; then queue the parked request if the client has read everything."""
        self._write()
        if self.parked and self.connected and not self.total_outbufs_len:
            self.parked = False
            self.server.add_task(self)

    def _write(self) -> None:
        """Write, but let the client read a refusal before the connection closes."""
        if not (self.drains and self.close_when_flushed) or self.will_close:
            super().handle_write()
            return
        self._flush_exception(self._flush_some)
        if self.will_close:
            self.handle_close()
        elif not self.total_outbufs_len:
            self._drain()

    def _drain(self) -> None:
        """Stop sending but read on: closing with unread bytes would discard the answer."""
        self.close_when_flushed = False
        self.drains_since = self.gate.now()
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self.handle_close()


class Server(TcpWSGIServer):  # type: ignore[misc]
    """A listening socket."""

    channel_class = Channel

    def __init__(
        self, application: Any, gate: Gate, traffic: Traffic, door: ThreadPoolExecutor, **more: Any
    ) -> None:
        self.gate = gate
        self.traffic = traffic
        self.door = door
        self._rests_until = 0.0
        self._reported_at = float("-inf")
        super().__init__(application, **more)

    def add_task(self, channel: Channel) -> None:
        """See the base class; park the request while earlier replies are unread.

        A client may send hundreds of requests at once, and each reply would wait in memory.
        """
        if channel.total_outbufs_len:
            channel.parked = True
        else:
            super().add_task(channel)

    def readable(self) -> bool:
        """Return whether to look for new connections; called at least once a second."""
        self.gate.sweep()
        return bool(self.accepting) and self.gate.now() >= self._rests_until

    def handle_accept(self) -> None:
        """Accept new connections, or refuse them."""
        for _ in range(ACCEPTED_AT_ONCE):
            try:
                accepted = self.accept()
            except OSError as error:
                self._rest(error)
                return
            if accepted is None:
                return
            self._admit(*accepted)

    def _admit(self, connection: socket.socket, address: Any) -> None:
        if not self.gate.admits(str(address[0])):
            connection.close()
            return
        try:
            self.set_socket_options(connection)
            self.channel_class(self, connection, self.fix_addr(address), self.adj, map=self._map)
        except OSError:  # the client has already gone
            connection.close()

    def _rest(self, error: OSError) -> None:
        """Without descriptors, close idle connections and wait a second instead of spinning."""
        if error.errno not in NO_ROOM:
            return
        now = self.gate.now()
        self._rests_until = now + REST_SECONDS
        closed = self.gate.shed(16)
        if now - self._reported_at > 60:
            self._reported_at = now
            _log.error("no new connections: %s; closed %d idle ones", error.strerror, closed)

    def handle_error(self) -> None:
        """End the loop: an error of the listening socket is not recoverable here."""
        raise

    def handle_close(self) -> None:
        """End the loop, so that the process restarts: without this socket nobody can connect."""
        raise wasyncore.ExitNow("the listening socket was closed")
