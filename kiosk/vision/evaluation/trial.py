"""Running a pack over the pairs: every picture is analysed once, every pair compared."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.analysis.checkin import portrait_faces
from kiosk.vision.analysis.monitor import counted
from kiosk.vision.analysis.track import Track
from kiosk.vision.engine import Face, FaceEngine, Vector
from kiosk.vision.errors import EvaluationRefused
from kiosk.vision.evaluation.pairs import Material, Pair
from kiosk.vision.evaluation.rates import Evaluation, Scores
from kiosk.vision.images import Image
from sync.wire import canonical

WIDEST = 4000
"""Pixels; larger pictures are shrunk, since no camera of a terminal sends them."""

Progress = Callable[[int, int], None]
"""Called with the pictures done and the total."""


@dataclass(frozen=True)
class Outcome:
    """The result of a pack on the pairs.

    ``scores``: similarity of each pair, NaN if a face was not found. ``missed``: pictures
    without a detected face.
    """

    material: Material
    scores: Scores
    missed: tuple[Path, ...]
    ms_per_image: float

    @property
    def pictures(self) -> int:
        """Return how many pictures were analysed."""
        return len(self.material.person)

    @cached_property
    def evaluation(self) -> Evaluation:
        """Return the similarities of all pairs."""
        return self.part(np.ones(len(self.scores), bool))

    @cached_property
    def mated(self) -> NDArray[np.bool_]:
        """Return which of the pairs show one person."""
        return np.array([pair.mated for pair in self.material.pairs], bool)

    @cached_property
    def compared(self) -> NDArray[np.bool_]:
        """Return which of the pairs could be compared."""
        return ~np.isnan(self.scores)

    def part(self, chosen: NDArray[np.bool_]) -> Evaluation:
        """Return the similarities of the chosen pairs."""
        chosen = chosen & self.compared
        return Evaluation(self.scores[chosen & self.mated], self.scores[chosen & ~self.mated])


def compare(engine: FaceEngine, material: Material, progress: Progress) -> Outcome:
    """Analyse every picture once, and compare every pair.

    Raises:
        EvaluationRefused: a file is not a picture.
    """
    files = list(material.person)
    vectors: dict[Path, Vector | None] = {}
    spent = 0.0
    for number, path in enumerate(files, start=1):
        image = read_picture(path)
        began = time.perf_counter()
        face = main_face(engine, image)
        vectors[path] = engine.embed(image, face) if face else None
        spent += time.perf_counter() - began
        progress(number, len(files))
    missed = tuple(path for path, vector in vectors.items() if vector is None)
    scores = [similarity(engine, vectors[pair.one], vectors[pair.other]) for pair in material.pairs]
    return Outcome(material, np.array(scores, np.float64), missed, 1000 * spent / len(files))


def similarity(engine: FaceEngine, one: Vector | None, other: Vector | None) -> float:
    """Return the similarity of two faces; NaN if one was not found."""
    return float("nan") if one is None or other is None else engine.similarity(one, other)


def read_picture(path: Path) -> Image:
    """Read a picture of any format that OpenCV supports.

    Raises:
        EvaluationRefused: the file cannot be read, or is not a picture.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EvaluationRefused(f"{path}: {error}") from error
    # OpenCV raises an error for no bytes at all, but returns None for bytes that are not a
    # picture.
    image = cv2.imdecode(np.frombuffer(data or b"\0", np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise EvaluationRefused(
            f"{path} is not a picture that can be read. Replace it, or remove its pairs."
        )
    scale = WIDEST / max(image.shape[:2])
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(image, np.uint8)


def main_face(engine: FaceEngine, image: Image) -> Face | None:
    """Return the face that a check-in would use, searched as in a portrait."""
    faces = counted(portrait_faces(engine, image), Track(), image)
    return faces[0] if faces else None


def material_digest(material: Material) -> str:
    """Return a SHA-256 that identifies the pictures and their labels without revealing them.

    It does not depend on file names, or on the order of the lines.
    """
    files = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in material.person}

    def described(pair: Pair) -> Sequence[str]:
        sides = sorted([files[path], material.group[path]] for path in (pair.one, pair.other))
        return [*sides[0], *sides[1], "Yes" if pair.mated else "No"]

    return canonical.digest(canonical.dumps(sorted(map(described, material.pairs))))
