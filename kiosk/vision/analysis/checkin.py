"""Pictures that a caller waits for: the face check, the identity card, and the portrait."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from kiosk.exam.proctoring import Observation
from kiosk.exam.proctoring.observation import Box
from kiosk.vision import quality
from kiosk.vision.analysis.monitor import Liveness, as_vector, counted, judged, measured
from kiosk.vision.analysis.track import Track
from kiosk.vision.engine import Face, FaceEngine, Vector
from kiosk.vision.images import MAX_PORTRAIT_BYTES, MAX_PORTRAIT_PIXELS, Image, decode_jpeg

CARD_SHARE = 0.7
"""Largest width of a face on a card, in widths of the holder's face."""

BORDER = 0.25
"""Border added around a tightly cropped portrait, in widths of the picture."""


@dataclass(frozen=True)
class FaceCheckTask:
    """A frame of a face check.

    ``reference``: the portrait's vector. ``held``: vector of the face with which the check
    began. ``before``: the last frame in small grey. ``box``: where the face was in the last
    frame, to search there first; None searches the whole picture.
    """

    jpeg: bytes
    at: float = 0.0
    reference: bytes | None = None
    held: bytes | None = None
    before: bytes | None = None
    box: Box | None = None


@dataclass(frozen=True)
class FaceResult:
    """The result of a frame.

    ``same``: similarity to the first face. ``small``: the next task's ``before``.
    """

    observation: Observation
    vector: bytes | None
    same: float | None
    small: bytes


def face_check(engine: FaceEngine, task: FaceCheckTask, live: Liveness | None = None) -> FaceResult:
    """Analyse a frame of a face check.

    Raises:
        VisionError: the frame is rejected or cannot be decoded.
    """
    image = decode_jpeg(task.jpeg)
    shed = quality.light(image)
    followed = engine.follow(image, task.box) if task.box else None
    faces = [followed] if followed else _found(engine, image)
    measures = quality.measure(image, faces[0]) if faces else None
    seen = Observation(
        at=task.at,
        faces=len(faces),
        brightness=shed.brightness,
        contrast=shed.contrast,
        change=quality.change(shed.small, task.before),
        advice=quality.advice(faces, measures, shed.brightness),
    )
    vector = None
    if measures is not None:
        pose = faces[0].pose
        seen = replace(measured(seen, faces[0], measures), turn=pose.turn, span=pose.span)
        if abs(pose.yaw) < 2 * quality.TURNED and pose.eye_distance >= quality.EYES / 2:
            vector = engine.embed(image, faces[0])
    match = _similarity(engine, vector, task.reference)
    if match is not None:
        seen = judged(seen, match, engine.bands)
        seen = replace(seen, live=live(image, faces[0]) if live else None)
    same = _similarity(engine, vector, task.held)
    if same is not None and same < engine.bands.pass_at and not _reliable(engine, vector):
        same = None  # a badly seen face is no sign that another has come
    return FaceResult(
        seen, None if vector is None else vector.tobytes(), same, shed.small.tobytes()
    )


def _reliable(engine: FaceEngine, vector: Vector | None) -> bool:
    return vector is not None and engine.reliable(vector)


def _found(engine: FaceEngine, image: Image) -> list[Face]:
    return counted(engine.detect(image) or engine.search(image), Track(), image)


@dataclass(frozen=True)
class CardTask:
    """A picture of a person with an identity card. ``reference``: the portrait's vector."""

    jpeg: bytes
    reference: bytes | None = None


@dataclass(frozen=True)
class CardResult:
    """Similarities of the card's face to its holder, and of each of them to the portrait.

    ``advice`` names what is missing: ``no_face``, ``no_card``, or ``card_not_clear``.
    """

    card_holder: float | None = None
    card_portrait: float | None = None
    holder_portrait: float | None = None
    advice: tuple[str, ...] = ()


def read_card(engine: FaceEngine, task: CardTask) -> CardResult:
    """Find and compare the holder and the smaller face on the card.

    Raises:
        VisionError: the picture is rejected or cannot be decoded.
    """
    image = decode_jpeg(task.jpeg)
    faces = engine.search(image)
    if not faces:
        return CardResult(advice=("no_face",))
    holder = faces[0]
    cards = [face for face in faces[1:] if face.width <= CARD_SHARE * holder.width]
    if not cards:
        return CardResult(advice=("no_card",))
    card = max(cards, key=lambda face: face.score)
    of_card, of_holder = engine.embed(image, card), engine.embed(image, holder)
    return CardResult(
        engine.similarity(of_card, of_holder),
        _similarity(engine, of_card, task.reference),
        _similarity(engine, of_holder, task.reference),
        _card_advice(image, card),
    )


def _card_advice(image: Image, card: Face) -> tuple[str, ...]:
    blurred = quality.measure(image, card).sharpness < quality.BLURRED
    return ("card_not_clear",) if blurred or card.pose.eye_distance < quality.EYES / 2 else ()


@dataclass(frozen=True)
class PortraitTask:
    """A registered portrait."""

    jpeg: bytes


@dataclass(frozen=True)
class PortraitResult:
    """A portrait's vector, if the portrait shows exactly one face, and what is wrong with it."""

    vector: bytes | None
    faces: int
    advice: tuple[str, ...]


def portrait_faces(engine: FaceEngine, image: Image) -> list[Face]:
    """Return all faces of a portrait, the largest first, even one that fills it to the edges."""
    faces = engine.detect(image) or engine.search(image)
    if faces:
        return faces
    border = round(BORDER * image.shape[1])
    # Detectors look for faces with surroundings, which a tight crop does not have.
    framed = cv2.copyMakeBorder(image, border, border, border, border, cv2.BORDER_REPLICATE)
    return [face.moved(-border, -border) for face in engine.detect(np.asarray(framed, np.uint8))]


def read_portrait(engine: FaceEngine, task: PortraitTask) -> PortraitResult:
    """Check a portrait and compute its vector.

    Raises:
        VisionError: the portrait is rejected or cannot be decoded.
    """
    image = decode_jpeg(task.jpeg, MAX_PORTRAIT_BYTES, MAX_PORTRAIT_PIXELS)
    faces = portrait_faces(engine, image)
    measures = quality.measure(image, faces[0]) if faces else None
    found = quality.advice(faces, measures, quality.light(image).brightness)
    # A portrait's face fills the picture, and its distance can no longer be changed.
    wrong = [one for one in found if one not in ("too_near", "out_of_frame", "too_far")]
    if faces and faces[0].pose.eye_distance < quality.EYES:
        wrong.append("too_small")
    vector = engine.embed(image, faces[0]).tobytes() if len(faces) == 1 else None
    return PortraitResult(vector, len(faces), tuple(wrong))


def _similarity(engine: FaceEngine, vector: Vector | None, other: bytes | None) -> float | None:
    if vector is None or other is None:
        return None
    return engine.similarity(vector, as_vector(other))
