"""What is slow in one lane delays no other, and senders take turns within one."""

from collections.abc import Callable
from types import SimpleNamespace

from kiosk.bootstrap.web_lanes import Turns
from tests.bootstrap.conftest import STRANGER, Served, rest, status

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
