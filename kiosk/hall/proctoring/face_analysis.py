"""The hall's way to face analysis: references, looks at check-in, watching, listening."""

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
"""Frames never come further apart than this, however many terminals there are."""

SUSPECT_SHARE = 4
"""A terminal where something may be wrong gets so many times the share of the others."""

SHARE = 0.8
"""Share of the workers' time that frames may fill."""

Listener = Callable[[str, Observation, bytes], None]
"""Gets an attempt's id, what a frame said, and the frame as a small JPEG."""


class Faces:
    """Face analysis for the use cases. Vectors live in memory only."""

    def __init__(self, pool: Pool, pack_id: str, bands: Bands, interval_ms: int) -> None:
        self.pack_id = pack_id
        self.bands = bands
        self._pool = pool
        self._interval_ms = interval_ms
        self._references: dict[tuple[str, str], bytes | None] = {}
        self._lock = threading.Lock()

    @property
    def record(self) -> VisionRecord:
        """Pack and thresholds, as result bundles carry them."""
        bands = {"pass_at": self.bands.pass_at, "staff_at": self.bands.staff_at}
        return VisionRecord(pack_id=self.pack_id, thresholds=bands)

    def on_answers(
        self,
        seen: Listener,
        heard: Callable[[str, Hearing], None],
        refused: Callable[[str, VisionError], None],
    ) -> None:
        """Whom to call, from threads of the pool, for each frame, snippet and refusal."""

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
        """The vector of a candidate's portrait, or None without a usable one."""
        key = (sitting_id, admission_no)
        with self._lock:
            if key in self._references:
                return self._references[key]
        picture = portrait()
        vector = None if picture is None else self._vector(picture)
        with self._lock:
            self._references[key] = vector
        return vector

    def known(self, sitting_id: str, admission_no: str) -> bytes | None:
        """The same if it has been computed already; never waits for the analysis."""
        with self._lock:
            return self._references.get((sitting_id, admission_no))

    def _vector(self, picture: bytes) -> bytes | None:
        try:
            return self.read_portrait(picture).vector
        except PictureRefused:
            return None

    def renew(self, sitting_id: str, admission_no: str) -> None:
        """The candidate has another portrait now."""
        with self._lock:
            self._references.pop((sitting_id, admission_no), None)

    def keep_only(self, owners: Collection[str]) -> None:
        """Forget every vector whose sitting (or attempt, for entry pictures) is none of these."""
        with self._lock:
            for key in [key for key in self._references if key[0] not in owners]:
                del self._references[key]

    def alike(self, vectors: dict[str, bytes]) -> list[tuple[str, str, float]]:
        """Pairs among vectors that may show one person, with their similarity."""
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
        """As the packs measure it: 1 minus the distance for raw vectors, cosine for the others."""
        if read_pack(self.pack_id).kind == "dlib":
            return 1.0 - float(np.linalg.norm(one - other))
        return cosine(one, other)

    def face_check(self, task: FaceCheckTask, sender: str) -> FaceResult:
        """Look at a frame of a check-in; ``sender``: the attempt. Raises a VisionError."""
        check_jpeg(task.jpeg)
        return self._pool.examine(task, sender)

    def read_card(self, jpeg: bytes, reference: bytes | None, sender: str) -> CardResult:
        """Compare the face on a card with its holder and the portrait; raises a VisionError."""
        check_jpeg(jpeg)
        return self._pool.examine(CardTask(jpeg, reference), sender)

    def read_portrait(self, jpeg: bytes) -> PortraitResult:
        """Judge a portrait; raises a VisionError for one that cannot be decoded."""
        check_jpeg(jpeg, MAX_PORTRAIT_BYTES, MAX_PORTRAIT_PIXELS)
        return self._pool.examine(PortraitTask(jpeg))

    def require_portrait(self, jpeg: bytes) -> None:
        """Raise PortraitUnusable unless the picture shows exactly one clear face."""
        sight = self.read_portrait(jpeg)
        if sight.vector is None or sight.advice:
            raise PortraitUnusable(", ".join(sight.advice), faces=sight.faces)

    def check(self, jpeg: bytes) -> None:
        """Raise a VisionError for a frame that is no acceptable JPEG."""
        check_jpeg(jpeg)

    def watch(
        self,
        attempt_id: str,
        jpeg: bytes,
        references: tuple[bytes | None, bytes | None],
        at: float,
        identity_seconds: float,
    ) -> None:
        """Queue the newest frame of an attempt, once :meth:`check` has accepted it.

        ``references``: vectors of the portrait and of the entry picture that staff accepted.
        """
        portrait, entry = references
        self._pool.watch(attempt_id, Task(jpeg, at, portrait, identity_seconds, entry=entry))

    def listen(self, attempt_id: str, pcm: bytes, at: float) -> None:
        """Queue a snippet of sound of an attempt; raises SoundRefused."""
        check_pcm(pcm)
        self._pool.listen(attempt_id, SoundTask(pcm, at))

    def forget(self, attempt_id: str) -> None:
        """The attempt has ended."""
        self._pool.forget(attempt_id)

    def interval_ms(self, terminals: int, suspects: int = 0, suspect: bool = False) -> int:
        """How far apart a terminal's frames should come under the present load."""
        busy = self._busy_ms(terminals + suspects * (SUSPECT_SHARE - 1))
        wanted = busy / SUSPECT_SHARE if suspect else busy
        return round(min(max(self._interval_ms, wanted), LONGEST_INTERVAL_MS))

    def short(self, terminals: int) -> bool:
        """Whether the workers cannot do one frame of each terminal in the longest interval."""
        return self._busy_ms(terminals) * SHARE > LONGEST_INTERVAL_MS

    def _busy_ms(self, frames: int) -> float:
        """How long the workers take for so many frames within their share of the time."""
        return frames * self._pool.cost_s() / (self._pool.workers * SHARE) * 1000

    def frames_per_s(self) -> float:
        """Frames analysed per second lately."""
        return self._pool.frames_per_s()

    @property
    def deaths(self) -> int:
        """How many workers have died and were replaced."""
        return self._pool.deaths

    @property
    def stopped(self) -> bool:
        """Whether nothing is analysed any more."""
        return self._pool.stopped

    def alerts(self) -> list[str]:
        """Ids of what staff should know about the analysis itself."""
        alerts = {"analysis_stopped": self.stopped, "staff_decide_all": not self.bands.decides}
        return [name for name, is_so in alerts.items() if is_so]

    def close(self) -> None:
        """Stop the workers."""
        self._pool.close()


def open_faces(settings: VisionSettings, weights: Path) -> Faces:
    """Start the workers of the configured packs, which lie in ``weights``.

    Raises PackUnusable for a pack that is missing, damaged or not licensed, before any sitting.
    """
    spec = EngineSpec(settings.pack, weights, settings.objects, settings.liveness)
    bands = load_models(spec).engine.bands
    return_free_memory()
    return Faces(Pool(spec, settings.workers), settings.pack, bands, settings.frame_interval_ms)
