"""Bands of face similarity, and the decision over several frames (R15).

Pure rules: scores come from a face pack, higher means more alike, and each pack states its own
bands. The machine never rejects a candidate for good: the middle band and the end of the tries
both leave the decision to staff.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from kiosk.exam.errors import ExamError


class InvalidBands(ExamError):
    """The bands of a face pack or programme contradict themselves."""

    code = "invalid_bands"


class Band(StrEnum):
    """Where a similarity score falls: the candidate passes, staff decide, or the faces differ."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    STAFF = "staff"
    FAIL = "fail"


@dataclass(frozen=True)
class Bands:
    """Thresholds on a similarity score; `staff_at` must lie below `pass_at`.

    ``look_alike_at``: similarity from which two portraits are shown to staff as possibly one
    person; by default `pass_at`. ``decides``: whether the machine may pass a candidate; without
    a calibration of the pack it may not, and staff decide every check.

    Raises:
        InvalidBands: a threshold is not finite, or they are in the wrong order.
    """

    pass_at: float
    staff_at: float
    look_alike_at: float | None = None
    decides: bool = True

    def __post_init__(self) -> None:
        if not (isfinite(self.pass_at) and isfinite(self.staff_at)):
            raise InvalidBands("bands must be finite numbers")
        if self.staff_at >= self.pass_at:
            raise InvalidBands(f"staff_at {self.staff_at} must be below pass_at {self.pass_at}")

    def alike(self, similarity: float) -> bool:
        """Return whether two portraits may show one person."""
        limit = self.pass_at if self.look_alike_at is None else self.look_alike_at
        return similarity >= limit

    def verdict(self, score: float) -> Band:
        """Return the band that an identity check ends in: STAFF, unless the machine may decide."""
        return self.band(score) if self.decides else Band.STAFF

    def band(self, score: float) -> Band:
        """Return the band of one score; on a threshold the better band counts, NaN is FAIL."""
        if score >= self.pass_at:
            return Band.PASS
        return Band.STAFF if score >= self.staff_at else Band.FAIL


def best_score(scores: Sequence[float]) -> float | None:
    """Return the highest finite score, or None when no frame could be judged."""
    usable = [score for score in scores if isfinite(score)]
    return max(usable, default=None)
