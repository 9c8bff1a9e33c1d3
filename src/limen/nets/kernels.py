"""The gradients of a dense chain by the very kernels that autograd calls, without autograd around them.

    δ ← δ ⊙ f′,  dW = δᵀ H,  db = Σ δ,  δ ← δ W          from the last layer to the first (W as torch keeps it, n×m)

Autograd writes down every operation, walks the list backwards and sorts out who owns what: for a small net that takes
longer than the arithmetic. A chain needs no list. The same kernels on the same numbers in the same order give the same
bits, which the tests hold for float32 on the CPU.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from limen.errors import LimenError, unknown
from limen.nets.chain import check
from limen.nets.losses import times

Kernel = Callable[[Any, Tensor], Tensor]
Slope = Callable[[Any, Tensor, Tensor, Tensor], Tensor]  # layer, δ behind it, what went in, what came out
aten = torch.ops.aten
threshold_backward = aten.threshold_backward.default
tanh_backward = aten.tanh_backward.default
sigmoid_backward = aten.sigmoid_backward.default
leaky_relu_backward = aten.leaky_relu_backward.default
elu_backward = aten.elu_backward.default
gelu_backward = aten.gelu_backward.default
silu_backward = aten.silu_backward.default
nll_loss_forward = aten.nll_loss_forward.default
nll_loss_backward = aten.nll_loss_backward.default
mse_loss_backward = aten.mse_loss_backward.default


def unchanged(layer: nn.Dropout, x: Tensor) -> Tensor:
    """Dropout in eval mode; LimenError in training mode."""
    if layer.training:
        check("", layer)
    return x


FORWARD: dict[type[nn.Module], Kernel] = {
    nn.Flatten: lambda _, x: x.flatten(1),
    nn.Identity: lambda _, x: x,
    nn.Dropout: unchanged,
    nn.ReLU: lambda _, x: torch.relu(x),
    nn.Tanh: lambda _, x: torch.tanh(x),
    nn.Sigmoid: lambda _, x: torch.sigmoid(x),
    nn.LeakyReLU: lambda layer, x: functional.leaky_relu(x, layer.negative_slope),
    nn.ELU: lambda layer, x: functional.elu(x, layer.alpha),
    nn.GELU: lambda layer, x: functional.gelu(x, approximate=layer.approximate),
    nn.SiLU: lambda _, x: functional.silu(x),
}
BACKWARD: dict[type[nn.Module], Slope] = {
    nn.Flatten: lambda _, delta, x, y: delta,  # behind the first dense layer it changes nothing
    nn.Identity: lambda _, delta, x, y: delta,
    nn.Dropout: lambda _, delta, x, y: delta,
    nn.ReLU: lambda _, delta, x, y: threshold_backward(delta, y, 0),
    nn.Tanh: lambda _, delta, x, y: tanh_backward(delta, y),
    nn.Sigmoid: lambda _, delta, x, y: sigmoid_backward(delta, y),
    nn.LeakyReLU: lambda layer, delta, x, y: leaky_relu_backward(delta, x, layer.negative_slope, False),
    nn.ELU: lambda layer, delta, x, y: elu_backward(delta, layer.alpha, 1, 1, False, x),
    nn.GELU: lambda layer, delta, x, y: gelu_backward(delta, x, approximate=layer.approximate),
    nn.SiLU: lambda _, delta, x, y: silu_backward(delta, x),
}


@cache
def one(dtype: torch.dtype, device: torch.device) -> Tensor:
    """∂L/∂L = 1, where the backward pass begins."""
    return torch.ones((), dtype=dtype, device=device)


def cross_entropy(scores: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The mean cross-entropy of scores (N, K) and labels (N,), a scalar, and its slope (N, K)."""
    logarithms = torch.log_softmax(scores, 1)
    loss, total = nll_loss_forward(logarithms, labels, None, 1, -100)
    slope = nll_loss_backward(one(scores.dtype, scores.device), logarithms, labels, None, 1, -100, total)
    return loss, torch._log_softmax_backward_data(slope, logarithms, 1, scores.dtype)


def mean_squared_error(output: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """The mean squared difference, a scalar, and its slope. Both (N, K); a target (N,) where K = 1."""
    if output.shape != target.shape:
        if output.shape[1] != 1 or target.shape != output.shape[:1]:
            raise LimenError(
                f"The targets have the shape {times(target)}, the output {times(output)}. Make them equal."
            )
        target = target[:, None]
    slope = mse_loss_backward(one(output.dtype, output.device), output, target, 1)
    return functional.mse_loss(output, target), slope


SLOPES: dict[str, Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]] = {
    "cross-entropy": cross_entropy,
    "mean-squared-error": mean_squared_error,
}


def refused(layers: Sequence[nn.Module]) -> LimenError:
    """The error that names the first layer no kernel is listed for."""
    for number, layer in enumerate(layers, 1):
        check(str(number), layer)
    return LimenError("The chain has no dense layer. Put a Linear in: nothing would learn.")


def returned(delta: Tensor, weight: Tensor, entered: Tensor) -> Tensor:
    """∂L/∂H = δ W. Where H is a single number, autograd multiplies the transposed, and other sums have other bits."""
    return delta.mm(weight) if entered.numel() > 1 else weight.t().mm(delta.t()).t()


def forward(layers: Sequence[nn.Module], x: Tensor) -> list[Tensor]:
    """What goes into each layer, and the output."""
    passed = [x]
    for layer in layers:
        kind = type(layer)
        if kind is nn.Linear:
            own = layer._parameters  # layer.weight takes 0.8 µs, a hundredth of the whole pass of a small net
            x = functional.linear(x, own["weight"], own["bias"])  # type: ignore[arg-type]
        elif kind in FORWARD:
            x = FORWARD[kind](layer, x)
        else:
            raise refused(layers)
        passed.append(x)
    return passed


@torch.no_grad()
def backward(layers: Sequence[nn.Module], x: Tensor, y: Tensor, loss: str) -> tuple[Tensor, list[Tensor]]:
    """The mean loss of a batch, and the gradient of every weight and bias: autograd's own, to the last bit.

    layers: a dense chain, opened (`limen.nets.chain.opened`), each with weights of its own, Dropout in eval mode.
    x: (N, …); y: labels (N,) int64 for the "cross-entropy", numbers (N, K) for the "mean-squared-error".
    Gradients come in the order in which the layers keep their parameters.
    """
    if loss not in SLOPES:
        raise unknown("loss", loss, SLOPES)
    first = next((i for i, layer in enumerate(layers) if type(layer) is nn.Linear), None)
    if first is None:
        raise refused(layers)
    passed = forward(layers, x)
    value, delta = SLOPES[loss](passed[-1], y)
    gradients: list[Tensor] = []
    for i in range(len(layers) - 1, first - 1, -1):
        layer = layers[i]
        kind = type(layer)
        if kind is not nn.Linear:
            delta = BACKWARD[kind](layer, delta, passed[i], passed[i + 1])
            continue
        own = layer._parameters
        if own["bias"] is not None:
            gradients.append(delta.sum(0))
        gradients.append(delta.t().mm(passed[i]))
        if i > first:
            delta = returned(delta, own["weight"], passed[i])  # type: ignore[arg-type]
    return value, gradients[::-1]
