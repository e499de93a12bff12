"""The cost of a camera frame, measured in the code that the workers run.

Costs are CPU time of this process, which does everything on one thread: other work on the
machine does not count, and a second of CPU time is a second of one core.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import cv2
import numpy as np
import onnxruntime

from kiosk.exam.proctoring import Observation, ProctoringSettings, Watch
from kiosk.vision import quality
from kiosk.vision.analysis.checkin import PortraitTask, read_portrait
from kiosk.vision.analysis.monitor import THUMBNAIL_QUALITY, Finding, Task, examine, reduced
from kiosk.vision.analysis.speech import RATE, SoundTask, SpeechDetector
from kiosk.vision.analysis.track import Track
from kiosk.vision.engine import FaceEngine
from kiosk.vision.errors import PackUnusable
from kiosk.vision.images import decode_jpeg, jpeg
from kiosk.vision.samples import PEOPLE, frame, sample_frame, sample_portrait
from kiosk.vision.workers.loading import Models

TERMINALS, VARIATIONS, ROUNDS = 4, 12, 20
REPEATS = 15


@dataclass(frozen=True)
class Pipeline:
    """``ms_per_frame`` of the whole pipeline, of which ``inference_ms`` inside ONNX Runtime."""

    ms_per_frame: float
    inference_ms: float
    stages_ms: dict[str, float]

    @property
    def fps_per_core(self) -> float:
        """Return the frames per second that one core analyses."""
        return 1000 / self.ms_per_frame

    @property
    def inference_share(self) -> float | None:
        """Return ONNX Runtime's share of the cost; None for a pack that does not use it."""
        return self.inference_ms / self.ms_per_frame if self.inference_ms else None


def measure(models: Models) -> Pipeline:
    """Watch some terminals at one frame per second each, then time each stage separately."""
    cv2.setNumThreads(1)
    terminals = [_Terminal(models, person) for person in range(TERMINALS)]
    for terminal in terminals:
        # The first frame searches and learns everything; it is not typical.
        terminal.see(0)
    with clocked_inference() as inference:
        began = time.process_time()
        for second in range(1, ROUNDS + 1):
            for terminal in terminals:
                terminal.see(second)
        spent = time.process_time() - began
    frames = TERMINALS * ROUNDS
    return Pipeline(
        1000 * spent / frames, 1000 * inference.seconds / frames, _stages(models.engine)
    )


class _Terminal:
    """A camera before one person, including the judgement of the rules."""

    def __init__(self, models: Models, person: int) -> None:
        self._models = models
        self._frames = [sample_frame(person, number) for number in range(VARIATIONS)]
        task = PortraitTask(sample_portrait(person))
        self._reference = read_portrait(models.engine, task).vector
        self._watch = Watch(ProctoringSettings(), 0.0, models.engine.bands.staff_at)
        self._track = Track()

    def see(self, second: int) -> Observation:
        """Analyse one frame and judge the rules."""
        picture = self._frames[second % VARIATIONS]
        task = Task(picture, float(second), self._reference, 5.0, self._track)
        found: Finding = examine(
            self._models.engine, task, self._models.objects, self._models.liveness
        )
        self._track = found.track
        self._watch.observe(found.observation)
        return found.observation


def _stages(engine: FaceEngine) -> dict[str, float]:
    """Return the median milliseconds of each stage; not every frame needs all of them."""
    picture = sample_frame(0, 1)
    image = decode_jpeg(picture)
    faces = engine.detect(image)
    if not faces:
        raise PackUnusable("it finds no face in the sample picture", pack=engine.pack_id)
    face, small = faces[0], reduced(image)
    watch = Watch(ProctoringSettings(), 0.0, engine.bands.staff_at)
    seen = examine(engine, Task(picture, 1.0)).observation
    ear, sound = SpeechDetector(), SoundTask(np.zeros(2 * RATE, np.int16).tobytes())
    stages: dict[str, Callable[[], Any]] = {
        "decode": lambda: decode_jpeg(picture),
        "light": lambda: quality.light(reduced(image)),
        "detect": lambda: engine.detect(image),
        "search": lambda: engine.search(image),
        "measure": lambda: quality.measure(image, face),
        "embed": lambda: engine.embed(image, face),
        "thumbnail": lambda: jpeg(small, THUMBNAIL_QUALITY),
        "rules": lambda: watch.observe(seen),
        "sound_2s": lambda: ear.hear(sound),
    }
    return {name: round(_median_ms(stage), 3) for name, stage in stages.items()}


def _median_ms(stage: Callable[[], Any]) -> float:
    spent = []
    for _ in range(REPEATS):
        began = time.process_time()
        stage()
        spent.append(time.process_time() - began)
    # Without the first run, which fills caches.
    return 1000 * median(spent[1:])


class _Clock:
    """CPU seconds spent inside ONNX Runtime."""

    def __init__(self) -> None:
        self.seconds = 0.0


@contextmanager
def clocked_inference() -> Iterator[_Clock]:
    """Count the CPU time that all sessions of this process spend in ``run``."""
    clock, plain = _Clock(), onnxruntime.InferenceSession.run

    def clocked(self: Any, *arguments: Any, **options: Any) -> Any:
        began = time.process_time()
        try:
            return plain(self, *arguments, **options)
        finally:
            clock.seconds += time.process_time() - began

    onnxruntime.InferenceSession.run = clocked
    try:
        yield clock
    finally:
        onnxruntime.InferenceSession.run = plain


def sample_images() -> list[Any]:
    """Return two pictures of each sample person."""
    return [frame(person, variation) for person in range(PEOPLE) for variation in (1, 2)]
