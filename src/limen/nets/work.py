"""How many multiply-adds each operation of torch takes; those that are not named here are counted as free."""

import math
from collections.abc import Callable
from typing import Any

from torch import Tensor


def pixels(t: Tensor) -> int:
    """Places of a tensor (B, C, …)."""
    return math.prod(t.shape[2:])


def convolved(out: Tensor, args: tuple[Any, ...]) -> int:
    """For each number that goes out (transposed: in), a window of the weights that belong to it."""
    source, weight, back = args[0], args[1], args[6]
    return int(source.shape[0]) * pixels(source if back else out) * int(weight.numel())


def multiplied(out: Tensor, args: tuple[Any, ...]) -> int:
    """Each number of a product of matrices is as many products as the left one has columns."""
    left = args[0] if args[0].ndim == args[1].ndim and len(args) == 2 else args[1]
    return int(out.numel() * left.shape[-1])


def attended(out: Tensor, args: tuple[Any, ...]) -> int:
    """Scores q·kᵀ, and the values weighted by them."""
    q, k, v = args[:3]
    return int(q.numel() * k.shape[-2] + q.shape[:-1].numel() * v.shape[-2] * v.shape[-1])


def recurred(out: Tensor, args: tuple[Any, ...]) -> int:
    """Both matrices of weights at each step of the sequence."""
    return int(args[0].shape[0] * args[0].shape[1] * (args[1].numel() + args[2].numel()))


def attended_whole(out: Tensor, args: tuple[Any, ...]) -> int:
    """Multi-head attention in one: four projections of each token, and the attention itself."""
    q, k, wide = args[0], args[1], args[3]
    tokens, keys = q.shape[:-1].numel(), k.shape[-2]
    return int(tokens * wide * (2 * wide) + k.shape[:-1].numel() * 2 * wide * wide + 2 * tokens * keys * wide)


WORK: dict[str, Callable[[Tensor, tuple[Any, ...]], int]] = {
    "convolution": convolved, "mm": multiplied, "addmm": multiplied, "bmm": multiplied, "baddbmm": multiplied,
    "_scaled_dot_product_flash_attention_for_cpu": attended, "_scaled_dot_product_flash_attention": attended,
    "_scaled_dot_product_efficient_attention": attended, "_native_multi_head_attention": attended_whole,
    "mkldnn_rnn_layer": recurred,
}  # fmt: skip
