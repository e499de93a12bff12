"""Error rates of a pack after ISO/IEC 19795-1, with their uncertainty.

A mated pair shows one person twice, a non-mated pair two people. A pair matches if its
similarity reaches the threshold. FMR is the share of non-mated pairs that match, FNMR that of
mated pairs that do not. Both are rates of comparisons: pictures without a face are counted
separately, as failures to detect.
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

    The interval is exact for independent comparisons. For pairs that share people or pictures
    it is too narrow: see :mod:`kiosk.vision.evaluation.people`.
    """

    errors: int
    of: int

    @property
    def value(self) -> float:
        """Return the share, 0 to 1."""
        return self.errors / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """Return the bounds, 0 to 1, that contain the true rate with 95 % confidence."""
        bounds = binomtest(self.errors, self.of).proportion_ci(CONFIDENCE, method="exact")
        return float(bounds.low), float(bounds.high)

    @property
    def at_most(self) -> float:
        """Return the largest true rate at 95 % confidence; about 3 / ``of`` without errors."""
        test = binomtest(self.errors, self.of, alternative="less")
        return float(test.proportion_ci(CONFIDENCE, method="exact").high)


@dataclass(frozen=True)
class Point:
    """A point of the DET curve: FNMR at the lowest threshold that keeps FMR within a limit."""

    threshold: float
    fnmr: Rate


@dataclass(frozen=True)
class Evaluation:
    """Similarities of mated and of non-mated pairs."""

    mated: Scores
    non_mated: Scores

    def fmr(self, threshold: float) -> Rate | None:
        """Return the false match rate; None without non-mated pairs."""
        return _rate(int((self.non_mated >= threshold).sum()), len(self.non_mated))

    def fnmr(self, threshold: float) -> Rate | None:
        """Return the false non-match rate; None without mated pairs."""
        return _rate(int((self.mated < threshold).sum()), len(self.mated))

    def fnmr_at(self, fmr: float) -> Point | None:
        """Return FNMR where FMR is at most ``fmr``.

        None when there are too few non-mated pairs to measure a rate that small: a single error
        would already exceed it.
        """
        # The small addition: 0.001 * 1000 must not become 0.999… and lose its one allowed error.
        allowed = int(fmr * len(self.non_mated) + 1e-9)
        if allowed < 1:
            return None
        highest = np.sort(self.non_mated)[::-1]
        return self._point(float(np.nextafter(highest[min(allowed, len(highest) - 1)], np.inf)))

    def without_false_matches(self) -> Point | None:
        """Return FNMR just above the most alike non-mated pair."""
        if not len(self.non_mated):
            return None
        return self._point(float(np.nextafter(self.non_mated.max(), np.inf)))

    def _point(self, threshold: float) -> Point | None:
        rate = self.fnmr(threshold)
        return None if rate is None else Point(threshold, rate)

    def eer(self) -> float | None:
        """Return the equal error rate: the mean of both rates where they are closest."""
        if not len(self.mated) or not len(self.non_mated):
            return None
        _, fmr, fnmr = self.curve()
        at = int(np.argmin(np.abs(fmr - fnmr)))
        return float(fmr[at] + fnmr[at]) / 2

    def curve(self) -> tuple[Scores, Scores, Scores]:
        """Return thresholds, FMR and FNMR at every similarity that occurs, and above them all."""
        every = np.unique(np.concatenate([self.mated, self.non_mated]))
        thresholds = np.append(every, np.nextafter(every[-1], np.inf))
        below = np.searchsorted(np.sort(self.non_mated), thresholds)
        missed = np.searchsorted(np.sort(self.mated), thresholds)
        fmr = 1 - below / max(len(self.non_mated), 1)
        return thresholds, fmr, missed / max(len(self.mated), 1)


def _rate(errors: int, of: int) -> Rate | None:
    return Rate(errors, of) if of else None
