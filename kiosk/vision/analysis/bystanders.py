"""Other faces in the picture: who counts as a second person, and which are posters.

A face counts when it is not far behind. A picture on the wall counts at first, too; what is seen at
seating in one place without the least movement is masked there, for faces of its size.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.exam.proctoring.observation import Box
from kiosk.vision.engine import Face, overlap
from kiosk.vision.images import Image

SHARE, NARROWEST = 0.28, 23.0
"""A second face counts from this share of the candidate's width, and from this many pixels of a
picture 640 wide: the rule says 0.3 and 24, and boxes vary a little."""

SURE = 0.7
"""Detector score of a face that counts; small and turned ones score lower than near ones."""

SEATING_SECONDS = 60.0
"""How long after the first frame still faces are masked."""

SETTLE_SECONDS = 8.0
"""How long a face that does not move is looked at before it counts, at seating."""

SIGHTINGS = 3
"""Frames in which a face must be still before it is masked."""

STILL = 3.5
"""Mean difference of a face's small picture, in grey levels, below which nothing moved."""

MOST_SPOTS = 32
"""Places that are remembered without a face in them."""

PATCH = 16
LARGER = 1.5
"""Times wider than what was masked in its place, from which a face counts."""


@dataclass(frozen=True)
class Spot:
    """A place where another face was: its box, small picture, first time, and sightings."""

    box: Box
    patch: bytes
    since: float
    still: int = 1
    masked: bool = False


def judge(
    image: Image, faces: list[Face], spots: tuple[Spot, ...], began: float, at: float
) -> tuple[list[Face], tuple[Spot, ...]]:
    """The other faces that count, and the places to remember.

    ``faces``: all but the candidate's. ``began``: when this camera's first frame came.
    """
    seating = at - began <= SEATING_SECONDS
    counted, kept = [], _unseen(spots, faces, seating)
    for face in faces:
        spot = _spot(image, face, spots, at)
        if spot.masked:
            kept.append(spot)
            if face.width > LARGER * (spot.box[2] - spot.box[0]):
                counted.append(face)
            continue
        if seating and spot.still >= SIGHTINGS and at - spot.since >= SETTLE_SECONDS:
            kept.append(replace(spot, masked=True))
            continue
        kept.append(spot)
        waits = seating and spot.still > 1 and at - spot.since < SETTLE_SECONDS
        if not waits:
            counted.append(face)
    return counted, tuple(kept)


def _unseen(spots: tuple[Spot, ...], faces: list[Face], seating: bool) -> list[Spot]:
    """Places without a face in this frame. A small poster is found only where small faces are
    searched, every few seconds, so at seating its place is remembered between the searches.
    """
    away = [spot for spot in spots if all(overlap(spot.box, face.box) < 0.3 for face in faces)]
    return [spot for spot in away if spot.masked or seating][-MOST_SPOTS:]


def large_enough(face: Face, main: Face, image: Image) -> bool:
    """Whether a face beside the candidate's is near enough to count."""
    narrowest = NARROWEST * image.shape[1] / 640
    return face.score >= SURE and face.width >= max(narrowest, SHARE * main.width)


def _spot(image: Image, face: Face, spots: tuple[Spot, ...], at: float) -> Spot:
    """The place as it is after this sighting."""
    before = max(spots, key=lambda spot: overlap(spot.box, face.box), default=None)
    if before is None or overlap(before.box, face.box) < 0.3:
        return Spot(face.box, _patch(image, face.box).tobytes(), at)
    if before.masked:
        return before
    patch = _patch(image, before.box)
    known = np.frombuffer(before.patch, np.float32).reshape(PATCH, PATCH)
    if float(np.abs(patch - known).mean()) < STILL:
        return replace(before, still=before.still + 1)
    return Spot(face.box, _patch(image, face.box).tobytes(), at)


def _patch(image: Image, box: Box) -> NDArray[np.float32]:
    """What is at ``box``, in 16 × 16 grey cells without its mean light."""
    left, top, right, bottom = (max(0, round(edge)) for edge in box)
    part = image[top:bottom, left:right]
    if part.size == 0:
        return np.zeros((PATCH, PATCH), np.float32)
    grey = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY)
    cells = cv2.resize(grey, (PATCH, PATCH), interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(cells - cells.mean(), np.float32)
