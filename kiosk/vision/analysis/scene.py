"""The place in front of a camera, learnt while a person sits there.

It tells an empty seat from a covered lens.

An empty seat before a plain wall makes as flat a picture as a covered lens. The difference is
whether the picture still shows the wall that was visible beside the person.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.exam.proctoring.observation import Box
from kiosk.vision.images import Image

SIZE = (80, 60)
"""Width and height of the small colour picture that is remembered."""

LEARN = 0.1
"""Weight of a new frame in the remembered scene, which follows slow changes of light."""

ASIDE, ABOVE = 0.9, 0.7
"""How far a person extends beside and above the face, in face widths; downwards, to the edge."""

LEAST_KNOWN = 0.05
"""Share of the picture that must be known before the scene is used."""

GAIN = 0.6, 1.7
"""Allowed change of the camera's automatic exposure."""

ALIKE = 16.0
"""Difference in grey levels, averaged over the colours, within which a cell is unchanged."""

SAME = 0.5
"""Share of the known cells that must be unchanged."""

STRUCTURED = 4.0
"""Standard deviation of the known scene above which its pattern must be visible as well."""

DARK, BLANK = 20.0, 8.0
"""Mean grey and contrast below which a lens counts as covered; a dark room gives more."""

DETAIL = 12.0
"""99th percentile of the picture's edges below which all of it is out of focus, like a finger."""

Cells = NDArray[np.float32]


@dataclass(frozen=True)
class Scene:
    """What the camera sees beside and behind the person.

    ``colours``: (60, 80, 3) float32 as bytes, NaN where nothing is known yet.
    """

    colours: bytes

    def cells(self) -> Cells:
        return np.frombuffer(self.colours, np.float32).reshape(SIZE[1], SIZE[0], 3)


def learn(scene: Scene | None, image: Image, box: Box) -> Scene:
    """Return the scene after a frame with a face at ``box``, in pixels of ``image``."""
    now = _small(image)
    before = np.full_like(now, np.nan) if scene is None else scene.cells()
    free = ~_person(box, image)
    mixed = np.where(np.isnan(before), now, (1 - LEARN) * before + LEARN * now)
    return Scene(np.where(free[..., None], mixed, before).astype(np.float32).tobytes())


def openness(scene: Scene | None, image: Image, brightness: float, contrast: float) -> float:
    """Return whether the lens is free, from 0 (covered) to 1; for frames without a face."""
    if brightness < DARK:
        return 0.0
    if scene is not None and (likeness := _likeness(scene.cells(), _small(image))) is not None:
        if likeness >= SAME:
            return 1.0
        # An unfamiliar but sharp picture is a moved camera or a changed room, not a covered lens.
        return 1.0 if detail(image) >= DETAIL else 0.0
    return 1.0 if contrast >= BLANK else 0.0


def detail(image: Image) -> float:
    """Return the 99th percentile of the Laplacian at a width of 320 pixels, slightly smoothed."""
    height = round(image.shape[0] * 320 / image.shape[1])
    grey = cv2.cvtColor(cv2.resize(image, (320, height)), cv2.COLOR_BGR2GRAY)
    edges = cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 1.0), cv2.CV_32F)
    return float(np.percentile(np.abs(edges), 99))


def _likeness(known: Cells, now: Cells) -> float | None:
    """Return the share of the known cells that are unchanged; None if too few are known."""
    seen = ~np.isnan(known[..., 0])
    if seen.mean() < LEAST_KNOWN:
        return None
    before, after = known[seen], now[seen]
    # The camera may have adapted its exposure since the person left.
    gain = float(np.clip(after.mean() / max(float(before.mean()), 1.0), *GAIN))
    share = float((np.abs(after - gain * before).mean(1) < ALIKE).mean())
    pattern, found = before.mean(1), after.mean(1)
    if pattern.std() < STRUCTURED:
        return share
    if found.std() < 1.0:
        return 0.0
    return share if float(np.corrcoef(pattern, found)[0, 1]) > 0.5 else 0.0


def _person(box: Box, image: Image) -> NDArray[np.bool_]:
    """Return the cells in which the person may be."""
    scale = SIZE[0] / image.shape[1], SIZE[1] / image.shape[0]
    width = box[2] - box[0]
    left, right = (box[0] - ASIDE * width) * scale[0], (box[2] + ASIDE * width) * scale[0]
    top = (box[1] - ABOVE * width) * scale[1]
    rows, columns = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    return np.asarray((columns >= left - 1) & (columns <= right) & (rows >= top - 1), np.bool_)


def _small(image: Image) -> Cells:
    return np.asarray(cv2.resize(image, SIZE, interpolation=cv2.INTER_AREA), np.float32)
