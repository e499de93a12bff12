"""Head pose in degrees, estimated from eyes and nose alone: accurate enough for rules.

A nose lies in front of the plane of the eyes. When the head turns by ``yaw``, the nose moves
sideways by ``depth * sin(yaw)`` while the distance between the eyes shrinks by ``cos(yaw)``, so
the offset in eye distances is ``depth * tan(yaw)``. A flat photograph that is turned keeps its
offset: its pose does not change, and the liveness check relies on that. But turning a
photograph narrows the distance between the eyes as turning a head does, which makes any small
movement of the nose look large. ``turn`` therefore measures the offset in heights of the face,
``depth * sin(yaw)``, and ``span`` says by how much the face is narrowed.
"""

from dataclasses import dataclass, replace
from math import asin, atan, atan2, degrees

import numpy as np
from numpy.typing import NDArray

NOSE_TIP, NOSE_BASE = 0.53, 0.43
"""Distance of tip and base of the nose in front of the eyes, in distances between the eyes.
Measured on the 68-point mean face that insightface ships (``meanshape_68.pkl``).
"""


STRAIGHT_NOSE = 0.565
"""Position of the tip of the nose between eyes (0) and mouth (1) in a head held straight: the
median of 83 pictures.
"""


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
    """Estimate the pose from the centres of both eyes and a point of the nose.

    The eye at the picture's left comes first; the person's left is the picture's right.
    ``depth``: how far the nose point lies before the eyes, in distances between the eyes.
    ``mouth``: both its corners.
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
    # Turning a head leaves the height of the face as it is; the distance between the eyes
    # shrinks.
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
    """Estimate the pitch from the position of the nose between eyes and mouth.

    Eyes and mouth are about as far apart as the eyes are from each other, in a head held
    straight.
    """
    down = mouth - eyes
    height = max(float(np.hypot(*down)), 1e-6)
    share = float((nose - eyes) @ down) / height**2
    return degrees(atan((share - STRAIGHT_NOSE) / depth))
