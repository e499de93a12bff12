"""What is remembered of a terminal from one frame to the next, so that a frame costs little.

While a face stays in place small faces are searched and identity is compared now and then; both
come at once whenever anything is odd.
"""

from dataclasses import dataclass

from kiosk.exam.identity.bands import Band
from kiosk.exam.proctoring import Observation
from kiosk.exam.proctoring.observation import Box
from kiosk.vision.analysis.bystanders import Spot
from kiosk.vision.analysis.scene import Scene

SEARCH_SECONDS = 4.0
"""How often the whole picture is searched for small faces as well."""

OBJECT_SECONDS = 12.0

FORGET = 0.02
"""Share of a match in what counts as usual, where it is lower."""

BREAK_SECONDS = 1.5
"""A face that was away for longer, in frames' time, has to be recognised anew."""


@dataclass(frozen=True)
class Track:
    """State of one terminal's camera. Times are those of the frames.

    ``began``: of the first frame. ``small``: the last frame in 80 × 60 grey. ``searched_at``,
    ``judged_at``, ``objects_at``: when small faces, identity and objects were looked at. ``usual``:
    how well this person matches. ``scene`` and ``spots``: the place around the person, and where
    other faces were.
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
        """Whether small faces have to be looked for, too."""
        return self.others > 0 or due(self.searched_at, at, SEARCH_SECONDS)

    def wants_identity(self, at: float, every: float, unbroken: bool, alone: bool) -> bool:
        """Whether the face has to be compared: a break, a doubt, a second face gone, or time.

        ``unbroken``: the face is where it was. ``alone``: nobody else is in the picture.
        """
        gone = alone and self.others > 0
        return not unbroken or gone or self.band is not Band.PASS or due(self.judged_at, at, every)

    def unbroken(self, at: float) -> bool:
        """Whether the last face was seen just now."""
        return self.seen_at is not None and at - self.seen_at <= BREAK_SECONDS + self._pace(at)

    def _pace(self, at: float) -> float:
        """Frames may come slowly under load; that alone breaks no track."""
        return at - self.at

    def after(
        self,
        seen: Observation,
        small: bytes,
        searched: bool,
        scene: Scene | None,
        spots: tuple[Spot, ...],
    ) -> "Track":
        """The state after a frame."""
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
            band=seen.band if judged else self.band if seen.box else None,
            objects_at=at if seen.objects is not None else self.objects_at,
            usual=_usual(self.usual, seen),
            scene=scene,
            spots=spots,
        )


def _usual(before: float | None, seen: Observation) -> float | None:
    """The best match of late: it falls slowly, as the light of a day changes."""
    if seen.match is None or seen.band is not Band.PASS:
        return before
    if before is None or seen.match > before:
        return seen.match
    return (1 - FORGET) * before + FORGET * seen.match


def due(last: float | None, at: float, every: float) -> bool:
    """Whether ``every`` seconds have passed since ``last``."""
    return last is None or at - last >= every
