"""Decision consistency: how many would pass or fail again on another paper of the same kind."""

import math
from dataclasses import dataclass

from scipy import special, stats


@dataclass(frozen=True)
class Consistency:
    """``agreement``: share with the same decision twice; ``kappa``: beyond chance (Cohen 1960)."""

    agreement: float
    kappa: float | None


def consistency(
    mean: float, deviation: float, reliability: float | None, pass_mark: float
) -> Consistency | None:
    """Return the consistency from one paper, by the normal approximation.

    Totals of two parallel papers are taken as bivariate normal with the reliability as their
    correlation (Peng and Subkoviak 1980). None without a usable reliability.
    """
    if reliability is None or not 0 <= reliability < 1 or deviation <= 0:
        return None
    z = (pass_mark - mean) / deviation
    below = float(special.ndtr(z))
    both = float(stats.multivariate_normal.cdf([z, z], cov=[[1, reliability], [reliability, 1]]))
    agreement = min(1.0, max(0.0, 1 - 2 * (below - both)))
    chance = below**2 + (1 - below) ** 2
    if math.isclose(chance, 1, abs_tol=1e-6):
        return Consistency(agreement, None)
    return Consistency(agreement, (agreement - chance) / (1 - chance))
