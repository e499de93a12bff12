"""Face analysis that checks pictures and has nothing to say: these tests are about HTTP."""

from typing import Any

from kiosk.exam.identity.bands import Bands
from kiosk.exam.proctoring import Observation
from kiosk.vision.analysis.checkin import CardResult, FaceCheckTask, FaceResult, PortraitResult
from kiosk.vision.analysis.speech import check_pcm
from kiosk.vision.images import decode_jpeg


class NoFaces:
    """What the hall asks of its face analysis, without workers and without opinions."""

    pack_id = "none"
    record = None
    deaths, stopped = 0, False
    bands = Bands(0.45, 0.4)

    def on_answers(self, *_listeners: Any) -> None:
        """Nobody will be called."""

    def interval_ms(self, *_load: Any) -> int:
        """Always a second."""
        return 1000

    def short(self, _terminals: int) -> bool:
        """Never."""
        return False

    def reference(self, *_what: Any) -> bytes:
        """A description that says nothing."""
        return b""

    def known(self, *_what: Any) -> bytes:
        """The same."""
        return b""

    def keep_only(self, _owners: object) -> None:
        """Nothing is kept anyway."""

    def face_check(self, task: FaceCheckTask, _sender: str) -> FaceResult:
        """Check the picture; nobody is in it."""
        decode_jpeg(task.jpeg)
        return FaceResult(Observation(task.at, 0, 120, 50, advice=("no_face",)), None, None, b"")

    def read_card(self, jpeg: bytes, _reference: bytes | None, _sender: str) -> CardResult:
        """Check the picture; no card is in it."""
        decode_jpeg(jpeg)
        return CardResult(advice=("no_card",))

    def read_portrait(self, jpeg: bytes) -> PortraitResult:
        """Check the picture and find nothing wrong."""
        decode_jpeg(jpeg)
        return PortraitResult(b"", 1, ())

    def alike(self, _vectors: dict[str, bytes]) -> list[tuple[str, str, float]]:
        """Nobody looks like anybody."""
        return []

    def check(self, jpeg: bytes) -> None:
        """Check the picture."""
        decode_jpeg(jpeg)

    def watch(self, _attempt: str, jpeg: bytes, *_how: Any) -> None:
        """Check the picture."""
        decode_jpeg(jpeg)

    def listen(self, _attempt: str, pcm: bytes, _at: float) -> None:
        """Check the sound."""
        check_pcm(pcm)

    def forget(self, _attempt: str) -> None:
        """Nothing was known."""

    def require_portrait(self, jpeg: bytes) -> None:
        """Check the picture."""
        decode_jpeg(jpeg)

    def renew(self, *_who: str) -> None:
        """Nothing was known."""

    def frames_per_s(self) -> float:
        """Nothing is analysed."""
        return 0.0

    def alerts(self) -> list[str]:
        """All is well."""
        return []
