"""Analysis in processes of its own: urgent first, newest wins, a dead worker is replaced."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.vision.dlib.pack import build, is_whole
from kiosk.vision.errors import AnalysisLost, NotAJpeg, PackUnusable
from kiosk.vision.monitor import Finding, Task
from kiosk.vision.packs import known_packs, read_pack
from kiosk.vision.pool import Pool
from kiosk.vision.queue import Job, JobQueue
from kiosk.vision.worker import EngineSpec
from tests.faces import live


@pytest.fixture(scope="module")
def pool(weights: Path) -> Iterator[Pool]:
    """One worker."""
    pool = Pool(EngineSpec("dlib", weights), workers=1)
    yield pool
    pool.close()


def test_a_picture_is_examined_in_another_process(pool: Pool) -> None:
    assert pool.examine(Task(live(0))).observation.faces == 1
    assert pool.pids
    assert os.getpid() not in pool.pids


def test_a_refused_picture_says_why_and_harms_nobody(pool: Pool) -> None:
    with pytest.raises(NotAJpeg):
        pool.examine(Task(b"not a picture"))
    assert pool.examine(Task(live(1))).observation.faces == 1


def test_watched_frames_come_back_by_their_key(pool: Pool) -> None:
    found: dict[str, Finding] = {}
    done = threading.Event()

    def keep(key: str, finding: Finding) -> None:
        found[key] = finding
        if len(found) == 2:
            done.set()

    pool.on_finding(keep)
    pool.watch("T1", Task(live(0), at=1.0))
    pool.watch("T2", Task(live(1), at=2.0))
    assert done.wait(30)
    assert {key: finding.observation.at for key, finding in found.items()} == {"T1": 1, "T2": 2}
    assert pool.frames_per_s() > 0


def test_a_killed_worker_is_replaced(pool: Pool) -> None:
    pool.examine(Task(live(0)))
    (victim,) = pool.pids
    os.kill(victim, signal.SIGKILL)
    with pytest.raises(AnalysisLost):
        pool.examine(Task(live(0)))
    assert pool.examine(Task(live(0))).observation.faces == 1
    assert pool.pids != [victim]


def test_a_closed_pool_keeps_nobody_waiting(weights: Path) -> None:
    pool = Pool(EngineSpec("dlib", weights), workers=1)
    pool.close()
    assert pool.pids == []


def test_only_the_newest_frame_of_a_terminal_waits() -> None:
    queue = JobQueue()
    for number in range(3):
        queue.put_newest("T1", Job(Task(b"", at=number), key="T1"))
    job = queue.get()
    assert job is not None
    assert job.task.at == 2
    assert queue.dropped == 2


def test_a_check_in_goes_before_frames_and_terminals_take_turns() -> None:
    queue = JobQueue()
    for key in ("T1", "T2", "T1"):
        queue.put_newest(key, Job(Task(key.encode()), key=key))
    queue.put_urgent(Job(Task(b"check-in")))
    order = [queue.get() for _ in range(3)]
    assert [job.task.jpeg for job in order if job] == [b"check-in", b"T1", b"T2"]


def test_a_damaged_build_is_made_again(tmp_path: Path) -> None:
    info = read_pack("dlib")
    folder = build(info, tmp_path, lambda *_: None)
    (folder / "detector.onnx").write_bytes(b"damaged")
    assert not is_whole(folder, info)
    steps: list[str] = []
    build(info, tmp_path, lambda step, *_: steps.append(step))
    assert steps == ["detector", "recogniser", "landmarks"]
    assert is_whole(folder, info)
    build(info, tmp_path, lambda step, *_: steps.append(step))
    assert len(steps) == 3


def test_a_source_file_with_another_digest_is_refused(tmp_path: Path) -> None:
    info = read_pack("dlib")
    wrong = tuple(file.model_copy(update={"sha256": "0" * 64}) for file in info.files)
    with pytest.raises(PackUnusable):
        build(info.model_copy(update={"files": wrong}), tmp_path, lambda *_: None)
    assert not (tmp_path / "dlib").exists()


def test_unknown_packs_are_named() -> None:
    assert [info.id for info in known_packs()] == ["dlib"]
    with pytest.raises(PackUnusable, match="nowhere"):
        read_pack("nowhere")
