"""The gradient of a dense chain without autograd.

For a small net, autograd's bookkeeping takes longer than the arithmetic. A chain of dense layers needs none: its
backward pass is known before the first batch (`limen.nets.kernels`), and has autograd's bits.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.modules.module import _has_any_global_hook

from limen.errors import LimenError
from limen.nets.chain import opened
from limen.nets.hasten import is_watched
from limen.nets.kernels import gradient_of
from limen.train.objectives import (
    Measure,
    Objective,
    cross_entropy,
    half_sum_of_squares,
    squared_error,
    sum_of_squares,
)
from limen.train.state import State
from limen.train.watch import blown_up

Gradient = Callable[[Tensor, Tensor], Tensor]  # leaves the slopes of a batch's loss in the parameters; that loss
LOSSES: dict[Measure, str] = {
    cross_entropy: "cross-entropy",
    squared_error: "mean-squared-error",
    sum_of_squares: "squared-error",
    half_sum_of_squares: "half-squared-error",
}
KINDS = (torch.float32, torch.float64)


def is_plain(net: nn.Module) -> bool:
    """Whether the net is a chain on the CPU whose every number learns, in one type, and that nobody watches."""
    if type(net) is not nn.Sequential or is_watched(net) or hasattr(net, "penalty"):
        return False
    if _has_any_global_hook():  # type: ignore[no-untyped-call]
        return False
    if any("forward" in vars(layer) for layer in net.modules()):  # replaced from outside
        return False
    parameters = list(net.parameters())
    return all(
        type(p) is nn.Parameter
        and p.requires_grad
        and p.device.type == "cpu"
        and p.dtype == parameters[0].dtype
        and p.dtype in KINDS
        and not p._backward_hooks
        and not p._post_accumulate_grad_hooks
        for p in parameters
    )


def gradient_of_chain(state: State, objective: Objective, otherwise: Gradient) -> Gradient:
    """What `otherwise` does by asking autograd, done without it; `otherwise` itself where that cannot be.

    It can be where the net is a plain dense chain and the loss one whose slope is written out. Hooks that are hung on
    later are not called until it is made anew.
    """
    net = state.net
    if objective.loss not in LOSSES or not is_plain(net) or torch.is_autocast_enabled("cpu"):
        return otherwise
    try:
        layers = [layer for _, layer in opened(net)]
        by_hand = gradient_of(layers, LOSSES[objective.loss])
    except LimenError:  # a layer of another kind, dropout at work, weights that two layers share
        return otherwise
    flattens, labelled = type(layers[0]) is nn.Flatten, objective.loss is cross_entropy
    parameters = list(net.parameters())
    kind = parameters[0].dtype

    def gradient(x: Tensor, given: Tensor) -> Tensor:
        y = objective.target(x, given)
        known = (y.dtype == torch.int64 and y.ndim == 1) if labelled else y.dtype == kind
        if not known or x.dtype != kind or not (flattens or x.ndim == 2):
            return otherwise(x, given)
        with torch.no_grad():
            loss, slopes = by_hand(x, y)
        if not math.isfinite(value := loss.item()):
            raise blown_up(state, f"the loss is {value}", x, state.step + 1)
        for parameter, slope in zip(parameters, slopes, strict=True):
            parameter.grad = slope
        return loss

    return gradient
