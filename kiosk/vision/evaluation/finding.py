"""How many pictures of a folder a pack finds a face in: evaluates the detector alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.vision.engine import FaceEngine
from kiosk.vision.errors import EvaluationRefused
from kiosk.vision.evaluation.rates import Rate
from kiosk.vision.evaluation.trial import Progress, main_face, read_picture

KINDS = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})


@dataclass(frozen=True)
class Found:
    """The number of pictures with a face.

    ``quick``: at the first attempt, as for every frame of an exam. ``thorough``: including the
    searches for small faces and for faces that fill the picture.
    """

    pictures: int
    quick: Rate
    thorough: Rate
    missed: tuple[Path, ...]


def pictures_in(folder: Path) -> list[Path]:
    """Return the pictures of a folder, without subfolders.

    Raises:
        EvaluationRefused: there are none.
    """
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in KINDS)
    if not found:
        raise EvaluationRefused(
            f"{folder} has no pictures ({', '.join(sorted(KINDS))}). Name the folder that has them."
        )
    return found


def find_faces(engine: FaceEngine, paths: Sequence[Path], progress: Progress) -> Found:
    """Look for a face in every picture.

    Raises:
        EvaluationRefused: a file is not a picture.
    """
    quick, missed = 0, []
    for number, path in enumerate(paths, start=1):
        image = read_picture(path)
        quick += bool(engine.detect(image))
        if main_face(engine, image) is None:
            missed.append(path)
        progress(number, len(paths))
    count = len(paths)
    return Found(count, Rate(quick, count), Rate(count - len(missed), count), tuple(missed))
