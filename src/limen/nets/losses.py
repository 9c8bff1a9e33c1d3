"""The losses and their slopes, each written out.

The slope ∂L/∂Ŷ is where the backward pass begins. For half the sum of squares it is the plain error Ŷ - Y; for the
cross-entropy of a softmax it is again an error, P - Y, divided by the number of examples. Accuracy cannot be a loss:
it only changes where an answer flips, so its slope is 0 almost everywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from limen.errors import LimenError, unknown


def softmax(scores: Tensor) -> Tensor:
    """exp(z) / Σ exp(z) of every row, the largest z taken off first, so that nothing overflows. (N, K) → (N, K)."""
    raised = (scores - scores.max(1, keepdim=True).values).exp()
    return raised / raised.sum(1, keepdim=True)


def one_hot(labels: Tensor, scores: Tensor) -> Tensor:
    """A row for each label, 1 in the label's column. (N,) → (N, K) in the dtype of the scores."""
    return torch.zeros_like(scores).scatter_(1, labels[:, None], 1)


def half_squared_error(output: Tensor, target: Tensor) -> Tensor:
    """½ Σ (ŷ - y)²."""
    return ((output - target) ** 2).sum() / 2


def squared_error(output: Tensor, target: Tensor) -> Tensor:
    """Σ (ŷ - y)²."""
    return ((output - target) ** 2).sum()


def mean_squared_error(output: Tensor, target: Tensor) -> Tensor:
    """The mean of (ŷ - y)² over all N·K numbers."""
    return ((output - target) ** 2).mean()


def cross_entropy(scores: Tensor, labels: Tensor) -> Tensor:
    """-1/N Σ ln p(right class) in nats, with ln p = z - m - ln Σ exp(z - m), m the largest z. labels: (N,) int64."""
    shifted = scores - scores.max(1, keepdim=True).values
    logarithms = shifted - shifted.exp().sum(1, keepdim=True).log()
    return -logarithms.gather(1, labels[:, None]).mean()


@dataclass(frozen=True)
class Loss:
    """A loss of the output (N, K) and the targets: its value, a scalar, its slope (N, K), and both as formulas."""

    name: str
    value: Callable[[Tensor, Tensor], Tensor]
    slope: Callable[[Tensor, Tensor], Tensor]
    value_formula: str
    slope_formula: str

    def __repr__(self) -> str:
        return f"Loss({self.name!r}, {self.value_formula})"


LOSSES = {
    loss.name: loss
    for loss in (
        Loss("half-squared-error", half_squared_error, lambda o, y: o - y, "½ Σ (Ŷ − Y)²", "Ŷ − Y"),
        Loss("squared-error", squared_error, lambda o, y: 2 * (o - y), "Σ (Ŷ − Y)²", "2 (Ŷ − Y)"),
        Loss(
            "mean-squared-error",
            mean_squared_error,
            lambda o, y: 2 * (o - y) / o.numel(),
            "1/(N·K) Σ (Ŷ − Y)²",
            "2 (Ŷ − Y) / (N·K)",
        ),
        Loss(
            "cross-entropy",
            cross_entropy,
            lambda o, y: (softmax(o) - one_hot(y, o)) / len(o),
            "−1/N Σ Y ⊙ ln softmax(Ŷ)",
            "(softmax(Ŷ) − Y) / N",
        ),
    )
}


def times(tensor: Tensor) -> str:
    """A tensor's shape as people write it: ``32×8``."""
    return "×".join(map(str, tensor.shape)) or "1"


def checked(loss: str, output: Tensor, y: Tensor) -> tuple[Loss, Tensor]:
    """The loss called `loss`, and targets that fit the output (N, K): labels (N,) or numbers (N, K), (N,) for K = 1."""
    if loss not in LOSSES:
        raise unknown("loss", loss, LOSSES)
    n, k = output.shape
    if loss == "cross-entropy":
        if y.dtype != torch.int64 or y.shape != (n,):
            raise LimenError(
                f"The cross-entropy was given targets of shape {times(y)} and {y.dtype}. Allowed: {n} labels in int64."
            )
        if y.min() < 0 or y.max() >= k:
            raise LimenError(f"A label lies in {int(y.min())} to {int(y.max())}. The net's {k} scores: 0 to {k - 1}.")
    elif k == 1 and y.shape == (n,):
        y = y[:, None]
    elif y.shape != output.shape:
        raise LimenError(f"The targets have the shape {times(y)}, the net's output {times(output)}. Make them equal.")
    return LOSSES[loss], y.detach() if loss == "cross-entropy" else y.detach().to(output.dtype)
