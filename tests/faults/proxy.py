"""A bad link: a proxy on loopback that cuts, loses, doubles and delays what an agent sends.

It reads each request whole, asks :attr:`Proxy.plan` what is to happen to it, and keeps a log.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum


class Act(Enum):
    """What happens to a request."""

    PASS = "it is passed on, and so is the reply"
    LOSE = "headquarters does its work, but the reply is lost"
    ERROR = "headquarters does its work, but a gateway answers 500"
    STALL = "headquarters does its work, but the reply does not come"
    AWAY = "it never arrives: the connection is reset"
    TWICE = "the same bytes are sent twice, the second time on a connection of their own"
    KEEP = "the connection breaks, but the request is held back to arrive later"
    AFTER = "it is passed on, but what was held back arrives first"


@dataclass(frozen=True)
class Cut:
    """So many bytes of the request get through, or of its reply; then the connection is reset."""

    up: int | None = None
    down: int | None = None


@dataclass(frozen=True)
class Request:
    """What an agent sent, byte by byte."""

    method: str
    path: str
    head: bytes = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def raw(self) -> bytes:
        """All of it."""
        return self.head + self.body

    @property
    def kind(self) -> str:
        """Method and route, such as ``PUT bundles`` or ``PATCH evidence``."""
        parts = self.path.partition("?")[0].split("/")[3:]
        known = parts[:1] + [part for part in parts[1:] if part in ("known", "page")]
        return f"{self.method} {'/'.join(known)}"


@dataclass
class Entry:
    """A request that came, what was done to it, and what headquarters answered to it."""

    request: Request
    act: "Act | Cut"
    answers: list[tuple[int, bytes]] = field(default_factory=list)

    @property
    def statuses(self) -> list[int]:
        """The statuses of the answers."""
        return [status for status, _ in self.answers]


Plan = Callable[[Request], "Act | Cut"]


def passing_total(_: Request) -> Act:
    """The link is good."""
    return Act.PASS


BROKEN = b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n"
_GONE = (ConnectionError, asyncio.IncompleteReadError)


class Proxy:
    """Listens at :attr:`url` and passes on to the port :attr:`targets` name, each in turn."""

    def __init__(self) -> None:
        self.targets: list[int] = []
        self.plan: Plan = passing_total
        self.log: list[Entry] = []
        self.kept: list[Entry] = []
        self.port = 0
        self._turn = 0
        self._never = asyncio.Event()  # kept: what waits for nothing else is collected
        self._loop = asyncio.new_event_loop()

    @property
    def url(self) -> str:
        """Where agents call."""
        return f"http://127.0.0.1:{self.port}"

    def plan_once(self, kind: str, act: "Act | Cut") -> None:
        """Do this to the next request of a kind, and nothing to the others."""
        done: list[Request] = []

        def plan(request: Request) -> "Act | Cut":
            if request.kind != kind or done:
                return Act.PASS
            done.append(request)
            return act

        self.plan = plan

    def release(self) -> list[list[int]]:
        """Let those that were held back arrive, in the order of :attr:`kept`; their statuses."""
        delivered = asyncio.run_coroutine_threadsafe(self._let_go(), self._loop).result()
        return [entry.statuses for entry in delivered]

    def kinds(self) -> list[str]:
        """The kinds of all requests that came, in their order."""
        return [entry.request.kind for entry in self.log]

    def count(self, kind: str) -> int:
        """How many bytes of bodies agents have sent in requests of a kind."""
        return sum(len(one.request.body) for one in self.log if one.request.kind == kind)

    async def start(self) -> asyncio.Server:
        """Begin to listen."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def run(self, ready: Callable[[], object], stop: asyncio.Event) -> None:
        """Serve in this thread until ``stop`` is set."""

        async def work() -> None:
            server = await self.start()
            ready()
            await stop.wait()
            server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        self._loop.run_until_complete(work())
        self._loop.close()

    def stop(self, stop: asyncio.Event) -> None:
        """Set ``stop`` from another thread."""
        self._loop.call_soon_threadsafe(stop.set)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(await _request(reader), writer):
                pass
        except _GONE:
            pass
        except asyncio.CancelledError:
            pass  # the end of the test
        finally:
            _reset(writer)

    async def _one(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Deal with one request; whether the connection goes on."""
        entry = Entry(request, self.plan(request))
        self.log.append(entry)
        act = entry.act
        if act is Act.KEEP:
            self.kept.append(entry)
        if act in (Act.AWAY, Act.KEEP):
            return False
        if isinstance(act, Cut) and act.up is not None and act.up < len(request.raw):
            await self._begin(request.raw[: act.up])
            return False
        if act is Act.AFTER:
            await self._let_go()
        reply = await self._ask(entry)
        if act is Act.TWICE:
            await self._ask(entry)
        if act is Act.STALL:
            await self._never.wait()
        if act is Act.LOSE:
            return False
        if isinstance(act, Cut) and act.down is not None and act.down < len(reply):
            writer.write(reply[: act.down])
            await writer.drain()
            return False
        writer.write(BROKEN if act is Act.ERROR else reply)
        await writer.drain()
        return True

    async def _let_go(self) -> list[Entry]:
        kept, self.kept = self.kept, []
        for entry in kept:
            await self._ask(entry)
        return kept

    async def _ask(self, entry: Entry) -> bytes:
        reader, writer = await self._connect()
        try:
            writer.write(entry.request.raw)
            await writer.drain()
            status, body, reply = await _reply(reader, entry.request.method)
        finally:
            _reset(writer)
        entry.answers.append((status, body))
        return reply

    async def _begin(self, raw: bytes) -> None:
        """Send the beginning of a request, and let headquarters have it before the reset."""
        _, writer = await self._connect()
        writer.write(raw)
        await writer.drain()
        writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if not self.targets:
            raise ConnectionError
        self._turn += 1
        return await asyncio.open_connection(
            "127.0.0.1", self.targets[self._turn % len(self.targets)], limit=1 << 20
        )


@contextmanager
def bad_link() -> Iterator[Proxy]:
    """A proxy in a thread of its own; at first it passes everything on."""
    proxy, ready, stop = Proxy(), threading.Event(), asyncio.Event()
    thread = threading.Thread(target=proxy.run, args=(ready.set, stop), name="bad-link")
    thread.start()
    ready.wait()
    try:
        yield proxy
    finally:
        proxy.stop(stop)
        thread.join()


async def _request(reader: asyncio.StreamReader) -> Request:
    head = await reader.readuntil(b"\r\n\r\n")
    method, path, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
    body = await reader.readexactly(int(_header(head, b"content-length") or 0))
    return Request(method, path, head, body)


async def _reply(reader: asyncio.StreamReader, method: str) -> tuple[int, bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status, length = int(head.split(b" ", 2)[1]), _header(head, b"content-length")
    body = b""
    if method != "HEAD" and status != 204 and length:
        body = await reader.readexactly(int(length))
    return status, body, head + body


def _header(head: bytes, name: bytes) -> bytes | None:
    for line in head.split(b"\r\n")[1:]:
        found, _, value = line.partition(b":")
        if found.lower() == name:
            return value.strip()
    return None


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with a RST, as a link does that breaks off."""
    raw = writer.get_extra_info("socket")
    if raw is not None and raw.fileno() >= 0:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
