"""Workers of the face analysis are killed again and again: the hall goes on, and sees again."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.exam.identity.bands import Bands
from kiosk.hall.proctoring.face_analysis import Faces
from kiosk.settings import DEFAULT_PACK
from kiosk.vision.packs.manifest import default_weights
from kiosk.vision.workers.loading import EngineSpec
from kiosk.vision.workers.pool import Pool
from tests.centres import ManualClock, new_site
from tests.faces import live
from tests.faults.counts import count
from tests.hall.conftest import SITTING, Room, open_room

DEATHS = count("deaths", 12, 100)
WAIT = 120


def until(so: Callable[[], bool]) -> None:
    """Wait until something is so, within a limit."""
    end = time.monotonic() + WAIT
    while not so():
        assert time.monotonic() < end
        time.sleep(0.02)


def kill_workers(pool: Pool, times: int) -> None:
    """Kill one worker after the other, each as soon as it is there."""
    for _ in range(times):
        before = pool.deaths
        until(lambda: bool(pool.pids))
        os.kill(pool.pids[0], signal.SIGKILL)
        until(lambda before=before: pool.deaths > before)  # type: ignore[misc]


def tick(room: Room, seconds: int) -> None:
    """Let the hall look at its rooms."""
    for _ in range(seconds):
        room.clock.pass_time(1)
        room.hall.proctoring.tick()


def test_killed_workers_come_back_without_end_and_staff_see_the_span(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.vision.workers.restarts.LONGEST_PAUSE", 0.3)
    pool = Pool(EngineSpec(DEFAULT_PACK, default_weights()), workers=1)
    faces = Faces(pool, DEFAULT_PACK, Bands(0.45, 0.4), 1000)
    with open_room(new_site(tmp_path / "centre"), ManualClock(), faces) as room:
        (attempt_id,) = room.begin()
        kill_workers(pool, DEATHS)
        until(lambda: pool.stopped or bool(pool.pids))
        monkeypatch.setattr("kiosk.vision.workers.restarts.LONGEST_PAUSE", 3.0)
        kill_workers(pool, 1)
        until(lambda: pool.stopped)
        tick(room, 1)
        assert "analysis_stopped" in room.hall.proctoring.alerts(SITTING)
        until(lambda: not pool.stopped)
        tick(room, 10)
        assert room.kinds().count("analysis_stopped_over") == 1
        assert room.hall.rooms.incidents(SITTING) == []
        room.hall.proctoring.frame(attempt_id, live(0))
        until(lambda: pool.frames_per_s() > 0)
    pool.close()
