"""How each operation of torch carries the receptive field from what goes in to what comes out.

Few kinds of operations make all nets. Those that work number by number (ReLU, a sum of two branches) unite what their
operands see at the same place; windows look through their taps; views only move the places about; products of matrices
and means look at all there is along a dimension. An operation in no rule is taken to look at everything.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from limen.nets.carry_windows import WINDOWS
from limen.nets.field import Axis, collapse, spread, united

Field = tuple[Axis, ...]  # one for each direction of the input
Known = Callable[[Tensor], Field | None]
Rule = Callable[[Known, Tensor, tuple[Any, ...]], Field]


def tensors(value: object) -> list[Tensor]:
    """Every tensor among arguments or results, also within lists."""
    if isinstance(value, Tensor):
        return [value]
    return [t for item in value for t in tensors(item)] if isinstance(value, list | tuple) else []


def unite(fields: Sequence[Field]) -> Field:
    """What any of several fields sees, direction by direction."""
    return tuple(united(axes) for axes in zip(*fields, strict=True))


def everything(fields: Sequence[Field], bound: bool) -> Field:
    """Every number sees what any number saw."""
    return unite([tuple(collapse(axis, bound) for axis in field) for field in fields])


def moved(axis: Axis, offset: int) -> Axis:
    """The axis in a dimension `offset` further on."""
    return axis if axis.dim is None else replace(axis, dim=axis.dim + offset)


def side_by_side(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """Number by number; operands of fewer dimensions are aligned at the end, as broadcasting does."""
    fields = [(t, field) for t in tensors(args) if (field := known(t)) is not None]
    return unite([tuple(moved(axis, out.ndim - t.ndim) for axis in field) for t, field in fields])


def field_of(known: Known, args: tuple[Any, ...]) -> Field:
    """The field of the first operand; of the first that has one where that has none."""
    return next(field for t in tensors(args) if (field := known(t)) is not None)


def kept(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """As it was: normalising by running means, a copy."""
    return field_of(known, args)


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


def multiplied(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """A product of matrices looks at all along the dimension that is summed: the last of the left, rows of the right.

    `addmm` and `baddbmm` have what is added before the two.
    """
    left, right = args[-2:] if len(args) == 2 else args[1:3]
    fields = [] if len(args) == 2 or (added := known(args[0])) is None else [added]
    for t, summed in ((left, left.ndim - 1), (right, right.ndim - 2)):
        if (field := known(t)) is not None:
            fields.append(tuple(collapse(axis) if axis.dim == summed else axis for axis in field))
    return unite(fields)


def averaged(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """A mean, sum or maximum over dimensions, kept as dimensions of one place or gone."""
    before = args[0].ndim
    given = args[1] if len(args) > 1 and args[1] is not None else list(range(before))
    dims = {d % before for d in ([given] if isinstance(given, int) else given or range(before))}
    field = tuple(collapse(axis) if axis.dim in dims else axis for axis in field_of(known, args))
    return field if out.ndim == before else without(field, dims)


def levelled(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """Softmax: every number along a dimension depends on all."""
    dim = args[1] % out.ndim
    return tuple(collapse(axis) if axis.dim == dim else axis for axis in field_of(known, args))


def over_last(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """Layer normalisation: all along the last dimensions."""
    begin = out.ndim - len(args[1])
    return tuple(
        collapse(axis) if axis.dim is not None and axis.dim >= begin else axis for axis in field_of(known, args)
    )


def copied(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """Written over by another tensor."""
    return side_by_side(known, out, args[1:2])


def mixed(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """Attention, recurrence, group normalisation: each number depends on all."""
    return everything([field for t in tensors(args) if (field := known(t)) is not None], bound=False)


RULES: dict[str, Rule] = {
    "native_batch_norm": kept, "_native_batch_norm_legit_no_training": kept, "cudnn_batch_norm": kept,
    "miopen_batch_norm": kept, "_native_batch_norm_legit": mixed, "_to_copy": kept, "native_dropout": kept,
    "copy": copied, "native_channel_shuffle": kept, "channel_shuffle": kept,
    "detach": kept, "alias": kept, "lift_fresh": kept, "contiguous": kept,
    "view": viewed, "_unsafe_view": viewed, "_reshape_alias": viewed, "reshape": viewed,
    "permute": permuted, "transpose": transposed, "t": transposed, "squeeze": squeezed, "unsqueeze": unsqueezed,
    "slice": sliced, "select": selected, "cat": strung, "stack": stacked, "expand": expanded,
    "mm": multiplied, "addmm": multiplied, "bmm": multiplied, "baddbmm": multiplied,
    "mean": averaged, "sum": averaged, "amax": averaged, "amin": averaged, "max": averaged, "var": averaged,
    "_softmax": levelled, "_log_softmax": levelled, "native_layer_norm": over_last, "native_group_norm": mixed,
    "_native_multi_head_attention": mixed, "_scaled_dot_product_flash_attention_for_cpu": mixed,
    "_scaled_dot_product_flash_attention": mixed, "_scaled_dot_product_efficient_attention": mixed,
    "mkldnn_rnn_layer": mixed, "_cudnn_rnn": mixed,
}  # fmt: skip
PIECES = ("split", "split_with_sizes", "unbind", "chunk")


def carried(func: Any, known: Known, out: object, args: tuple[Any, ...]) -> list[tuple[Tensor, Field]]:
    """The tensors that an operation puts out, each with its field; nothing where no operand has one."""
    made = tensors(out)
    if not made or all(known(t) is None for t in tensors(args)):
        return []
    name = func.overloadpacket.__name__
    plain = name.removesuffix("_")  # relu_ is relu, written over its input
    if plain in PIECES:
        return pieces(plain, known, made, args)
    if plain in WINDOWS:
        field = WINDOWS[plain](field_of(known, args), made[0], args)
    elif plain in RULES:
        field = RULES[plain](known, made[0], args)
    elif torch.Tag.pointwise in func.tags:
        field = side_by_side(known, made[0], args)
    else:
        field = everything([f for t in tensors(args) if (f := known(t)) is not None], bound=True)
    return [(t, field) for t in made]


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
