"""How well a pack tells people apart: error rates after ISO/IEC 19795-1, with what they are worth.

A mated pair shows one person twice, a non-mated pair two people. A pair matches from a similarity
on. FMR is the share of non-mated pairs that match, FNMR that of mated pairs that do not. Both are
rates of comparisons: pictures without a face are counted apart, as failures to detect.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

Scores = NDArray[np.float64]
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Rate:
    """A share of ``of`` comparisons, with its exact 95 % interval (Clopper and Pearson, 1934).

    The interval holds for independent comparisons. Pairs that share people or pictures are not
    quite that, so it is too narrow for them: see :mod:`kiosk.vision.evaluation.people`.
    """

    errors: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0 to 1."""
        return self.errors / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """Bounds, 0 to 1, between which the true rate lies with 95 % confidence."""
        bounds = binomtest(self.errors, self.of).proportion_ci(CONFIDENCE, method="exact")
        return float(bounds.low), float(bounds.high)

    @property
    def at_most(self) -> float:
        """The largest true rate that 95 % confidence leaves room for; 3 / ``of`` for no errors."""
        test = binomtest(self.errors, self.of, alternative="less")
        return float(test.proportion_ci(CONFIDENCE, method="exact").high)


@dataclass(frozen=True)
class Point:
    """A place on the DET curve: FNMR at the lowest threshold that keeps FMR within a limit."""

    threshold: float
    fnmr: Rate


@dataclass(frozen=True)
class Evaluation:
    """Similarities of mated and of non-mated pairs."""

    mated: Scores
    non_mated: Scores

    def fmr(self, threshold: float) -> Rate | None:
        """False match rate; None without non-mated pairs."""
        return _rate(int((self.non_mated >= threshold).sum()), len(self.non_mated))

    def fnmr(self, threshold: float) -> Rate | None:
        """False non-match rate; None without mated pairs."""
        return _rate(int((self.mated < threshold).sum()), len(self.mated))

    def fnmr_at(self, fmr: float) -> Point | None:
        """FNMR where FMR is at most ``fmr``.

        None when the non-mated pairs are too few to see a rate that small: one error would
        already be more.
        """
        allowed = int(fmr * len(self.non_mated) + 1e-9)
        if allowed < 1:
            return None
        highest = np.sort(self.non_mated)[::-1]
        return self._point(float(np.nextafter(highest[min(allowed, len(highest) - 1)], np.inf)))

    def without_false_matches(self) -> Point | None:
        """FNMR above the most alike of the non-mated pairs."""
        if not len(self.non_mated):
            return None
        return self._point(float(np.nextafter(self.non_mated.max(), np.inf)))

    def _point(self, threshold: float) -> Point | None:
        rate = self.fnmr(threshold)
        return None if rate is None else Point(threshold, rate)

    def eer(self) -> float | None:
        """Equal error rate: where the two rates meet, or their mean where they come closest."""
        if not len(self.mated) or not len(self.non_mated):
            return None
        _, fmr, fnmr = self.curve()
        at = int(np.argmin(np.abs(fmr - fnmr)))
        return float(fmr[at] + fnmr[at]) / 2

    def curve(self) -> tuple[Scores, Scores, Scores]:
        """Thresholds, FMR and FNMR at every similarity that occurs, and above them all."""
        every = np.unique(np.concatenate([self.mated, self.non_mated]))
        thresholds = np.append(every, np.nextafter(every[-1], np.inf))
        below = np.searchsorted(np.sort(self.non_mated), thresholds)
        missed = np.searchsorted(np.sort(self.mated), thresholds)
        fmr = 1 - below / max(len(self.non_mated), 1)
        return thresholds, fmr, missed / max(len(self.mated), 1)


def _rate(errors: int, of: int) -> Rate | None:
    return Rate(errors, of) if of else None
