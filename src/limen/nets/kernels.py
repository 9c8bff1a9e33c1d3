"""The gradients of a dense chain by the very kernels that autograd calls, without autograd around them.

    δ ← δ ⊙ f′,  dW = δᵀ H,  db = Σ δ,  δ ← δ W          from the last layer to the first (W as torch keeps it, n×m)

Autograd writes down every operation, walks the list backwards and sorts out who owns what: for a small net that takes
longer than the arithmetic. A chain needs no list. The same kernels on the same numbers in the same order give the same
bits, which the tests hold for float32 on the CPU. What nobody needs any more is overwritten: for a large batch, memory
takes longer than arithmetic.
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

THIN, LONG, WIDE = (2, 3), 256, 32  # columns of H, its rows, columns of δ, where δᵀH is slow for its size

Kernel = Callable[[Any, Tensor], Tensor]
Slope = Callable[[Any, Tensor, Tensor, Tensor], Tensor]  # layer, δ behind it, what went in, what came out
Gradient = Callable[[Tensor, Tensor], tuple[Tensor, list[Tensor]]]  # x, y to the loss and the gradients
aten = torch.ops.aten
threshold_backward = aten.threshold_backward.grad_input
tanh_backward = aten.tanh_backward.grad_input
sigmoid_backward = aten.sigmoid_backward.grad_input
leaky_relu_backward = aten.leaky_relu_backward.grad_input
elu_backward = aten.elu_backward.default
gelu_backward = aten.gelu_backward.default
silu_backward = aten.silu_backward.default
nll_loss_forward = aten.nll_loss_forward.default
nll_loss_backward = aten.nll_loss_backward.default
mse_loss = aten.mse_loss.default
mse_loss_backward = aten.mse_loss_backward.default


def unchanged(layer: nn.Dropout, x: Tensor) -> Tensor:
    """Dropout in eval mode; LimenError in training mode."""
    if layer.training:
        check("", layer)
    return x


FORWARD: dict[type[nn.Module], Kernel] = {
    nn.Flatten: lambda _, x: x if x.ndim == 2 else x.flatten(1),
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
OVERWRITING: dict[type[nn.Module], Kernel] = {  # bends whose slope follows from what comes out
    nn.ReLU: lambda _, x: x.relu_(),
    nn.Tanh: lambda _, x: x.tanh_(),
    nn.Sigmoid: lambda _, x: x.sigmoid_(),
}
BACKWARD: dict[type[nn.Module], Slope] = {
    nn.Flatten: lambda _, delta, x, y: delta,  # behind the first dense layer it changes nothing
    nn.Identity: lambda _, delta, x, y: delta,
    nn.Dropout: lambda _, delta, x, y: delta,
    nn.ReLU: lambda _, delta, x, y: threshold_backward(delta, y, 0, grad_input=delta),
    nn.Tanh: lambda _, delta, x, y: tanh_backward(delta, y, grad_input=delta),
    nn.Sigmoid: lambda _, delta, x, y: sigmoid_backward(delta, y, grad_input=delta),
    nn.LeakyReLU: lambda layer, delta, x, y: leaky_relu_backward(
        delta, x, layer.negative_slope, False, grad_input=delta
    ),
    nn.ELU: lambda layer, delta, x, y: elu_backward(delta, layer.alpha, 1, 1, False, x),
    nn.GELU: lambda layer, delta, x, y: gelu_backward(delta, x, approximate=layer.approximate),
    nn.SiLU: lambda _, delta, x, y: silu_backward(delta, x),
}


@cache
def constant(value: float, dtype: torch.dtype, device: torch.device) -> Tensor:
    """A scalar, made once: ∂L/∂L = 1, where the backward pass begins."""
    return torch.tensor(value, dtype=dtype, device=device)


def cross_entropy(scores: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The mean cross-entropy of scores (N, K) and labels (N,), a scalar, and its slope (N, K)."""
    logarithms = torch.log_softmax(scores, 1)
    loss, total = nll_loss_forward(logarithms, labels, None, 1, -100)
    slope = nll_loss_backward(constant(1, scores.dtype, scores.device), logarithms, labels, None, 1, -100, total)
    return loss, torch._log_softmax_backward_data(slope, logarithms, 1, scores.dtype)


def squares(output: Tensor, target: Tensor, reduction: int, factor: float = 1) -> tuple[Tensor, Tensor]:
    """The squared differences as torch reduces them (1: their mean, 2: their sum), and `factor` times the slope."""
    if output.numel() != target.numel():
        raise LimenError(f"The targets have the shape {times(target)}, the output {times(output)}. Make them equal.")
    shaped = output if output.shape == target.shape else output.view_as(target)
    slope = mse_loss_backward(constant(factor, output.dtype, output.device), shaped, target, reduction)
    return mse_loss(shaped, target, reduction), slope if shaped is output else slope.view_as(output)


def mean_squared_error(output: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """The mean squared difference, a scalar, and its slope. Both (N, K); a target (N,) where K = 1."""
    return squares(output, target, 1)


def squared_error(output: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """The sum of the squared differences, and its slope."""
    return squares(output, target, 2)


def half_squared_error(output: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Half the sum of the squared differences, and its slope."""
    value, slope = squares(output, target, 2, 0.5)
    return value / 2, slope


SLOPES: dict[str, Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]] = {
    "cross-entropy": cross_entropy,
    "mean-squared-error": mean_squared_error,
    "squared-error": squared_error,
    "half-squared-error": half_squared_error,
}


def refused(layers: Sequence[nn.Module]) -> LimenError:
    """The error that names the first layer no kernel is listed for."""
    for number, layer in enumerate(layers, 1):
        check(str(number), layer)
    return LimenError("The chain has no dense layer. Put a Linear in: nothing would learn.")


def returned(delta: Tensor, weight: Tensor, entered: Tensor) -> Tensor:
    """∂L/∂H = δ W. Where H is a single number, autograd multiplies the transposed, and other sums have other bits."""
    return delta.mm(weight) if entered.numel() > 1 else weight.t().mm(delta.t()).t()


@cache
def turns(rows: int, thin: int, wide: int, dtype: torch.dtype, threads: int) -> bool:
    """Whether Hᵀδ, turned, has the bits of δᵀH for such shapes: random numbers tell, as no order hangs on values."""
    generator = torch.Generator().manual_seed(0)
    entered, delta = (torch.randn(rows, n, dtype=dtype, generator=generator) for n in (thin, wide))
    return torch.equal(entered.t().mm(delta).t(), delta.t().mm(entered))


def gathered(delta: Tensor, entered: Tensor) -> Tensor:
    """dW = δᵀ H. Of points in a plane or in space, Hᵀδ takes a fifth of the time (3000 × 2 by 3000 × 100: 90 µs)."""
    (rows, thin), wide = entered.shape, delta.shape[1]
    slow = thin in THIN and rows >= LONG and wide >= WIDE and entered.is_contiguous()
    if slow and turns(rows, thin, wide, delta.dtype, torch.get_num_threads()):
        return entered.t().mm(delta).t().contiguous()
    return delta.t().mm(entered)


def dense(layer: nn.Linear, x: Tensor) -> Tensor:
    """Z = H Wᵀ + b."""
    own = layer._parameters  # layer.weight takes 0.8 µs, a hundredth of the whole pass of a small net
    return functional.linear(x, own["weight"], own["bias"])  # type: ignore[arg-type]


def walk(layers: Sequence[nn.Module]) -> list[tuple[nn.Module, Kernel]]:
    """Each layer with its kernel of the forward pass. What a dense layer summed is overwritten where it can be."""
    way: list[tuple[nn.Module, Kernel]] = []
    for i, layer in enumerate(layers):
        kind = type(layer)
        if kind is nn.Linear:
            way.append((layer, dense))
        elif kind not in FORWARD:
            raise refused(layers)
        else:
            fresh = i > 0 and type(layers[i - 1]) is nn.Linear
            way.append((layer, OVERWRITING[kind] if fresh and kind in OVERWRITING else FORWARD[kind]))
    return way


def gradient_of(layers: Sequence[nn.Module], loss: str) -> Gradient:
    """A function from a batch to its loss and the gradient of every weight and bias: autograd's own, to the last bit.

    layers: a dense chain, opened (`limen.nets.chain.opened`), each with weights of its own, Dropout in eval mode.
    It takes x: (N, …) and y: labels (N,) int64 for the "cross-entropy", numbers (N, K) for the errors that are squared.
    Gradients come in the order in which the layers keep their parameters. Call it where gradients are not recorded.
    """
    if loss not in SLOPES:
        raise unknown("loss", loss, SLOPES)
    way, slope_of = walk(layers), SLOPES[loss]
    first = next((i for i, layer in enumerate(layers) if type(layer) is nn.Linear), None)
    if first is None:
        raise refused(layers)
    back = [(i, layers[i], BACKWARD.get(type(layers[i]))) for i in range(len(layers) - 1, first - 1, -1)]

    def gradient(x: Tensor, y: Tensor) -> tuple[Tensor, list[Tensor]]:
        passed = [x]
        for layer, kernel in way:
            x = kernel(layer, x)
            passed.append(x)
        value, delta = slope_of(x, y)
        gradients: list[Tensor] = []
        for i, layer, slope in back:
            if slope is not None:
                delta = slope(layer, delta, passed[i], passed[i + 1])
                continue
            own = layer._parameters
            if own["bias"] is not None:
                gradients.append(delta.sum(0))
            gradients.append(gathered(delta, passed[i]))
            if i > first:
                delta = returned(delta, own["weight"], passed[i])  # type: ignore[arg-type]
        gradients.reverse()
        return value, gradients

    return gradient


@torch.no_grad()
def backward(layers: Sequence[nn.Module], x: Tensor, y: Tensor, loss: str) -> tuple[Tensor, list[Tensor]]:
    """The loss of one batch, and the gradient of every weight and bias; see `gradient_of`."""
    return gradient_of(layers, loss)(x, y)
