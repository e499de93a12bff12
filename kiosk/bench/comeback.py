"""A room after a power cut: server and terminals lose power at once and restart on their own.

Each simulated terminal has what a browser stores on disk: cookies with a lifetime, and its
page's token. It opens the start page, follows the redirect, and answers one item. Staff do
nothing.
"""

import os
import re
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import httpx

from kiosk.bench.hall import running_hall
from kiosk.rehearsal.candidate import Candidate
from kiosk.rehearsal.processes import running_server
from kiosk.rehearsal.run import RehearsalFailed

SAVED_BEFORE = 3
"""Answers of each candidate before the power cut."""

TOKEN = re.compile(r'<meta name="csrf" content="([^"]+)">')
Progress = Callable[[str], None]


@dataclass(frozen=True)
class ComebackFigures:
    """Seconds after the restart.

    ``start_s``: from the server's start to its first page. The other times are from then until
    a terminal's answer is acknowledged. ``lost``: acknowledged answers that are missing.
    """

    start_s: float
    first_s: float
    median_s: float
    last_s: float
    lost: int


@dataclass(frozen=True)
class _Disk:
    """What a terminal's browser has on disk."""

    cookies: dict[str, str]
    lease: str
    attempt_id: str
    acked: int


def measure(candidates: int, progress: Progress) -> ComebackFigures:
    """Kill the server during a sitting, restart everything, and wait until all terminals answer."""
    with running_hall(candidates, progress) as room:
        progress("Everybody answers")
        for candidate in room.candidates:
            candidate.save_some(SAVED_BEFORE, 0)
        disks = [_disk(candidate) for candidate in room.candidates]
        url = room.server.url
        progress("The mains are cut")
        # Like a power cut for the process: it cannot finish or flush anything.
        os.kill(room.server.pid, signal.SIGKILL)
        began = time.perf_counter()
        port, log = urlsplit(url).port or 0, room.data.parent / "centre-again.log"
        with running_server("kiosk", room.data, port, log):
            up = time.perf_counter()
            progress("The server is up; all machines come at once")
            with ThreadPoolExecutor(candidates) as threads:
                found = list(threads.map(lambda disk: _come_back(url, disk), disks))
    times = sorted(moment - up for moment, _ in found)
    lost = sum(missing for _, missing in found)
    return ComebackFigures(up - began, times[0], median(times), times[-1], lost)


def _disk(candidate: Candidate) -> _Disk:
    client = candidate.client
    return _Disk(
        client.lasting_cookies, client.lease, candidate.log.attempt_id, len(candidate.log.save_ms)
    )


def _come_back(url: str, disk: _Disk) -> tuple[float, int]:
    """Return when the first answer was acknowledged, and how many earlier ones are lost."""
    with httpx.Client(
        base_url=url, timeout=60, trust_env=False, follow_redirects=True, cookies=disk.cookies
    ) as http:
        page = http.get("/")
        if page.url.path != "/exam":
            raise RehearsalFailed(what=f"the exam page; the terminal was sent to {page.url.path}")
        token = TOKEN.search(page.text)
        headers = {"X-CSRF-Token": token[1] if token else "", "X-Lease": disk.lease[::-1]}
        at = f"/api/attempts/{disk.attempt_id}"
        lease = {"lease": disk.lease[::-1], "previous": [disk.lease], "answer_buffer": disk.lease}
        _done(http.post(f"{at}/lease", json=lease, headers=headers))
        view = _done(http.get(at))
        item = next(
            item for item in view["items"] if item["options"] and item["type"] != "multiple_choice"
        )
        seq = view["acked_through"] + 1
        write = {"seq": seq, "item": item["id"], "value": item["options"][0]["id"], "at": None}
        reply = _done(http.post(f"{at}/answers", json={"writes": [write]}, headers=headers))
        if reply["acked_through"] < seq:
            raise RehearsalFailed(what="the answer to be acknowledged")
        return time.perf_counter(), max(0, disk.acked - view["acked_through"])


def _done(reply: httpx.Response) -> dict[str, Any]:
    if not reply.is_success:
        raise RehearsalFailed(what=f"{reply.url.path}: {reply.status_code} {reply.text[:200]}")
    return dict(reply.json())
