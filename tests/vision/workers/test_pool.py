"""Analysis in processes of its own: urgent first, newest wins, a dead worker is replaced."""

import errno
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from kiosk.exam.proctoring import Hearing
from kiosk.settings import DEFAULT_PACK
from kiosk.vision.analysis.monitor import Finding, Task
from kiosk.vision.analysis.speech import SoundTask
from kiosk.vision.analysis.track import Track
from kiosk.vision.errors import AnalysisAway, AnalysisLost, AnalysisOverran, NotAJpeg, VisionError
from kiosk.vision.workers.loading import EngineSpec
from kiosk.vision.workers.pool import Pool
from kiosk.vision.workers.queue import Job, JobQueue, Recent
from kiosk.vision.workers.restarts import AT_ONCE, LONGEST_PAUSE, WINDOW_SECONDS, Restarts
from tests.faces import live


def picture_of(job: Job) -> bytes:
    """The picture of a frame's task."""
    assert isinstance(job.task, Task)
    return job.task.jpeg


@pytest.fixture(scope="module")
def pool(weights: Path) -> Iterator[Pool]:
    """One worker, which nobody believes stuck because the machine is busy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kiosk.vision.workers.pool.TASK_SECONDS", 300.0)
        pool = Pool(EngineSpec(DEFAULT_PACK, weights), workers=1)
        yield pool
        pool.close()


class Answers:
    """What a pool said about watched frames and sounds."""

    def __init__(self, pool: Pool, wanted: int) -> None:
        self._found: list[tuple[str, Finding | Hearing | VisionError]] = []
        self._wanted = wanted
        self._done = threading.Event()
        pool.on_answer(self._keep)

    def _keep(self, key: str, answer: Finding | Hearing | VisionError) -> None:
        self._found.append((key, answer))
        if len(self._found) == self._wanted:
            self._done.set()

    def wait(self) -> list[tuple[str, Finding | Hearing | VisionError]]:
        """All that was wanted."""
        assert self._done.wait(60), self._found
        return self._found


def test_a_picture_is_examined_in_another_process(pool: Pool) -> None:
    assert pool.examine(Task(live(0))).observation.faces == 1
    assert pool.pids
    assert os.getpid() not in pool.pids


def test_a_refused_picture_says_why_and_harms_nobody(pool: Pool) -> None:
    with pytest.raises(NotAJpeg):
        pool.examine(Task(b"not a picture"))
    assert pool.examine(Task(live(1))).observation.faces == 1


def test_watched_frames_come_back_by_their_key(pool: Pool) -> None:
    found = Answers(pool, 2)
    pool.watch("T1", Task(live(0), at=1.0))
    pool.watch("T2", Task(live(1), at=2.0))
    by_key = {key: one.observation.at for key, one in found.wait() if isinstance(one, Finding)}
    assert by_key == {"T1": 1, "T2": 2}
    assert pool.frames_per_s() > 0


def test_a_listener_that_fails_costs_its_frame_and_no_worker(pool: Pool) -> None:
    def fail(_key: str, _answer: object) -> None:
        raise OSError("the disk is full")

    pool.on_answer(fail)
    pool.watch("T1", Task(live(0)))
    assert pool.examine(Task(live(0))).observation.faces == 1
    found = Answers(pool, 1)
    pool.watch("T1", Task(live(0), at=2.0))
    assert found.wait()
    assert pool.deaths == 0


def test_what_a_terminal_showed_before_is_remembered_until_it_is_forgotten(pool: Pool) -> None:
    changes = []
    for number in range(3):
        if number == 2:
            pool.forget("T3")
        found = Answers(pool, 1)
        pool.watch("T3", Task(live(0, number), at=float(number)))
        ((_, one),) = found.wait()
        assert isinstance(one, Finding)
        changes.append(one.observation.change)
    assert changes[0] is None
    assert changes[1] is not None
    assert changes[1] > 0
    assert changes[2] is None


def test_an_older_frame_that_is_ready_last_turns_no_track_back(pool: Pool) -> None:
    pool._follow("T4", Track(at=2.0))
    pool._follow("T4", Track(at=1.0))
    assert pool._tracks["T4"].at == 2.0


def test_a_refused_frame_and_a_refused_sound_are_told_by_their_key(pool: Pool) -> None:
    found = Answers(pool, 3)
    pool.watch("T4", Task(b"no picture", at=1.0))
    pool.listen("T5", SoundTask(bytes(32000), at=2.0))
    pool.watch("T6", Task(live(0)[:300], at=1.0))
    kinds = {key: type(one).__name__ for key, one in found.wait()}
    assert kinds == {"T4": "NotAJpeg", "T5": "Hearing", "T6": "BrokenPicture"}


class Deadly:
    """A task that kills its worker, which unpickles it."""

    def __reduce__(self) -> tuple[object, tuple[()]]:
        return os.abort, ()


def test_a_worker_that_dies_with_a_frame_costs_that_frame_only(pool: Pool) -> None:
    pool.examine(Task(live(0)))
    found = Answers(pool, 2)
    pool.watch("T7", Deadly())  # type: ignore[arg-type]
    pool.watch("T8", Task(live(1), at=1.0))
    kinds = {key: type(answer) for key, answer in found.wait()}
    assert kinds == {"T7": AnalysisLost, "T8": Finding}
    assert not pool.stopped


def test_a_worker_that_dies_with_a_face_check_says_so(pool: Pool) -> None:
    with pytest.raises(AnalysisLost) as caught:
        pool.examine(Deadly(), "T9")  # type: ignore[call-overload]
    assert type(caught.value) is AnalysisLost


def dead(pid: int) -> bool:
    """Whether a process has ended so far that its parent can know it."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"


def test_a_worker_that_is_killed_while_idle_costs_nobody_a_picture(pool: Pool) -> None:
    pool.examine(Task(live(0)))
    (victim,) = pool.pids
    deaths = pool.deaths
    os.kill(victim, signal.SIGKILL)
    until(lambda: dead(victim))
    found = Answers(pool, 2)
    pool.watch("T7", Task(live(0), at=1.0))
    pool.listen("T7", SoundTask(bytes(32000), at=2.0))
    assert pool.examine(Task(live(0))).observation.faces == 1
    assert {type(answer) for _, answer in found.wait()} == {Finding, Hearing}
    assert pool.pids != [victim]
    assert pool.deaths == deaths + 1


def test_what_nobody_began_comes_first_again_and_an_old_frame_replaces_no_new_one() -> None:
    queue = JobQueue()
    for key in ("T1", "T2"):
        queue.put_urgent(Job(Task(key.encode()), key, Future()))
    first = queue.get()
    assert first is not None
    assert queue.put_back(first)
    assert queue.get() == first
    queue.put_newest("T3", Job(Task(b"new"), "T3"))
    assert queue.put_back(Job(Task(b"old"), "T3"))
    jobs = [queue.get(0), queue.get(0), queue.get(0)]
    assert [picture_of(job) if job else None for job in jobs] == [b"T2", b"new", None]
    queue.close()
    assert not queue.put_back(first)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first death costs a pause already, and a short one is the longest."""
    monkeypatch.setattr("kiosk.vision.workers.restarts.AT_ONCE", 0)
    monkeypatch.setattr("kiosk.vision.workers.restarts.LONGEST_PAUSE", 0.2)


def until(so: Callable[[], bool]) -> None:
    """Wait until something is so, for at most a minute."""
    end = time.monotonic() + 60
    while not so():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.usefixtures("impatient")
def test_a_pack_that_does_not_load_keeps_nobody_waiting_and_is_tried_again(
    weights: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "packs"
    pool = Pool(EngineSpec(DEFAULT_PACK, folder), workers=1)
    try:
        with pytest.raises(AnalysisAway):
            pool.examine(Task(live(0)))
        assert pool.stopped
        folder.symlink_to(weights)
        until(lambda: not pool.stopped)
        assert pool.examine(Task(live(0))).observation.faces == 1
    finally:
        pool.close()


@pytest.mark.usefixtures("impatient")
def test_workers_that_are_killed_without_end_are_replaced_without_end(weights: Path) -> None:
    pool = Pool(EngineSpec(DEFAULT_PACK, weights), workers=2)
    try:
        for killed in range(1, 31):
            until(lambda: len(pool.pids) == 2)
            os.kill(pool.pids[0], signal.SIGKILL)
            until(lambda killed=killed: pool.deaths >= killed)  # type: ignore[misc]
        until(lambda: not pool.stopped)
        assert pool.examine(Task(live(0))).observation.faces == 1
    finally:
        pool.close()


def test_a_worker_that_cannot_be_started_is_tried_again(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = threading.Event()
    failing.set()
    start = Pool._start

    def out_of_descriptors(pool: Pool) -> object:
        if failing.is_set():
            raise OSError(errno.EMFILE, "Too many open files")
        return start(pool)

    monkeypatch.setattr("kiosk.vision.workers.restarts.AT_ONCE", 0)
    monkeypatch.setattr("kiosk.vision.workers.restarts.LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(Pool, "_start", out_of_descriptors)
    pool = Pool(EngineSpec(DEFAULT_PACK, weights), workers=1)
    try:
        until(lambda: pool.deaths > 3)
        assert pool.stopped
        failing.clear()
        until(lambda: not pool.stopped)
        assert pool.examine(Task(live(0))).observation.faces == 1
    finally:
        pool.close()


def test_pauses_grow_with_the_deaths_of_late_and_never_end() -> None:
    restarts = Restarts(1)
    pauses = [restarts.pause(float(number)) for number in range(100)]
    assert pauses[:AT_ONCE] == [0.0] * AT_ONCE
    assert pauses[AT_ONCE : AT_ONCE + 4] == [1, 2, 4, 8]
    assert set(pauses[AT_ONCE + 5 :]) == {LONGEST_PAUSE}
    assert restarts.pause(100 + WINDOW_SECONDS) == 0


def test_the_analysis_has_stopped_when_every_worker_is_away() -> None:
    restarts = Restarts(2)
    assert [restarts.leave(0), restarts.leave(0), restarts.leave(1)] == [False, False, True]
    assert restarts.nobody
    restarts.back(1)
    assert not restarts.nobody


def test_a_closed_pool_keeps_nobody_waiting(weights: Path) -> None:
    pool = Pool(EngineSpec(DEFAULT_PACK, weights), workers=1)
    pool.close()
    assert pool.pids == []


def test_only_the_newest_frame_of_a_terminal_waits() -> None:
    queue = JobQueue()
    for number in range(3):
        queue.put_newest("T1", Job(Task(b"", at=number), key="T1"))
    job = queue.get()
    assert job is not None
    assert isinstance(job.task, Task)
    assert job.task.at == 2
    assert queue.dropped == 2


def test_a_check_in_goes_before_frames_and_terminals_take_turns() -> None:
    queue = JobQueue()
    for key in ("T1", "T2", "T1"):
        queue.put_newest(key, Job(Task(key.encode()), key=key))
    queue.put_urgent(Job(Task(b"check-in")))
    order = [queue.get() for _ in range(3)]
    assert [picture_of(job) for job in order if job] == [b"check-in", b"T1", b"T2"]


def test_figures_may_be_asked_for_while_pictures_are_done() -> None:
    recent, halt = Recent(), threading.Event()

    def work() -> None:
        while not halt.is_set():
            recent.add(1.0, 0.5)

    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    try:
        costs = [recent.mean_cost() + recent.per_second(1.0, 10.0) for _ in range(2000)]
    finally:
        halt.set()
        for worker in workers:
            worker.join()
        sys.setswitchinterval(switch)
    assert len(costs) == 2000


class Slow:
    """A task that costs its worker so much processor time; the worker unpickles it like others."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __reduce__(self) -> tuple[object, tuple[float]]:
        return burn, (self.seconds,)


def burn(seconds: float) -> Task:
    """Keep a processor busy, then be an empty frame."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return Task(b"")


def test_a_picture_that_takes_too_long_is_ended_and_told_of_its_sender(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.vision.workers.pool.TASK_CPU_SECONDS", 0.5)
    pool.examine(Task(live(0)))
    (before,) = pool.pids
    deaths, overruns = pool.deaths, pool.overruns
    found = Answers(pool, 1)
    pool.watch("T9", Slow(60))  # type: ignore[arg-type]
    ((key, error),) = found.wait()
    assert (key, type(error)) == ("T9", AnalysisOverran)
    monkeypatch.undo()
    assert pool.examine(Task(live(0))).observation.faces == 1
    assert pool.pids != [before]
    assert (pool.deaths, pool.overruns) == (deaths, overruns + 1)


def test_whoever_waits_for_a_picture_that_takes_too_long_is_told(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool.examine(Task(live(0)))
    monkeypatch.setattr("kiosk.vision.workers.pool.TASK_CPU_SECONDS", 0.5)
    with pytest.raises(AnalysisOverran):
        pool.examine(Slow(60), "T9")  # type: ignore[call-overload]


def test_one_sender_who_overruns_again_and_again_uses_up_no_budget(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.vision.workers.pool.TASK_CPU_SECONDS", 0.3)
    own = Pool(EngineSpec(DEFAULT_PACK, weights), workers=1)
    try:
        for _ in range(3):
            with pytest.raises(AnalysisOverran):
                own.examine(Slow(60), "T9")  # type: ignore[call-overload]
        monkeypatch.undo()
        assert not own.stopped
        assert own.examine(Task(live(0))).observation.faces == 1
    finally:
        own.close()


def test_one_senders_face_checks_do_not_starve_those_of_others() -> None:
    queue = JobQueue()
    for _ in range(40):
        queue.put_urgent(Job(Task(b"greedy"), key="greedy"))
    queue.put_urgent(Job(Task(b"honest"), key="honest"))
    queue.put_urgent(Job(Task(b"other"), key="other"))
    order = [picture_of(job) for job in (queue.get() for _ in range(4)) if job]
    assert order == [b"greedy", b"honest", b"other", b"greedy"]


def test_face_checks_without_end_leave_frames_their_turn() -> None:
    queue = JobQueue()
    for _ in range(40):
        queue.put_urgent(Job(Task(b"look"), key="greedy"))
    queue.put_newest("T1", Job(Task(b"frame"), key="T1"))
    order = [picture_of(job) for job in (queue.get() for _ in range(5)) if job]
    assert order == [b"look", b"look", b"look", b"frame", b"look"]


def test_a_terminal_that_has_gone_leaves_nothing_in_the_queue() -> None:
    queue = JobQueue()
    queue.put_newest("T1", Job(Task(b"old"), key="T1"))
    queue.put_newest("T2", Job(Task(b"new"), key="T2"))
    queue.drop("T1")
    job = queue.get()
    assert job is not None
    assert job.key == "T2"
