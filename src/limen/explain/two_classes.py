"""Rows of numbers with one of two classes each, as a person brings them, checked before anything is worked out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from limen.errors import LimenError, shown

Floats = NDArray[np.float64]
LARGEST = 1e100  # a number beyond this overflows when it is squared and summed


def named(columns: Sequence[str]) -> str:
    """Columns in a message: ``column 'age'``, ``columns 'age', 'income'``, and how many more there are after six."""
    more = f" and {len(columns) - 6} more" if len(columns) > 6 else ""
    return f"column{'s' if len(columns) > 1 else ''} {', '.join(shown(name) for name in columns[:6])}{more}"


def numbers(values: ArrayLike, what: str) -> NDArray[Any]:
    """Values as float64; text and ragged rows are refused."""
    try:
        return np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise LimenError(f"{what} holds something that is no number. Turn words into numbers first.") from None


def two_classes(x: ArrayLike, y: ArrayLike, columns: Sequence[str] | None = None) -> tuple[Floats, NDArray[np.int64]]:
    """The rows as float64 (N, p) and their classes as int64 (N,), or a `LimenError` that tells what is wrong.

    x: finite numbers. y: 0 and 1, each at least once. columns: a name for each of the p, no two the same.
    """
    rows, classes = numbers(x, "x"), numbers(y, "y")
    if rows.ndim != 2 or not rows.shape[1]:
        raise LimenError(f"x has the shape {rows.shape}. Allowed: (rows, columns) with one column or more.")
    if classes.shape != rows.shape[:1]:
        raise LimenError(f"y has the shape {classes.shape} where x has {len(rows)} rows. Give one class for each row.")
    names = [f"x{j}" for j in range(1, rows.shape[1] + 1)] if columns is None else list(columns)
    if len(names) != rows.shape[1] or len(set(names)) != len(names):
        raise LimenError(
            f"{len(names)} names ({len(set(names))} different) for {rows.shape[1]} columns. Give each column its own."
        )
    with np.errstate(invalid="ignore"):
        bad = ~(np.abs(rows) <= LARGEST)
    if bad.any():
        row, column = (int(i) for i in np.argwhere(bad)[0])
        raise LimenError(
            f"x holds {rows[row, column]:g} in row {row} (from 0) of column {shown(names[column])}, {int(bad.sum()):,} "
            f"such in all. Allowed: finite numbers within ±{LARGEST:g}. Fill them in or leave those rows out."
        )
    other = classes[(classes != 0) & (classes != 1)]
    if len(other):
        raise LimenError(f"y holds {other[0]:g}. Allowed: 0 and 1. Number the two classes so.")
    ones = int(classes.sum())
    if ones in (0, len(classes)):
        raise LimenError(
            f"All {len(classes)} rows are of class {int(ones > 0)}: with one class there is nothing to tell apart. "
            "Bring rows of both."
        )
    return rows, classes.astype(np.int64)
