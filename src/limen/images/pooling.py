"""Pooling: each window of a picture becomes one number, and no weight is learnt.

A side of n pixels, windows of k, steps of s: ⌊(n - k) / s⌋ + 1 numbers. With s < k the windows overlap.
"""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from limen.errors import LimenError
from limen.images.bounds import among
from limen.images.convolution import by_channel
from limen.images.pixels import Floats, Picture

POOLS: dict[str, Callable[..., Floats]] = {"max": np.max, "average": np.mean, "sum": np.sum, "min": np.min}


def pool(x: Picture, window: int, stride: int | None = None, kind: str = "max") -> Floats:
    """A table of numbers (H, W) pooled; windows that do not fit at the right and the bottom are left out.

    Args:
        x: any numbers.
        window: rows and columns of a window.
        stride: steps from window to window; None: as the window, so that none overlap.
        kind: a name in `POOLS`.

    Raises:
        LimenError: a window larger than the table, a stride below 1, or no such kind.
    """
    among("kind", kind, POOLS)
    stride = window if stride is None else stride
    if not 1 <= window <= min(x.shape):
        raise LimenError(
            f"window {window} does not fit into {x.shape[0]}×{x.shape[1]} pixels. "
            f"Allowed: 1 to {min(x.shape)}. Try --window {min(2, *x.shape)}."
        )
    if stride < 1:
        raise LimenError(f"stride {stride} goes nowhere. Allowed: 1 or more. Try --stride {window}.")
    windows = sliding_window_view(x, (window, window))[::stride, ::stride]
    return POOLS[kind](windows, axis=(2, 3))


def pool_picture(picture: Picture, window: int, stride: int | None = None, kind: str = "max") -> Floats:
    """A picture pooled, each colour by itself: (H', W') or (H', W', 3) float64."""
    return by_channel(picture, lambda x: pool(x, window, stride, kind))
