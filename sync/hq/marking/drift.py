"""How far a marker is from the agreed marks of control scripts. Pure numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sync.hq.marking.settings import PlanSettings

LEAST = 3
"""Fewer scripts say nothing about a marker."""


@dataclass(frozen=True)
class Comparison:
    """A mark beside the agreed one, and the points that the item has."""

    given: Decimal
    agreed: Decimal
    most: Decimal

    @property
    def difference(self) -> Decimal:
        """Points above the agreed mark; below it, negative."""
        return self.given - self.agreed


@dataclass(frozen=True)
class Drift:
    """``mean``, ``absolute``: differences in points; ``exact``: share of equal marks, 0 to 1.

    ``bias``, ``spread``: the mean difference and the mean absolute one as shares of the points.
    """

    count: int
    mean: Decimal
    absolute: Decimal
    exact: Decimal
    bias: Decimal
    spread: Decimal


def drift_of(compared: Sequence[Comparison]) -> Drift | None:
    """Return the deviation over all of ``compared``, or None of none."""
    if not compared:
        return None
    count = Decimal(len(compared))

    def mean(values: Sequence[Decimal]) -> Decimal:
        return sum(values, Decimal(0)) / count

    return Drift(
        count=len(compared),
        mean=mean([mark.difference for mark in compared]),
        absolute=mean([abs(mark.difference) for mark in compared]),
        exact=Decimal(sum(mark.difference == 0 for mark in compared)) / count,
        bias=mean([mark.difference / mark.most for mark in compared]),
        spread=mean([abs(mark.difference) / mark.most for mark in compared]),
    )


def beyond(compared: Sequence[Comparison], plan: PlanSettings) -> bool:
    """Return whether the newest control scripts are beyond the plan's limits.

    ``compared``: oldest first.
    """
    newest = compared[-plan.drift_window :]
    found = drift_of(newest)
    if found is None or len(newest) < min(LEAST, plan.drift_window):
        return False
    return found.spread * 100 > plan.drift_percent or abs(found.bias) * 100 > plan.bias_percent


def qualifies(compared: Sequence[Comparison], plan: PlanSettings) -> bool | None:
    """Return whether a marker passes the qualification set; None while some of it is to be marked.

    The newest ``qualify_count`` count, so a marker who failed and marks more can still pass.
    """
    newest = compared[-plan.qualify_count :] if plan.qualify_count else []
    if len(newest) < plan.qualify_count:
        return None
    good = sum(abs(mark.difference) <= plan.tolerance for mark in newest)
    return good * 100 >= plan.qualify_percent * len(newest)
