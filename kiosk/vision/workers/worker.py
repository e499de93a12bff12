"""The analysis process: takes tasks from a pipe, answers with problems, ends with its parent."""

import os
import signal
from multiprocessing.connection import Connection

import cv2

from kiosk.exam.proctoring import Hearing
from kiosk.vision.analysis.checkin import (
    CardResult,
    CardTask,
    FaceCheckTask,
    FaceResult,
    PortraitResult,
    PortraitTask,
    face_check,
    read_card,
    read_portrait,
)
from kiosk.vision.analysis.monitor import Finding, Task, examine
from kiosk.vision.analysis.speech import SoundTask, SpeechDetector
from kiosk.vision.errors import BrokenPicture, VisionError
from kiosk.vision.runtime import return_free_memory
from kiosk.vision.workers.loading import EngineSpec, Models, load_models

NICE = 10

AnyTask = Task | FaceCheckTask | CardTask | PortraitTask | SoundTask
Answer = Finding | FaceResult | CardResult | PortraitResult | Hearing
Refusal = tuple[type[VisionError], str, dict[str, object]]


class Worker:
    """Models and ear of one process."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._ear = SpeechDetector()

    def answer(self, task: AnyTask) -> Answer:
        """Do one task; raises a VisionError for what cannot be looked at or listened to."""
        models = self._models
        match task:
            case Task():
                return examine(models.engine, task, models.objects, models.liveness)
            case FaceCheckTask():
                return face_check(models.engine, task, models.liveness)
            case CardTask():
                return read_card(models.engine, task)
            case PortraitTask():
                return read_portrait(models.engine, task)
            case SoundTask():
                return self._ear.hear(task)


def run(pipe: Connection, spec: EngineSpec) -> None:
    """Answer tasks until the pipe closes. A picture that is refused is answered as such.

    Raises SystemExit, which multiprocessing prints as one line, when a pack cannot be used.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    os.nice(NICE)
    cv2.setNumThreads(1)
    try:
        worker = Worker(load_models(spec))
    except VisionError as error:
        raise SystemExit(f"the analysis cannot start: {error}") from error
    return_free_memory()
    pipe.send("ready")
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        try:
            answer: Answer | Refusal = worker.answer(task)
        except VisionError as error:
            answer = type(error), error.detail, error.params
        except cv2.error as error:  # OpenCV refuses what it was given; the worker is well
            answer = BrokenPicture, str(error), {}
        pipe.send(answer)
