"""Access to face analysis: portraits, check-in, camera and sound during the exam."""

import threading
from collections.abc import Callable, Collection
from pathlib import Path

import numpy as np

from kiosk.exam.identity.bands import Bands
from kiosk.exam.proctoring import Hearing, Observation
from kiosk.settings import VisionSettings
from kiosk.vision.analysis.checkin import (
    CardResult,
    CardTask,
    FaceCheckTask,
    FaceResult,
    PortraitResult,
    PortraitTask,
)
from kiosk.vision.analysis.monitor import Finding, Task
from kiosk.vision.analysis.speech import SoundTask, check_pcm
from kiosk.vision.engine import cosine
from kiosk.vision.errors import PictureRefused, PortraitUnusable, VisionError
from kiosk.vision.images import MAX_PORTRAIT_BYTES, MAX_PORTRAIT_PIXELS, check_jpeg
from kiosk.vision.packs.manifest import read_pack
from kiosk.vision.runtime import return_free_memory
from kiosk.vision.workers.loading import EngineSpec, load_models
from kiosk.vision.workers.pool import Pool
from sync.wire.delivery.result import VisionRecord

LONGEST_INTERVAL_MS = 5000
"""Longest interval between a terminal's frames, however many terminals there are."""

SUSPECT_SHARE = 4
"""A terminal where something may be wrong gets this many times the share of the others."""

SHARE = 0.8
"""Share of the workers' time that frames may use."""

Listener = Callable[[str, Observation, bytes], None]
"""Receives an attempt's id, what a frame showed, and the frame as a small JPEG."""


class Faces:
    """Face analysis for the use cases. Face templates live in memory only."""

    def __init__(self, pool: Pool, pack_id: str, bands: Bands, interval_ms: int) -> None:
        self.pack_id = pack_id
        self.bands = bands
        self._pool = pool
        self._interval_ms = interval_ms
        self._references: dict[tuple[str, str], bytes | None] = {}
        self._lock = threading.Lock()

    @property
    def record(self) -> VisionRecord:
        """Face pack and thresholds, as recorded in result bundles."""
        bands = {"pass_at": self.bands.pass_at, "staff_at": self.bands.staff_at}
        return VisionRecord(pack_id=self.pack_id, thresholds=bands)

    def on_answers(
        self,
        seen: Listener,
        heard: Callable[[str, Hearing], None],
        refused: Callable[[str, VisionError], None],
    ) -> None:
        """Set the callbacks for frames, sounds and refusals; the pool's threads call them."""

        def listener(key: str, answer: Finding | Hearing | VisionError) -> None:
            if isinstance(answer, Finding):
                seen(key, answer.observation, answer.thumbnail)
            elif isinstance(answer, Hearing):
                heard(key, answer)
            else:
                refused(key, answer)

        self._pool.on_answer(listener)

    def reference(
        self, sitting_id: str, admission_no: str, portrait: Callable[[], bytes | None]
    ) -> bytes | None:
        """Return the template of a candidate's portrait, or None without a usable one.

        Waits for the analysis unless the template is known.
        """
        key = (sitting_id, admission_no)
        with self._lock:
            if key in self._references:
                return self._references[key]
        # Outside the lock, because the analysis takes a while; computing a template twice does no
        # harm.
        picture = portrait()
        vector = None if picture is None else self._vector(picture)
        with self._lock:
            self._references[key] = vector
        return vector

    def known(self, sitting_id: str, admission_no: str) -> bytes | None:
        """Return the template if it is known already; never waits for the analysis."""
        with self._lock:
            return self._references.get((sitting_id, admission_no))

    def _vector(self, picture: bytes) -> bytes | None:
        try:
            return self.read_portrait(picture).vector
        except PictureRefused:
            return None

    def renew(self, sitting_id: str, admission_no: str) -> None:
        """Drop the template of a candidate whose portrait has changed."""
        with self._lock:
            self._references.pop((sitting_id, admission_no), None)

    def keep_only(self, owners: Collection[str]) -> None:
        """Drop all templates except those of these sittings and (for entry pictures) attempts."""
        with self._lock:
            for key in [key for key in self._references if key[0] not in owners]:
                del self._references[key]

    def alike(self, vectors: dict[str, bytes]) -> list[tuple[str, str, float]]:
        """Return pairs of templates that may show one person, with their similarity."""
        names = sorted(vectors)
        rows = np.array([np.frombuffer(vectors[name], np.float32) for name in names])
        pairs = []
        for place, name in enumerate(names):
            for other in range(place + 1, len(names)):
                similarity = self._similarity(rows[place], rows[other])
                if self.bands.alike(similarity):
                    pairs.append((name, names[other], similarity))
        return pairs

    def _similarity(self, one: np.ndarray, other: np.ndarray) -> float:
        """Measure as the pack does: 1 minus the distance for raw vectors, else the cosine."""
        if read_pack(self.pack_id).kind == "dlib":
            return 1.0 - float(np.linalg.norm(one - other))
        return cosine(one, other)

    def face_check(self, task: FaceCheckTask, sender: str) -> FaceResult:
        """Analyse a frame of a face check; ``sender``: the attempt.

        Raises:
            VisionError: the picture is unusable, or the analysis failed.
        """
        check_jpeg(task.jpeg)
        return self._pool.examine(task, sender)

    def read_card(self, jpeg: bytes, reference: bytes | None, sender: str) -> CardResult:
        """Compare the face on a card with its holder and the portrait.

        Raises:
            VisionError: the picture is unusable, or the analysis failed.
        """
        check_jpeg(jpeg)
        return self._pool.examine(CardTask(jpeg, reference), sender)

    def read_portrait(self, jpeg: bytes) -> PortraitResult:
        """Analyse a portrait.

        Raises:
            VisionError: the picture cannot be decoded, or the analysis failed.
        """
        check_jpeg(jpeg, MAX_PORTRAIT_BYTES, MAX_PORTRAIT_PIXELS)
        return self._pool.examine(PortraitTask(jpeg))

    def require_portrait(self, jpeg: bytes) -> None:
        """Check that a picture can serve as portrait.

        Raises:
            PortraitUnusable: it does not show exactly one clear face.
            VisionError: it cannot be decoded, or the analysis failed.
        """
        result = self.read_portrait(jpeg)
        if result.vector is None or result.advice:
            raise PortraitUnusable(", ".join(result.advice), faces=result.faces)

    def check(self, jpeg: bytes) -> None:
        """Check size and format of a frame.

        Raises:
            VisionError: it is not an acceptable JPEG.
        """
        check_jpeg(jpeg)

    def watch(
        self,
        attempt_id: str,
        jpeg: bytes,
        references: tuple[bytes | None, bytes | None],
        at: float,
        identity_seconds: float,
    ) -> None:
        """Queue the newest frame of an attempt. It must have passed :meth:`check`.

        ``references``: templates of the portrait and of the entry picture that staff accepted.
        ``at``: seconds of exam time.
        """
        portrait, entry = references
        self._pool.watch(attempt_id, Task(jpeg, at, portrait, identity_seconds, entry=entry))

    def listen(self, attempt_id: str, pcm: bytes, at: float) -> None:
        """Queue a snippet of an attempt's sound.

        Raises:
            SoundRefused: it is not acceptable PCM.
        """
        check_pcm(pcm)
        self._pool.listen(attempt_id, SoundTask(pcm, at))

    def forget(self, attempt_id: str) -> None:
        """Drop what the workers remember of an attempt."""
        self._pool.forget(attempt_id)

    def interval_ms(self, terminals: int, suspects: int = 0, suspect: bool = False) -> int:
        """Return the interval at which a terminal should send frames under the present load."""
        busy = self._busy_ms(terminals + suspects * (SUSPECT_SHARE - 1))
        wanted = busy / SUSPECT_SHARE if suspect else busy
        return round(min(max(self._interval_ms, wanted), LONGEST_INTERVAL_MS))

    def short(self, terminals: int) -> bool:
        """Whether the workers cannot analyse one frame per terminal in the longest interval."""
        return self._busy_ms(terminals) * SHARE > LONGEST_INTERVAL_MS

    def _busy_ms(self, frames: int) -> float:
        """Return how long this number of frames takes within ``SHARE`` of the workers' time."""
        return frames * self._pool.cost_s() / (self._pool.workers * SHARE) * 1000

    def frames_per_s(self) -> float:
        """Return the frames analysed per second, over the last seconds."""
        return self._pool.frames_per_s()

    @property
    def deaths(self) -> int:
        """Number of workers that died and were replaced."""
        return self._pool.deaths

    @property
    def stopped(self) -> bool:
        """Whether the analysis has stopped for good."""
        return self._pool.stopped

    def alerts(self) -> list[str]:
        """Return ids of what staff should know about the analysis."""
        alerts = {"analysis_stopped": self.stopped, "staff_decide_all": not self.bands.decides}
        return [name for name, is_so in alerts.items() if is_so]

    def close(self) -> None:
        self._pool.close()


def open_faces(settings: VisionSettings, weights: Path) -> Faces:
    """Start the workers of the configured face pack.

    Raises:
        PackUnusable: a pack is missing, damaged or not licensed. So this fails before any sitting.
    """
    spec = EngineSpec(settings.pack, weights, settings.objects, settings.liveness)
    bands = load_models(spec).engine.bands
    return_free_memory()
    return Faces(Pool(spec, settings.workers), settings.pack, bands, settings.frame_interval_ms)
