"""How operations that only move numbers about carry the receptive field: views, transposes, slices, concatenations."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from torch import Tensor

from limen.nets.field import Axis, collapse, spread, united

Field = tuple[Axis, ...]  # one for each direction of the input
Known = Callable[[Tensor], Field | None]
PIECES = ("split", "split_with_sizes", "unbind", "chunk")


def tensors(value: object) -> list[Tensor]:
    """Every tensor among arguments or results, also within lists."""
    if isinstance(value, Tensor):
        return [value]
    return [t for item in value for t in tensors(item)] if isinstance(value, list | tuple) else []


def unite(fields: Sequence[Field]) -> Field:
    """What any of several fields sees, direction by direction."""
    return tuple(united(axes) for axes in zip(*fields, strict=True))


def moved(axis: Axis, offset: int) -> Axis:
    """The axis in a dimension `offset` further on."""
    return axis if axis.dim is None else replace(axis, dim=axis.dim + offset)


def field_of(known: Known, args: tuple[Any, ...]) -> Field:
    """The field of the first operand; of the first that has one where that has none."""
    return next(field for t in tensors(args) if (field := known(t)) is not None)


def viewed(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """Another shape for the same numbers in their order: a place is found again by how many numbers lie behind it."""

    def found(axis: Axis) -> Axis:
        if axis.dim is None:
            return axis
        step = math.prod(args[0].shape[axis.dim + 1 :]) * axis.inner
        for dim, size in enumerate(out.shape):
            behind = math.prod(out.shape[dim + 1 :])
            if step % behind == 0 and (size * behind) % (step * axis.places) == 0:
                return replace(axis, dim=dim, inner=step // behind)
        return collapse(axis, bound=True)  # its places were divided among dimensions

    return tuple(found(axis) for axis in field_of(known, args))


def permuted(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """Dimensions in another order."""
    order = [d % out.ndim for d in args[1]]
    return tuple(
        axis if axis.dim is None else replace(axis, dim=order.index(axis.dim)) for axis in field_of(known, args)
    )


def transposed(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """Two dimensions exchanged; `t` exchanges the first two."""
    a, b = (d % out.ndim for d in args[1:3]) if len(args) > 2 else (0, out.ndim - 1)
    order = list(range(out.ndim))
    order[a], order[b] = b, a
    return permuted(known, out, (args[0], order))


def squeezed(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """Dimensions of one place left out."""
    before = args[0].ndim
    given = args[1] if len(args) > 1 else range(before)
    gone = {d % before for d in ([given] if isinstance(given, int) else given) if args[0].shape[d] == 1}
    return without(field_of(known, args), gone)


def without(field: Field, gone: set[int]) -> Field:
    """The field when dimensions are gone."""

    def left(axis: Axis) -> Axis:
        if axis.dim is None:
            return axis
        if axis.dim in gone:
            return replace(axis, dim=None, inner=1) if axis.places == 1 else collapse(axis)
        return replace(axis, dim=axis.dim - sum(d < axis.dim for d in gone))

    return tuple(left(axis) for axis in field)


def unsqueezed(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """A dimension of one place put in."""
    at = args[1] % out.ndim
    return tuple(moved(axis, int(axis.dim is not None and axis.dim >= at)) for axis in field_of(known, args))


def part(axis: Axis, dim: int, count: int, begin: int, stride: int, left: int) -> Axis:
    """The axis of the `left` places from `begin` on, in steps, of a dimension of `count`."""
    if axis.dim != dim:
        return axis
    whole = spread(axis, count)
    at = begin + stride * np.arange(left)
    cut = replace(whole, first=whole.first[at], last=whole.last[at])
    if whole.jump is None or whole.centre is None:
        return cut
    return replace(cut, jump=whole.jump * stride, centre=whole.centre + begin * whole.jump)


def sliced(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """A range of a dimension."""
    given = [*args[1:], *(0, 0, None, 1)[len(args) - 1 :]]
    dim, begin, stride = given[0] % out.ndim, given[1] or 0, given[3]
    count = args[0].shape[dim]
    begin = min(max(begin + count * (begin < 0), 0), count)
    return tuple(part(axis, dim, count, begin, stride, out.shape[dim]) for axis in field_of(known, args))


def selected(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """One index of a dimension, which is gone then."""
    dim = args[1] % args[0].ndim
    count = args[0].shape[dim]
    field = field_of(known, args)
    return without(tuple(part(axis, dim, count, args[2] % count, 1, 1) for axis in field), {dim})


def picked(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """Places of one dimension by a list of their numbers, as in ``x[:, below]``; the other dimensions stay."""
    at = [dim for dim, numbers in enumerate(args[1]) if numbers is not None]
    alone = len(at) == 1 and args[1][at[0]].ndim == 1
    return tuple(
        axis if axis.dim is None or (alone and axis.dim != at[0]) else collapse(axis, bound=True)
        for axis in field_of(known, args)
    )


def strung(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """Tensors one behind the other: beside each other in other dimensions, their places in a row in this one."""
    dim = (args[1] if len(args) > 1 else 0) % out.ndim
    given = [(t, field) for t in args[0] if (field := known(t)) is not None]
    axes = []
    for each in zip(*(field for _, field in given), strict=True):
        if all(axis.dim != dim for axis in each):
            axes.append(united(each))
            continue
        rows = [spread(a, t.shape[dim]) for a, (t, _) in zip(each, given, strict=True)]
        alike = all(row.dim == dim for row in rows) and len(given) == len(args[0])
        if not alike:
            axes.append(united([collapse(row) for row in rows]))
            continue
        first, last = (np.concatenate([getattr(row, end) for row in rows]) for end in ("first", "last"))
        axes.append(replace(rows[0], first=first, last=last, size=None, jump=None, centre=None))
    return tuple(axes)


def stacked(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """Tensors beside each other in a new dimension."""
    at = (args[1] if len(args) > 1 else 0) % out.ndim
    fields = [field for t in args[0] if (field := known(t)) is not None]
    return tuple(moved(axis, int(axis.dim is not None and axis.dim >= at)) for axis in unite(fields))


def expanded(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """Dimensions of one place repeated."""
    return tuple(moved(axis, out.ndim - args[0].ndim) for axis in field_of(known, args))


def pieces(name: str, known: Known, made: list[Tensor], args: tuple[Any, ...]) -> list[tuple[Tensor, Field]]:
    """A tensor cut along a dimension: each piece with its own places."""
    source = args[0]
    dim = (args[-1] if len(args) > (1 if name == "unbind" else 2) else 0) % source.ndim
    field, begin, told = field_of(known, args), 0, []
    for t in made:
        long = 1 if name == "unbind" else t.shape[dim]
        cut = tuple(part(axis, dim, source.shape[dim], begin, 1, long) for axis in field)
        told.append((t, without(cut, {dim}) if name == "unbind" else cut))
        begin += long
    return told
