"""What the board of a full room costs while everybody answers, and how soon it shows a change."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from threading import Event

from kiosk.bench.hall import Room, running_hall
from kiosk.rehearsal.figures import percentile

POLL_S = 2.0
"""The page asks so often."""

SAVE_EVERY_S = 20.0
"""A candidate saves an answer about so often."""

BLOCKS = 3
BOARDS = 5
"""Open at once, so that what they cost stands out from what the saves cost; shown for one."""

SETTLE_S = 4.0
SAVERS = 8
TICKS_PER_S = 100
"""Of ``/proc/<pid>/stat`` (``USER_HZ`` on Linux)."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class BoardFigures:
    """See ``kiosk bench board --help``. Sizes before compression."""

    first_kb: float
    poll_kb: float
    quiet_bytes: float
    reply_p50_ms: float
    reply_p99_ms: float
    shown_p99_s: float
    core_percent: float
    saves_per_s: float


def measure(seats: int, seconds: float, progress: Progress) -> BoardFigures:
    """Alternate blocks with and without an open board while all seats answer.

    Raises:
        RehearsalFailed: the hall did not start.
    """
    with running_hall(seats, progress) as room:
        boards = [_Board(room) for _ in range(BOARDS)]
        first, quiet = boards[0].poll()[0], boards[0].poll()[0]
        span = max(POLL_S * 2, seconds / (2 * BLOCKS))
        closed, opened = 0.0, 0.0
        with _everybody_answers(room) as saved:
            time.sleep(SETTLE_S)
            began, before = time.perf_counter(), len(saved)
            for number in range(1, BLOCKS + 1):
                progress(f"Without and with a board, block {number} of {BLOCKS}")
                closed += _core_share(room.server.pid, lambda: time.sleep(span))
                opened += _core_share(room.server.pid, lambda: _watch(boards, span))
            rate = (len(saved) - before) / (time.perf_counter() - began)
        sizes = [size for board in boards for size in board.sizes]
        times = [ms for board in boards for ms in board.times]
        return BoardFigures(
            first_kb=first / 1000,
            poll_kb=sum(sizes) / len(sizes) / 1000,
            quiet_bytes=quiet,
            reply_p50_ms=percentile(times, 0.5),
            reply_p99_ms=percentile(times, 0.99),
            shown_p99_s=POLL_S + percentile(times, 0.99) / 1000,
            core_percent=(opened - closed) / BLOCKS / BOARDS * 100,
            saves_per_s=rate,
        )


class _Board:
    """A board in a browser: it asks for what has changed since its last answer."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._revision = ""
        self.sizes: list[int] = []
        self.times: list[float] = []

    def poll(self) -> tuple[int, float]:
        """Ask once; return the bytes of the reply and the milliseconds that it took."""
        began = time.perf_counter()
        reply = self._room.board(self._revision)
        took = (time.perf_counter() - began) * 1000
        self._revision = str(reply["revision"])
        return len(json.dumps(reply, ensure_ascii=False, separators=(",", ":")).encode()), took

    def look(self) -> float:
        """Ask once, keep the figures, and return the milliseconds that it took."""
        size, took = self.poll()
        self.sizes.append(size)
        self.times.append(took)
        return took


def _watch(boards: list[_Board], seconds: float) -> None:
    """Let each board ask every ``POLL_S``, one after another, for so long."""
    until = time.perf_counter() + seconds
    for board in cycle(boards):
        if time.perf_counter() >= until:
            return
        time.sleep(max(0.0, POLL_S / BOARDS - board.look() / 1000))


@contextmanager
def _everybody_answers(room: Room) -> Iterator[list[float]]:
    """Let all seats save answers at the pace of people; yield the milliseconds of each save."""
    halt, saved = Event(), list[float]()
    pause = SAVE_EVERY_S * SAVERS / len(room.candidates)

    def answer(number: int) -> None:
        for candidate in cycle(room.candidates[number::SAVERS]):
            if halt.wait(pause):
                return
            saved.extend(candidate.save_some(1, 0))

    with ThreadPoolExecutor(SAVERS) as threads:
        running = [threads.submit(answer, number) for number in range(SAVERS)]
        try:
            yield saved
        finally:
            halt.set()
    for done in running:
        done.result()


def _core_share(pid: int, work: Callable[[], None]) -> float:
    """Return how much of one core the server used during ``work``, its workers left out."""
    before, began = _cpu_s(pid), time.perf_counter()
    work()
    return (_cpu_s(pid) - before) / (time.perf_counter() - began)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S
