"""What is wrong with a picture, in the words of the notice (R15, R16)."""

import cv2
import numpy as np

from kiosk.vision.engine import Face
from kiosk.vision.images import Image

DARK, BRIGHT = 45.0, 225.0
"""Mean grey below or above which a picture is too dark or too bright."""

BLURRED = 12.0
"""Variance of the Laplacian of a face crop, 112 pixels wide, below which it is not clear."""

FAR = 0.13
"""Share of the picture's width that a face must fill."""

TURNED = 0.5
"""How far the nose may lie from the middle between the eyes, in eye distances (about 35°)."""


def light(image: Image) -> tuple[float, float]:
    """Mean and standard deviation of grey, 0 to 255, on a quarter-size picture."""
    small = cv2.resize(image, (160, 120), interpolation=cv2.INTER_AREA)
    mean, deviation = cv2.meanStdDev(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY))
    return float(mean.ravel()[0]), float(deviation.ravel()[0])


def advice(image: Image, faces: list[Face], brightness: float) -> tuple[str, ...]:
    """Ids of what the candidate could change, the most telling first; empty when all is well."""
    found = []
    if brightness < DARK:
        found.append("too_dark")
    elif brightness > BRIGHT:
        found.append("too_bright")
    if not faces:
        return (*found, "no_face")
    if len(faces) > 1:
        found.append("several_faces")
    main = faces[0]
    if main.width < FAR * image.shape[1]:
        found.append("too_far")
    if turn(main) > TURNED:
        found.append("turned")
    if sharpness(image, main) < BLURRED:
        found.append("not_clear")
    return tuple(found)


def turn(face: Face) -> float:
    """How far the nose lies from the middle between the eyes, sideways, in eye distances."""
    points = face.landmarks
    right, left, nose = points[:2].mean(0), points[2:4].mean(0), points[4]
    across = right - left
    distance = float(np.hypot(*across)) or 1.0
    return abs(float((nose - (right + left) / 2) @ across)) / distance**2


def sharpness(image: Image, face: Face) -> float:
    """Variance of the Laplacian on the face, scaled to 112 pixels; higher is sharper."""
    left, top, right, bottom = (max(0, round(edge)) for edge in face.box)
    crop = image[top:bottom, left:right]
    if crop.size == 0:
        return 0.0
    grey = cv2.cvtColor(cv2.resize(crop, (112, 112)), cv2.COLOR_BGR2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_64F).var())
