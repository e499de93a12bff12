"""Small papers whose figures can be worked out by hand."""

from collections.abc import Sequence

import numpy as np

from sync.hq.statistics.matrix import ANSWERED, OMITTED, Floats, ItemColumn, Matrix


def matrix_of(
    points: Floats | Sequence[Sequence[float]],
    picks: Sequence[Sequence[int]] | None = None,
    *,
    most: float = 1,
    parts: Sequence[str] = (),
    key: tuple[str, ...] = ("A",),
    answered: Sequence[Sequence[int]] | None = None,
    seconds: Sequence[Sequence[float]] | None = None,
) -> Matrix:
    """A paper of items with four options; ``picks`` has bit n for option n."""
    values = np.array(points, dtype=float)
    chosen = np.array(values > 0 if picks is None else picks, dtype=np.int64)
    columns = tuple(
        ItemColumn(
            item_id=f"T{number + 1}",
            version=1,
            type="single_choice",
            part=parts[number] if parts else "all",
            subject="theory",
            most=most,
            options=("A", "B", "C", "D"),
            key=key,
        )
        for number in range(values.shape[1])
    )
    given = np.where(chosen, ANSWERED, OMITTED) if answered is None else np.array(answered)
    times = np.full(values.shape, np.nan) if seconds is None else np.array(seconds, dtype=float)
    return Matrix(columns, values, chosen, given.astype(np.int8), times)
