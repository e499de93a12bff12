"""An overloaded and an attacked centre with real processes: false incidents, and waiting times."""

import io
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import numpy as np
import PIL.Image

from kiosk.bench.hall import Room, open_room
from kiosk.bench.memory import PROC, children
from kiosk.rehearsal.clients import Client, Json, Refused
from kiosk.rehearsal.figures import overloaded_seconds, percentile

SCANS = 42_600
HALT_SECONDS = 0.25
"""The workers run and halt in turn for this long, which halves the capacity of the analysis."""

WORKER = "spawn_main"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class FrameFigures:
    """``incidents``: of honest candidates, who sent frames at the requested interval.

    ``upload_*_ms``: 99th percentile of an honest frame's upload, without and with a second
    sender whose pictures are slow to decode.
    """

    candidates: int
    minutes: float
    incidents: int
    overloaded_s: float
    analysed_per_s: float
    upload_p99_ms: float
    upload_hostile_p99_ms: float
    hostile_sent: int
    hostile_refused: int


def measure(count: int, minutes: float, progress: Progress) -> FrameFigures:
    """Spend half of the time with a halved analysis, the other half with a hostile sender."""
    with open_room(count, progress) as room:
        progress(f"{count} honest candidates, the analysis halved, {minutes / 2:g} minutes")
        with halved(room.server.pid):
            calm = _watch(room, minutes * 30)
        progress(f"The same beside pictures of {SCANS} scans, {minutes / 2:g} minutes")
        with hostile(room) as sent:
            rough = _watch(room, minutes * 30)
        view = room.view()
        return FrameFigures(
            candidates=count,
            minutes=minutes,
            incidents=sum(row["incidents"] for row in _others(view, room)),
            overloaded_s=overloaded_seconds(view["disturbances"], view["server_time"]),
            analysed_per_s=room.analysed_per_s(),
            upload_p99_ms=percentile(calm, 0.99),
            upload_hostile_p99_ms=percentile(rough, 0.99),
            hostile_sent=len(sent),
            hostile_refused=sum(sent),
        )


def _others(view: Json, room: Room) -> list[Json]:
    sender = room.candidates[0].log.attempt_id
    return [row for row in view["rows"] if row["attempt_id"] != sender]


def _watch(room: Room, seconds: float) -> list[float]:
    """Send frames for all but the first candidate as requested; return the milliseconds of each."""
    honest = room.candidates[1:]
    with ThreadPoolExecutor(len(honest)) as threads:
        return [
            ms
            for took in threads.map(lambda candidate: candidate.watched_for(seconds), honest)
            for ms in took
        ]


@contextmanager
def halved(server: int) -> Iterator[None]:
    """Let the analysis run half of the time while the block runs."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(HALT_SECONDS):
            workers = [pid for pid in children(server) if _is_worker(pid)]
            _signal(workers, signal.SIGSTOP)
            over.wait(HALT_SECONDS)
            _signal(workers, signal.SIGCONT)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _is_worker(pid: int) -> bool:
    try:
        return WORKER in (PROC / str(pid) / "cmdline").read_text(errors="replace")
    except OSError:
        return False


def _signal(pids: list[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


@contextmanager
def hostile(room: Room) -> Iterator[list[bool]]:
    """Send a slow picture per second as the first candidate; the list gets True per refusal."""
    sent: list[bool] = []
    over, picture = threading.Event(), scan_bomb(SCANS)

    def work() -> None:
        one = room.candidates[0].client
        client = Client(room.server.url)
        client.resume(one.cookies, one.csrf, one.lease)
        while not over.wait(1):
            try:
                client.post_jpeg(room.candidates[0].path("frames"), picture)
                sent.append(False)
            except Refused:
                sent.append(True)
        client.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield sent
    finally:
        over.set()
        thread.join()


def scan_bomb(scans: int) -> bytes:
    """Return a small progressive JPEG whose last scan is repeated."""
    file = io.BytesIO()
    grey = np.full((480, 640, 3), 128, np.uint8)
    PIL.Image.fromarray(grey).save(file, "JPEG", progressive=True, quality=10)
    data = file.getvalue()
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * scans + data[-2:]
