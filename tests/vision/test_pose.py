"""A head's five points in space, turned, and a flat picture's."""

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.vision.pose import NOSE_TIP, Pose, estimate

HEAD = np.array(
    [[-0.5, -0.5, 0], [0.5, -0.5, 0], [0, 0.06, NOSE_TIP], [-0.42, 0.5, 0], [0.42, 0.5, 0]]
)
FLAT = HEAD * [1, 1, 0]


def pose_of(points: NDArray[np.float64], yaw: float, nose: float = 0.0) -> Pose:
    """Of points turned by degrees and seen from afar; the nose found ``nose`` too far right."""
    y = np.radians(yaw)
    seen = 60 * np.stack([points[:, 0] * np.cos(y) + points[:, 2] * np.sin(y), points[:, 1]], 1)
    seen[2, 0] += 60 * nose
    five = seen.astype(np.float32)
    return estimate(five[:2], five[2], NOSE_TIP, five[3:])


@pytest.mark.parametrize("yaw", [-40.0, -15.0, 0.0, 15.0, 40.0])
def test_a_heads_turn_is_its_yaw_and_its_span_shrinks(yaw: float) -> None:
    pose, straight = pose_of(HEAD, yaw), pose_of(HEAD, 0.0)
    assert pose.yaw == pytest.approx(yaw, abs=0.1)
    assert pose.turn == pytest.approx(yaw, abs=0.1)
    assert pose.span is not None
    assert straight.span is not None
    assert pose.span / straight.span == pytest.approx(np.cos(np.radians(yaw)), abs=0.01)


@pytest.mark.parametrize("yaw", [-60.0, -30.0, 30.0, 60.0])
def test_a_flat_picture_does_not_turn_however_it_is_held(yaw: float) -> None:
    pose = pose_of(FLAT, yaw)
    assert (pose.yaw, pose.turn) == pytest.approx((0, 0), abs=0.1)


def test_an_error_of_the_nose_is_not_enlarged_by_a_squeezed_picture() -> None:
    straight, squeezed = pose_of(FLAT, 0, nose=0.06), pose_of(FLAT, 60, nose=0.06)
    assert squeezed.turn == pytest.approx(straight.turn, abs=0.1)
    assert squeezed.yaw > 1.8 * straight.yaw


def test_without_a_mouth_only_the_yaw_is_known() -> None:
    five = (60 * HEAD[:, :2]).astype(np.float32)
    pose = estimate(five[:2], five[2], NOSE_TIP)
    assert (pose.turn, pose.span, pose.pitch) == (None, None, None)
