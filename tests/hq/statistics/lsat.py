"""LSAT section 6 (Bock and Lieberman 1970): 1,000 candidates, five items, published figures."""

import numpy as np

from sync.hq.statistics.matrix import Floats

PATTERNS = (
    3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15,
    10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298,
)  # fmt: skip
"""How many candidates gave each pattern of answers, 00000 to 11111."""


def lsat() -> Floats:
    """Right (1) and wrong (0) answers, a row for each candidate."""
    rows = [[int(digit) for digit in f"{pattern:05b}"] for pattern in range(32)]
    return np.repeat(np.array(rows, dtype=float), PATTERNS, axis=0)
