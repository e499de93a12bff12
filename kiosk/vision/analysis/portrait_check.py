"""Whether a picture is fit to be a registered portrait (R9).

Required are a two-inch shape, colour, a blue background, and one frontal face.

What a model cannot judge, above all a bare head, is left to staff, who may also accept a
picture that this check rejects.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision import quality
from kiosk.vision.analysis.checkin import portrait_faces
from kiosk.vision.engine import Face, FaceEngine
from kiosk.vision.errors import VisionError
from kiosk.vision.images import MAX_PORTRAIT_BYTES, MAX_PORTRAIT_PIXELS, Image, decode_jpeg

NARROWEST, LOWEST = 295, 413
"""Smallest width and height in pixels: 25 × 35 mm at 300 dots per inch, enough for every pack."""

SHAPES = 1.2, 1.6
"""Height over width; two-inch pictures of 35 × 45, 35 × 49 and 35 × 53 mm are within."""

FACE = 0.2, 0.6
"""Allowed width of the face, as a share of the picture's width."""

TURNED, TILTED = 15.0, 10.0
"""Degrees by which a head may turn and lean."""

COLOURLESS = 12.0
"""Mean saturation, 0 to 255, below which a picture counts as black and white."""

BLUE = (90, 60, 70), (130, 255, 255)
"""Hue (0 to 179), saturation and value of a blue background, from light to royal blue."""

BACKGROUND = 0.75
"""Share of the background that must be blue; hair and shoulders extend into the strips."""

STRIP = 0.08
"""Width of the examined strips at the top and both sides, as a share of the picture's width."""

FINDINGS = (
    "not_a_picture",
    "too_few_pixels",
    "wrong_shape",
    "no_colour",
    "not_blue",
    "no_face",
    "several_faces",
    "face_too_small",
    "face_too_large",
    "turned",
    "tilted",
    "too_dark",
    "too_bright",
    "face_covered",
    "not_clear",
)
"""All possible findings, in the order in which they are reported."""


def check_portrait(engine: FaceEngine, jpeg: bytes) -> tuple[str, ...]:
    """Return what is wrong with a portrait, as ids of :data:`FINDINGS`; empty if it is fit."""
    try:
        image = decode_jpeg(jpeg, MAX_PORTRAIT_BYTES, MAX_PORTRAIT_PIXELS)
    except VisionError:
        return ("not_a_picture",)
    faces = portrait_faces(engine, image)
    found = {*_frame(image), *_colours(image, faces), *_face(image, faces)}
    return tuple(finding for finding in FINDINGS if finding in found)


def _frame(image: Image) -> set[str]:
    height, width = image.shape[:2]
    wrong = {
        "too_few_pixels": width < NARROWEST or height < LOWEST,
        "wrong_shape": not SHAPES[0] <= height / width <= SHAPES[1],
    }
    return {name for name, is_so in wrong.items() if is_so}


def _colours(image: Image, faces: list[Face]) -> set[str]:
    hsv = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2HSV), np.uint8)
    if float(hsv[..., 1].mean()) < COLOURLESS:
        return {"no_colour"}
    background = _background(hsv, faces)
    blue = cv2.inRange(background, np.array(BLUE[0]), np.array(BLUE[1]))
    return set() if float(np.mean(blue > 0)) >= BACKGROUND else {"not_blue"}


def _background(hsv: NDArray[np.uint8], faces: list[Face]) -> NDArray[np.uint8]:
    """Return the pixels of the strips, down to the middle of the face, as one row."""
    height, width = hsv.shape[:2]
    strip = max(2, round(STRIP * width))
    middle = height // 3
    if faces:
        _, top, _, bottom = faces[0].box
        middle = int(min(height, max(strip + 1, (top + bottom) / 2)))
    # Below the middle of the face, shoulders would fill the strips.
    parts = (hsv[:strip], hsv[strip:middle, :strip], hsv[strip:middle, -strip:])
    return np.concatenate([part.reshape(1, -1, 3) for part in parts], axis=1)


def _face(image: Image, faces: list[Face]) -> set[str]:
    if not faces:
        return {"no_face"}
    face = faces[0]
    share = face.width / image.shape[1]
    measures = quality.measure(image, face)
    advice_ids = quality.advice(faces, measures, quality.light(image).brightness)
    found = {one for one in advice_ids if one in FINDINGS and one != "turned"}
    wrong = {
        "face_too_small": share < FACE[0],
        "face_too_large": share > FACE[1],
        "turned": abs(face.pose.yaw) > TURNED,
        "tilted": abs(face.pose.roll) > TILTED,
    }
    return found | {name for name, is_so in wrong.items() if is_so}
