"""From one frame to one observation."""

from dataclasses import dataclass

import numpy as np

from kiosk.exam.proctoring import Observation
from kiosk.vision import quality
from kiosk.vision.engine import Face, FaceEngine, Vector
from kiosk.vision.images import Image, decode_jpeg

BYSTANDER = 0.35
"""A second face counts when it is at least this share of the main face's width."""


@dataclass(frozen=True)
class Task:
    """A picture to look at. ``reference``: the registered face's vector as bytes, or None."""

    jpeg: bytes
    at: float = 0.0
    reference: bytes | None = None


@dataclass(frozen=True)
class Finding:
    """What a picture said; ``vector``: the main face's, as float32 bytes."""

    observation: Observation
    vector: bytes | None


def examine(engine: FaceEngine, task: Task) -> Finding:
    """Look at one picture; raises a VisionError for one that cannot be decoded."""
    image = decode_jpeg(task.jpeg)
    brightness, contrast = quality.light(image)
    faces = _counted(engine.detect(image))
    vector = _vector(engine, image, faces)
    match = None
    if vector is not None and task.reference is not None:
        match = engine.similarity(vector, np.frombuffer(task.reference, np.float32))
    observation = Observation(
        at=task.at,
        faces=len(faces),
        brightness=brightness,
        contrast=contrast,
        match=match,
        band=None if match is None else engine.bands.band(match),
        box=faces[0].box if faces else None,
        advice=quality.advice(image, faces, brightness),
    )
    return Finding(observation, None if vector is None else vector.tobytes())


def _counted(faces: list[Face]) -> list[Face]:
    """The largest face is the candidate; faces far behind do not count."""
    return [face for face in faces if face.width >= BYSTANDER * faces[0].width]


def _vector(engine: FaceEngine, image: Image, faces: list[Face]) -> Vector | None:
    """Identity is judged only on a face turned to the camera."""
    if not faces or quality.turn(faces[0]) > quality.TURNED:
        return None
    return engine.embed(image, faces[0])
