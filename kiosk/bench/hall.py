"""Answer saves at a real centre, with idle cameras and with more frames than it can analyse."""

import multiprocessing
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TypeAlias

from kiosk.bench.memory import resident_mb
from kiosk.bootstrap.setup import SETTINGS
from kiosk.rehearsal.candidate import Candidate
from kiosk.rehearsal.clients import Client, Json, Staff
from kiosk.rehearsal.environment import STAFF, Content, set_up
from kiosk.rehearsal.figures import percentile
from kiosk.rehearsal.people import make_people
from kiosk.rehearsal.processes import Server, free_port, running_server, server
from kiosk.rehearsal.run import RehearsalFailed, wait_for
from kiosk.vision.samples import sample_frame

TERMINALS = 60
SAVERS = 8
PAUSE = 0.3
"""Seconds between two saves of a terminal: far more saves than a room of people makes."""

BLOCKS = 3
SENDERS = 2
VARIATIONS = 12
SETTLE_SECONDS = 2.0
Progress = Callable[[str], None]
Count: TypeAlias = "Synchronized[int]"


@dataclass(frozen=True)
class HallFigures:
    """Milliseconds of saves, and frames per second that were sent and analysed under load."""

    idle_p99_ms: float
    saturated_p99_ms: float
    saves: int
    sent_per_s: float
    analysed_per_s: float
    rss_mb: float

    @property
    def save_p99_ratio(self) -> float:
        """Return the saturated percentile over the idle one."""
        return self.saturated_p99_ms / self.idle_p99_ms


@dataclass(frozen=True)
class Seat:
    """What another process needs to send frames as a terminal."""

    path: str
    cookies: dict[str, str]
    csrf: str
    lease: str
    person: int


def measure(
    terminals: int, seconds: float, frames_per_s: float, workers: int, progress: Progress
) -> HallFigures:
    """Alternate idle and saturated blocks for ``seconds``.

    ``frames_per_s`` are sent in the saturated blocks.
    """
    with open_room(terminals, progress, workers) as room:
        count = max(10, round(seconds / (2 * BLOCKS) / PAUSE))
        idle: list[float] = []
        busy: list[float] = []
        sent: list[float] = []
        analysed: list[float] = []
        for number in range(1, BLOCKS + 1):
            progress(f"Saves without and with frames, block {number} of {BLOCKS}")
            # Idle and busy alternate, so that whatever else slows this machine affects both.
            idle += room.saves(count)
            with room.frames(frames_per_s) as counter:
                time.sleep(SETTLE_SECONDS)
                began, before = time.perf_counter(), counter.value
                busy += room.saves(count)
                sent.append((counter.value - before) / (time.perf_counter() - began))
                analysed.append(room.analysed_per_s())
            time.sleep(SETTLE_SECONDS)
        return HallFigures(
            percentile(idle, 0.99),
            percentile(busy, 0.99),
            len(idle) + len(busy),
            sum(sent) / BLOCKS,
            max(analysed),
            resident_mb(room.server.pid),
        )


class Room:
    """A centre in which all candidates are sitting the exam."""

    def __init__(
        self,
        running: Server,
        data: Path,
        staff: Staff,
        sitting_id: str,
        candidates: list[Candidate],
    ) -> None:
        self.server = running
        self.data = data
        self._staff = staff
        self._sitting_id = sitting_id
        self.candidates = candidates

    def saves(self, count: int) -> list[float]:
        """Let some candidates save ``count`` answers each; return each save's milliseconds."""
        with ThreadPoolExecutor(SAVERS) as threads:
            done = threads.map(lambda one: one.save_some(count, PAUSE), self.candidates[:SAVERS])
            return [ms for times in done for ms in times]

    def portraits_done(self) -> bool:
        """Return whether all portraits have been checked and compared."""
        return self._staff.portraits_done(self._sitting_id)

    def view(self) -> Json:
        """Return the room as staff see it."""
        return self._staff.room(self._sitting_id)

    def board(self, since: str) -> Json:
        """Return what has changed on the board since a revision."""
        return self._staff.board(self._sitting_id, since)

    def analysed_per_s(self) -> float:
        """Return the analysed frames per second that the staff page shows."""
        return float(self._staff.room(self._sitting_id)["frames_per_s"])

    @contextmanager
    def frames(self, per_s: float) -> "Iterator[_Counter]":
        """Send ``per_s`` frames per second in total, as all terminals, from separate processes."""
        context = multiprocessing.get_context("spawn")
        halt = context.Event()
        counter = _Counter([context.Value("L", 0) for _ in range(SENDERS)])
        seats = [
            Seat(one.path("frames"), one.client.cookies, one.client.csrf, one.client.lease, number)
            for number, one in enumerate(self.candidates)
        ]
        processes = [
            context.Process(
                target=send_frames,
                args=(self.server.url, seats[n::SENDERS], per_s / SENDERS, halt, counter.parts[n]),
                daemon=True,
            )
            for n in range(SENDERS)
        ]
        for process in processes:
            process.start()
        try:
            wait_for("the first frames", lambda: all(part.value for part in counter.parts))
            yield counter
        finally:
            halt.set()
            for process in processes:
                process.join()
        if any(process.exitcode for process in processes):
            raise RehearsalFailed(what="frames to be taken; a sender was refused")


class _Counter:
    """Number of frames sent by all processes."""

    def __init__(self, parts: list[Count]) -> None:
        self.parts = parts

    @property
    def value(self) -> int:
        """Return the total."""
        return sum(part.value for part in self.parts)


def send_frames(url: str, seats: list[Seat], per_s: float, halt: Event, sent: Count) -> None:
    """Send frames for these seats in turn at a steady pace until ``halt`` is set."""
    pictures = [[sample_frame(p, n) for n in range(VARIATIONS)] for p in range(4)]
    clients = []
    for seat in seats:
        client = Client(url)
        client.resume(seat.cookies, seat.csrf, seat.lease)
        clients.append(client)
    due = time.perf_counter()
    while not halt.is_set():
        number = sent.value
        place = number % len(seats)
        picture = pictures[seats[place].person % 4][number // len(seats) % VARIATIONS]
        clients[place].post_jpeg(seats[place].path, picture)
        sent.value += 1
        # At most one second of delay is made up for, or a slow phase would be followed by a
        # burst.
        due = max(due + 1 / per_s, time.perf_counter() - 1)
        halt.wait(max(0.0, due - time.perf_counter()))
    for client in clients:
        client.close()


@contextmanager
def open_room(count: int, progress: Progress, workers: int = 0) -> Iterator[Room]:
    """Run a hall as :func:`running_hall`; yield it once the portraits have been checked."""
    with running_hall(count, progress, workers) as room:
        progress("Waiting until the portraits are checked")
        wait_for("the portraits", room.portraits_done)
        yield room


@contextmanager
def running_hall(
    count: int, progress: Progress, workers: int = 0, content: Content | None = None
) -> Iterator[Room]:
    """Run headquarters and a centre in a temporary folder, with a started sitting.

    ``workers``: worker processes; 0 means the default. ``content``: another exam than the
    usual.
    """
    people = make_people(count)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        base = Path(folder)
        progress(f"Setting up a hall with {count} candidates")
        port = free_port()
        access = set_up(base, f"http://127.0.0.1:{port}", {"演练": people}, 120, content)
        _set_workers(access.centre / SETTINGS, workers)
        stack.enter_context(server("sync.hq.cli", access.hq, port, base / "hq.log"))
        log = base / "centre.log"
        running = stack.enter_context(running_server("kiosk", access.centre, 0, log))
        staff = stack.enter_context(closing(Staff(running.url)))
        staff.sign_in(STAFF, access.password)
        sitting = wait_for("the exam package", staff.sittings)[0]["id"]
        candidates = [Candidate(running.url, person, 1) for person in people]
        for candidate in candidates:
            stack.callback(candidate.close)
            candidate.sign_in()
            staff.pass_by_hand(candidate.log.attempt_id, "benchmark: nobody is there")
        staff.unlock(sitting, access.codes["演练"])
        staff.start(sitting)
        for candidate in candidates:
            candidate.open_page()
        yield Room(running, access.centre, staff, sitting, candidates)


def _set_workers(settings: Path, workers: int) -> None:
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r"(?m)^workers = \d+", f"workers = {workers}", text), "utf-8")
