"""The cost of a save in a database that one terminal has filled, compared with a new one."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from kiosk.exam.event_kinds import EventKind
from kiosk.exam.states import SittingStatus
from kiosk.rehearsal.figures import percentile
from kiosk.store.centre import sittings
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import answers, attempts, events
from kiosk.store.exam.answers import Answer
from kiosk.store.exam.attempts import RosterEntry
from kiosk.store.sqlite.database import Store
from kiosk.system import entropy
from sync.wire.model import FIRST
from sync.wire.sealing.keys import KeyPair

AT = datetime(2026, 4, 25, 6, tzinfo=UTC)
SITTING, HONEST, GREEDY = "S", "HONEST", "GREEDY"
ITEMS = 100
BATCH = 1000
Progress = Callable[[str], None]


@dataclass(frozen=True)
class GrowthFigures:
    """Milliseconds per save, from call to commit including its event, and per view of the room."""

    fresh: list[float]
    grown: list[float]
    room_fresh_ms: float
    room_grown_ms: float


def measure(grown_events: int, revisions: int, saves: int, progress: Progress) -> GrowthFigures:
    """Time saves of one attempt before and after another one has filled the tables."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        store = Store(Path(folder))
        try:
            return _measure(_Hall(store), grown_events, revisions, saves, progress)
        finally:
            store.close()


def _measure(
    hall: "_Hall", grown_events: int, revisions: int, saves: int, progress: Progress
) -> GrowthFigures:
    progress(f"{saves} saves in a fresh database")
    fresh, room = hall.saves(saves), hall.room_view()
    progress(f"Growing it by {grown_events} events and {revisions} answers")
    hall.grow(grown_events, revisions)
    progress(f"{saves} saves in the grown one")
    return GrowthFigures(fresh, hall.saves(saves), room, hall.room_view())


class _Hall:
    """A sitting with two attempts in its own store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys = KeyPair.generate(entropy)
        self._acked = {HONEST: 0, GREEDY: 0}
        store.write(_set_up)

    def saves(self, count: int) -> list[float]:
        """Save ``count`` answers one at a time; return the sorted milliseconds."""
        return sorted(self._timed_save() for _ in range(count))

    def _timed_save(self) -> float:
        began = time.perf_counter()
        self._store.write(lambda db: self._save(db, HONEST, event=True))
        return (time.perf_counter() - began) * 1000

    def _save(self, db: Database, attempt_id: str, *, event: bool) -> None:
        seq = self._acked[attempt_id] + 1
        answer = Answer(seq, f"ITEM-{seq % ITEMS}", "A", None, AT + timedelta(seconds=seq))
        answers.append(db, attempt_id, seq - 1, [answer], self._keys)
        self._acked[attempt_id] = seq
        if event:
            events.append(db, SITTING, EventKind.PAGE_COPY, "candidate", AT, attempt_id)

    def room_view(self) -> float:
        """Milliseconds of what the staff page asks of the answers; the best of some."""
        times = []
        for _ in range(5):
            began = time.perf_counter()
            answers.answered_counts(self._store.read(), SITTING)
            times.append((time.perf_counter() - began) * 1000)
        return min(times)

    def grow(self, grown_events: int, revisions: int) -> None:
        """Add rows of the greedy attempt, many in each commit."""
        self._repeat(revisions, lambda db: self._save(db, GREEDY, event=False))
        self._repeat(
            grown_events,
            lambda db: events.append(db, SITTING, EventKind.PAGE_COPY, "candidate", AT, GREEDY),
        )

    def _repeat(self, count: int, act: Callable[[Database], object]) -> None:
        for start in range(0, count, BATCH):
            share = min(BATCH, count - start)
            self._store.write(lambda db, share=share: [act(db) for _ in range(share)])  # type: ignore[misc]


def _set_up(db: Database) -> None:
    files = ("head", "roster", "paper")
    sitting = Sitting(SITTING, "P", 1, *files, "benchmark", AT, SittingStatus.STARTED, AT, None, AT)
    sittings.put_package(db, sitting)
    for number, attempt_id in enumerate((HONEST, GREEDY)):
        entry = RosterEntry(f"C{number}", str(number), FIRST, f"A{number}", FIRST, 0)
        attempts.register(db, attempt_id, SITTING, entry)


def report(grown_events: int, revisions: int, saves: int, progress: Progress) -> dict[str, float]:
    """Return the figures as the command prints them."""
    figures = measure(grown_events, revisions, saves, progress)
    before, after = percentile(figures.fresh, 0.5), percentile(figures.grown, 0.5)
    return {
        "events": grown_events,
        "revisions": revisions,
        "save_fresh_p50_ms": round(before, 2),
        "save_grown_p50_ms": round(after, 2),
        "save_grown_p99_ms": round(percentile(figures.grown, 0.99), 2),
        "save_ratio": round(after / before, 2),
        "room_fresh_ms": round(figures.room_fresh_ms, 3),
        "room_grown_ms": round(figures.room_grown_ms, 3),
    }
