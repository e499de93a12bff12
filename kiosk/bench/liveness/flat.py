"""Flat pictures in front of a camera: turned, bent, cut, warped in software, shown on a screen."""

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision.images import Image
from kiosk.vision.samples import HEIGHT, WIDTH

FOCAL = 700.0
"""Focal length of the camera in pixels: about 50 degrees across 640."""

WALL = (96, 100, 104)
"""Grey levels (BGR) of the wall behind a print."""


def printed(picture: Image) -> Image:
    """Return the picture on paper: fewer colours, less contrast, a white border."""
    paper = np.clip(picture.astype(np.float32) * 0.8 + 35, 0, 255).astype(np.uint8)
    corner = (WIDTH - 1, HEIGHT - 1)
    return np.asarray(cv2.rectangle(paper, (0, 0), corner, (235, 235, 235), 12), np.uint8)


def turned(picture: Image, yaw: float, pitch: float = 0.0) -> Image:
    """Return a flat picture turned in front of the camera by degrees."""
    y, p = np.radians([yaw, pitch])
    across = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    down = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    flat = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]]) * [WIDTH / 2, HEIGHT / 2, 0]
    corners = flat @ (across @ down).T
    seen = corners[:, :2] * FOCAL / (corners[:, 2:] + FOCAL) + [WIDTH / 2, HEIGHT / 2]
    matrix = cv2.getPerspectiveTransform(_corners(), seen.astype(np.float32))
    return np.asarray(
        cv2.warpPerspective(picture, matrix, (WIDTH, HEIGHT), borderValue=WALL), np.uint8
    )


def _corners() -> NDArray[np.float32]:
    return np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float32)


def rolled(picture: Image, radius: float, yaw: float) -> Image:
    """Return a print on an upright cylinder, turned on its axis; ``radius`` in pixels."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    sine = (columns - WIDTH / 2) / radius
    angle = np.arcsin(np.clip(sine, -1, 1)) - np.radians(yaw)
    source = (angle * radius + WIDTH / 2).astype(np.float32)
    seen = cv2.remap(picture, source, rows, cv2.INTER_LINEAR, borderValue=WALL)
    seen[np.abs(sine) > 1] = WALL
    return np.asarray(seen, np.uint8)


def cut_eyes(picture: Image, points: NDArray[np.float32], gaze: float, shut: bool) -> Image:
    """Cut the eyes out of a print; those behind it look aside (-1 to 1), or are shut."""
    seen = picture.copy()
    across = float(np.hypot(*(points[1] - points[0])))
    for x, y in points[:2]:
        place = (round(float(x)), round(float(y)))
        axes = (round(0.22 * across), round(0.1 * across))
        colour = (110, 130, 170) if shut else (215, 220, 225)
        cv2.ellipse(seen, place, axes, 0, 0, 360, colour, -1)
        if not shut:
            iris = (round(place[0] + gaze * 0.1 * across), place[1])
            cv2.circle(seen, iris, round(0.09 * across), (40, 45, 60), -1)
    return seen


def squeezed(picture: Image, across: float, shear: float) -> Image:
    """Squeeze by a factor across the middle, and shear: all that an affine warp can do."""
    matrix = np.array([[across, shear, WIDTH / 2 * (1 - across) - shear * HEIGHT / 2], [0, 1, 0]])
    return np.asarray(
        cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def animated(
    picture: Image, points: NDArray[np.float32], shift: float, across: float = 1.0
) -> Image:
    """Shift the middle of a face aside by ``shift`` eye distances, but not its outline.

    ``across`` below 1 squeezes the whole face as well.
    """
    eyes = points[:2].mean(0)
    distance = float(np.hypot(*(points[1] - points[0])))
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    x, y = (columns - points[2][0]) / distance, (rows - points[2][1]) / distance
    near = np.exp(-((x / 0.45) ** 2) - (y / 0.6) ** 2)
    source = columns - shift * distance * near
    source = (source - eyes[0]) / across + eyes[0]
    moved = cv2.remap(
        picture, source.astype(np.float32), rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, np.uint8)


def on_screen(picture: Image, phase: float, glare: float) -> Image:
    """Return the picture filmed from a screen: its gamma, moving lines (moiré), a reflection."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    seen = 255 * (picture.astype(np.float32) / 255) ** 0.85 + [18, 8, 4]
    lines = np.sin(columns * 0.9 + rows * 0.13 + phase) + np.sin(rows * 1.1 - phase)
    seen += 5 * lines[..., None]
    spot = np.exp(-(((columns - 470) / 90) ** 2) - ((rows - 120) / 70) ** 2)
    seen += glare * spot[..., None]
    return np.clip(seen, 0, 255).astype(np.uint8)
