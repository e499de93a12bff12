"""The real face analysis in the test's own thread: what a frame says is there at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk.hall.proctoring.face_analysis import Faces
from kiosk.settings import DEFAULT_PACK
from kiosk.vision.analysis.monitor import Finding, Task
from kiosk.vision.analysis.track import Track
from kiosk.vision.errors import VisionError
from kiosk.vision.samples import TURN
from kiosk.vision.workers.loading import EngineSpec, Models, load_models
from kiosk.vision.workers.pool import OnAnswer
from kiosk.vision.workers.worker import Worker
from tests.centres import ManualClock, Site
from tests.faces import live
from tests.hall.conftest import BY, Room, open_room

YAW = {"front": 0.0, "left": TURN, "right": -TURN}


class AtOnce:
    """A pool without processes."""

    workers, stopped, deaths = 1, False, 0

    def __init__(self, models: Models) -> None:
        self._worker = Worker(models)
        self._tracks: dict[str, Track] = {}
        self._answer: OnAnswer = lambda *_: None

    def on_answer(self, listener: OnAnswer) -> None:
        """Whom to tell."""
        self._answer = listener

    def watch(self, key: str, task: Task) -> None:
        """Look at the frame now."""
        task = replace(task, track=self._tracks.get(key, task.track))
        self._tell(key, task)

    def listen(self, key: str, task: Any) -> None:
        """Listen now."""
        self._tell(key, task)

    def _tell(self, key: str, task: Any) -> None:
        try:
            found = self._worker.answer(task)
        except VisionError as error:
            self._answer(key, error)
            return
        if isinstance(found, Finding):
            self._tracks[key] = found.track
        self._answer(key, found)  # type: ignore[arg-type]

    def examine(self, task: Any, _sender: str | None = None) -> Any:
        """Look now."""
        return self._worker.answer(task)

    def forget(self, key: str) -> None:
        """The terminal has gone."""
        self._tracks.pop(key, None)

    def cost_s(self) -> float:
        """Nothing."""
        return 0.0

    def frames_per_s(self) -> float:
        """Nothing."""
        return 0.0


def seeing_faces(weights: Path, pack: str = DEFAULT_PACK) -> Faces:
    """Face recognition with a pack, in the caller's thread."""
    models = load_models(EngineSpec(pack, weights))
    return Faces(AtOnce(models), pack, models.engine.bands, 1000)  # type: ignore[arg-type]


@contextmanager
def seeing_room(
    site: Site, clock: ManualClock, weights: Path, pack: str = DEFAULT_PACK
) -> Iterator[Room]:
    """A centre that recognises faces, with the embedded pack unless another is named."""
    with open_room(site, clock, seeing_faces(weights, pack)) as room:
        yield room


def sign_in(room: Room, number: int = 1) -> str:
    """A candidate who agrees to face verification; returns the attempt."""
    numbers = (f"2026T{number:04d}", f"99000119900101{number:03d}X")
    return room.hall.checkin.sign_in(room.terminal(), *numbers, True, "127.0.0.1").attempt_id


def face_check(room: Room, attempt_id: str, person: int) -> Any:
    """Do what a face check asks, as that person; how it ended."""
    desk = room.hall.verification
    reply = desk.begin_face_check(attempt_id)
    for number in range(60):
        room.clock.pass_time(0.5)
        reply = desk.face_check(attempt_id, live(person, number, YAW[reply.ask]))
        if reply.result is not None:
            return reply.result
    raise AssertionError(reply)


def seated(room: Room) -> str:
    """A candidate (person 0) who agrees to be watched and sits the exam."""
    room.unlock()
    attempt_id = sign_in(room)
    room.hall.verification.decide(attempt_id, True, "same person", BY)
    room.hall.starts.start("S1", BY)
    return attempt_id
