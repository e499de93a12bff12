"""Intervals and correlations that all figures share; None where a figure does not exist."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from sync.hq.statistics.matrix import Floats

TINY = 1e-9
"""A standard deviation below this is that of equal values."""


@dataclass(frozen=True)
class Interval:
    """A value between the limits of its confidence interval."""

    value: float
    low: float
    high: float


def normal_quantile(confidence: float) -> float:
    """Return z of a two-sided interval, 1.96 for 0.95."""
    return float(special.ndtri(0.5 + confidence / 2))


def share(hits: int, count: int, confidence: float = 0.95) -> Interval | None:
    """Return a share with Wilson's score interval (Wilson 1927)."""
    if count <= 0:
        return None
    z, p = normal_quantile(confidence), hits / count
    centre = p + z * z / (2 * count)
    half = z * math.sqrt(p * (1 - p) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    low, high = (centre - half) / scale, (centre + half) / scale
    # At 0 and 1 the formula is exact but its floating point is not.
    return Interval(p, min(max(low, 0.0), p), max(min(high, 1.0), p))


def mean(values: Floats, confidence: float = 0.95) -> Interval | None:
    """Return a mean with Student's interval; of one value None."""
    count = len(values)
    if count < 2:
        return None
    middle, error = float(values.mean()), float(values.std(ddof=1)) / math.sqrt(count)
    half = float(special.stdtrit(count - 1, 0.5 + confidence / 2)) * error
    return Interval(middle, middle - half, middle + half)


def correlation(left: Floats, right: Floats, confidence: float = 0.95) -> Interval | None:
    """Return Pearson's correlation with Fisher's interval.

    None if one side has equal values or there are fewer than four pairs.
    """
    if len(left) < 4:
        return None
    a, b = left - left.mean(), right - right.mean()
    size = math.sqrt(float(a @ a)) * math.sqrt(float(b @ b))
    if is_constant(left) or is_constant(right) or size <= 0:
        return None
    r = min(1.0, max(-1.0, float(a @ b) / size))
    return fisher(r, len(left), confidence)


def fisher(r: float, count: int, confidence: float = 0.95) -> Interval:
    """Return a correlation with the interval of Fisher's transformation (Fisher 1921)."""
    if abs(r) >= 1:
        return Interval(r, r, r)
    half = normal_quantile(confidence) / math.sqrt(count - 3)
    middle = math.atanh(r)
    return Interval(r, math.tanh(middle - half), math.tanh(middle + half))


def is_constant(values: Floats) -> bool:
    """Return whether all values are equal, but for errors of rounding."""
    return len(values) == 0 or float(np.ptp(values)) <= TINY * max(1.0, float(np.abs(values).max()))
