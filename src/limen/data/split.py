"""Dividing examples so that every class has its share in every part.

Drawn at random, a small test split may hold no example of a rare class, and its accuracy then says nothing of it.
A stratified split draws within each class instead.
"""

import numpy as np
from numpy.typing import NDArray

from limen.errors import LimenError

Index = NDArray[np.intp]


def shares(labels: NDArray[np.int64], count: int) -> dict[int, int]:
    """How many of `count` examples each class gives: its share, rounded so that the sum is `count`.

    The largest remainders round up.
    """
    classes, sizes = np.unique(labels, return_counts=True)
    exact = sizes * count / sizes.sum()
    given = np.floor(exact).astype(int)
    for i in np.argsort(given - exact, kind="stable")[: count - given.sum()]:
        given[i] += 1
    return dict(zip(classes.tolist(), given.tolist(), strict=True))


def stratified(labels: NDArray[np.int64], count: int, seed: int) -> tuple[Index, Index]:
    """Draw `count` examples with equal shares of every class: (the rest, the drawn), each in file order."""
    if not 0 < count < len(labels):
        raise LimenError(
            f"Cannot hold back {count:,} of {len(labels):,} examples: both parts must have some. "
            "Change data.validation or data.test."
        )
    draw = np.random.default_rng(seed)
    drawn = np.zeros(len(labels), bool)
    for label, wanted in shares(labels, count).items():
        members = np.flatnonzero(labels == label)
        drawn[draw.permutation(members)[:wanted]] = True
    return np.flatnonzero(~drawn), np.flatnonzero(drawn)


def last(total: int, count: int) -> tuple[Index, Index]:
    """Hold back the last `count` examples in file order: (the rest, the last)."""
    if not 0 < count < total:
        raise LimenError(
            f"Cannot hold back {count:,} of {total:,} examples: both parts must have some. Change data.validation."
        )
    return np.arange(total - count), np.arange(total - count, total)
