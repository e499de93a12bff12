"""From one frame to one observation."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from kiosk.exam.proctoring import Observation
from kiosk.vision import quality
from kiosk.vision.engine import Face, FaceEngine, Vector, overlap
from kiosk.vision.images import Image, decode_jpeg, jpeg
from kiosk.vision.track import OBJECT_SECONDS, THOROUGH_SECONDS, Track, due

BYSTANDER = 0.35
"""A second face counts when it is at least this share of the main face's width..."""

SURE = 0.7
"""...and the detector is this sure of it, for packs whose scores are probabilities."""

THUMBNAIL_WIDTH, THUMBNAIL_QUALITY = 320, 55


@dataclass(frozen=True)
class Task:
    """A frame of the exam to look at. ``reference``: the registered face's vector, or None.

    ``entry``: that of the entry picture, if staff accepted the person on it by hand.

    ``identity_seconds``: how often a face that stays in place is compared.
    """

    jpeg: bytes
    at: float = 0.0
    reference: bytes | None = None
    identity_seconds: float = 5.0
    track: Track = field(default_factory=Track)
    entry: bytes | None = None


@dataclass(frozen=True)
class Finding:
    """What a frame said. ``thumbnail``: the frame as a small JPEG."""

    observation: Observation
    track: Track
    thumbnail: bytes


Objects = Callable[[Image], dict[str, float]]
"""Things seen in a picture: id to score."""

Liveness = Callable[[Image, Face], float | None]
"""How sure a passive model is that a face is live, 0 to 1; None when it cannot say."""


def examine(
    engine: FaceEngine, task: Task, objects: Objects | None = None, live: Liveness | None = None
) -> Finding:
    """Look at one frame; raises a VisionError for one that cannot be decoded."""
    image = decode_jpeg(task.jpeg)
    small = reduced(image)
    shed = quality.light(small)
    track = task.track
    faces, full, thorough = _faces(engine, image, task)
    measures = quality.measure(image, faces[0]) if faces else None
    looks = objects is not None and due(track.objects_at, task.at, OBJECT_SECONDS)
    seen = Observation(
        at=task.at,
        faces=len(faces),
        brightness=shed.brightness,
        contrast=shed.contrast,
        change=quality.change(shed.small, track.small),
        objects=objects(image) if objects is not None and looks else None,
        advice=quality.advice(faces, measures, shed.brightness),
    )
    if measures is not None:
        seen = _measured(seen, faces[0], measures)
        match = _match(engine, image, faces, measures, task)
        if match is not None:
            seen = replace(seen, match=match, band=engine.bands.band(match))
            if live is not None:
                seen = replace(seen, live=live(image, faces[0]))
    after = track.after(seen, shed.small.tobytes(), full, thorough)
    return Finding(seen, after, jpeg(small, THUMBNAIL_QUALITY))


def _faces(engine: FaceEngine, image: Image, task: Task) -> tuple[list[Face], bool, bool]:
    """The faces that count, the candidate's first; whether all, and small ones, were looked for."""
    track, at = task.track, task.at
    if track.box is not None and not track.wants_full(at):
        face = engine.follow(image, track.box)
        if face is not None:
            return [face], False, False
    faces = counted(engine.detect(image), track, image)
    if faces or not due(track.thorough_at, at, THOROUGH_SECONDS):
        return faces, True, False
    return counted(engine.search(image), track, image), True, True


def counted(faces: list[Face], track: Track, image: Image) -> list[Face]:
    """The candidate is the face that was followed, else the largest near the middle.

    Faces far behind do not count.
    """
    if not faces:
        return []
    main = max(faces, key=lambda face: _claim(face, track, image))
    others = [
        face
        for face in faces
        if face is not main and face.width >= BYSTANDER * main.width and face.score >= SURE
    ]
    return [main, *others]


def _claim(face: Face, track: Track, image: Image) -> float:
    middle = (face.box[0] + face.box[2]) / 2 / image.shape[1]
    followed = overlap(face.box, track.box) if track.box else 0.0
    return float(face.width / image.shape[1] * (1 - abs(middle - 0.5)) + followed)


def _measured(seen: Observation, face: Face, measures: quality.Measures) -> Observation:
    return replace(
        seen,
        box=face.box,
        share=measures.share,
        cut=measures.cut,
        yaw=face.pose.yaw,
        roll=face.pose.roll,
        sharpness=measures.sharpness,
    )


def _match(
    engine: FaceEngine, image: Image, faces: list[Face], measures: quality.Measures, task: Task
) -> float | None:
    """Similarity to whichever reference is nearer, when it is time and the face is good enough."""
    references = [as_vector(one) for one in (task.reference, task.entry) if one is not None]
    if not references:
        return None
    track, at, main = task.track, task.at, faces[0]
    held = track.box is not None and overlap(main.box, track.box) >= 0.3
    unbroken = held and track.unbroken(at)
    if not track.wants_identity(at, task.identity_seconds, unbroken, len(faces) == 1):
        return None
    if not quality.comparable(main, measures):
        return None
    vector = engine.embed(image, main)
    return max(engine.similarity(vector, reference) for reference in references)


def as_vector(data: bytes) -> Vector:
    """A vector from its bytes (float32)."""
    return np.frombuffer(data, np.float32)


def reduced(image: Image) -> Image:
    """The picture 320 pixels wide."""
    height = round(image.shape[0] * THUMBNAIL_WIDTH / image.shape[1])
    small = cv2.resize(image, (THUMBNAIL_WIDTH, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)
