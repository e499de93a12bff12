"""One candidate floods the hall with costly pictures or page signals: nobody else notices.

The figures are printed (`pytest -s`), never judged: the machines of the tests are shared.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.exam.identity.bands import Bands
from kiosk.hall.inputs import ConductSignal
from kiosk.hall.proctoring.face_analysis import Faces
from kiosk.rehearsal.figures import percentile
from kiosk.settings import DEFAULT_PACK
from kiosk.store.exam import events, tallies
from kiosk.vision.analysis.checkin import FaceCheckTask
from kiosk.vision.errors import PictureTooCostly
from kiosk.vision.packs.manifest import default_weights
from kiosk.vision.workers.loading import EngineSpec
from kiosk.vision.workers.pool import Pool
from tests.centres import ManualClock, Site, new_site
from tests.faces import live
from tests.faults.counts import count
from tests.hall.attempt.test_budgets import answer
from tests.hall.conftest import SITTING, Room, open_room
from tests.wire.test_jpeg import with_scans

LOOKS = count("looks", 10, 200)
SIGNALS = count("signals", 1_500, 15_000)
SAVES = count("saves", 15, 150)
SCANS = 2_000
"""As many as fit in the largest picture that is taken."""
WAIT = 120


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An enrolled centre."""
    return new_site(tmp_path / "centre")


@pytest.fixture
def faces() -> Iterator[Faces]:
    """The real analysis, with one worker."""
    pool = Pool(EngineSpec(DEFAULT_PACK, default_weights()), workers=1)
    yield Faces(pool, DEFAULT_PACK, Bands(0.45, 0.4), 1000)
    pool.close()


def timed(act: Callable[[], object], times: int, name: str) -> None:
    """Do it so often, and print how long that took."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    print(
        f"\n{name}: {times} times, p50 {percentile(took, 0.5):.1f} p99 {percentile(took, 0.99):.1f}"
        f" most {took[-1]:.1f} ms",
        file=sys.stderr,
    )


def test_pictures_made_to_be_slow_delay_no_face_check(site: Site, faces: Faces) -> None:
    bomb, over, refused = with_scans(SCANS), threading.Event(), []

    def face_check() -> None:
        faces.face_check(FaceCheckTask(live(0), 1.0, bytes(512), None, None, None), "honest")

    with open_room(site, ManualClock(), faces) as room:
        (attempt_id,) = room.begin()

        def flood() -> None:
            while not over.is_set():
                try:
                    room.hall.proctoring.frame(attempt_id, bomb)
                except PictureTooCostly:
                    refused.append(1)
                over.wait(0.02)

        face_check()  # the worker has started
        timed(face_check, LOOKS, "face checks, quiet")
        flooding = threading.Thread(target=flood)
        flooding.start()
        try:
            timed(face_check, LOOKS, f"face checks beside pictures of {SCANS} scans")
        finally:
            over.set()
            flooding.join(WAIT)
        assert refused
        assert (faces.deaths, faces.stopped) == (0, False)


def save(room: Room, attempt_id: str, seq: Iterator[int]) -> None:
    """One answer more."""
    room.clock.pass_time(1)
    number = next(seq)
    assert answer(room, attempt_id, number, 1) == number


def test_page_signals_without_end_delay_nobodys_answers(site: Site) -> None:
    with open_room(site, ManualClock()) as room:
        bad, good = room.begin(2)
        seq = iter(range(1, 10 * SAVES))
        timed(lambda: save(room, good, seq), SAVES, "saves, quiet")
        for _ in range(SIGNALS // 100):
            room.clock.pass_time(1)
            room.hall.page_leaves.conduct(bad, [ConductSignal("context_menu")] * 100)
        timed(lambda: save(room, good, seq), SAVES, f"saves after {SIGNALS} page signals")
        noted = [event.kind for event in events.of_sitting(room.store.read(), SITTING)]
        assert noted.count("page_context_menu") < 2 * tallies.NOTED
