"""Worker processes for face analysis; the analysis never delays saving an answer.

One thread of the server feeds each process. A worker that dies is always replaced, after a
pause that grows with the number of recent deaths; its picture is lost and the exam continues. A
worker that spends over two seconds of processor time on one picture is killed and replaced at
once, and the listener can set the sender of that picture aside.
"""

import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Waited
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import overload

from kiosk.exam.proctoring import Hearing
from kiosk.exam.troubles import Troubles
from kiosk.vision.analysis.checkin import (
    CardResult,
    CardTask,
    FaceCheckTask,
    FaceResult,
    PortraitResult,
    PortraitTask,
)
from kiosk.vision.analysis.monitor import Finding, Task
from kiosk.vision.analysis.speech import SoundTask
from kiosk.vision.analysis.track import Track
from kiosk.vision.errors import AnalysisAway, AnalysisLost, AnalysisOverran, VisionError
from kiosk.vision.workers.loading import EngineSpec
from kiosk.vision.workers.queue import Job, JobQueue, Recent, sound_of
from kiosk.vision.workers.restarts import Restarts
from kiosk.vision.workers.worker import Answer, AnyTask, Refusal, run

_log = logging.getLogger(__name__)

START_SECONDS = 60.0
TASK_CPU_SECONDS = 2.0
"""Most processor time of one task. Elapsed time would blame the sender for a busy machine."""

TASK_SECONDS = 20.0
"""After this time a worker counts as stuck, however little processor time it used."""

POLL_SECONDS = 0.25
LOOK_SECONDS = 1.0
"""Interval at which an idle worker is checked."""

_TICKS = os.sysconf("SC_CLK_TCK")
OnAnswer = Callable[[str, Finding | Hearing | VisionError], None]


def default_workers() -> int:
    """Return one fewer than the number of cores, at least one."""
    # One core stays free for the web server and its writer.
    return max(1, (os.cpu_count() or 2) - 1)


class Pool:
    """Analyses pictures in other processes."""

    def __init__(self, spec: EngineSpec, workers: int = 0) -> None:
        """Start the workers without waiting for them; ``workers`` 0 means the default.

        ``deaths`` counts workers that died, did not start or got stuck; ``overruns`` counts
        those that were killed because a picture took too long.
        """
        self.workers = workers or default_workers()
        self._spec = spec
        self._queue = JobQueue()
        self._on_answer: OnAnswer = lambda *_: None
        self._tracks: dict[str, Track] = {}
        self._recent = Recent()
        self._restarts = Restarts(self.workers)
        self._troubles = Troubles(time.monotonic)
        self.deaths = self.overruns = 0
        self._closing = threading.Event()
        self._pids: dict[int, int] = {}
        self._threads = [
            threading.Thread(target=self._feed, args=(n,), name=f"vision-{n}", daemon=True)
            for n in range(self.workers)
        ]
        for thread in self._threads:
            thread.start()

    def on_answer(self, listener: OnAnswer) -> None:
        """Call ``listener`` for each watched frame and sound snippet, from a thread of the pool.

        For a hostile or broken picture it receives the VisionError: AnalysisOverran if the
        picture took too long, AnalysisLost if the worker died with it.
        """
        self._on_answer = listener

    def watch(self, key: str, task: Task) -> None:
        """Queue a terminal's newest frame; an older one still in the queue is dropped.

        The track that earlier frames of the terminal left is added when the frame's turn comes.
        """
        self._queue.put_newest(key, Job(task, key=key))

    def listen(self, key: str, task: SoundTask) -> None:
        """Queue a terminal's newest sound snippet; an older one still in the queue is dropped."""
        self._queue.put_newest(sound_of(key), Job(task, key=key))

    def forget(self, key: str) -> None:
        """Drop a terminal's queued frame and snippet, and its track."""
        self._tracks.pop(key, None)
        self._queue.drop(key)
        self._queue.drop(sound_of(key))

    @overload
    def examine(self, task: FaceCheckTask, sender: str | None = None) -> FaceResult: ...
    @overload
    def examine(self, task: CardTask, sender: str | None = None) -> CardResult: ...
    @overload
    def examine(self, task: PortraitTask, sender: str | None = None) -> PortraitResult: ...
    @overload
    def examine(self, task: Task, sender: str | None = None) -> Finding: ...
    def examine(self, task: AnyTask, sender: str | None = None) -> Answer:
        """Do a task before watched frames, in turn with other senders, and wait for its answer.

        Raises AnalysisAway while no worker is there, AnalysisLost, AnalysisOverran, or the
        VisionError that says what is wrong with the picture.
        """
        future: Future[Answer] = Future()
        if self.stopped or not self._queue.put_urgent(Job(task, sender, future)):
            raise AnalysisAway()
        try:
            # Enough for a worker that is just starting, and then for the task.
            return future.result(START_SECONDS + TASK_SECONDS)
        except Waited as error:
            raise AnalysisAway() from error

    def frames_per_s(self, window: float = 10.0) -> float:
        """Return the pictures analysed per second during the last ``window`` seconds."""
        return self._recent.per_second(time.monotonic(), window)

    def cost_s(self) -> float:
        """Return the mean seconds that recent pictures took; 0 before the first."""
        return self._recent.mean_cost()

    @property
    def dropped(self) -> int:
        """Return how many frames a newer one replaced before they were analysed."""
        return self._queue.dropped

    @property
    def stopped(self) -> bool:
        """Return whether no worker is left; False again once one has restarted."""
        return self._restarts.nobody

    @property
    def pids(self) -> list[int]:
        """Return the process ids of the running workers."""
        return list(self._pids.values())

    def close(self) -> None:
        """Stop the workers; callers that wait for an answer get AnalysisAway."""
        self._closing.set()
        _lose(self._queue.close())
        for thread in self._threads:
            thread.join(timeout=TASK_SECONDS)

    def _feed(self, number: int) -> None:
        while not self._closing.is_set():
            try:
                self._employ(number)
            except _Overran:
                # Restarted without a pause: the picture was at fault, and its sender is set
                # aside.
                self.overruns += 1
            except Exception as error:  # noqa: BLE001 - logged; a worker that is not there is replaced
                self._rest(number, error)

    def _employ(self, number: int) -> None:
        """Start one worker and feed it until it ends.

        Raises:
            _Overran: a task took too much processor time.
            EOFError: the worker died or got stuck.
            OSError: no process could be started.
        """
        process, pipe = self._start()
        self._pids[number] = process.pid or 0
        try:
            self._serve(process, pipe, number)
        except _Overran:
            process.kill()
            raise
        finally:
            pipe.close()
            _end(process)
            self._pids.pop(number, None)

    def _rest(self, number: int, error: Exception) -> None:
        """Wait before the next start; if no worker is left, fail the urgent jobs that wait."""
        self.deaths += 1
        pause = self._restarts.pause(time.monotonic())
        if not pause:
            return
        _log.error("an analysis process ended (%r); the next starts in %.0f s", error, pause)
        if self._restarts.leave(number):
            # Their callers need not wait out the pause: staff can decide by hand.
            _lose(self._queue.drain_urgent())
        self._closing.wait(pause)

    def _start(self) -> tuple[multiprocessing.process.BaseProcess, Connection]:
        # A fork would copy the server's locks in whatever state its other threads have left them.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=run, args=(theirs, self._spec), daemon=True)
        try:
            process.start()
        except OSError:
            ours.close()
            raise
        finally:
            # With no copy of this end left in the server, the pipe reports a worker's death as
            # its end.
            theirs.close()
        return process, ours

    def _serve(
        self, process: multiprocessing.process.BaseProcess, pipe: Connection, number: int
    ) -> None:
        """Process jobs until the pool closes.

        Raises:
            EOFError: the worker died, or was not ready in time.
        """
        if not pipe.poll(START_SECONDS):
            raise EOFError
        pipe.recv()
        self._restarts.back(number)
        while not self._closing.is_set():
            job = self._queue.get(LOOK_SECONDS)
            # A worker that dies while idle touches no pipe, so only this check notices.
            if not process.is_alive():
                if job is not None:
                    self._put_back(job)
                raise EOFError
            if job is not None:
                self._try(pipe, process.pid or 0, job)

    def _put_back(self, job: Job) -> None:
        """Give a job that the dead worker never received to another one."""
        if not self._queue.put_back(job):
            _lose([job])

    def _try(self, pipe: Connection, pid: int, job: Job) -> None:
        try:
            self._do(pipe, pid, job)
        except _Overran:
            self._fail(job, AnalysisOverran(seconds=TASK_CPU_SECONDS))
            raise
        except Exception:
            self._fail(job, AnalysisLost())
            raise

    def _do(self, pipe: Connection, pid: int, job: Job) -> None:
        began = time.monotonic()
        task = job.task
        if job.key is not None and isinstance(task, Task):
            # Not when it is queued: the frame before may have been analysed in the meantime.
            task = replace(task, track=self._tracks.get(job.key, task.track))
        pipe.send(task)
        _await_answer(pipe, pid)
        answer = pipe.recv()
        if isinstance(answer, Finding):
            self._recent.add(time.monotonic(), time.monotonic() - began)
        self._hand_out(job, answer)

    def _fail(self, job: Job, error: VisionError) -> None:
        if job.future is not None:
            job.future.set_exception(error)
        elif job.key is not None:
            self._tracks.pop(job.key, None)
            self._tell(job.key, error)

    def _hand_out(self, job: Job, answer: Answer | Refusal) -> None:
        said = answer[0](answer[1], **answer[2]) if isinstance(answer, tuple) else answer
        if job.future is not None:
            if isinstance(said, VisionError):
                job.future.set_exception(said)
            else:
                job.future.set_result(said)
        elif job.key is not None and isinstance(said, Finding | Hearing | VisionError):
            if isinstance(said, Finding):
                self._follow(job.key, said.track)
            self._tell(job.key, said)

    def _follow(self, key: str, track: Track) -> None:
        # Two workers may hold two frames of one terminal: the older one may be ready last.
        if track.at >= self._tracks.get(key, track).at:
            self._tracks[key] = track

    def _tell(self, key: str, said: Finding | Hearing | VisionError) -> None:
        """Call the listener. If it fails, as on a full disk, the worker continues."""
        try:
            self._on_answer(key, said)
        except Exception as error:  # noqa: BLE001 - logged; one frame is lost, the exam goes on
            if text := self._troubles.failed("listener", error):
                _log.error("what the analysis said of %s could not be taken: %s", key, text)
        else:
            self._troubles.worked("listener")


class _Overran(Exception):
    """A task exceeded its limit of processor time."""


def _await_answer(pipe: Connection, pid: int) -> None:
    """Wait until the worker answers.

    Raises:
        _Overran: the task exceeded its limit of processor time.
        EOFError: the worker is stuck or dead.
    """
    cpu_began, until = cpu_seconds(pid), time.monotonic() + TASK_SECONDS
    while not pipe.poll(POLL_SECONDS):
        if cpu_seconds(pid) - cpu_began > TASK_CPU_SECONDS:
            raise _Overran
        if time.monotonic() >= until:
            raise EOFError


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used; 0 for one that has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    # utime and stime, fields 14 and 15 of proc(5). The process name before them may itself
    # contain spaces and parentheses, so the fields are counted from the last parenthesis.
    user, system = fields.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS


def _lose(jobs: list[Job]) -> None:
    for job in jobs:
        if job.future is not None and not job.future.done():
            job.future.set_exception(AnalysisAway())


def _end(process: multiprocessing.process.BaseProcess) -> None:
    process.join(timeout=2)
    if process.is_alive():
        process.kill()
        process.join(timeout=2)
