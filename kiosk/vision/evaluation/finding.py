"""In how many pictures of a folder a pack finds a face: the detector alone."""

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
    """``quick``: pictures with a face at the first look, as for every frame of an exam.

    ``thorough``: also with the search for small faces and for faces that fill the picture.
    """

    pictures: int
    quick: Rate
    thorough: Rate
    missed: tuple[Path, ...]


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder, not of those below it; raises EvaluationRefused without any."""
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in KINDS)
    if not found:
        raise EvaluationRefused(
            f"{folder} has no pictures ({', '.join(sorted(KINDS))}). Name the folder that has them."
        )
    return found


def find_faces(engine: FaceEngine, paths: Sequence[Path], progress: Progress) -> Found:
    """Look for a face in every picture; raises EvaluationRefused for a file that is none."""
    quick, missed = 0, []
    for number, path in enumerate(paths, start=1):
        image = read_picture(path)
        quick += bool(engine.detect(image))
        if main_face(engine, image) is None:
            missed.append(path)
        progress(number, len(paths))
    count = len(paths)
    return Found(count, Rate(quick, count), Rate(count - len(missed), count), tuple(missed))
