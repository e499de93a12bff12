"""Recorded clips as honest sequences, compared with their first clear face."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from kiosk.vision import quality
from kiosk.vision.engine import FaceEngine
from kiosk.vision.images import Image, decode_jpeg, jpeg
from kiosk.vision.samples import WIDTH

ENDINGS = (".mp4", ".mov", ".avi", ".webm", ".mkv")
QUALITY = 65


def clips_in(folder: Path) -> list[Path]:
    """Return the clips of a folder."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)


def clip_frames(clip: Path) -> Iterator[tuple[float, bytes]]:
    """Yield one frame per second of the clip, 640 pixels wide, as a terminal would send it."""
    video = cv2.VideoCapture(str(clip))
    rate = video.get(cv2.CAP_PROP_FPS) or 25.0
    number, second = 0, 0
    while video.grab():
        if number >= second * rate:
            read, picture = video.retrieve()
            if read:
                yield float(second), jpeg(_wide(np.asarray(picture, np.uint8)), QUALITY)
            second += 1
        number += 1
    video.release()


def first_clear(engine: FaceEngine, shown: list[tuple[float, bytes]]) -> bytes | None:
    """Return the vector of the first single, comparable face; None if there is none."""
    for _, data in shown:
        image = decode_jpeg(data)
        faces = engine.search(image)
        if len(faces) != 1:
            continue
        measures = quality.measure(image, faces[0])
        if quality.comparable(faces[0], measures):
            return engine.embed(image, faces[0]).tobytes()
    return None


def _wide(picture: Image) -> Image:
    height = round(picture.shape[0] * WIDTH / picture.shape[1])
    return np.asarray(
        cv2.resize(picture, (WIDTH, height), interpolation=cv2.INTER_LINEAR), np.uint8
    )
