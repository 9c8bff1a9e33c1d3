"""What chapters 3 and 6 measure of a net: its signals before it learns, what it learnt by heart, its weights."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import nn

from limen.experiments.setup import Setup, outputs_of
from limen.explain.signals import LayerSignals, batch_of, gradient_ratio, measurable, signals
from limen.nets.begin import drawn, load_matching
from limen.nets.build import UNSUPERVISED
from limen.train.evaluate import evaluate
from limen.train.objectives import OBJECTIVES

Metrics = Sequence[Mapping[str, Any]]


def before_training(setup: Setup) -> nn.Module:
    """The net with the weights that its training began with."""
    made, data = setup.experiment, setup.data
    net = drawn(made.net.name, data.shape, outputs_of(made, data), made.net.options, made.plan.seed)
    load_matching(net, setup.begin)
    return net.to(next(setup.net.parameters()))


def first_signals(setup: Setup) -> tuple[LayerSignals, ...]:
    """The signals of one batch before training; none of a net that learns without labels."""
    made = setup.experiment
    if made.net.name in UNSUPERVISED or not measurable(setup.net):
        return ()
    objective, auxiliary = OBJECTIVES[made.objective], made.plan.auxiliary
    return signals(before_training(setup), *batch_of(setup.data), objective, auxiliary=auxiliary)


def ratio_of_gradients(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """Mean |gradient| of a weight of the first layer over that of the last, before training."""
    layers = first_signals(setup)
    return {"gradient_ratio": gradient_ratio(layers)} if layers else {}


def sizes_of_signals(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """Before training: the deviation of the last hidden layer's activations, and the first layer's mean |gradient|."""
    layers = first_signals(setup)
    if len(layers) < 2:
        return {}
    return {"last_deviation": layers[-2].deviation, "first_gradient": layers[0].mean_gradient}


def gap(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """How much better the kept weights do on what they learnt from than on what was held back."""
    data, made = setup.data, setup.experiment
    objective, precision = OBJECTIVES[made.objective], setup.machine.precision
    train, held = (
        evaluate(setup.net, part, data.scale, objective, precision, looks=made.plan.looks)
        for part in (data.train, data.validation)
    )
    gaps = {f"{name}_gap": train[name] - held[name] for name in objective.measures}
    return gaps | {"loss_gap": held["loss"] - train["loss"]}


def weights(setup: Setup, metrics: Metrics) -> dict[str, float]:
    """The share of weights that are exactly 0, and the length of the longest weight vector into a unit."""
    matrices = [p.detach() for p in setup.net.parameters() if p.ndim >= 2]
    zeros = sum(int((w == 0).sum()) for w in matrices)
    longest = max(float(w.flatten(1).norm(dim=1).max()) for w in matrices)
    return {"zero_weights": zeros / sum(w.numel() for w in matrices), "largest_norm": longest}
