"""Analysis of one frame of the exam: from a JPEG to an observation."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from kiosk.exam.identity.bands import Band, Bands
from kiosk.exam.proctoring import Observation
from kiosk.exam.proctoring.observation import Box
from kiosk.vision import quality
from kiosk.vision.analysis.bystanders import Spot, judge, large_enough
from kiosk.vision.analysis.lying import find_lying
from kiosk.vision.analysis.scene import learn, openness
from kiosk.vision.analysis.track import OBJECT_SECONDS, Track, due
from kiosk.vision.engine import Face, FaceEngine, Vector, overlap
from kiosk.vision.images import Image, decode_jpeg, jpeg

THUMBNAIL_WIDTH, THUMBNAIL_QUALITY = 320, 55

MASKED_FALL = 0.06
"""How far a mask lowers the usual match, almost always. With masks and scarves drawn on people
who match another picture of theirs, about 85 % still match at 0.40, but only 8 % stay within
this distance of their match before.
"""


@dataclass(frozen=True)
class Task:
    """A frame of the exam to analyse.

    ``reference``: vector of the registered portrait, or None. ``entry``: vector of the entry
    picture, if staff accepted the person on it by hand. ``identity_seconds``: how often a face
    that stays in place is compared.
    """

    jpeg: bytes
    at: float = 0.0
    reference: bytes | None = None
    identity_seconds: float = 5.0
    track: Track = field(default_factory=Track)
    entry: bytes | None = None


@dataclass(frozen=True)
class Finding:
    """The result of a frame. ``thumbnail``: the frame as a small JPEG."""

    observation: Observation
    track: Track
    thumbnail: bytes


Objects = Callable[[Image], dict[str, float]]
"""Finds objects in a picture: id to score."""

Liveness = Callable[[Image, Face], float | None]
"""Scores how likely a face is live, 0 to 1; None when it cannot tell."""


def examine(
    engine: FaceEngine, task: Task, objects: Objects | None = None, live: Liveness | None = None
) -> Finding:
    """Analyse one frame.

    Raises:
        VisionError: the frame is rejected or cannot be decoded.
    """
    image = decode_jpeg(task.jpeg)
    small = reduced(image)
    shed = quality.light(small)
    track, at = task.track, task.at
    found, searched = _faces(engine, image, task)
    faces, spots = _counted(image, found, track, at)
    measures = quality.measure(image, faces[0]) if faces else None
    objects_due = objects is not None and due(track.objects_at, at, OBJECT_SECONDS)
    seen = Observation(
        at=at,
        faces=len(faces),
        brightness=shed.brightness,
        contrast=shed.contrast,
        # A visible face proves that the lens is free.
        lens=1.0 if faces else openness(track.scene, small, shed.brightness, shed.contrast),
        change=quality.change(shed.small, track.small),
        objects=objects(image) if objects is not None and objects_due else None,
        advice=quality.advice(faces, measures, shed.brightness),
    )
    scene = track.scene
    if measures is not None:
        scene = learn(scene, small, _scaled(faces[0].box, image, small))
        seen = measured(seen, faces[0], measures)
        match = _match(engine, image, faces, measures, task)
        if match is not None:
            seen = judged(seen, match, engine.bands, track.usual)
            if live is not None and seen.band is not None:
                seen = replace(seen, live=live(image, faces[0]))
    after = track.after(seen, shed.small.tobytes(), searched, scene, spots)
    return Finding(seen, after, jpeg(small, THUMBNAIL_QUALITY))


def _faces(engine: FaceEngine, image: Image, task: Task) -> tuple[list[Face], bool]:
    """Return all faces, and whether small ones were searched for."""
    track = task.track
    searched = track.wants_search(task.at)
    # The cheap path: most frames only follow the known face.
    if track.box is not None and not searched:
        face = engine.follow(image, track.box)
        if face is not None:
            return [face], False
    faces = engine.search(image) if searched else engine.detect(image)
    if not faces and not searched:
        faces, searched = engine.search(image), True
    return faces or find_lying(engine, image), searched


def _counted(
    image: Image, faces: list[Face], track: Track, at: float
) -> tuple[list[Face], tuple[Spot, ...]]:
    """Return the candidate's face with the others that count, and the remembered places."""
    if not faces:
        return [], track.spots
    main, *others = counted(faces, track, image)
    began = at if track.began is None else track.began
    seen, spots = judge(image, others, track.spots, began, at)
    return [main, *seen], spots


def counted(faces: list[Face], track: Track, image: Image) -> list[Face]:
    """Return the candidate's face first, then the others that are near enough to count.

    The candidate is the face that was followed, otherwise the largest near the middle.
    """
    if not faces:
        return []
    main = max(faces, key=lambda face: _claim(face, track, image))
    return [main, *(f for f in faces if f is not main and large_enough(f, main, image))]


def _claim(face: Face, track: Track, image: Image) -> float:
    middle = (face.box[0] + face.box[2]) / 2 / image.shape[1]
    followed = overlap(face.box, track.box) if track.box else 0.0
    return float(face.width / image.shape[1] * (1 - abs(middle - 0.5)) + followed)


def judged(
    seen: Observation, match: float, bands: Bands, usual: float | None = None
) -> Observation:
    """Return the observation with identity judged. ``usual``: this person's match so far.

    A face that seems covered is never judged a stranger's, since a mask alone makes a match
    fail. But where a cover is only likely, a match as good as usual shows that there is none,
    because a mask would lower it.
    """
    band = bands.band(match)
    if "face_covered" not in seen.advice:
        return replace(seen, match=match, band=band)
    if band is not Band.PASS or (seen.covered or 0.0) > quality.SURELY_COVERED:
        return seen
    if usual is not None and match < usual - MASKED_FALL:
        return replace(seen, match=match, band=band)
    advice = tuple(name for name in seen.advice if name != "face_covered")
    return replace(seen, match=match, band=band, covered=0.0, advice=advice)


def _scaled(box: Box, image: Image, small: Image) -> Box:
    scale = small.shape[1] / image.shape[1]
    left, top, right, bottom = (edge * scale for edge in box)
    return left, top, right, bottom


def measured(seen: Observation, face: Face, measures: quality.Measures) -> Observation:
    """Return the observation with the measurements of the candidate's face."""
    return replace(
        seen,
        box=face.box,
        share=measures.share,
        cut=measures.cut,
        yaw=face.pose.yaw,
        roll=face.pose.roll,
        pitch=face.pose.pitch,
        covered=measures.covered,
        sharpness=measures.sharpness,
    )


def _match(
    engine: FaceEngine, image: Image, faces: list[Face], measures: quality.Measures, task: Task
) -> float | None:
    """Return the similarity to the nearer reference, or None.

    None without a reference, when no comparison is due, or when the face is not good enough.
    """
    references = [as_vector(data) for data in (task.reference, task.entry) if data is not None]
    if not references:
        return None
    track, at, main = task.track, task.at, faces[0]
    held = track.box is not None and overlap(main.box, track.box) >= 0.3
    unbroken = held and track.unbroken(at)
    wanted = track.wants_identity(at, task.identity_seconds, unbroken, len(faces) == 1)
    # A face that seems covered is compared every time: its match may show that it is not.
    if not wanted and not quality.looks_covered(measures):
        return None
    if not quality.comparable(main, measures):
        return None
    vector = engine.embed(image, main)
    match = max(engine.similarity(vector, reference) for reference in references)
    # A low match of a badly seen face says nothing; a high one counts.
    return match if match >= engine.bands.pass_at or engine.reliable(vector) else None


def as_vector(data: bytes) -> Vector:
    """Return a vector from its float32 bytes."""
    return np.frombuffer(data, np.float32)


def reduced(image: Image) -> Image:
    """Return the picture scaled to 320 pixels wide."""
    height = round(image.shape[0] * THUMBNAIL_WIDTH / image.shape[1])
    small = cv2.resize(image, (THUMBNAIL_WIDTH, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)
