"""Picture quality in measured values, and as advice in the terms of the notice (R15, R16)."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.alignment import aligned
from kiosk.vision.coverage import covered
from kiosk.vision.engine import Face
from kiosk.vision.images import Image
from kiosk.vision.pose import Pose

DARK, BRIGHT = 45.0, 225.0
"""Mean grey below or above which a picture is too dark or too bright."""

BLURRED, USELESS = 18.0, 8.0
"""Sharpness limits. Below the first a face is not clear: its match has fallen from 0.99 to 0.9.
Below the second it is not compared: the match is 0.75 or less.
"""

FAR, NEAR = 0.1, 0.5
"""Smallest and largest face width, as a share of the picture's width."""

TURNED, BENT, LEANING = 25.0, 30.0, 35.0
"""Degrees of yaw, pitch and roll beyond which a face is not compared."""

EYES = 40.0
"""Smallest distance between the eyes, in pixels, for a comparison."""

CUT = 0.25
"""Share of the head that may lie outside the picture."""

CROWN, EARS = 0.35, 0.1
"""How far a head reaches above and beside the detector's box, in box widths."""

COVERED, SURELY_COVERED = 0.5, 0.985
"""Likelihoods of a covered face. From the first, a face counts as covered unless it is
recognised, because some chins and beards look like masks; from the second, it counts as
covered in any case. Dark glasses are not detected.
"""

MEAN_LIGHT = 110.0
"""Mean grey of a well-lit face; the edges of darker faces are scaled up to it."""

SMALL = (80, 60)
"""Size of the grey picture on which light and change are measured."""

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Light:
    """Mean and standard deviation of grey, 0 to 255, and the small grey picture itself."""

    brightness: float
    contrast: float
    small: Grey


def light(image: Image) -> Light:
    """Measure brightness and contrast on 80 × 60 pixels."""
    small = cv2.cvtColor(cv2.resize(image, SMALL, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    mean, deviation = cv2.meanStdDev(small)
    grey = np.asarray(small, np.uint8)
    return Light(float(mean.ravel()[0]), float(deviation.ravel()[0]), grey)


def change(small: Grey, before: bytes | None) -> float | None:
    """Return the mean absolute difference to the previous small picture, in grey levels."""
    if before is None:
        return None
    other = np.frombuffer(before, np.uint8).reshape(small.shape)
    return float(cv2.absdiff(small, other).mean())


@dataclass(frozen=True)
class Measures:
    """Measurements of one face's picture.

    ``share``: of the picture's width. ``cut``: share of the head, from crown to chin and ear to
    ear, that lies outside the picture. ``sharpness``: variance of the Laplacian on the face,
    112 pixels wide and slightly smoothed, scaled to mean light. ``covered``: likelihood, 0 to
    1, that the lower face is covered; None for a pack without the usual five points.
    """

    share: float
    cut: float
    sharpness: float
    covered: float | None


def measure(image: Image, face: Face) -> Measures:
    chip = _crop(image, face) if face.five is None else aligned(image, face.five)
    hidden = None if face.five is None else covered(chip)
    return Measures(face.width / image.shape[1], _cut(image, face), sharpness(chip), hidden)


def sharpness(chip: Image) -> float:
    """Return the sharpness of a face of 112 × 112 pixels.

    It is smoothed first, because the camera's noise would look like sharp edges.
    """
    grey = np.asarray(cv2.cvtColor(chip, cv2.COLOR_BGR2GRAY), np.float32)
    # The margin is left out: the border of the warped picture would count as an edge.
    edges = cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 1.0), cv2.CV_32F)[8:-8, 8:-8]
    gain = max(1.0, MEAN_LIGHT / max(float(grey.mean()), 20.0))
    # The variance grows with the square of the light.
    return float(edges.var()) * gain**2


def _cut(image: Image, face: Face) -> float:
    left, top, right, bottom = face.box
    grow = face.width
    left, right, top = left - EARS * grow, right + EARS * grow, top - CROWN * grow
    width = max(0.0, min(right, image.shape[1]) - max(left, 0.0))
    height = max(0.0, min(bottom, image.shape[0]) - max(top, 0.0))
    return float(1.0 - width * height / ((right - left) * (bottom - top)))


def _crop(image: Image, face: Face) -> Image:
    """Return the face as 112 × 112 pixels; black if its box lies outside the picture."""
    left, top, right, bottom = (max(0, round(edge)) for edge in face.box)
    crop = image[top:bottom, left:right]
    if crop.size == 0:
        return np.zeros((112, 112, 3), np.uint8)
    return np.asarray(cv2.resize(crop, (112, 112), interpolation=cv2.INTER_AREA), np.uint8)


def advice(faces: list[Face], main: Measures | None, brightness: float) -> tuple[str, ...]:
    """Return ids of what the candidate could change, the most important first.

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
        "turned": not frontal(pose),
        "face_covered": looks_covered(main),
        "not_clear": main.sharpness < BLURRED,
    }
    return (*found, *(name for name, is_so in wrong.items() if is_so))


def comparable(face: Face, measures: Measures) -> bool:
    """Return whether a face is large, frontal and sharp enough to be compared."""
    large = face.pose.eye_distance >= EYES
    return large and frontal(face.pose) and measures.sharpness >= USELESS


def looks_covered(measures: Measures) -> bool:
    """Return whether a mask, a hand or a scarf seems to cover the lower face."""
    return measures.covered is not None and measures.covered > COVERED


def frontal(pose: Pose) -> bool:
    """Return whether the head is upright and turned to the camera enough to be recognised."""
    straight = pose.pitch is None or abs(pose.pitch) < BENT
    return straight and abs(pose.yaw) < TURNED and abs(pose.roll) < LEANING
