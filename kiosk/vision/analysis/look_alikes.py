"""Portraits that may show one person: twins, relatives, or the same person twice."""

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations

import numpy as np

from kiosk.vision.analysis.checkin import PortraitTask, read_portrait
from kiosk.vision.engine import FaceEngine, Vector
from kiosk.vision.errors import VisionError


def find_look_alikes(
    engine: FaceEngine, portraits: Iterable[tuple[str, bytes]], progress: Callable[[int], object]
) -> Mapping[tuple[str, str], float]:
    """Return the pairs of ids whose portraits are as similar as one person's, with the similarity.

    Portraits without exactly one face are left out. ``progress`` is called with how many have
    been read. Only the vectors stay in memory, and only until this returns.
    """
    vectors: dict[str, Vector] = {}
    for number, (name, jpeg) in enumerate(portraits, start=1):
        if (vector := _vector(engine, jpeg)) is not None:
            vectors[name] = vector
        progress(number)
    found = {}
    for first, second in combinations(sorted(vectors), 2):
        similarity = engine.similarity(vectors[first], vectors[second])
        if engine.bands.alike(similarity):
            found[first, second] = similarity
    return found


def _vector(engine: FaceEngine, jpeg: bytes) -> Vector | None:
    try:
        vector = read_portrait(engine, PortraitTask(jpeg)).vector
    except VisionError:
        return None
    return None if vector is None else np.frombuffer(vector, np.float32)
