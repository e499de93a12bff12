"""Honest behaviour of candidates during an exam, as scripts; none of it is an incident."""

from collections.abc import Sequence as Listed
from dataclasses import replace
from typing import Any

import numpy as np

from kiosk.bench.proctoring.script import Cue, Other, Sequence, Shot

SEATED = 8
"""Seconds of sitting still, approximately, before anything happens."""

Random = np.random.Generator


def honest(people: Listed[str], minutes: float, passers: Listed[str]) -> list[Sequence]:
    """Return scripts of about ``minutes`` in total, each behaviour in turn by another person.

    Long runs repeat the behaviours. ``passers``: the people who may walk by.
    """
    total = max(1, round(minutes * 60 / LENGTH))
    scripts = []
    for number in range(total):
        name = tuple(BEHAVIOURS)[number % len(BEHAVIOURS)]
        person = people[(number + number // len(BEHAVIOURS)) % len(people)]
        passer = next((one for one in passers if one != person), person)
        scripts.append(_script(name, person, passer, number))
    return scripts


LENGTH = 45
"""Seconds of one script."""


def _script(name: str, person: str, passer: str, number: int) -> Sequence:
    random = np.random.default_rng([number, 11])
    wall = ("plain", "office", "gradient", "white")[number % 4]
    shot, cues = Shot(person, wall, share=random.uniform(0.19, 0.27)), []
    at = float(SEATED)
    while at < LENGTH - 4:
        seconds, changes, pause = _behave(name, random, passer)
        seconds = min(seconds, LENGTH - at)
        ramp = min(2.0, seconds / 2)
        cues.append(Cue(at, seconds, changes, ramp))
        at += seconds + pause
    worn = BEHAVIOURS[name].get("props") if name in ALL_ALONG else None
    if worn:
        shot, cues = replace(shot, props=worn), []
    return Sequence(f"{name} · {person}", LENGTH, shot, person, tuple(cues), seed=number)


ALL_ALONG = ("glasses that reflect", "long hair over a cheek", "head scarf")
"""Behaviours that last for the whole script."""

BEHAVIOURS: dict[str, dict[str, Any]] = {
    "writing on paper": {"bend": (28.0, 55.0), "y": (0.5, 0.58), "for": (5, 40), "pause": (3, 9)},
    "drinking": {"props": ("cup",), "bend": (-8.0, -4.0), "for": (2, 5), "pause": (6, 14)},
    "hand on the chin": {"props": ("hand_chin",), "for": (6, 25), "pause": (3, 8)},
    "finger on the lips": {"props": ("hand_lips",), "for": (2, 6), "pause": (6, 14)},
    "hand through hair": {"props": ("hand_hair",), "for": (2, 5), "pause": (5, 12)},
    "leaning": {"share": (0.13, 0.4), "y": (0.42, 0.5), "for": (6, 20), "pause": (2, 8)},
    "looking aside": {"yaw": (-32.0, 32.0), "for": (2, 7), "pause": (4, 10)},
    "glasses that reflect": {"props": ("glasses",)},
    "yawning": {"yawn": (0.7, 1.0), "for": (3, 5), "pause": (6, 14)},
    "long hair over a cheek": {"props": ("long_hair",)},
    "head scarf": {"props": ("headscarf",)},
    "sun on the face": {"glare": (0.4, 1.0), "for": (8, 30), "pause": (3, 8)},
    "changing light": {"light": (0.6, 1.25), "for": (3, 12), "pause": (1, 6)},
    "passer-by": {"passer": True, "for": (1, 2), "pause": (8, 16)},
    "tilting the head": {"roll": (-20.0, 20.0), "for": (5, 20), "pause": (2, 8)},
    "sitting": {"for": (5, 10), "pause": (5, 10)},
}
"""Fields of a shot with the range of their values, and the range in seconds of their duration
and of the pause afterwards.
"""


def _behave(name: str, random: Random, passer: str) -> tuple[float, dict[str, Any], float]:
    """Return the seconds, the changes of the shot, and the pause afterwards; all vary."""
    behaviour = BEHAVIOURS[name]
    changes: dict[str, Any] = {}
    for field, value in behaviour.items():
        if field in ("for", "pause", "passer"):
            continue
        drawn = isinstance(value[0], float)
        changes[field] = float(random.uniform(*value)) if drawn else value
    if behaviour.get("passer"):
        place = float(random.choice([0.14, 0.86]))
        changes["others"] = (Other(passer, float(random.uniform(0.35, 0.6)), place, 0.36),)
    seconds = _between(behaviour.get("for", (5, 10)), random)
    pause = _between(behaviour.get("pause", (5, 10)), random)
    return seconds, changes, pause


def _between(ends: tuple[int, int], random: Random) -> float:
    return float(random.integers(ends[0], ends[1] + 1))
