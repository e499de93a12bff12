"""The analysis process: reads tasks from a pipe and answers each with a result or a refusal.

It exits when the server closes the pipe, which includes the server's death.
"""

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
    """The models and the speech detector of one process."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._ear = SpeechDetector()

    def answer(self, task: AnyTask) -> Answer:
        """Do one task.

        Raises:
            VisionError: the picture or sound is rejected.
        """
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
    """Answer tasks until the pipe closes; a picture that is rejected is answered with the reason.

    Raises:
        SystemExit: a pack cannot be used. multiprocessing prints the message as one line.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    # Saving answers comes first: the web server gets the processor before the analysis.
    os.nice(NICE)
    # The pool already uses the cores; OpenCV's own threads would compete with it.
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
            # Sent in parts: unpickling an ExamError would call it without the parameters that its
            # message needs.
            answer = type(error), error.detail, error.params
        except cv2.error as error:  # OpenCV refuses what it was given; the worker is well
            answer = BrokenPicture, str(error), {}
        pipe.send(answer)
