"""The receptive field: which part of the input a number inside a net can see.

A window of k numbers, d apart, in steps of s, with p zeros before, on numbers that see r, lie j apart and the first of
which looks at c in the middle:

    r' = r + d·(k - 1)·j        j' = j·s        c' = c + (d·(k - 1)/2 - p)·j

(Le & Borji 2017; Araujo, Norris & Sim 2019). j is the jump, also called the stride of the layer: the step in the input
between neighbours. So far the arithmetic, which counts the padding as if the input went on. What a place really sees
ends at the edge, and where branches join it is what any of them sees; so beside r, j and c stand, for each place, the
first and the last number of the input that reach it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from limen.nets.windows import Taps

Ints = NDArray[np.int64]
NOWHERE = np.iinfo(np.int64).max  # the first number that a place of nothing but padding sees


@dataclass(frozen=True, eq=False)
class Axis:
    """One direction of the input (its height, say), seen from a tensor.

    first, last: (n,), the input's numbers that the n places see at most; last -1 where a place sees padding alone. The
    place of a number is (index in dimension `dim` // `inner`) % n; `dim` None: every number sees the same.
    size, jump, centre: r, j, c above; size None where a layer looks at all at once, or the arithmetic does not hold.
    bound: a step had no rule, and what is told may be too much.
    """

    extent: int
    first: Ints
    last: Ints
    dim: int | None = None
    inner: int = 1
    size: Fraction | None = None
    jump: Fraction | None = None
    centre: Fraction | None = None
    bound: bool = False

    @property
    def places(self) -> int:
        """n."""
        return len(self.first)

    @property
    def whole(self) -> bool:
        """Whether every place sees the whole input."""
        return bool((self.first == 0).all() and (self.last == self.extent - 1).all())

    @property
    def ends(self) -> tuple[int, int]:
        """The first and the last number that any place sees."""
        return int(self.first.min()), int(self.last.max())

    def __repr__(self) -> str:
        return f"Axis({self.places} places, size {self.size}, jump {self.jump}, centre {self.centre})"


def entrance(extent: int, dim: int) -> Axis:
    """The input itself: each number sees itself."""
    here = np.arange(extent)
    return Axis(extent, here, here, dim, 1, Fraction(1), Fraction(1), Fraction(0))


def collapse(axis: Axis, bound: bool = False) -> Axis:
    """Every number sees what any place saw."""
    low, high = axis.ends
    bound = axis.bound or bound
    return Axis(axis.extent, np.array([low]), np.array([high]), bound=bound)


def spread(axis: Axis, count: int) -> Axis:
    """The axis with a place of its own for each of the `count` indices of its dimension."""
    if axis.inner == 1 and axis.places == count:
        return axis
    at = np.arange(count) // axis.inner % axis.places
    jump, centre = axis.jump, axis.centre
    if axis.inner * axis.places == count and jump is not None and centre is not None:  # each place repeated
        return replace(axis, first=axis.first[at], last=axis.last[at], inner=1, jump=jump / axis.inner,
                       centre=centre + jump * (Fraction(1, 2 * axis.inner) - Fraction(1, 2)))  # fmt: skip
    return replace(axis, first=axis.first[at], last=axis.last[at], inner=1, size=None, jump=None, centre=None)


def seen_through(axis: Axis, taps: Taps) -> tuple[Ints, Ints]:
    """First and last of what each place sees through its taps."""
    first = np.where(taps < 0, NOWHERE, axis.first[taps]).min(axis=1)
    last = np.where(taps < 0, -1, axis.last[taps]).max(axis=1)
    return first, last


def step(axis: Axis, taps: Taps, reach: Fraction, stride: Fraction, shift: Fraction) -> Axis:
    """The axis behind windows: r' = r + reach·j, j' = stride·j, c' = c + shift·j."""
    first, last = seen_through(axis, taps)
    if axis.size is None or axis.jump is None or axis.centre is None:
        return replace(axis, first=first, last=last)
    size, centre = axis.size + reach * axis.jump, axis.centre + shift * axis.jump
    return replace(axis, first=first, last=last, size=size, jump=axis.jump * stride, centre=centre)


def united(axes: Sequence[Axis]) -> Axis:
    """What any of several sees, place by place; where their places do not lie alike, what all of them see together."""
    if len(axes) == 1:
        return axes[0]
    placed = [axis for axis in axes if axis.dim is not None]
    layout = {(axis.dim, axis.inner, axis.places) for axis in placed if axis.places > 1}
    if len(layout) > 1:
        axes, placed = [collapse(axis) for axis in axes], []
    first = np.minimum.reduce(np.broadcast_arrays(*(axis.first for axis in axes)))
    last = np.maximum.reduce(np.broadcast_arrays(*(axis.last for axis in axes)))
    most = max(placed or axes, key=lambda axis: axis.places)
    made = replace(most, first=first, last=last, bound=any(axis.bound for axis in axes))
    return joined(made, axes)


def joined(made: Axis, axes: Sequence[Axis]) -> Axis:
    """r, j and c of branches that join: from the lowest begin to the highest end at place 0; j is the widest."""
    begins, ends, jumps = [], [], []
    for axis in axes:
        if axis.size is None or axis.jump is None or axis.centre is None:
            return replace(made, size=None, jump=None, centre=None)
        begins.append(axis.centre - (axis.size - 1) / 2)
        ends.append(axis.centre + (axis.size - 1) / 2)
        jumps.append(axis.jump)
    low, high = min(begins), max(ends)
    return replace(made, size=high - low + 1, jump=max(jumps), centre=(low + high) / 2)
