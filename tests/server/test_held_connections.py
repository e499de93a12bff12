"""Whoever holds connections, or sends hardly anything, keeps nobody else out."""

import logging
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.server.gate import MANY, Gate, Refusals, ServerLimits
from sync.hq.cli import main as hq_main
from tests.centres import PASSWORD, new_site
from tests.server.conftest import HONEST, STRANGER, WAIT, Served, rest, status

Serve = Callable[..., Served]
HEAD = b"POST /small HTTP/1.1\r\nHost: x\r\n"


def test_more_than_1024_descriptors_do_not_end_the_server(serve: Serve) -> None:
    served = serve(connections_per_address=1500)
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 4096:
        pytest.skip(f"at most {soft} descriptors here, and a connection takes two")
    for _ in range(1200):
        served.connect(STRANGER)
    assert status(served.get("/fast")) == 200
    assert not served.ended.is_set()


def test_an_address_gets_no_more_connections_than_its_share(serve: Serve) -> None:
    served = serve(connections_per_address=5)
    held = [served.connect(STRANGER) for _ in range(5)]
    for _ in range(3):
        assert rest(served.connect(STRANGER)) == b""
    assert status(served.get("/fast", HONEST)) == 200
    held[0].sendall(b"GET /fast HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert status(rest(held[0])) == 200
    assert status(served.get("/fast", STRANGER)) == 200


def test_a_trusted_proxy_has_no_share(serve: Serve) -> None:
    served = serve(connections_per_address=3, unfinished_per_address=3, proxies=("127.0.0.2",))
    for _ in range(8):
        served.send(HEAD, STRANGER)
    assert status(served.get("/fast", STRANGER)) == 200


def test_when_all_places_are_taken_the_longest_idle_makes_room(serve: Serve) -> None:
    served = serve(connections=20)
    held = [served.connect(f"127.0.0.{n + 10}") for n in range(20)]
    assert status(served.get("/fast")) == 200
    assert rest(held[0]) == b""


def test_when_nobody_is_idle_the_greediest_makes_room(serve: Serve) -> None:
    served = serve(connections=20)
    for _ in range(20):
        served.send(HEAD, STRANGER)
    assert status(served.get("/fast")) == 200


def test_a_proxy_may_keep_its_connections_longer(serve: Serve) -> None:
    served = serve(header_seconds=0.1, idle_seconds=0.1, proxies=("127.0.0.2",))
    kept, closed = served.connect(STRANGER), served.connect(HONEST)
    assert rest(closed) == b""
    kept.sendall(b"GET /fast HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert status(rest(kept)) == 200


def test_unfinished_requests_of_an_address_are_bounded(serve: Serve) -> None:
    served = serve(unfinished_per_address=4)
    begun = [served.send(HEAD, STRANGER) for _ in range(4)]
    assert rest(served.send(HEAD, STRANGER)) == b""
    begun[0].sendall(b"Content-Length: 2\r\nConnection: close\r\n\r\nok")
    assert status(rest(begun[0])) == 200


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /fa",
        HEAD,
        HEAD + b"Content-Length: 9\r\n\r\n12",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
    ids=["nothing", "first line", "headers", "body", "chunk"],
)
def test_what_never_ends_is_closed(serve: Serve, begun: bytes) -> None:
    served = serve(header_seconds=0.2, body_seconds=0.2)
    assert rest(served.send(begun, STRANGER)) == b""


@pytest.mark.parametrize(
    "start", [b"GET /fast HTTP/1.1\r\nX: ", HEAD + b"Content-Length: 99999\r\n\r\n"]
)
def test_bytes_that_trickle_in_do_not_hold_a_place(serve: Serve, start: bytes) -> None:
    served = serve(header_seconds=1, body_seconds=1)
    connection = served.send(start, STRANGER)
    pause = threading.Event()
    for _ in range(WAIT * 10):
        pause.wait(0.1)
        try:
            connection.sendall(b"x")
        except ConnectionError:
            return
    pytest.fail("the server went on listening")


def test_blank_lines_are_no_sign_of_life(serve: Serve) -> None:
    served = serve(header_seconds=0.5, idle_seconds=1)
    connection = served.send(b"\r\n\r\n", STRANGER)
    pause = threading.Event()
    for _ in range(WAIT * 10):
        pause.wait(0.1)
        try:
            connection.sendall(b"\r\n\r\n")
        except ConnectionError:
            return
    pytest.fail("the server went on listening")


def test_a_body_that_comes_steadily_may_take_longer(serve: Serve) -> None:
    served = serve(body_seconds=0.5, body_bytes_per_s=10)
    connection = served.send(HEAD + b"Connection: close\r\nContent-Length: 400\r\n\r\n")
    pause = threading.Event()
    for _ in range(20):
        connection.sendall(b"x" * 20)
        pause.wait(0.1)
    assert status(rest(connection)) == 200
    assert served.bodies == [400]


def test_a_reader_that_takes_nothing_is_closed(serve: Serve) -> None:
    served = serve(idle_seconds=0.5)
    served.send(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n", STRANGER)
    assert served.gate.wait(WAIT)  # nobody could have read it all


def test_a_reader_that_takes_a_few_bytes_now_and_then_is_closed(serve: Serve) -> None:
    served = serve(idle_seconds=1, reply_bytes_per_s=1 << 40)
    connection = served.send(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n", STRANGER)
    for _ in range(WAIT * 10):
        assert connection.recv(1 << 19)
        if served.gate.wait(0.02):
            return
    pytest.fail("the server went on sending")


def test_replies_that_nobody_reads_do_not_pile_up(serve: Serve) -> None:
    served = serve()
    connection = served.send(b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n" * 100, STRANGER)
    pause, before = threading.Event(), -1
    for _ in range(WAIT):
        if len(served.bodies) == before:
            break
        before = len(served.bodies)
        pause.wait(1)
    assert 0 < len(served.bodies) < 10
    connection.settimeout(1)
    assert connection.recv(9) == b"HTTP/1.1 "


def test_requests_that_were_sent_at_once_are_answered_as_they_are_read(serve: Serve) -> None:
    served = serve()
    last = b"GET /fast HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    connection = served.send(b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n" * 30 + last)
    replies = rest(connection)
    assert replies.count(b"HTTP/1.1 200") == 31
    assert replies.endswith(b"fast")


@pytest.mark.parametrize("stuck", [HEAD, b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_many_addresses_with_one_connection_each_keep_nobody_out(
    serve: Serve, stuck: bytes
) -> None:
    served = serve(connections=20, threads=30)
    for number in range(40):
        served.connect(f"127.0.0.{number + 10}").sendall(stuck)
    pause = threading.Event()
    for number in range(20):
        pause.wait(0.2)
        served.send(stuck, f"127.0.1.{number + 10}")
    assert [status(served.get("/fast", f"127.0.2.{n + 1}")) for n in range(5)] == [200] * 5


def test_without_descriptors_the_server_rests_and_goes_on(serve: Serve) -> None:
    served = serve()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    waiting = served.connect()  # the client's end has its descriptor before there are none
    spare = [os.dup(0) for _ in range(4)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(spare) + 1, hard))
    try:
        refused = False
        for _ in range(50):
            try:
                served.connect(STRANGER)
            except OSError:
                refused = True
                break
        assert refused
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for descriptor in spare:
            os.close(descriptor)
    waiting.sendall(b"GET /fast HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert status(rest(waiting)) == 200
    assert status(served.get("/fast")) == 200
    assert not served.ended.is_set()


def test_staff_hear_of_an_address_that_is_turned_away(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    served = serve(connections_per_address=1)
    served.connect(STRANGER)
    with caplog.at_level(logging.WARNING):
        for _ in range(3 * MANY):
            rest(served.connect(STRANGER))
    assert served.refusing() == [STRANGER]
    assert sum("many connections from 127.0.0.2" in line for line in caplog.messages) == 1


def test_refusals_are_forgotten_after_a_minute() -> None:
    now = [0.0]
    refusals = Refusals(lambda: now[0])
    for _ in range(MANY):
        refusals.note(STRANGER, "why")
    assert refusals.addresses() == [STRANGER]
    now[0] = 61
    assert refusals.addresses() == []


def test_refusals_of_many_addresses_do_not_grow_for_ever() -> None:
    refusals = Refusals(lambda: 0.0)
    for number in range(5000):
        refusals.note(str(number), "why")
    assert len(refusals._counts) <= 1000


@pytest.mark.parametrize(
    ("proxies", "address", "trusted"),
    [
        (("10.0.0.1",), "10.0.0.1", True),
        (("10.0.0.0/8",), "10.9.9.9", True),
        (("10.0.0.1",), "10.0.0.2", False),
        (("::1",), "::1", True),
        (("0.0.0.0/0", "::/0"), "fe80::1%eth0", True),
        ((), "127.0.0.1", False),
    ],
)
def test_who_is_a_trusted_proxy(proxies: tuple[str, ...], address: str, trusted: bool) -> None:
    assert Gate(ServerLimits(proxies=proxies)).is_proxy(address) is trusted


BROKEN = """
import sys, threading
from kiosk.server import gate
from kiosk.server.serving import listening
from flask import Flask
ended = threading.Event()
def fail(gate):
    raise RuntimeError("the loop breaks")
with listening(Flask("x"), "127.0.0.1", 0, 1, ended=ended):
    gate.Gate.sweep = fail
    sys.exit(7 if ended.wait(20) else 0)
"""


def test_when_the_web_thread_ends_the_process_can_end() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 7
    assert "the web server has ended" in done.stderr


SERVED = """
import sys, threading
from pathlib import Path
from kiosk.bootstrap import centre
from kiosk.server import gate as gates
from kiosk.cli import main
from sync.hq.cli import main as hq_main
from tests.web.faces import NoFaces
class Faces(NoFaces):
    def close(self): pass
centre.open_faces = lambda *_: Faces()
def fail(gate):
    raise RuntimeError("the loop breaks")
gates.Gate.sweep = fail
run = {"kiosk": main, "hq": hq_main}[sys.argv[1]]
run(["serve", "--data", sys.argv[2], "--port", "0"])
"""


@pytest.mark.parametrize("server", ["kiosk", "hq"])
def test_a_process_without_its_web_server_ends_for_systemd_to_start_again(
    server: str, tmp_path: Path
) -> None:
    data = tmp_path / server
    if server == "kiosk":
        new_site(data)
    else:
        password = tmp_path / "password"
        password.write_text(PASSWORD)
        command = ["init", "--data", str(data), "--password-file", str(password)]
        assert CliRunner().invoke(hq_main, command).exit_code == 0
    done = subprocess.run(
        [sys.executable, "-c", SERVED, server, str(data)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "The web server ended unexpectedly" in done.stderr
    assert "the loop breaks" in done.stderr
