"""How windows carry the receptive field: convolution, pooling, resizing, padding."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from torch import Tensor

from limen.nets.field import Axis, collapse, spread, step
from limen.nets.windows import Taps, adaptive, resized, sliding, sliding_back, within

Field = tuple[Axis, ...]
Setting = int | Sequence[int]
Through = Callable[[Axis, int, int, int], Axis]  # (axis, numbers there are, places that come out, which direction)


def along(field: Field, source: Tensor, out: Tensor, through: Through, first: int = 2) -> Field:
    """Each direction through its windows, which lie from dimension `first` on; channels are looked at all at once."""

    def one(axis: Axis) -> Axis:
        if axis.dim is None or axis.dim == 0:
            return axis
        if axis.dim < first:
            return collapse(axis)
        n = source.shape[axis.dim]
        return through(spread(axis, n), n, out.shape[axis.dim], axis.dim - first)

    return tuple(one(axis) for axis in field)


def each(value: Setting, direction: int) -> int:
    """A setting in a direction: a lone number holds for all."""
    if isinstance(value, int):
        return value
    return value[direction] if len(value) > 1 else value[0]


def window(kernel: Setting, stride: Setting, padding: Setting, dilation: Setting) -> Through:
    """A sliding window's way through an axis."""

    def through(axis: Axis, n: int, count: int, direction: int) -> Axis:
        k, p = each(kernel, direction), each(padding, direction)
        s, d = each(stride or kernel, direction), each(dilation, direction)
        taps, reach = sliding(n, count, k, s, p, d), Fraction(d * (k - 1))
        return step(axis, taps, reach, Fraction(s), reach / 2 - p)

    return through


def window_back(kernel: Setting, stride: Setting, padding: Setting, dilation: Setting) -> Through:
    """The way through a transposed convolution: neighbours come to lie 1/s as far apart."""

    def through(axis: Axis, n: int, count: int, direction: int) -> Axis:
        k, s, p, d = (each(v, direction) for v in (kernel, stride, padding, dilation))
        taps, reach = sliding_back(n, count, k, s, p, d), d * (k - 1)
        return step(axis, taps, Fraction(reach // s), Fraction(1, s), (p - Fraction(reach, 2)) / s)

    return through


def convolution(field: Field, out: Tensor, args: tuple[Any, ...]) -> Field:
    """convolution(input, weight, bias, stride, padding, dilation, transposed, …)."""
    source, weight, _, stride, padding, dilation, back = args[:7]
    way = window_back if back else window
    return along(field, source, out, way(weight.shape[2:], stride, padding, dilation), source.ndim - weight.ndim + 2)


def pooling(field: Field, out: Tensor, args: tuple[Any, ...], directions: int, dilates: bool) -> Field:
    """max_pool(input, kernel, stride, padding, dilation, ceil), avg_pool(input, kernel, stride, padding, ceil, …)."""
    kernel, stride, padding, dilation = (*args[1:5], *([], 0, 1)[len(args) - 2 :])[:4]
    way = window(kernel, stride, padding, dilation if dilates else (1,))
    return along(field, args[0], out, way, args[0].ndim - directions)


def shrunk(field: Field, out: Tensor, args: tuple[Any, ...], directions: int) -> Field:
    """Adaptive pooling: parts of equal size where they divide; one part sees all."""

    def through(axis: Axis, n: int, count: int, direction: int) -> Axis:
        if count == 1 and n > 1:
            return replace(collapse(axis), dim=axis.dim)
        taps, share = adaptive(n, count), Fraction(n, count)
        widest = Fraction(int((taps >= 0).sum(1).max()) - 1)
        return step(axis, taps, widest, share, (share - 1) / 2)

    return along(field, args[0], out, through, args[0].ndim - directions)


def enlarged(field: Field, out: Tensor, args: tuple[Any, ...], directions: int, taken: int) -> Field:
    """Resizing by the nearest (`taken` 1), between two (2) or four (4) neighbours."""
    corners = taken > 1 and bool(args[2])

    def through(axis: Axis, n: int, count: int, direction: int) -> Axis:
        share = Fraction(n, count) if not corners or count == 1 else Fraction(n - 1, count - 1)
        return step(axis, resized(n, count, taken, corners), Fraction(taken - 1), share,
                    Fraction(0) if corners else (share - 1) / 2)  # fmt: skip

    return along(field, args[0], out, through, args[0].ndim - directions)


def padded(field: Field, out: Tensor, args: tuple[Any, ...], how: str) -> Field:
    """Padding before and behind, the last dimension first: zeros, a mirror or the edge repeated."""

    def one(axis: Axis) -> Axis:
        if axis.dim is None or 2 * (out.ndim - axis.dim) > len(args[1]):
            return axis
        before = args[1][2 * (out.ndim - 1 - axis.dim)]
        n = args[0].shape[axis.dim]
        return step(spread(axis, n), edge(n, before, out.shape[axis.dim], how), Fraction(0), Fraction(1), -before * ONE)

    return tuple(one(axis) for axis in field)


ONE = Fraction(1)


def edge(n: int, before: int, count: int, how: str) -> Taps:
    """Which number stands at each of `count` places once `before` were put before n."""
    at = np.arange(count) - before
    if how == "mirror":
        at = np.where(at < 0, -at, np.where(at >= n, 2 * (n - 1) - at, at))
    elif how == "repeat":
        at = np.clip(at, 0, n - 1)
    return within(at, n)[:, None]


def shuffled(field: Field, out: Tensor, args: tuple[Any, ...]) -> Field:
    """Channels laid out as a finer grid: r neighbours see the same."""

    def through(axis: Axis, n: int, count: int, direction: int) -> Axis:
        share = Fraction(n, count)
        return step(axis, (np.arange(count) * n // count)[:, None], Fraction(0), share, (share - 1) / 2)

    return along(field, args[0], out, through, args[0].ndim - 2)


def unshuffled(field: Field, out: Tensor, args: tuple[Any, ...]) -> Field:
    """A fine grid laid into channels: a place has what r neighbours saw."""
    ratio = args[1]
    return along(field, args[0], out, window((ratio,), (ratio,), (0,), (1,)), args[0].ndim - 2)


WINDOWS: dict[str, Callable[[Field, Tensor, tuple[Any, ...]], Field]] = {
    "convolution": convolution, "constant_pad_nd": partial(padded, how="zeros"),
    "max_pool2d_with_indices": partial(pooling, directions=2, dilates=True),
    "max_pool3d_with_indices": partial(pooling, directions=3, dilates=True),
    "_adaptive_avg_pool2d": partial(shrunk, directions=2), "_adaptive_avg_pool3d": partial(shrunk, directions=3),
    "adaptive_max_pool2d": partial(shrunk, directions=2), "adaptive_max_pool3d": partial(shrunk, directions=3),
    **{f"avg_pool{d}d": partial(pooling, directions=d, dilates=False) for d in (1, 2, 3)},
    **{f"reflection_pad{d}d": partial(padded, how="mirror") for d in (1, 2, 3)},
    **{f"replication_pad{d}d": partial(padded, how="repeat") for d in (1, 2, 3)},
    **{f"upsample_nearest{d}d": partial(enlarged, directions=d, taken=1) for d in (1, 2, 3)},
    "pixel_shuffle": shuffled, "pixel_unshuffle": unshuffled,
    "upsample_linear1d": partial(enlarged, directions=1, taken=2),
    "upsample_bilinear2d": partial(enlarged, directions=2, taken=2),
    "upsample_trilinear3d": partial(enlarged, directions=3, taken=2),
    "upsample_bicubic2d": partial(enlarged, directions=2, taken=4),
}  # fmt: skip
