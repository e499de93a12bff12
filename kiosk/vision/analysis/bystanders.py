"""Other faces in the picture: which count as a second person, and which are posters.

A face counts unless it is far behind the candidate. A picture on the wall counts at first, too;
a face that stays in one place without any movement during seating is masked there, for faces of
its size.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.exam.proctoring.observation import Box
from kiosk.vision.engine import Face, overlap
from kiosk.vision.images import Image

SHARE, NARROWEST = 0.28, 23.0
"""A second face counts from this share of the candidate's width, and from this many pixels in a
picture 640 wide. The rule says 0.3 and 24; these leave room for boxes that vary.
"""

SURE = 0.7
"""Lowest detector score of a face that counts; small and turned faces score lower than near
ones.
"""

SEATING_SECONDS = 60.0
"""Time after the first frame in which still faces are masked."""

SETTLE_SECONDS = 8.0
"""How long a motionless face is observed during seating before it counts."""

SIGHTINGS = 3
"""Number of frames in which a face must be still before it is masked."""

STILL = 3.5
"""Mean difference of a face's small picture, in grey levels, below which the face did not move."""

MOST_SPOTS = 32
"""Largest number of places remembered while no face is seen in them."""

PATCH = 16
LARGER = 1.5
"""A face this many times wider than the masked one in its place counts."""


@dataclass(frozen=True)
class Spot:
    """A place where another face was seen.

    Its box and small picture, the time of the first sighting, and the number of still ones.
    """

    box: Box
    patch: bytes
    since: float
    still: int = 1
    masked: bool = False


def judge(
    image: Image, faces: list[Face], spots: tuple[Spot, ...], began: float, at: float
) -> tuple[list[Face], tuple[Spot, ...]]:
    """Return the other faces that count, and the places to remember.

    ``faces``: all but the candidate's. ``began``: time of this camera's first frame.
    """
    seating = at - began <= SEATING_SECONDS
    counted, kept = [], _unseen(spots, faces, seating)
    for face in faces:
        spot = _spot(image, face, spots, at)
        if spot.masked:
            kept.append(spot)
            # A person in front of a masked poster is nearer, so the face is larger.
            if face.width > LARGER * (spot.box[2] - spot.box[0]):
                counted.append(face)
            continue
        if seating and spot.still >= SIGHTINGS and at - spot.since >= SETTLE_SECONDS:
            kept.append(replace(spot, masked=True))
            continue
        kept.append(spot)
        # Still so far, so it may be a poster: it does not count until that is settled.
        waits = seating and spot.still > 1 and at - spot.since < SETTLE_SECONDS
        if not waits:
            counted.append(face)
    return counted, tuple(kept)


def _unseen(spots: tuple[Spot, ...], faces: list[Face], seating: bool) -> list[Spot]:
    """Return the remembered places that show no face in this frame.

    A small poster is found only in the search for small faces, every few seconds, so during
    seating its place is remembered between searches.
    """
    away = [spot for spot in spots if all(overlap(spot.box, face.box) < 0.3 for face in faces)]
    return [spot for spot in away if spot.masked or seating][-MOST_SPOTS:]


def large_enough(face: Face, main: Face, image: Image) -> bool:
    """Return whether a face beside the candidate's is near enough to count."""
    narrowest = NARROWEST * image.shape[1] / 640
    return face.score >= SURE and face.width >= max(narrowest, SHARE * main.width)


def _spot(image: Image, face: Face, spots: tuple[Spot, ...], at: float) -> Spot:
    """Return the place of a face, updated by this sighting."""
    before = max(spots, key=lambda spot: overlap(spot.box, face.box), default=None)
    if before is None or overlap(before.box, face.box) < 0.3:
        return Spot(face.box, _patch(image, face.box).tobytes(), at)
    if before.masked:
        return before
    # Cut at the remembered box: the detector's boxes vary a little even on a poster.
    patch = _patch(image, before.box)
    known = np.frombuffer(before.patch, np.float32).reshape(PATCH, PATCH)
    if float(np.abs(patch - known).mean()) < STILL:
        return replace(before, still=before.still + 1)
    return Spot(face.box, _patch(image, face.box).tobytes(), at)


def _patch(image: Image, box: Box) -> NDArray[np.float32]:
    """Return the picture at ``box`` as 16 × 16 grey cells minus their mean."""
    left, top, right, bottom = (max(0, round(edge)) for edge in box)
    part = image[top:bottom, left:right]
    if part.size == 0:
        return np.zeros((PATCH, PATCH), np.float32)
    grey = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY)
    cells = cv2.resize(grey, (PATCH, PATCH), interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(cells - cells.mean(), np.float32)
