"""Measured values of one frame or one snippet of sound. No pictures come here."""

from dataclasses import dataclass

from kiosk.exam.identity.bands import Band

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Observation:
    """Measurements of one frame. Values that need a face are None without one.

    ``faces``: faces large enough to count. ``brightness`` and ``contrast``: mean and standard
    deviation of grey, 0 to 255. ``lens``: from 0, something covers the lens, to 1, the camera
    sees a face or the same place as before. ``change``: mean difference to the frame before, in
    grey levels, None for the first. ``match``: similarity to the registered portrait with its
    ``band``, None where identity was not judged. ``box``: the candidate's face as left, top,
    right, bottom in pixels. ``share``: its width as a share of the picture's. ``cut``: share of
    the head outside the picture. ``yaw``, ``roll`` and ``pitch``: degrees; positive yaw turns
    towards the candidate's left, positive roll leans the head towards their left shoulder,
    positive pitch bends it down. ``turn``: like ``yaw``, but harder to fake with a flat
    picture, and ``span``: width of eyes and mouth over the height between them; both only at
    check-in, None where the pack has neither. ``covered``: probability that mask, hand or scarf
    cover the lower face, 0 to 1, None where the pack has no model for it. ``sharpness``:
    variance of the Laplacian on the face, slightly smoothed. ``live``: a passive liveness
    score, 0 to 1. ``objects``: ids of detected objects with their scores, None when no detector
    ran. ``advice``: ids of what the candidate could change.
    """

    at: float
    faces: int
    brightness: float
    contrast: float
    lens: float = 1.0
    change: float | None = None
    match: float | None = None
    band: Band | None = None
    box: Box | None = None
    share: float | None = None
    cut: float | None = None
    yaw: float | None = None
    roll: float | None = None
    pitch: float | None = None
    turn: float | None = None
    span: float | None = None
    covered: float | None = None
    sharpness: float | None = None
    live: float | None = None
    objects: dict[str, float] | None = None
    advice: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hearing:
    """One snippet of sound: the share of it, 0 to 1, that is speech."""

    at: float
    speech: float
