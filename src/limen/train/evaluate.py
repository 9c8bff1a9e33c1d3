"""What a net answers, and how well."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from limen.data.batches import Batches, share_of
from limen.data.dataset import Scale, Split, as_input
from limen.nets.hasten import hasten
from limen.train.objectives import OBJECTIVES, Objective
from limen.train.processes import ALONE, Processes
from limen.train.step import autocast, full

WATCHED = 500  # examples from which a net is told more than its outputs say
BATCH = 256  # examples at a time: activations stay small enough to be kept between batches


def predict(
    net: nn.Module,
    split: Split,
    scale: Scale,
    precision: str = "fp32",
    processes: Processes = ALONE,
    looks: int = 1,
) -> Tensor:
    """The net's outputs for every example in order, on the split's device: (N, …). Dropout is off.

    With several `looks`, the mean of the outputs for a picture and its variants (see `averaged`). Several processes
    answer a share each, and all get all answers.
    """
    training = net.training
    net.eval()
    forward = averaged(hasten(net), looks)
    spread = processes.count > 1 and not processes.shard and len(split) >= processes.count
    start, stop = share_of(len(split), processes.rank, processes.count) if spread else (0, len(split))
    part = Split(split.x[start:stop], split.y[start:stop])
    batches = Batches(part, min(BATCH, len(part)), scale=scale, shuffle=False)
    try:
        with torch.inference_mode(not processes.shard), torch.no_grad(), autocast(split.x.device, precision):
            outputs = torch.cat([full(forward(x)) for x, _ in batches])
    finally:
        net.train(training)
    if not spread:
        return outputs
    every = outputs.new_zeros(len(split), *outputs.shape[1:])
    every[start:stop] = outputs
    return processes.add(every)


def averaged(forward: Callable[[Tensor], Tensor], looks: int) -> Callable[[Tensor], Tensor]:
    """A function of pictures (B, C, H, W): the mean of what `forward` gives for so many looks at each of them.

    2: the picture and its mirror image. 6: both, and both moved by a pixel up and left, and down and right; what was
    moved counts half (Jordan 2024). What enters at an edge repeats it.
    """
    if looks == 1:
        return forward

    def both(x: Tensor) -> Tensor:
        return (full(forward(x)) + full(forward(x.flip(3)))) / 2

    def moved(x: Tensor) -> Tensor:
        wide = functional.pad(x, (1, 1, 1, 1), mode="replicate")
        corners = (wide[:, :, 2:, 2:], wide[:, :, :-2, :-2])
        first, second = (both(corner.contiguous(memory_format=torch.channels_last)) for corner in corners)
        return (first + second) / 2

    return both if looks == 2 else lambda x: (both(x) + moved(x)) / 2


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
    processes: Processes = ALONE,
    looks: int = 1,
) -> dict[str, float]:
    """The loss and measures of a net on a split: ``evaluate(net, data.test, data.scale)``."""
    outputs = predict(net, split, scale, precision, processes, looks)
    values = measure(outputs, objective.targets_of(split, scale), objective)
    return values if objective.watch is None else values | objective.watch(net, as_input(split.x[:WATCHED], scale))
