"""What is wrong with a picture, in measured values and in the words of the notice (R15, R16)."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.engine import Face
from kiosk.vision.images import Image

DARK, BRIGHT = 45.0, 225.0
"""Mean grey below or above which a picture is too dark or too bright."""

BLURRED = 12.0
"""Variance of the Laplacian of a face crop, 112 pixels wide, below which it is not clear."""

FAR, NEAR = 0.13, 0.6
"""Share of the picture's width that a face must at least, and may at most, fill."""

TURNED = 25.0
"""Degrees of yaw, and of roll above its double, beyond which a face is not compared."""

EYES = 40.0
"""Least distance between the eyes, in pixels, for a comparison."""

CUT = 0.25
"""Share of the head that may lie outside the picture."""

CROWN, EARS = 0.35, 0.1
"""How far a head reaches above and beside the detector's box, in box widths."""

COVERED = 0.3
"""Least texture among both eyes and the mouth, as a share of the most, of a face in plain view.
The sample faces and their variations give 0.48 and more, masks and hands 0.27 and less; dark
glasses, whose rims have texture, are not told this way."""

SMALL = (80, 60)
"""Size of the grey picture that light and change are measured on."""

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Light:
    """Mean and standard deviation of grey, 0 to 255, and the small grey picture itself."""

    brightness: float
    contrast: float
    small: Grey


def light(image: Image) -> Light:
    """Measured on 80 × 60 pixels."""
    small = cv2.cvtColor(cv2.resize(image, SMALL, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    mean, deviation = cv2.meanStdDev(small)
    grey = np.asarray(small, np.uint8)
    return Light(float(mean.ravel()[0]), float(deviation.ravel()[0]), grey)


def change(small: Grey, before: bytes | None) -> float | None:
    """Mean absolute difference to the small picture before, in grey levels."""
    if before is None:
        return None
    other = np.frombuffer(before, np.uint8).reshape(small.shape)
    return float(cv2.absdiff(small, other).mean())


@dataclass(frozen=True)
class Measures:
    """What can be said of one face's picture.

    ``share``: of the picture's width. ``cut``: share of the head, from crown to chin and ear to
    ear, that lies outside the picture. ``sharpness``: variance of the Laplacian on the face,
    112 pixels wide. ``in_view``: the least texture among both eyes and the mouth as a share of
    the most.
    """

    share: float
    cut: float
    sharpness: float
    in_view: float


def measure(image: Image, face: Face) -> Measures:
    """Measure one face."""
    crop = _crop(image, face)
    sharpness = float(cv2.meanStdDev(cv2.Laplacian(crop, cv2.CV_16S))[1][0, 0]) ** 2
    return Measures(face.width / image.shape[1], _cut(image, face), sharpness, _in_view(crop))


def _cut(image: Image, face: Face) -> float:
    left, top, right, bottom = face.box
    grow = face.width
    left, right, top = left - EARS * grow, right + EARS * grow, top - CROWN * grow
    width = max(0.0, min(right, image.shape[1]) - max(left, 0.0))
    height = max(0.0, min(bottom, image.shape[0]) - max(top, 0.0))
    return float(1.0 - width * height / ((right - left) * (bottom - top)))


def _crop(image: Image, face: Face) -> Grey:
    """The face in grey, 112 × 112; black for a box that lies outside the picture."""
    left, top, right, bottom = (max(0, round(edge)) for edge in face.box)
    crop = image[top:bottom, left:right]
    if crop.size == 0:
        return np.zeros((112, 112), np.uint8)
    grey = cv2.cvtColor(cv2.resize(crop, (112, 112)), cv2.COLOR_BGR2GRAY)
    return np.asarray(grey, np.uint8)


_PARTS = (
    (slice(11, 25), slice(7, 26)),
    (slice(11, 25), slice(30, 49)),
    (slice(36, 50), slice(14, 42)),
)
"""Rows and columns of both eyes and the mouth in a face of 56 × 56 pixels."""


def _in_view(crop: Grey) -> float:
    across, down = cv2.spatialGradient(cv2.resize(crop, (56, 56), interpolation=cv2.INTER_AREA))
    texture = cv2.magnitude(across.astype(np.float32), down.astype(np.float32))
    parts = [float(texture[part].mean()) for part in _PARTS]
    return min(parts) / max(*parts, 1e-6)


def advice(faces: list[Face], main: Measures | None, brightness: float) -> tuple[str, ...]:
    """Ids of what the candidate could change, the most telling first; empty when all is well.

    ``main``: measures of the first face, if there is one.
    """
    found = []
    if brightness < DARK:
        found.append("too_dark")
    elif brightness > BRIGHT:
        found.append("too_bright")
    if not faces or main is None:
        return (*found, "no_face")
    if len(faces) > 1:
        found.append("several_faces")
    pose = faces[0].pose
    wrong = {
        "too_far": main.share < FAR,
        "too_near": main.share > NEAR,
        "out_of_frame": main.cut > CUT,
        "turned": abs(pose.yaw) > TURNED or abs(pose.roll) > 2 * TURNED,
        "face_covered": main.in_view < COVERED,
        "not_clear": main.sharpness < BLURRED,
    }
    return (*found, *(name for name, is_so in wrong.items() if is_so))


def comparable(face: Face, measures: Measures) -> bool:
    """Whether a face is large, frontal and sharp enough to say who it is."""
    pose = face.pose
    frontal = abs(pose.yaw) < TURNED and abs(pose.roll) < 2 * TURNED
    return frontal and pose.eye_distance >= EYES and measures.sharpness >= BLURRED
