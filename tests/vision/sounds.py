"""Sounds for tests, made on the spot: a voice out of pulses and formants, and what is no voice."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from kiosk.vision.analysis.speech import RATE

Samples = NDArray[np.float64]

VOWELS = (
    ((730, 90), (1090, 110), (2440, 170)),
    ((270, 60), (2290, 120), (3010, 200)),
    ((570, 80), (840, 100), (2410, 170)),
    ((530, 70), (1840, 110), (2480, 170)),
    ((300, 60), (870, 90), (2240, 160)),
)
"""First three formants of a, i, o, e, u: frequency and bandwidth in Hz (after Peterson and Barney,
1952)."""


def voice(seconds: float = 2.0, pitch: float = 120.0) -> Samples:
    """Somebody who says vowel after vowel, five a second, with a falling melody."""
    count = round(seconds * RATE)
    time = np.arange(count) / RATE
    tone = pitch * (1.1 - 0.2 * time / seconds + 0.03 * np.sin(2 * np.pi * 4.5 * time))
    phase = np.cumsum(tone / RATE)
    pulses = np.diff(np.floor(phase), prepend=0.0)
    breath = np.random.default_rng(1).normal(0, 0.02, count)
    source = lfilter([1.0], [1.0, -0.96], pulses) + breath
    said = np.zeros(count)
    length = RATE // 5
    for number, start in enumerate(range(0, count, length)):
        part = source[start : start + length]
        for frequency, width in VOWELS[number % len(VOWELS)]:
            part = _formant(part, frequency, width)
        said[start : start + length] = part * np.hanning(len(part)) ** 0.5
    return np.asarray(0.4 * said / np.abs(said).max())


def _formant(sound: Samples, frequency: float, width: float) -> Samples:
    radius = np.exp(-np.pi * width / RATE)
    angle = 2 * np.pi * frequency / RATE
    return np.asarray(lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], sound))


def typing(seconds: float = 2.0) -> Samples:
    """Eight clicks a second."""
    random = np.random.default_rng(2)
    sound = np.zeros(round(seconds * RATE))
    for start in range(0, len(sound) - 400, RATE // 8):
        sound[start : start + 400] = random.normal(0, 0.5, 400) * np.exp(-np.arange(400) / 60)
    return sound


def hiss(seconds: float = 2.0) -> Samples:
    """A fan."""
    return np.random.default_rng(3).normal(0, 0.1, round(seconds * RATE))


def beep(seconds: float = 2.0) -> Samples:
    """A single tone."""
    return 0.4 * np.sin(2 * np.pi * 1000 * np.arange(round(seconds * RATE)) / RATE)


def pcm(sound: Samples) -> bytes:
    """16-bit samples as a browser sends them."""
    return (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
