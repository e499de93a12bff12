"""Bodies are refused before they are stored: by what they say, and by what they are."""

import select
import socket
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.server.gate import Bodies
from kiosk.server.request import STRANGERS_BYTES
from tests.server.conftest import LARGE, STRANGER, WAIT, Served, rest, status

Serve = Callable[..., Served]
KNOWN = "Cookie: session=known\r\n"


def post(path: str, headers: str, body: bytes = b"") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n".encode() + body


def fixed(size: int, more: str = "") -> str:
    return f"Content-Length: {size}\r\n{more}"


def chunks(size: int, piece: int = 1 << 16) -> bytes:
    whole = b"%x\r\n" % piece + b"x" * piece + b"\r\n"
    return whole * (size // piece) + b"0\r\n\r\n"


CHUNKED = "Transfer-Encoding: chunked\r\n"


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files would lie. They have no names, so the folder cannot be written to."""
    folder = tmp_path / "scratch"
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder  # it does not exist: whoever needs a temporary file fails


def test_a_strangers_declared_body_is_refused_unread(serve: Serve, scratch: Path) -> None:
    served = serve()
    connection = served.send(post("/large", fixed(STRANGERS_BYTES + 1)), STRANGER)
    assert status(rest(connection)) == 413
    assert served.bodies == []


def test_a_routes_own_limit_holds_for_the_known_too(serve: Serve) -> None:
    served = serve()
    assert status(rest(served.send(post("/large", fixed(LARGE + 1, KNOWN))))) == 413
    assert status(rest(served.send(post("/small", fixed((1 << 16) + 1, KNOWN))))) == 413
    assert served.knocks == []


def test_a_strangers_chunks_are_refused_as_they_come(serve: Serve, scratch: Path) -> None:
    served = serve()
    for path in ("/large", "/small", "/nowhere"):
        connection = served.connect(STRANGER)
        _send_all(connection, post(path, CHUNKED, chunks(3 << 20)))
        assert status(rest(connection)) == 413
    assert served.bodies == []


def test_the_known_may_send_what_the_route_takes(serve: Serve) -> None:
    served = serve()
    size = 3 << 20
    for headers, body in ((fixed(size), b"x" * size), (CHUNKED, chunks(size))):
        connection = served.connect()
        _send_all(connection, post("/large", headers + KNOWN, body))
        assert status(rest(connection)) == 200
    assert served.bodies == [size, size]
    assert served.knocks == ["/large", "/large"]


def test_what_is_not_larger_than_strangers_may_send_needs_no_knock(serve: Serve) -> None:
    served = serve()
    connection = served.connect()
    _send_all(connection, post("/large", fixed(STRANGERS_BYTES), b"x" * STRANGERS_BYTES))
    assert status(rest(connection)) == 200
    assert served.knocks == []


def test_chunks_of_the_known_end_at_the_routes_limit(serve: Serve) -> None:
    served = serve()
    connection = served.connect()
    _send_all(connection, post("/large", CHUNKED + KNOWN, chunks(LARGE + (2 << 20))))
    assert status(rest(connection)) == 413
    assert served.bodies == []


def test_the_refusal_is_read_although_the_client_goes_on_sending(serve: Serve) -> None:
    served = serve()
    connection = served.connect(STRANGER)
    size = 30 << 20
    _send_all(connection, post("/large", fixed(size), b"x" * size))
    assert status(rest(connection)) == 413


@pytest.mark.parametrize(("session", "reply"), [(KNOWN, b"HTTP/1.1 100"), ("", b"HTTP/1.1 413")])
def test_who_asks_first_hears_before_sending(serve: Serve, session: str, reply: bytes) -> None:
    served = serve()
    head = post("/large", fixed(2 << 20, session + "Expect: 100-continue\r\n"))
    connection = served.send(head)
    assert connection.recv(12) == reply
    if session:
        _send_all(connection, b"x" * (2 << 20))
        assert b" 200 OK" in rest(connection)


def test_all_bodies_together_are_bounded(serve: Serve) -> None:
    served = serve(bodies_bytes=4 << 20)
    held = [served.connect(f"127.0.0.{10 + n}") for n in range(5)]
    for connection in held:
        _send_all(connection, post("/large", fixed(STRANGERS_BYTES), b"x" * (STRANGERS_BYTES - 1)))
    (refused,), _, _ = select.select(held, [], [], WAIT)  # before any of the others is whole
    assert status(rest(refused)) == 503
    held.remove(refused)
    for connection in held:
        _send_all(connection, b"x")
    assert [status(rest(connection)) for connection in held] == [200] * 4
    connection = served.connect()
    _send_all(connection, post("/large", fixed(STRANGERS_BYTES), b"x" * STRANGERS_BYTES))
    assert status(rest(connection)) == 200


def test_an_address_has_at_most_half_of_the_room_for_bodies() -> None:
    bodies = Bodies(800, lambda address: address == "proxy")
    assert bodies.take("a", 400, large=False)
    assert not bodies.take("a", 1, large=False)
    assert bodies.take("proxy", 400, large=False)
    bodies.give_back("a", 400)
    assert bodies.take("a", 400, large=False)


def test_large_bodies_leave_room_for_small_ones() -> None:
    bodies = Bodies(800, lambda _: True)
    assert bodies.take("a", 600, large=True)
    assert not bodies.take("b", 1, large=True)
    assert bodies.take("b", 200, large=False)


@pytest.mark.parametrize(
    "request_",
    [
        b"GET http://[ HTTP/1.1\r\n\r\n",
        b"POST /small HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"POST /small HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        post("/small", CHUNKED, b"z\r\n"),
        post("/small", CHUNKED, b"1;" + b"a" * 5000),
        b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n",
    ],
    ids=["address", "digits", "negative", "chunk size", "chunk extension", "long line"],
)
def test_what_no_library_reads_is_refused(serve: Serve, request_: bytes) -> None:
    served = serve()
    reply = rest(served.send(request_, STRANGER))
    assert 400 <= status(reply) < 500
    assert status(served.get("/fast")) == 200


def test_a_client_that_goes_away_gives_its_room_back(serve: Serve) -> None:
    served = serve(bodies_bytes=2 << 20)
    for _ in range(6):
        connection = served.connect(STRANGER)
        _send_all(connection, post("/large", fixed(STRANGERS_BYTES), b"x" * (900 << 10)))
        connection.close()
    deadline = threading.Event()
    for _ in range(200):
        connection = served.connect(STRANGER)
        _send_all(connection, post("/large", fixed(900 << 10), b"x" * (900 << 10)))
        if status(rest(connection)) == 200:
            return
        deadline.wait(0.05)
    pytest.fail("the room was never given back")


def _send_all(connection: socket.socket, data: bytes) -> None:
    """Send although the server may stop reading."""
    with suppress(ConnectionError):
        connection.sendall(data)
