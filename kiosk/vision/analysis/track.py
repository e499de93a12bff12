"""What is remembered of a terminal between frames, so that most frames cost little.

While a face stays in place, small faces are searched and identity is compared only at
intervals; anything unusual triggers both at once.
"""

from dataclasses import dataclass

from kiosk.exam.identity.bands import Band
from kiosk.exam.proctoring import Observation
from kiosk.exam.proctoring.observation import Box
from kiosk.vision.analysis.bystanders import Spot
from kiosk.vision.analysis.scene import Scene

SEARCH_SECONDS = 4.0
"""Interval at which the whole picture is also searched for small faces."""

OBJECT_SECONDS = 12.0

FORGET = 0.02
"""Weight of a new match in the usual match, when the new one is lower."""

BREAK_SECONDS = 1.5
"""A face that was away for longer, in frames' time, must be recognised again."""


@dataclass(frozen=True)
class Track:
    """State of one terminal's camera. All times are those of the frames.

    ``began``: the first frame. ``small``: the last frame in 80 × 60 grey. ``searched_at``,
    ``judged_at``, ``objects_at``: the last search for small faces, comparison of identity, and
    search for objects. ``usual``: how well this person usually matches. ``scene``: the place
    around the person. ``spots``: where other faces were.
    """

    at: float = 0.0
    began: float | None = None
    small: bytes | None = None
    box: Box | None = None
    seen_at: float | None = None
    others: int = 0
    searched_at: float | None = None
    judged_at: float | None = None
    band: Band | None = None
    objects_at: float | None = None
    usual: float | None = None
    scene: Scene | None = None
    spots: tuple[Spot, ...] = ()

    def wants_search(self, at: float) -> bool:
        """Return whether small faces must be searched as well."""
        return self.others > 0 or due(self.searched_at, at, SEARCH_SECONDS)

    def wants_identity(self, at: float, every: float, unbroken: bool, alone: bool) -> bool:
        """Return whether to compare the face: after a break, in doubt, or when the time has come.

        ``unbroken``: the face is where it was. ``alone``: no other face is in the picture; one
        that has left may have swapped places with the candidate.
        """
        gone = alone and self.others > 0
        return not unbroken or gone or self.band is not Band.PASS or due(self.judged_at, at, every)

    def unbroken(self, at: float) -> bool:
        """Return whether the last face was seen recently enough."""
        return self.seen_at is not None and at - self.seen_at <= BREAK_SECONDS + self._pace(at)

    def _pace(self, at: float) -> float:
        """Return the time since the last frame: slow frames alone do not break a track."""
        return at - self.at

    def after(
        self,
        seen: Observation,
        small: bytes,
        searched: bool,
        scene: Scene | None,
        spots: tuple[Spot, ...],
    ) -> "Track":
        """Return the state after a frame."""
        at = seen.at
        judged = seen.band is not None
        return Track(
            at=at,
            began=at if self.began is None else self.began,
            small=small,
            box=seen.box,
            seen_at=at if seen.box else self.seen_at,
            others=max(0, seen.faces - 1),
            searched_at=at if searched else self.searched_at,
            judged_at=at if judged else self.judged_at,
            # Without a face the verdict is dropped, so the next face is compared at once.
            band=seen.band if judged else self.band if seen.box else None,
            objects_at=at if seen.objects is not None else self.objects_at,
            usual=_usual(self.usual, seen),
            scene=scene,
            spots=spots,
        )


def _usual(before: float | None, seen: Observation) -> float | None:
    """Return the best recent match; it falls slowly, as daylight changes."""
    if seen.match is None or seen.band is not Band.PASS:
        return before
    if before is None or seen.match > before:
        return seen.match
    return (1 - FORGET) * before + FORGET * seen.match


def due(last: float | None, at: float, every: float) -> bool:
    return last is None or at - last >= every
