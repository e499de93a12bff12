"""Corrections for the number of pairs of a paper.

A sitting of 1,000 candidates has 499,500 pairs: the smallest of so many probabilities is small
by chance alone. Pairs within sight of each other are one family and all others the second, each
with half the error rate, because copying from a neighbour is likelier than from another room
(weighted testing: Holm, 1979; Benjamini and Hochberg, 1995; Genovese, Roeder and Wasserman, 2006).
"""

from dataclasses import dataclass

import numpy as np

from sync.hq.similarity.model import Bools, Floats, Ints

FAMILIES = 2


@dataclass(frozen=True)
class Corrected:
    """``holm``: bounds the chance of any false alarm in the paper. ``fdr``: by Benjamini–Hochberg.

    A pair with ``holm`` ≤ 0.01 would be found in at most one of a hundred honest sittings.
    Among the pairs with ``fdr`` ≤ 0.05, about one in twenty is expected to be chance.
    """

    holm: Floats
    fdr: Floats


def correct(probability: Floats, near: Bools, sizes: tuple[int, int]) -> Corrected:
    """Correct the smallest probabilities of all pairs of a paper.

    ``near``: which are of the first family. ``sizes``: of both families, with all the pairs whose
    larger probabilities are not given.
    """
    holm, weighted = np.ones_like(probability), np.ones_like(probability)
    for family, size in ((near, sizes[0]), (~near, sizes[1])):
        if family.any():
            holm[family] = np.minimum(FAMILIES * _holm(probability[family], size), 1)
            # The weights of all pairs have the mean 1.
            weighted[family] = probability[family] * FAMILIES * size / sum(sizes)
    return Corrected(holm, _benjamini_hochberg(weighted, sum(sizes)))


def _holm(probability: Floats, number: int) -> Floats:
    order = np.argsort(probability, kind="stable")
    steps = probability[order] * (number - np.arange(len(order)))
    return _back(np.minimum(np.maximum.accumulate(steps), 1), order)


def _benjamini_hochberg(probability: Floats, number: int) -> Floats:
    order = np.argsort(probability, kind="stable")
    steps = probability[order] * number / (1 + np.arange(len(order)))
    smallest = np.minimum.accumulate(steps[::-1])[::-1]
    return _back(np.minimum(smallest, 1), order)


def _back(values: Floats, order: Ints) -> Floats:
    result = np.empty_like(values)
    result[order] = values
    return result
