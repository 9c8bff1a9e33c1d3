"""Windows that slide: how many places they take, and what each of them covers.

A window of k numbers, d apart, that moves in steps of s over n numbers with p zeros before and q behind them, stands at

    ⌊(n + p + q - d·(k - 1) - 1) / s⌋ + 1

places. Pooling may round up instead (ceil): then a last window hangs over the edge, unless it would begin beyond it. A
transposed convolution goes the other way: (n - 1)·s - p - q + d·(k - 1) + 1 + extra. Dumoulin & Visin 2016.
"""

import numpy as np
from numpy.typing import NDArray

from limen.errors import LimenError, unknown

Taps = NDArray[np.int64]  # (places, k): the numbers that each place covers; -1 for padding
PADDINGS = ("valid", "same", "full")


def padding_of(padding: str | int, kernel: int, dilation: int = 1) -> tuple[int, int]:
    """Zeros before and behind: "valid" none, "full" so that one number is covered at the ends, "same" keeps the size.

    Where "same" needs an odd number of zeros, the odd one stands behind, as torch puts it.
    """
    reach = dilation * (kernel - 1)
    if isinstance(padding, int):
        if padding < 0:
            raise LimenError(f"padding {padding} is negative. Allowed: 0 or more, or {', '.join(PADDINGS)}.")
        return padding, padding
    if padding not in PADDINGS:
        raise unknown("padding", padding, PADDINGS)
    return {"valid": (0, 0), "full": (reach, reach), "same": (reach // 2, reach - reach // 2)}[padding]


def places(n: int, kernel: int, stride: int = 1, padding: tuple[int, int] = (0, 0), dilation: int = 1,
           ceil: bool = False) -> int:  # fmt: skip
    """How many places a window takes on n numbers; 0 or less where it does not fit."""
    before, behind = padding
    room = n + before + behind - dilation * (kernel - 1) - 1
    if not ceil:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if (count - 1) * stride >= n + before else count  # the last begins within the input or before it


def places_back(n: int, kernel: int, stride: int = 1, padding: tuple[int, int] = (0, 0), dilation: int = 1,
                extra: int = 0) -> int:  # fmt: skip
    """How many numbers a transposed convolution makes of n."""
    return (n - 1) * stride - sum(padding) + dilation * (kernel - 1) + 1 + extra


def within(taps: Taps, n: int) -> Taps:
    """Taps outside of 0 … n - 1 are padding."""
    return np.where((taps >= 0) & (taps < n), taps, -1)


def sliding(n: int, count: int, kernel: int, stride: int, before: int, dilation: int) -> Taps:
    """What `count` places of a window cover."""
    return within(np.arange(count)[:, None] * stride - before + np.arange(kernel) * dilation, n)


def sliding_back(n: int, count: int, kernel: int, stride: int, before: int, dilation: int) -> Taps:
    """Which of n numbers reach each of `count` results of a transposed convolution: i with i·s - p + d·t = place."""
    from_start = np.arange(count)[:, None] + before - np.arange(kernel) * dilation
    return within(np.where(from_start % stride == 0, from_start // stride, -1), n)


def adaptive(n: int, count: int) -> Taps:
    """Adaptive pooling: place i covers ⌊i·n/m⌋ to ⌈(i + 1)·n/m⌉ - 1, so that m places cover all."""
    begins = np.arange(count) * n // count
    ends = -(-(np.arange(count) + 1) * n // count)
    taps = begins[:, None] + np.arange(max((ends - begins).max(initial=1), 1))
    return np.where(taps < ends[:, None], taps, -1)


def resized(n: int, count: int, taken: int, corners: bool) -> Taps:
    """Enlarging or shrinking n numbers to `count` by the nearest (1), between two (linear) or four (cubic)."""
    places = np.arange(count)
    if taken == 1:
        return np.minimum(places * n // count, n - 1)[:, None]
    at = places * (n - 1) / max(count - 1, 1) if corners else (places + 0.5) * n / count - 0.5
    if taken == 2:
        at = np.maximum(at, 0)
    low = np.floor(at).astype(np.int64)
    taps = low[:, None] + np.arange(taken) - (taken // 2 - 1)
    return np.clip(np.where((at == low)[:, None], low[:, None], taps), 0, n - 1)
