"""How much the match of mated pairs drops as their second picture gets worse."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kiosk.exam.identity.bands import Bands
from kiosk.vision import quality
from kiosk.vision.engine import FaceEngine, Vector
from kiosk.vision.evaluation.degrade import DEGRADATIONS, at_terminal_size
from kiosk.vision.evaluation.pairs import Pair
from kiosk.vision.evaluation.rates import Rate
from kiosk.vision.evaluation.trial import Outcome, Progress, main_face, read_picture, similarity
from kiosk.vision.images import Image

UNCHANGED = "none"


@dataclass(frozen=True)
class Step:
    """Mated pairs at one strength of one degradation.

    ``sharpness``: median of the value on which the advice about blur is based. ``similarity``:
    median of the pairs. ``found``: number of second pictures with a face. Rates are None when
    nothing could be compared.
    """

    degradation: str
    unit: str
    strength: float
    pictures: int
    found: int
    fnmr_pass: Rate | None
    fnmr_staff: Rate | None
    similarity: float | None
    sharpness: float | None


@dataclass(frozen=True)
class _Seen:
    vector: Vector
    sharpness: float


def degrade_pairs(
    engine: FaceEngine, outcome: Outcome, names: Sequence[str], bands: Bands, progress: Progress
) -> list[Step]:
    """Compare the mated pairs again while their second pictures are degraded step by step.

    The first step uses the pictures at terminal size without degradation.
    """
    numbers = np.flatnonzero(outcome.mated & outcome.compared)
    pairs = [outcome.material.pairs[index] for index in numbers.tolist()]
    first = {path: _reference(engine, path) for path in sorted({pair.one for pair in pairs})}
    second = {path: _terminal(engine, path) for path in sorted({pair.other for pair in pairs})}
    plan = [(UNCHANGED, 0.0)]
    plan += [(name, strength) for name in names for strength in DEGRADATIONS[name].strengths]
    steps = []
    for number, (name, strength) in enumerate(plan, start=1):
        seen = {path: _seen(engine, _made(image, name, strength)) for path, image in second.items()}
        steps.append(_step(engine, pairs, first, seen, bands, (name, strength)))
        progress(number, len(plan))
    return steps


def _reference(engine: FaceEngine, path: Path) -> Vector | None:
    image = read_picture(path)
    face = main_face(engine, image)
    return engine.embed(image, face) if face else None


def _terminal(engine: FaceEngine, path: Path) -> Image:
    image = read_picture(path)
    face = main_face(engine, image)
    return at_terminal_size(image, face.width) if face else image


def _made(image: Image, name: str, strength: float) -> Image:
    return image if name == UNCHANGED else DEGRADATIONS[name].apply(image, strength)


def _seen(engine: FaceEngine, image: Image) -> _Seen | None:
    face = main_face(engine, image)
    if face is None:
        return None
    return _Seen(engine.embed(image, face), quality.measure(image, face).sharpness)


def _step(
    engine: FaceEngine,
    pairs: list[Pair],
    first: dict[Path, Vector | None],
    seen: dict[Path, _Seen | None],
    bands: Bands,
    plan: tuple[str, float],
) -> Step:
    name, strength = plan
    found = {path: one for path, one in seen.items() if one is not None}
    scores = np.array(
        [
            similarity(engine, first[pair.one], found[pair.other].vector)
            for pair in pairs
            if pair.other in found
        ]
    )
    compared = len(scores)
    return Step(
        name,
        DEGRADATIONS[name].unit if name in DEGRADATIONS else "",
        strength,
        len(seen),
        len(found),
        Rate(int((scores < bands.pass_at).sum()), compared) if compared else None,
        Rate(int((scores < bands.staff_at).sum()), compared) if compared else None,
        float(np.median(scores)) if compared else None,
        float(np.median([one.sharpness for one in found.values()])) if found else None,
    )
