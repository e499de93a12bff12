"""Where a head turns, from eyes and nose alone: an estimate in degrees, good enough for rules.

A nose lies in front of the plane of the eyes. When the head turns by ``yaw`` the nose moves
sideways by ``depth * sin(yaw)`` while the eyes draw together by ``cos(yaw)``, so the offset in eye
distances is ``depth * tan(yaw)``. A flat photograph that is turned keeps its offset: its pose does
not change, which the liveness check relies on. But it draws the eyes together like a head, and so
makes what little the nose seems to move look large. ``turn`` therefore measures the offset in
heights of the face, ``depth * sin(yaw)``, and ``span`` says how far all is drawn together.
"""

from dataclasses import dataclass, replace
from math import asin, atan, atan2, degrees

import numpy as np
from numpy.typing import NDArray

NOSE_TIP, NOSE_BASE = 0.53, 0.43
"""How far tip and base of the nose lie before the eyes, in distances between the eyes. Measured
on the 68-point mean face that insightface ships (``meanshape_68.pkl``)."""


STRAIGHT_NOSE = 0.565
"""How far down between eyes and mouth the tip of the nose lies in a head held straight: the
median of 83 pictures."""


@dataclass(frozen=True)
class Pose:
    """Degrees: positive yaw turns to the person's left, positive roll leans to their left.

    Positive pitch bends the head down. ``eye_distance`` in pixels. ``turn``: as yaw, less easily
    feigned by a flat picture. ``span``: mean width of eyes and mouth over the height between them;
    about 1 straight ahead. ``pitch``, ``turn`` and ``span`` are None where the mouth is not known.
    """

    yaw: float
    roll: float
    eye_distance: float
    pitch: float | None = None
    turn: float | None = None
    span: float | None = None


def estimate(
    eyes: NDArray[np.float32],
    nose: NDArray[np.float32],
    depth: float,
    mouth: NDArray[np.float32] | None = None,
) -> Pose:
    """Pose from both eyes' centres, the one at the picture's left first, and a point of the nose.

    ``mouth``: both its corners. The person's left is the picture's right.
    """
    across = eyes[1] - eyes[0]
    distance = max(float(np.hypot(*across)), 1e-6)
    offset = float((nose - eyes.mean(0)) @ across) / distance**2
    pose = Pose(
        yaw=degrees(atan(offset / depth)),
        roll=degrees(atan2(float(across[1]), float(across[0]))),
        eye_distance=distance,
    )
    if mouth is None:
        return pose
    height = max(float(np.hypot(*(mouth.mean(0) - eyes.mean(0)))), 1e-6)
    sine = offset * distance / height / depth
    return replace(
        pose,
        pitch=_pitch(eyes.mean(0), nose, mouth.mean(0), depth),
        turn=degrees(asin(min(1.0, max(-1.0, sine)))),
        span=(distance + float(np.hypot(*(mouth[1] - mouth[0])))) / 2 / height,
    )


def _pitch(
    eyes: NDArray[np.float32], nose: NDArray[np.float32], mouth: NDArray[np.float32], depth: float
) -> float:
    """From how far down the nose lies between eyes and mouth, whose distance is about that of
    the eyes' in a head held straight.
    """
    down = mouth - eyes
    height = max(float(np.hypot(*down)), 1e-6)
    share = float((nose - eyes) @ down) / height**2
    return degrees(atan((share - STRAIGHT_NOSE) / depth))
