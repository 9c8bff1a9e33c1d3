"""What a net answers, and how well."""

import torch
from torch import Tensor, nn

from limen.data.batches import Batches
from limen.data.dataset import Scale, Split
from limen.nets.hasten import hasten
from limen.train.objectives import OBJECTIVES, Objective
from limen.train.step import autocast

BATCH = 256  # examples at a time: activations stay small enough to be kept between batches


@torch.inference_mode()
def predict(net: nn.Module, split: Split, scale: Scale, precision: str = "fp32") -> Tensor:
    """The net's outputs for every example in order, float32 on the split's device: (N, …). Dropout is off."""
    training = net.training
    net.eval()
    forward = hasten(net)
    batches = Batches(split, min(BATCH, len(split)), scale=scale, shuffle=False)
    try:
        with autocast(split.x.device, precision):
            return torch.cat([forward(x).float() for x, _ in batches])
    finally:
        net.train(training)


def measure(outputs: Tensor, targets: Tensor, objective: Objective) -> dict[str, float]:
    """The objective's loss and measures of all outputs together."""
    values = {"loss": objective.loss(outputs, targets)}
    values |= {name: of(outputs, targets) for name, of in objective.measures.items()}
    return {name: value.item() for name, value in values.items()}


def evaluate(
    net: nn.Module,
    split: Split,
    scale: Scale,
    objective: Objective = OBJECTIVES["classification"],
    precision: str = "fp32",
) -> dict[str, float]:
    """The loss and measures of a net on a split: ``evaluate(net, data.test, data.scale)``."""
    return measure(predict(net, split, scale, precision), split.y, objective)
