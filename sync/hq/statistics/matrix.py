"""The data of one paper: a row for each candidate, a column for each item."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ANSWERED, OMITTED, NOT_REACHED = 0, 1, 2
"""Of an answer. Not reached: neither this item nor any later one of the candidate's own order."""


@dataclass(frozen=True)
class ItemColumn:
    """An item of the paper. ``most``: its points, ``weight``: how often its part counts.

    ``options`` are empty for written items; ``key`` names those that are right, with what rulings
    changed (``ruled``). ``for_all``: a ruling gave everybody the points.
    """

    item_id: str
    version: int
    type: str
    part: str
    subject: str
    most: float
    weight: float = 1.0
    options: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    ruled: bool = False
    for_all: bool = False


@dataclass(frozen=True)
class Matrix:
    """``points`` is NaN where a mark is missing; ``picks`` has bit n for option n of the item.

    ``seconds`` is NaN where the time of an answer is not known.
    """

    items: tuple[ItemColumn, ...]
    points: Floats
    picks: NDArray[np.int64]
    answered: NDArray[np.int8]
    seconds: Floats

    @property
    def candidates(self) -> int:
        return len(self.points)

    @cached_property
    def decided(self) -> Bools:
        """Items that are marked for every candidate; only these can be compared."""
        return np.logical_not(np.isnan(self.points).any(axis=0))

    @cached_property
    def weighted(self) -> Floats:
        """Points as the total counts them, 0 for items that are not marked for everybody."""
        weights = np.array([item.weight for item in self.items])
        # By columns: figures of one item read one column.
        found: Floats = np.asfortranarray(np.where(self.decided, self.points, 0.0) * weights)
        return found

    @cached_property
    def totals(self) -> Floats:
        """The sum over decided items for each candidate."""
        found: Floats = self.weighted.sum(axis=1)
        return found

    def rest(self, column: int) -> Floats:
        """Return each candidate's total without this item."""
        found: Floats = self.totals - self.weighted[:, column]
        return found

    def picked(self, column: int, option: int) -> Bools:
        """Return who chose an option."""
        found: Bools = (self.picks[:, column] >> option) & 1 == 1
        return found
