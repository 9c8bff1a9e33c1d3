"""Dividing examples so that every class has its share in every part.

Drawn at random, a small test split may hold no example of a rare class, and its accuracy then says nothing of it.
A stratified split draws within each class instead. And what is the same example twice must not be learnt on one side
and asked on the other.
"""

from collections.abc import Sequence

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


def check_count(count: int, total: int) -> None:
    """Refuse a division that leaves one part empty."""
    if not 0 < count < total:
        raise LimenError(
            f"Cannot hold back {count:,} of {total:,} examples: both parts must have some. "
            "Change data.validation or data.test."
        )


def stratified(labels: NDArray[np.int64], count: int, seed: int) -> tuple[Index, Index]:
    """Draw `count` examples with equal shares of every class: (the rest, the drawn), each in file order."""
    check_count(count, len(labels))
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


def copies(texts: Sequence[str]) -> tuple[Index, int]:
    """Which texts are copies of one another: (a number for each, equal for copies; how many repeat an earlier one).

    Texts that differ in nothing but capitals and blanks count as copies: a net that folds them sees the same.
    """
    known: dict[str, int] = {}
    groups = [known.setdefault(" ".join(text.casefold().split()), len(known)) for text in texts]
    return np.array(groups, np.intp), len(groups) - len(known)


def together(labels: NDArray[np.int64], groups: Index, count: int, seed: int) -> tuple[Index, Index]:
    """As `stratified`, but all examples of a group stay on one side: (the rest, the drawn), each in file order.

    A copy of a training example in the test split would be answered by heart, and flatter the net. A group counts for
    the class of its first example; groups that no longer fit are passed over, so that a class may be drawn short by
    a few where all its groups are large.
    """
    check_count(count, len(labels))
    draw = np.random.default_rng(seed)
    _, first, number, sizes = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)
    drawn = np.zeros(len(first), bool)
    for label, wanted in shares(labels, count).items():
        left = wanted
        for group in draw.permutation(np.flatnonzero(labels[first] == label)):
            if sizes[group] <= left:
                drawn[group] = True
                left -= sizes[group]
    if drawn.all() or not drawn.any():
        raise LimenError(
            f"Cannot hold back {count:,} of {len(labels):,} examples: copies stay together, and they are "
            f"{len(first):,} groups. Change data.validation or data.test."
        )
    held = drawn[number]
    return np.flatnonzero(~held), np.flatnonzero(held)


def mislabelled(labels: NDArray[np.int64], share: float, classes: int, seed: int) -> NDArray[np.int64]:
    """A copy of the labels of which a share, drawn at random, is wrong: each another class, all equally likely.

    What a net learns of them can only be learnt by heart (Zhang et al. 2017).
    """
    if share and classes < 2:
        raise LimenError("data.mislabel needs targets that are classes, two or more. Leave it out.")
    draw, wrong = np.random.default_rng(seed), labels.copy()
    chosen = draw.permutation(len(labels))[: round(share * len(labels))]
    wrong[chosen] = (labels[chosen] + draw.integers(1, max(classes, 2), len(chosen))) % max(classes, 2)
    return wrong
