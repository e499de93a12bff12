"""People for drawn frames: heads cut out of a picture and aligned to one template."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.alignment import FIVE, similarity_transform
from kiosk.vision.analysis.checkin import PortraitTask, read_portrait
from kiosk.vision.engine import FaceEngine
from kiosk.vision.errors import VisionError
from kiosk.vision.images import MAX_PORTRAIT_BYTES, MAX_PORTRAIT_PIXELS, Image, decode_jpeg, jpeg
from kiosk.vision.samples import PEOPLE, sample_portrait

SIDE = 320
"""Side of a head's square picture. The eyes are at (129, 130) and (191, 130), the nose at (160,
165), the mouth from (135, 201) to (186, 201), the chin at about (160, 252).
"""

ENLARGED, SHIFT = 1.75, (62.0, 40.0)
FACE_WIDTH = 145.0
"""Width of a face, as the detector frames it, in a head's picture."""

Matte = NDArray[np.float32]
Colour = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Person:
    """A person to draw.

    ``head``: 320 × 320. ``matte``: 0 to 1, which part of it is head. ``vector``: of the
    portrait. ``yaw``: degrees by which the head is turned in the picture itself.
    """

    id: str
    head: Image
    matte: Matte
    vector: bytes
    yaw: float
    skin: Colour
    hair: Colour


def sample_people(engine: FaceEngine) -> dict[str, Person]:
    """Return the four people of the sample picture: two men, two women."""
    found = (_person(engine, f"sample-{n}", sample_portrait(n)) for n in range(PEOPLE))
    return {person.id: person for person in found if person is not None}


def people_in(engine: FaceEngine, folder: Path) -> dict[str, Person]:
    """Return people from a folder of portraits, one per file with a clear face.

    A person with two pictures, by the folder's ``pairs.csv``, is compared with the other one.
    """
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".png"))
    found = (_person(engine, path.stem, _as_jpeg(path)) for path in files)
    people = {person.id: person for person in found if person is not None}
    vectors = {name: person.vector for name, person in people.items()}
    for one, other, same in _pairs(folder / "pairs.csv"):
        if same and one in people and other in vectors:
            people[one] = replace(people[one], vector=vectors[other])
    return people


def stand_ins(people: dict[str, Person], folder: Path | None) -> list[tuple[str, str]]:
    """Return pairs of different people of one sex, or one group of the folder's ``pairs.csv``."""
    pairs = [("sample-0", "sample-1"), ("sample-2", "sample-3")]
    used: set[str] = set()
    for one, other, same in _pairs(folder / "pairs.csv", grouped=True) if folder else ():
        if not same and one not in used:
            used.add(one)
            pairs.append((one, other))
    return [pair for pair in pairs if all(name in people for name in pair)]


def _pairs(table: Path, grouped: bool = False) -> Iterator[tuple[str, str, bool]]:
    """Yield two pictures and whether they show one person; ``grouped``: only within a group."""
    if not table.exists():
        return
    with table.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            group = row.get("group_x")
            if grouped and (not group or group != row.get("group_y")):
                continue
            same = row["decision"].strip().lower() in ("yes", "是")
            yield Path(row["file_x"]).stem, Path(row["file_y"]).stem, same


def _as_jpeg(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix.lower() == ".png":
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        return b"" if picture is None else jpeg(np.asarray(picture, np.uint8), 95)
    return data


def _person(engine: FaceEngine, name: str, portrait: bytes) -> Person | None:
    try:
        image = decode_jpeg(portrait, MAX_PORTRAIT_BYTES, MAX_PORTRAIT_PIXELS)
        vector = read_portrait(engine, PortraitTask(portrait)).vector
    except VisionError:
        return None
    faces = engine.search(image)
    if vector is None or not faces or faces[0].five is None:
        return None
    head = _on_template(image, faces[0].five)
    return Person(name, head, _matte(head), vector, faces[0].pose.yaw, _skin(head), _hair(head))


def _on_template(image: Image, five: NDArray[np.float32]) -> Image:
    template = (FIVE * ENLARGED + np.array(SHIFT)).astype(np.float32)
    matrix = similarity_transform(five, template)
    head = cv2.warpAffine(
        image, matrix, (SIDE, SIDE), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(head, np.uint8)


def _matte(head: Image) -> Matte:
    """Return where the head is: a cut along its colours, starting from an oval inside the head."""
    half = SIDE // 2
    marks = np.full((half, half), cv2.GC_BGD, np.uint8)
    for axes, mark in (
        ((53, 73), cv2.GC_PR_BGD), ((47, 66), cv2.GC_PR_FGD), ((39, 60), cv2.GC_FGD)
    ):  # fmt: skip
        cv2.ellipse(marks, (80, 74), axes, 0, 0, 360, mark, -1)
    marks[131:] = cv2.GC_BGD
    small = cv2.resize(head, (half, half), interpolation=cv2.INTER_AREA)
    colours = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(1)
    cv2.grabCut(small, marks, (0, 0, 1, 1), *colours, 3, cv2.GC_INIT_WITH_MASK)
    inside = np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    closed = cv2.morphologyEx(inside, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    matte = cv2.resize(opened.astype(np.float32), (SIDE, SIDE))
    return np.asarray(cv2.GaussianBlur(matte, (0, 0), 2.5), np.float32)


def _skin(head: Image) -> Colour:
    cheeks = np.concatenate([head[160:185, 112:135], head[160:185, 185:208]]).reshape(-1, 3)
    return _colour(np.median(cheeks, axis=0))


def _hair(head: Image) -> Colour:
    return _colour(np.percentile(head[28:62, 125:195].reshape(-1, 3), 30, axis=0))


def _colour(values: NDArray[np.float64]) -> Colour:
    return float(values[0]), float(values[1]), float(values[2])
