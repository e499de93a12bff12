"""Face analysis that checks pictures and has nothing to say: these tests are about HTTP."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from kiosk.exam.identity import Bands
from kiosk.exam.proctoring import Observation
from kiosk.vision.images import decode_jpeg


class NoFaces:
    """What the hall asks of its face analysis, without workers and without opinions."""

    pack_id = "none"
    record = None
    bands = Bands(0.45, 0.4)

    def on_observation(self, listener: Callable[[str, Observation], None]) -> None:
        """Nobody will be called."""

    def interval_ms(self, _terminals: int) -> int:
        """Always a second."""
        return 1000

    def reference(self, *_what: Any) -> bytes:
        """A description that says nothing."""
        return b""

    def look(self, jpegs: list[bytes], _reference: object) -> None:
        """Check the pictures; this fake never comes to a verdict."""
        for jpeg in jpegs:
            decode_jpeg(jpeg)

    def watch(self, _attempt: str, jpeg: bytes, _reference: object, _at: datetime | float) -> None:
        """Check the picture."""
        decode_jpeg(jpeg)

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
