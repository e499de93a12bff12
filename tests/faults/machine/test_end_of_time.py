"""kill -9 of the real server just before the end of the time, and its start just after it."""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from kiosk.hall.views.check_in import TerminalSession
from kiosk.rehearsal.processes import free_port, running_server, server
from kiosk.system import SystemClock
from tests.centres import Site, new_site
from tests.faults.centre import use_packs
from tests.hall.attempt.test_time import NUMBERS, item
from tests.hall.conftest import BY, SITTING, Room, open_room

WAIT_S = 120.0
"""Longest wait for anything, in seconds."""
ONE_MINUTE = {"time": {"late_entry_minutes": 1, "warn_minutes": ()}}
"""Rules that fit an exam of one minute."""


class Terminal:
    """A terminal's page that keeps answers until they are acknowledged, as the browser does."""

    def __init__(self, url: str, room: Room, terminal: TerminalSession) -> None:
        session = room.hall.checkin.sign_in(terminal, *NUMBERS, False, "127.0.0.1")
        room.hall.verification.decide(session.attempt_id, True, "same person", BY)
        room.hall.starts.start(SITTING, BY)
        self.attempt_id, self.item = session.attempt_id, item(room, session.attempt_id)
        lease = room.open_page(session.attempt_id).lease
        self._client = httpx.Client(
            base_url=f"{url}/api/attempts/{session.attempt_id}",
            cookies={"candidate": session.token, "terminal": terminal.token},
            headers={"X-CSRF-Token": session.csrf, "X-Lease": lease, "Origin": url},
            trust_env=False,
            timeout=10,
        )
        self._count = 0
        self.unsent: list[dict[str, Any]] = []

    def close(self) -> None:
        """Leave."""
        self._client.close()

    def write(self, value: str) -> None:
        """The candidate answers; the page holds it."""
        self._count += 1
        self.unsent.append({"seq": self._count, "item": self.item, "value": value})

    def left(self) -> float:
        """Seconds left, as the server says."""
        reply = self._client.get("/time").raise_for_status()
        return float(reply.json()["remaining_s"])

    def deliver(self) -> float:
        """Send what waits until the server has it; returns the seconds left then."""
        gate, end = threading.Event(), time.monotonic() + WAIT_S
        while time.monotonic() < end:
            try:
                reply = self._client.post("/answers", json={"writes": self.unsent})
            except httpx.TransportError:
                gate.wait(0.1)
                continue
            assert reply.is_success, reply.text
            assert reply.json()["acked_through"] == self._count
            self.unsent = []
            return float(reply.json()["remaining_s"])
        pytest.fail("the server did not come back")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A centre whose times are the real ones."""
    site = new_site(tmp_path / "centre", now=datetime.now(UTC))
    use_packs(site.data)
    return site


@pytest.fixture
def page(site: Site, url: str) -> Iterator[Terminal]:
    """A candidate in an exam of one minute that has just begun."""
    with open_room(site, SystemClock()) as room:  # type: ignore[arg-type]
        room.unlock(duration_minutes=1, rules=ONE_MINUTE)
        page = Terminal(url, room, room.terminal())
        room.hall.watch.keep()
    yield page
    page.close()


@pytest.fixture
def url() -> str:
    """Where the centre serves, before and after."""
    return f"http://127.0.0.1:{free_port()}"


def wait_until_left(page: Terminal, seconds: float) -> float:
    """Wait until so little time is left; returns how much it is."""
    gate, end = threading.Event(), time.monotonic() + WAIT_S
    while (left := page.left()) > seconds:
        assert time.monotonic() < end
        gate.wait(0.1)
    return left


def test_what_a_page_held_over_the_end_is_taken(
    site: Site, url: str, page: Terminal, tmp_path: Path
) -> None:
    port, log = int(url.rsplit(":", 1)[1]), tmp_path / "log"
    with running_server("kiosk", site.data, port, log) as first:
        page.write("A")
        page.deliver()
        left = wait_until_left(page, 3)
        os.kill(first.pid, signal.SIGKILL)
    page.write("B")
    page.write("C")
    threading.Event().wait(left + 2.5)  # the time is up, and so is the grace of two seconds
    with server("kiosk", site.data, port, log):
        assert page.deliver() > 0, "the time until pages were served was not given back"
    found = sqlite3.connect(site.data / "kiosk.sqlite")
    saved = found.execute("SELECT seq FROM answers ORDER BY seq").fetchall()
    assert [seq for (seq,) in saved] == [1, 2, 3]
    assert found.execute("SELECT count(*) FROM late_answers").fetchone() == (0,)
    found.close()
