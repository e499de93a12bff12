"""The demo: headquarters and a centre on this machine, with a sitting already in progress."""

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.rehearsal.candidate import Candidate
from kiosk.rehearsal.clients import Staff
from kiosk.rehearsal.environment import STAFF, Access, set_up
from kiosk.rehearsal.people import Person, read_people
from kiosk.rehearsal.processes import server
from kiosk.rehearsal.run import wait_for
from kiosk.settings import resource

RUNNING, SHUT = "演示考试（进行中）", "演示考试（未解锁）"
MINUTES = 240
VISITORS = 2
FIRST_SITTING = 8
"""Candidates of the demo roster in the running sitting; the others are in the locked one."""

LINGER_SECONDS = 3 * 3600.0
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Open:
    """A demo that is ready: its addresses and accounts."""

    centre_url: str
    hq_url: str
    access: Access
    visitors: list[Person]
    shut: list[Person]


def run_demo(
    ports: tuple[int, int],
    simulated: int,
    progress: Progress,
    ready: Callable[[Open], None],
    stop: threading.Event,
) -> None:
    """Run the demo until ``stop`` is set; its data is in a temporary folder.

    ``ports``: the centre's and headquarters'. ``ready`` is called once everything runs.

    Raises:
        ServerDidNotStart: a port is in use, for instance.
    """
    people = read_people(resource("config/demo/roster.csv"))
    first, second = people[:FIRST_SITTING], people[FIRST_SITTING:]
    with tempfile.TemporaryDirectory(prefix="exam-demo-") as folder, ExitStack() as stack:
        base = Path(folder)
        progress("Setting up headquarters and a centre with demo content")
        hq_url = f"http://127.0.0.1:{ports[1]}"
        access = set_up(base, hq_url, {RUNNING: first, SHUT: second}, MINUTES)
        progress("Starting both servers")
        stack.enter_context(server("sync.hq.cli", access.hq, ports[1], base / "hq.log"))
        url = stack.enter_context(server("kiosk", access.centre, ports[0], base / "centre.log"))
        candidates = _seat(url, access, first[VISITORS : VISITORS + simulated], progress)
        with _sitting(candidates):
            ready(Open(url, hq_url, access, first[:VISITORS], second))
            stop.wait()
            progress("Stopping")


@contextmanager
def _sitting(candidates: list[Candidate]) -> Iterator[None]:
    """Let the candidates answer slowly while the block runs."""
    threads = [
        threading.Thread(target=candidate.linger, args=(LINGER_SECONDS,), daemon=True)
        for candidate in candidates
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for candidate in candidates:
            candidate.halt()
        for thread, candidate in zip(threads, candidates, strict=True):
            thread.join()
            candidate.close()


def _seat(url: str, access: Access, guests: list[Person], progress: Progress) -> list[Candidate]:
    """Check in the simulated candidates and start the first sitting."""
    with closing(Staff(url)) as staff:
        staff.sign_in(STAFF, access.password)
        sitting_id = wait_for("the exam packages", lambda: _arrived(staff))
        progress(f"Checking in {len(guests)} simulated candidates")
        candidates = [Candidate(url, person, seed) for seed, person in enumerate(guests)]
        for candidate in candidates:
            candidate.check_in()
            if candidate.log.needs_staff:
                staff.pass_by_hand(candidate.log.attempt_id, "demo")
        staff.unlock(sitting_id, access.codes[RUNNING])
        staff.start(sitting_id)
    return candidates


def _arrived(staff: Staff) -> str | None:
    """Return the id of the sitting to start, once both packages have arrived."""
    found = {sitting["title"]: str(sitting["id"]) for sitting in staff.sittings()}
    return found.get(RUNNING) if len(found) == 2 else None
