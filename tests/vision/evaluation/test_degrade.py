"""Pictures made worse are worse in the way that was asked for."""

import cv2
import numpy as np
import pytest

from kiosk.vision.evaluation.degrade import DEGRADATIONS, FACE, at_terminal_size
from kiosk.vision.images import Image
from kiosk.vision.samples import frame

PICTURE = frame(0)


def detail(image: Image) -> float:
    """Variance of the Laplacian."""
    return float(cv2.Laplacian(image, cv2.CV_64F).var())


def made(name: str, strength: float) -> Image:
    """The sample picture made worse."""
    return DEGRADATIONS[name].apply(PICTURE, strength)


@pytest.mark.parametrize("name", ["blur", "small"])
def test_each_strength_leaves_less_detail(name: str) -> None:
    left = [detail(PICTURE), *(detail(made(name, one)) for one in DEGRADATIONS[name].strengths)]
    assert left == sorted(left, reverse=True)
    assert left[-1] < 0.05 * left[0]


def test_each_strength_of_jpeg_differs_more() -> None:
    away = [
        float(np.abs(made("jpeg", one).astype(float) - PICTURE).mean())
        for one in DEGRADATIONS["jpeg"].strengths
    ]
    assert away == sorted(away)
    assert away[0] > 0


def test_light_goes_both_ways() -> None:
    levels = [
        *(made("bright", one).mean() for one in reversed(DEGRADATIONS["bright"].strengths)),
        PICTURE.mean(),
        *(made("dark", one).mean() for one in DEGRADATIONS["dark"].strengths),
    ]
    assert levels == sorted(levels, reverse=True)


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_the_size_stays(name: str) -> None:
    assert all(made(name, one).shape == PICTURE.shape for one in DEGRADATIONS[name].strengths)


@pytest.mark.parametrize("face", [80.0, 320.0])
def test_a_face_is_brought_to_the_size_at_a_terminal(face: float) -> None:
    scaled = at_terminal_size(PICTURE, face)
    assert scaled.shape[1] == pytest.approx(PICTURE.shape[1] * FACE / face, abs=1)
