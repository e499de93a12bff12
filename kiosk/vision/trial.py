"""An evaluation's material: labelled pairs of pictures, and what a pack makes of them."""

import csv
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from kiosk.vision.checkin import portrait_faces
from kiosk.vision.engine import FaceEngine, Vector
from kiosk.vision.errors import PairsUnusable
from kiosk.vision.evaluation import Evaluation
from kiosk.vision.images import Image
from kiosk.vision.monitor import counted
from kiosk.vision.track import Track

COLUMNS = ("file_x", "file_y", "decision")
DECISIONS = {"yes": True, "no": False}
WIDEST = 4000
"""Pixels; larger pictures are shrunk, as a camera would never send them."""


@dataclass(frozen=True)
class Pair:
    """Two pictures, and whether they show one person."""

    one: Path
    other: Path
    mated: bool


@dataclass(frozen=True)
class Outcome:
    """What a pack made of the pairs. ``missed``: pictures in which it found no face."""

    evaluation: Evaluation
    pictures: int
    missed: tuple[Path, ...]
    ms_per_image: float


def read_pairs(path: Path, root: Path) -> list[Pair]:
    """The pairs of a CSV with the columns ``file_x``, ``file_y`` and ``decision`` (Yes or No).

    Raises PairsUnusable naming the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not set(COLUMNS) <= set(rows.fieldnames or ()):
                raise PairsUnusable(f"{path} needs the columns {', '.join(COLUMNS)}")
            pairs = [_pair(row, f"{path} line {rows.line_num}", root) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PairsUnusable(f"{path}: {error}") from error
    if not pairs:
        raise PairsUnusable(f"{path} holds no pairs")
    return pairs


def _pair(row: dict[str, str | None], where: str, root: Path) -> Pair:
    one, other, decision = (str(row[column] or "").strip() for column in COLUMNS)
    mated = DECISIONS.get(decision.lower())
    if mated is None:
        raise PairsUnusable(f"{where}: the decision is {decision!r}, not Yes or No")
    for name in (one, other):
        if not name or not (root / name).is_file():
            raise PairsUnusable(f"{where}: there is no picture {name!r} in {root}")
    return Pair(root / one, root / other, mated)


def compare(
    engine: FaceEngine, pairs: Sequence[Pair], progress: Callable[[int, int], None]
) -> Outcome:
    """Look at every picture once and compare every pair of those with a face.

    ``progress`` is called with pictures done and pictures in all. Raises PairsUnusable for a file
    that is no picture.
    """
    files = sorted({path for pair in pairs for path in (pair.one, pair.other)})
    vectors: dict[Path, Vector | None] = {}
    spent = 0.0
    for number, path in enumerate(files, start=1):
        image = _picture(path)
        began = time.perf_counter()
        vectors[path] = _vector(engine, image)
        spent += time.perf_counter() - began
        progress(number, len(files))
    missed = tuple(path for path, vector in vectors.items() if vector is None)
    return Outcome(
        Evaluation(
            _scores(engine, (pair for pair in pairs if pair.mated), vectors),
            _scores(engine, (pair for pair in pairs if not pair.mated), vectors),
        ),
        len(files),
        missed,
        1000 * spent / len(files),
    )


def people(pairs: Iterable[Pair]) -> int:
    """How many people the pairs tell of: pictures that mated pairs link show one person."""
    parent: dict[Path, Path] = {}

    def root(path: Path) -> Path:
        while parent.setdefault(path, path) != path:
            path = parent[path]
        return path

    for pair in pairs:
        one, other = root(pair.one), root(pair.other)
        if pair.mated:
            parent[one] = other
    return sum(path == above for path, above in parent.items())


def _picture(path: Path) -> Image:
    image = cv2.imdecode(np.frombuffer(path.read_bytes() or b"\0", np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise PairsUnusable(f"{path} is not a picture")
    scale = WIDEST / max(image.shape[:2])
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(image, np.uint8)


def _vector(engine: FaceEngine, image: Image) -> Vector | None:
    faces = counted(portrait_faces(engine, image), Track(), image)
    return engine.embed(image, faces[0]) if faces else None


def _scores(
    engine: FaceEngine, pairs: Iterable[Pair], vectors: dict[Path, Vector | None]
) -> np.ndarray:
    found = [(vectors[pair.one], vectors[pair.other]) for pair in pairs]
    return np.array(
        [engine.similarity(a, b) for a, b in found if a is not None and b is not None], np.float64
    )
