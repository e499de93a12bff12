"""A real detector hears a voice, and neither typing nor machines; nothing is recognised or kept."""

import pytest

from kiosk.vision.analysis.speech import RATE, SoundTask, SpeechDetector, check_pcm
from kiosk.vision.errors import SoundRefused
from tests.vision.sounds import Samples, beep, hiss, pcm, typing, voice


@pytest.fixture(scope="module")
def ear() -> SpeechDetector:
    """The detector."""
    return SpeechDetector()


@pytest.mark.parametrize("pitch", [90, 120, 160, 210])
def test_a_voice_is_heard(ear: SpeechDetector, pitch: float) -> None:
    assert ear.hear(SoundTask(pcm(voice(pitch=pitch)), at=5.0)).speech > 0.6


def test_a_voice_is_heard_over_a_fan(ear: SpeechDetector) -> None:
    assert ear.hear(SoundTask(pcm(voice() + 0.2 * hiss()))).speech > 0.6


@pytest.mark.parametrize("sound", [typing(), hiss(), beep(), 0 * hiss(), typing() + 0.2 * hiss()])
def test_what_is_no_voice_is_not(ear: SpeechDetector, sound: Samples) -> None:
    assert ear.hear(SoundTask(pcm(sound))).speech < 0.1


def test_one_snippet_does_not_colour_the_next(ear: SpeechDetector) -> None:
    alone = ear.hear(SoundTask(pcm(typing())))
    ear.hear(SoundTask(pcm(voice())))
    assert ear.hear(SoundTask(pcm(typing()))) == alone


def test_the_share_of_speech_is_that_of_the_snippet(ear: SpeechDetector) -> None:
    half = pcm(voice(2.0)) + bytes(2 * 2 * RATE)
    assert 0.35 < ear.hear(SoundTask(half)).speech < 0.55


@pytest.mark.parametrize("size", [0, 1, 2, RATE - 2, 2 * RATE + 1, 12 * RATE + 2, 1_000_000])
def test_a_snippet_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(SoundRefused):
        check_pcm(bytes(size))


@pytest.mark.parametrize("size", [RATE, 4 * RATE, 12 * RATE])
def test_half_a_second_to_six_are_taken(ear: SpeechDetector, size: int) -> None:
    assert ear.hear(SoundTask(bytes(size))).speech == 0
