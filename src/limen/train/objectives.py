"""What is minimised, and what is measured.

The loss must have a slope to descend; accuracy, which people want, is flat almost everywhere. So a net is trained on
one and judged by the other.
"""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Objective:
    """A task. Each function takes the net's output (B, …) and the targets (B, …) and returns a mean, a scalar."""

    name: str
    loss: Callable[[Tensor, Tensor], Tensor]
    measures: dict[str, Callable[[Tensor, Tensor], Tensor]]

    def __repr__(self) -> str:
        return f"Objective({self.name!r}, loss and {', '.join(self.measures)})"


def cross_entropy(scores: Tensor, labels: Tensor) -> Tensor:
    """-log p(right class), the softmax taken of the scores; in nats. scores: (B, classes); labels: (B,)."""
    return functional.cross_entropy(scores, labels)


def accuracy(scores: Tensor, labels: Tensor) -> Tensor:
    """The share of examples whose highest score is the right class's."""
    return (scores.argmax(1) == labels).float().mean()


def squared_error(output: Tensor, target: Tensor) -> Tensor:
    """The mean squared difference. output: (B, 1) or the target's shape."""
    return functional.mse_loss(output.view_as(target), target)


def absolute_error(output: Tensor, target: Tensor) -> Tensor:
    """The mean absolute difference, in the target's unit."""
    return functional.l1_loss(output.view_as(target), target)


OBJECTIVES = {
    "classification": Objective("classification", cross_entropy, {"accuracy": accuracy}),
    "regression": Objective("regression", squared_error, {"absolute_error": absolute_error}),
}
