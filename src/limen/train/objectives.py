"""What is minimised, and what is measured.

The loss must have a slope to descend; accuracy, which people want, is flat almost everywhere. So a net is trained on
one and judged by the other.
"""

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional

from limen.data.dataset import Dataset, Scale, Split, as_input
from limen.nets.rbm import RBM, bits_of

Measure = Callable[[Tensor, Tensor], Tensor]
TARGETS = ("classes", "numbers", "input", "any")


@dataclass(frozen=True)
class Objective:
    """A task. Each function takes the net's output (B, …) and the targets (B, …) and returns a scalar.

    `targets` says what the output is held against: the example's class, its numbers, the example itself, or nothing.
    `outputs` is how many numbers the net gives an example where that does not follow from the data, and `spread` says
    that the loss is a mean over the batch, which several processes can share. `watch` measures what outputs do not
    tell: it is given the net and examples (B, …) as the net takes them.
    """

    name: str
    loss: Measure
    measures: Mapping[str, Measure] = field(default_factory=dict)
    targets: str = "classes"
    outputs: int | None = None
    spread: bool = True
    watch: "Callable[[nn.Module, Tensor], dict[str, float]] | None" = None

    def __repr__(self) -> str:
        return f"Objective({self.name!r}, loss and {', '.join(self.measures)})"

    def outputs_for(self, data: Dataset) -> int:
        """How many numbers a net gives an example of these data."""
        return math.prod(data.shape) if self.targets == "input" else self.outputs or data.outputs

    def target(self, x: Tensor, y: Tensor) -> Tensor:
        """What a batch's outputs are held against. x: (B, …) as the net takes it; y: (B, …)."""
        return x.flatten(1) if self.targets == "input" else y

    def targets_of(self, split: Split, scale: Scale) -> Tensor:
        """What the outputs for a whole split are held against; zeros where that is nothing."""
        if self.targets == "any":
            return torch.zeros(len(split), device=split.x.device)
        return as_input(split.x, scale).flatten(1) if self.targets == "input" else split.y


def cross_entropy(scores: Tensor, labels: Tensor) -> Tensor:
    """-log p(right class), the softmax taken of the scores; in nats. scores: (B, classes); labels: (B,)."""
    return functional.cross_entropy(scores, labels)


def smoothed(share: float) -> Measure:
    """Cross-entropy against labels of which a share is spread evenly over all classes.

    So no score need grow without end (Szegedy et al. 2016). scores: (B, classes); labels: (B,), or shares (B, classes).
    """
    return functools.partial(functional.cross_entropy, label_smoothing=share)


def accuracy(scores: Tensor, labels: Tensor) -> Tensor:
    """The share of examples whose highest score is the right class's."""
    return (scores.argmax(1) == labels).float().mean()


def squared_error(output: Tensor, target: Tensor) -> Tensor:
    """The mean squared difference. output: (B, 1) or the target's shape."""
    return functional.mse_loss(output.view_as(target), target)


def absolute_error(output: Tensor, target: Tensor) -> Tensor:
    """The mean absolute difference, in the target's unit."""
    return functional.l1_loss(output.view_as(target), target)


def root_squared_error(output: Tensor, target: Tensor) -> Tensor:
    """The root of the mean squared difference, in the target's unit."""
    return squared_error(output, target).sqrt()


def sum_of_squares(output: Tensor, target: Tensor) -> Tensor:
    """The squared differences, summed over the batch: the early notes' loss, which grows with the batch."""
    return functional.mse_loss(output.view_as(target), target, reduction="sum")


def half_sum_of_squares(output: Tensor, target: Tensor) -> Tensor:
    """Half of it, so that the slope is the plain difference."""
    return sum_of_squares(output, target) / 2


def nearest_bit(output: Tensor, target: Tensor) -> Tensor:
    """The share of all outputs on the right side of one half, where the targets are 0 or 1."""
    return ((output.view_as(target) > 0.5) == (target > 0.5)).float().mean()


def perceptron_loss(score: Tensor, labels: Tensor) -> Tensor:
    """How far a wrong score lies on the wrong side: max(0, -s·z) with s = ±1 for classes 1 and 0. score: (B, 1).

    Its slope is Rosenblatt's rule: nothing for a right answer, ∓x for a wrong one. A score of 0 counts as wrong.
    """
    signs = 1 - 2 * labels.to(score.dtype)
    return (signs * score.squeeze(1)).clamp(min=0).mean()  # clamp passes the slope on at 0, where relu does not


def threshold_accuracy(score: Tensor, labels: Tensor) -> Tensor:
    """The share of examples on the right side of the threshold 0. score: (B, 1)."""
    return ((score.squeeze(1) > 0) == (labels > 0)).float().mean()


def log_loss(score: Tensor, labels: Tensor) -> Tensor:
    """-log p(class), where p(class 1) = σ(score): logistic regression's loss, in nats. score: (B, 1), the log-odds."""
    return functional.binary_cross_entropy_with_logits(score.squeeze(1), labels.to(score.dtype))


def contrast(values: Tensor, _: Tensor) -> Tensor:
    """Free energy of the data minus that of the model's own fantasies: its slope is contrastive divergence.

    values: (B, 3): free energy of the example, of the negative sample, squared reconstruction error.
    """
    return (values[:, 0] - values[:, 1]).mean()


def coding_cost(values: Tensor, _: Tensor) -> Tensor:
    """What a layer of autoencoders learns to lower: the error of its reconstructions and the cost of its code.

    values: (B, 3): the cost of an example, 0, its squared reconstruction error.
    """
    return values[:, 0].mean()


def free_energy(values: Tensor, _: Tensor) -> Tensor:
    """The mean free energy of the examples, up to a constant -log p(example)."""
    return values[:, 0].mean()


def reconstruction_error(values: Tensor, _: Tensor) -> Tensor:
    """The mean squared difference between examples and their reconstructions, a pixel."""
    return values[:, 2].mean()


def explained(output: Tensor, target: Tensor) -> Tensor:
    """R²: the share of the targets' variance that the output accounts for."""
    target = target.flatten(1) if target.ndim > 1 else target
    rest = (output.view_as(target) - target).square().sum()
    return 1 - rest / (target - target.mean(0)).square().sum().clamp(min=torch.finfo(target.dtype).tiny)


def pseudo_likelihood(net: nn.Module, x: Tensor) -> dict[str, float]:
    """The mean log pseudo-likelihood of examples as bits, in nats: of one machine of bits, else nothing."""
    if not isinstance(net, RBM) or net.units != "bernoulli":
        return {}
    return {"pseudo_likelihood": net.pseudo_likelihood(bits_of(x.flatten(1))).mean().item()}


OBJECTIVES = {
    "classification": Objective("classification", cross_entropy, {"accuracy": accuracy}),
    "regression": Objective("regression", squared_error, {"absolute_error": absolute_error}, "numbers"),
    "perceptron": Objective("perceptron", perceptron_loss, {"accuracy": threshold_accuracy}, outputs=1),
    "logistic": Objective("logistic", log_loss, {"accuracy": threshold_accuracy}, outputs=1),
    "squares": Objective(
        "squares", sum_of_squares, {"root_squared_error": root_squared_error}, "numbers", spread=False
    ),
    "half-squares": Objective(
        "half-squares", half_sum_of_squares, {"elementwise_accuracy": nearest_bit}, "numbers", spread=False
    ),
    "reconstruction": Objective("reconstruction", squared_error, {"explained": explained}, "input"),
    "coding": Objective("coding", coding_cost, {"reconstruction_error": reconstruction_error}, "any", 3),
    "contrast": Objective(
        "contrast",
        contrast,
        {"free_energy": free_energy, "reconstruction_error": reconstruction_error},
        "any",
        3,
        watch=pseudo_likelihood,
    ),
}
