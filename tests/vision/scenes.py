"""Labelled frames: people before walls, masked, lying, beside others."""

import cv2
import numpy as np

from kiosk.vision.images import Image, jpeg
from kiosk.vision.samples import PEOPLE, frame

SIZE = (480, 640)
HEAD = np.s_[112:368, 192:448]
"""Rows and columns of the head in a sample frame."""


def noisy(image: Image, seed: int) -> bytes:
    """As a camera sends it: noise, then JPEG."""
    noise = np.random.default_rng(seed).normal(0, 3, image.shape)
    return jpeg(np.clip(image + noise, 0, 255).astype(np.uint8), 65)


def plain_wall(grey: float = 170.0) -> Image:
    """A wall without any pattern, a little darker on one side."""
    wall = np.full((*SIZE, 3), grey) + np.linspace(-12, 12, SIZE[1])[None, :, None]
    return np.asarray(np.clip(wall, 0, 255), np.uint8)


def papered_wall() -> Image:
    """A wall with shelves and a window."""
    wall = plain_wall(150)
    for left in range(0, 640, 90):
        cv2.rectangle(wall, (left, 0), (left + 30, 480), (90, 120, 140), -1)
    cv2.rectangle(wall, (480, 30), (620, 220), (235, 230, 220), -1)
    return wall


def seated(person: int, wall: Image, variation: int = 0, at: tuple[int, int] = (0, 0)) -> Image:
    """A sample person's head and shoulders before a wall, shifted by ``at`` pixels."""
    head = frame(person, variation)[HEAD]
    side = head.shape[0]
    down, across = np.mgrid[0:side, 0:side] / side - 0.5
    soft = np.clip((0.5 - np.hypot(across / 0.95, down / 1.1)) * 12, 0, 1)[..., None]
    left, top = 192 + at[0], 112 + at[1]
    image = wall.copy()
    place = image[top : top + side, left : left + side]
    place[:] = (soft * head + (1 - soft) * place).astype(np.uint8)
    return image


def masked(person: int, colour: tuple[int, int, int], variation: int = 0) -> Image:
    """A sample person who wears a mask: from the bridge of the nose to below the chin."""
    image = seated(person, plain_wall(), variation)
    mask = np.zeros(SIZE, np.float32)
    edge = [(248, 252), (290, 236), (330, 232), (368, 240), (402, 256), (388, 330), (330, 372),
            (270, 336)]  # fmt: skip
    cv2.fillPoly(mask, [np.array(edge, np.int32)], 1.0)
    soft = cv2.GaussianBlur(mask, (0, 0), 1.5)[..., None]
    cloth = np.array(colour) + np.linspace(18, -18, SIZE[0])[:, None, None]
    return np.asarray(soft * cloth + (1 - soft) * image, np.uint8)


def beside(image: Image, person: int, width: int, at: tuple[int, int]) -> Image:
    """Another person whose face is about ``width`` pixels wide, with the corner at ``at``."""
    head = frame(person % PEOPLE, 3)[HEAD]
    side = round(head.shape[0] * width / 138)
    small = cv2.resize(head, (side, side), interpolation=cv2.INTER_AREA)
    result = image.copy()
    result[at[1] : at[1] + side, at[0] : at[0] + side] = small
    return result


def leaning(image: Image, degrees: float) -> Image:
    """The picture as if the head leaned by so many degrees."""
    matrix = cv2.getRotationMatrix2D((320, 240), degrees, 1.0)
    turned = cv2.warpAffine(image, matrix, (640, 480), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.uint8)
