"""What is slow in one lane delays no other, and senders take turns within one."""

import select
import socket
import threading
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from kiosk.server import lanes
from kiosk.server.lanes import Turns
from tests.server.conftest import STRANGER, WAIT, Served, rest, status

Serve = Callable[..., Served]
SLOW = b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def test_a_full_lane_delays_no_other(serve: Serve) -> None:
    served = serve(threads=2)
    slow = [served.send(SLOW, STRANGER) for _ in range(10)]
    assert status(served.get("/fast")) == 200
    served.gate.set()
    assert [status(rest(connection)) for connection in slow] == [200] * 10


def test_senders_take_turns() -> None:
    turns = Turns()
    for name in ("a1", "a2", "a3", "b1", "c1"):
        turns.append(SimpleNamespace(name=name, requests=[SimpleNamespace(sender=name[0])]))
    assert len(turns) == 5
    assert [turns.popleft().name for _ in range(5)] == ["a1", "b1", "c1", "a2", "a3"]
    assert not turns


def test_more_than_a_share_of_one_sender_does_not_wait(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a proxy each that waits holds one of its connections, which are others' too."""
    monkeypatch.setattr(lanes, "MOST_WAITING", 3)
    served = serve(threads=2, proxies=(STRANGER,))

    def ask(sender: str) -> socket.socket:
        head = f"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: {sender}"
        return served.send(f"{head}\r\n\r\n".encode(), STRANGER)

    greedy = [ask("10.0.0.9") for _ in range(12)]
    honest = ask("10.0.0.8")
    pause = threading.Event()
    for _ in range(WAIT * 20):
        if len(select.select(greedy, [], [], 0)[0]) >= 7:  # two are in work and three wait
            break
        pause.wait(0.05)
    served.gate.set()
    answers = Counter(status(rest(connection)) for connection in greedy)
    assert answers[429] >= 7
    assert answers[200] >= 3
    assert answers.total() == 12
    assert status(rest(honest)) == 200
