"""Heads that can be turned: portraits on an ellipsoid, or folders of frames by angle."""

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision import quality
from kiosk.vision.engine import Face, FaceEngine
from kiosk.vision.images import Image
from kiosk.vision.samples import HEIGHT, PEOPLE, WIDTH, sample_portrait, turned_head

FACE, REACH = 170, 0.75
"""Width of a face in pixels, and how far the cut-out extends from its middle, in face widths."""

MOST_TURNED, MOST_ROLLED, LEAST_WIDTH = 15.0, 6.0, 60
"""Degrees and pixels. Portraits turned or rolled further, or with a narrower face, are left out,
because they turn wrongly on an ellipsoid. The landmarks of the embedded pack show only part
of a roll.
"""

ANGLE = re.compile(r"([+-]\d+(?:\.\d+)?)(?!.*[+-]\d)")
"""The last signed number in a frame's name: degrees, positive to the person's left."""

PICTURES = (".jpg", ".jpeg", ".png")

Paint = Callable[[Image, NDArray[np.float32]], None]
"""Draws on a cut-out head, given its five points."""


class Head(Protocol):
    """A person whose head can be seen from several sides."""

    name: str
    furthest: float

    def seen(self, yaw: float = 0.0, pitch: float = 0.0) -> Image:
        """Return the head in front of a plain wall, 640 × 480, turned by these degrees."""
        ...


class RoundHead:
    """A portrait on an ellipsoid with a nose; usable up to about 40 degrees."""

    furthest = 40.0

    def __init__(self, name: str, cut_out: Image, points: NDArray[np.float32]) -> None:
        self.name = name
        self.points = points
        self._cut_out = cut_out
        self._seen = lru_cache(maxsize=64)(self._render)

    def seen(self, yaw: float = 0.0, pitch: float = 0.0) -> Image:
        """Return the head turned to the nearest two degrees."""
        return self._seen(2 * round(yaw / 2), 2 * round(pitch / 2))

    def _render(self, yaw: float, pitch: float) -> Image:
        return _on_wall(turned_head(self._cut_out, yaw, pitch))

    def painted(self, paint: Paint) -> "RoundHead":
        """Return the same head with something drawn on it that turns with it."""
        cut_out = self._cut_out.copy()
        paint(cut_out, self.points)
        return RoundHead(self.name, cut_out, self.points)


class FramesHead:
    """Frames of a turning head, each with its angle at the end of its name."""

    def __init__(self, name: str, frames: dict[float, list[Path]]) -> None:
        self.name = name
        self._frames = frames
        self.furthest = min(max(frames), -min(frames))
        self._read = lru_cache(maxsize=64)(_read)

    def seen(self, yaw: float = 0.0, pitch: float = 0.0) -> Image:  # noqa: ARG002 - the port's
        """Return the frame with the nearest angle; frames have no pitch."""
        nearest = min(self._frames, key=lambda angle: abs(angle - yaw))
        return self._read(self._frames[nearest][0])


def _read(path: Path) -> Image:
    image = cv2.imread(str(path))
    if image is None:
        raise ValueError(f"{path} is no picture")
    size = (WIDTH, HEIGHT)
    return np.asarray(cv2.resize(image, size) if image.shape[1::-1] != size else image, np.uint8)


def _on_wall(head: Image) -> Image:
    """Return the head in the middle of a plain wall, without a hard edge."""
    side = head.shape[0]
    wall = np.full((HEIGHT, WIDTH, 3), head[:8].mean((0, 1)) / 2 + 85, np.float32)
    inner = np.zeros((side, side), np.float32)
    inner[12:-12, 12:-12] = 1
    soft = cv2.GaussianBlur(inner, (0, 0), 5)[..., None]
    top, left = (HEIGHT - side) // 2, (WIDTH - side) // 2
    place = wall[top : top + side, left : left + side]
    place[:] = head * soft + place * (1 - soft)
    return wall.astype(np.uint8)


def round_head(
    engine: FaceEngine, name: str, portrait: Image, most_turned: float = MOST_TURNED
) -> RoundHead | None:
    """Return the head of a portrait; None without a single, frontal and large enough face."""
    faces = engine.search(portrait)
    if len(faces) != 1 or not _usable(faces[0], most_turned):
        return None
    left, top, right, bottom = faces[0].box
    scale, side = FACE / (right - left), round(2 * REACH * FACE)
    middle = np.array([(left + right) / 2, (top + bottom) / 2])
    shift = side / 2 - scale * middle
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    cut = cv2.warpAffine(portrait, matrix, (side, side), flags=how, borderMode=cv2.BORDER_REPLICATE)
    five = faces[0].five
    points = np.zeros((5, 2)) if five is None else five * scale + shift
    return RoundHead(name, np.asarray(cut, np.uint8), points.astype(np.float32))


def _usable(face: Face, most_turned: float) -> bool:
    upright = abs(face.pose.yaw) < most_turned and abs(face.pose.roll) < MOST_ROLLED
    return upright and face.width >= LEAST_WIDTH


def sample_heads(engine: FaceEngine) -> list[RoundHead]:
    """Return the sample people; two face the camera and two look slightly past it."""
    heads = []
    for person in range(PEOPLE):
        picture = cv2.imdecode(np.frombuffer(sample_portrait(person), np.uint8), cv2.IMREAD_COLOR)
        image = np.asarray(picture, np.uint8)
        head = round_head(engine, f"sample-{person}", image, quality.TURNED)
        heads += [head] if head else []
    return heads


def heads_of_portraits(engine: FaceEngine, folder: Path) -> list[RoundHead]:
    """Return a head for each usable picture of a folder, by name."""
    heads = []
    for path in sorted(folder.iterdir()):
        picture = cv2.imread(str(path)) if path.suffix.lower() in PICTURES else None
        if picture is not None:
            head = round_head(engine, path.stem, np.asarray(picture, np.uint8))
            heads += [head] if head else []
    return heads


def heads_of_frames(folder: Path) -> list[FramesHead]:
    """Return a head for each subfolder of frames that has both sides."""
    heads = []
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        frames: dict[float, list[Path]] = {}
        for path in sorted(place.iterdir()):
            angle = ANGLE.search(path.stem)
            if angle and path.suffix.lower() in PICTURES:
                frames.setdefault(float(angle[1]), []).append(path)
        if frames and min(frames) < 0 < max(frames):
            heads.append(FramesHead(place.name, frames))
    return heads
