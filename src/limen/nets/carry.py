"""How each operation of torch carries the receptive field from what goes in to what comes out.

Few kinds of operations make all nets. Those that work number by number (ReLU, a sum of two branches) unite what their
operands see at the same place; windows look through their taps; views only move the places about; products of matrices
and means look at all there is along a dimension. An operation in no rule is taken to look at everything.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from limen.nets.carry_places import (
    PIECES,
    Field,
    Known,
    expanded,
    field_of,
    moved,
    permuted,
    picked,
    pieces,
    selected,
    sliced,
    squeezed,
    stacked,
    strung,
    tensors,
    transposed,
    unite,
    unsqueezed,
    viewed,
    without,
)
from limen.nets.carry_windows import WINDOWS
from limen.nets.field import collapse

Rule = Callable[[Known, Tensor, tuple[Any, ...]], Field]


def everything(fields: Sequence[Field], bound: bool) -> Field:
    """Every number sees what any number saw."""
    return unite([tuple(collapse(axis, bound) for axis in field) for field in fields])


def side_by_side(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """Number by number; operands of fewer dimensions are aligned at the end, as broadcasting does."""
    fields = [(t, field) for t in tensors(args) if (field := known(t)) is not None]
    return unite([tuple(moved(axis, out.ndim - t.ndim) for axis in field) for t, field in fields])


def kept(known: Known, out: Tensor, args: tuple[Any, ...]) -> Field:
    """As it was: normalising by running means, a copy."""
    return field_of(known, args)


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
    "slice": sliced, "select": selected, "index": picked, "cat": strung, "stack": stacked, "expand": expanded,
    "mm": multiplied, "addmm": multiplied, "bmm": multiplied, "baddbmm": multiplied,
    "mean": averaged, "sum": averaged, "amax": averaged, "amin": averaged, "max": averaged, "var": averaged,
    "_softmax": levelled, "_log_softmax": levelled, "native_layer_norm": over_last, "native_group_norm": mixed,
    "_native_multi_head_attention": mixed, "_scaled_dot_product_flash_attention_for_cpu": mixed,
    "_scaled_dot_product_flash_attention": mixed, "_scaled_dot_product_efficient_attention": mixed,
    "mkldnn_rnn_layer": mixed, "_cudnn_rnn": mixed,
}  # fmt: skip


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
