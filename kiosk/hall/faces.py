"""The hall's way to face analysis: references, looks at check-in, watching."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.exam.identity import Band, Bands, decide
from kiosk.exam.proctoring import Observation
from kiosk.settings import VisionSettings, default_data_dir
from kiosk.vision.dlib.pack import build
from kiosk.vision.errors import PortraitUnusable
from kiosk.vision.images import check_jpeg
from kiosk.vision.monitor import Finding, Task
from kiosk.vision.packs import read_pack
from kiosk.vision.pool import Pool
from kiosk.vision.worker import EngineSpec
from sync.wire.result import VisionRecord

LONGEST_INTERVAL_MS = 5000
"""Frames never come further apart than this, however many terminals there are."""

SHARE = 0.8
"""Share of the workers' time that frames may fill."""


@dataclass(frozen=True)
class Look:
    """The best of the frames of one look: its picture, score, band and advice."""

    picture: bytes
    score: float | None
    band: Band | None
    advice: tuple[str, ...]


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

    def on_observation(self, listener: Callable[[str, Observation], None]) -> None:
        """Call ``listener`` with attempt id and observation for each watched frame."""
        self._pool.on_finding(lambda key, finding: listener(key, finding.observation))

    def reference(
        self, sitting_id: str, admission_no: str, portrait: Callable[[], bytes | None]
    ) -> bytes | None:
        """The vector of a candidate's portrait, or None without a usable one."""
        key = (sitting_id, admission_no)
        with self._lock:
            if key in self._references:
                return self._references[key]
        picture = portrait()
        vector = None if picture is None else self._pool.examine(Task(picture)).vector
        with self._lock:
            self._references[key] = vector
        return vector

    def renew(self, sitting_id: str, admission_no: str) -> None:
        """The candidate has another portrait now."""
        with self._lock:
            self._references.pop((sitting_id, admission_no), None)

    def look(self, jpegs: list[bytes], reference: bytes) -> Look:
        """Compare frames with a reference and keep the best; raises a VisionError."""
        for jpeg in jpegs:
            check_jpeg(jpeg)
        findings = [self._pool.examine(Task(jpeg, reference=reference)) for jpeg in jpegs]
        seen = [finding.observation for finding in findings]
        scores = [one.match for one in seen if one.match is not None and one.faces == 1]
        best = max(range(len(seen)), key=lambda number: _rank(seen[number]))
        return Look(
            picture=jpegs[best],
            score=max(scores, default=None),
            band=decide(scores, self.bands),
            advice=seen[best].advice,
        )

    def require_portrait(self, jpeg: bytes) -> None:
        """Raise PortraitUnusable unless the picture shows exactly one clear face."""
        check_jpeg(jpeg)
        finding: Finding = self._pool.examine(Task(jpeg))
        seen = finding.observation
        if seen.faces != 1 or finding.vector is None or "not_clear" in seen.advice:
            raise PortraitUnusable(", ".join(seen.advice), faces=seen.faces)

    def watch(self, attempt_id: str, jpeg: bytes, reference: bytes | None, at: float) -> None:
        """Queue the newest frame of an attempt; raises a VisionError for no acceptable JPEG."""
        check_jpeg(jpeg)
        self._pool.watch(attempt_id, Task(jpeg, at, reference))

    def interval_ms(self, terminals: int) -> int:
        """How far apart frames of one terminal should come under the present load."""
        busy = terminals * self._pool.cost_s() / (self._pool.workers * SHARE) * 1000
        return round(min(max(self._interval_ms, busy), LONGEST_INTERVAL_MS))

    def frames_per_s(self) -> float:
        """Frames analysed per second lately."""
        return self._pool.frames_per_s()

    def alerts(self) -> list[str]:
        """Ids of what staff should know about the analysis itself."""
        return ["analysis_stopped"] if self._pool.given_up else []

    def close(self) -> None:
        """Stop the workers."""
        self._pool.close()


def open_faces(settings: VisionSettings) -> Faces:
    """Start the workers of the configured pack, built first if need be; raises PackUnusable.

    Built weights are shared by all centres of this user.
    """
    info = read_pack(settings.pack)
    weights = default_data_dir() / "models"
    build(info, weights, lambda *_: None)
    pool = Pool(EngineSpec(info.id, weights), settings.workers)
    return Faces(pool, info.id, info.decision_bands, settings.frame_interval_ms)


def _rank(seen: Observation) -> tuple[bool, float]:
    return seen.faces == 1, -2.0 if seen.match is None else seen.match
