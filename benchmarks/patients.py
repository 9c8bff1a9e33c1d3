"""Trainings to examine: healthy ones of many kinds, and ones with a fault planted in them.

All are small (digits, iris, spirals, curves; a second or less) and drawn from a seed: the net, its widths and
activation, the optimizer and its rate, the batch, the data's division. A fault is planted in the data, in the first
weights or in a setting, in a strength that is drawn too. None of it knows how the doctor judges.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn

from limen.data.dataset import Split
from limen.experiments.setup import Setup

Draw = np.random.Generator
Spoil = Callable[[Setup], None]
Settings = tuple[str, ...]
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Patient:
    """An experiment with settings, and the fault that is planted in it ("" for none)."""

    fault: str
    experiment: str
    settings: Settings
    spoil: Spoil | None = None

    def __str__(self) -> str:
        return f"{self.fault or 'healthy'}: {self.experiment} {' '.join(self.settings)}"


def pick(draw: Draw, *values: Any) -> Any:
    return values[int(draw.integers(len(values)))]


def between(draw: Draw, low: float, high: float) -> float:
    """A number whose logarithm is evenly drawn, with two digits."""
    return float(f"{np.exp(draw.uniform(np.log(low), np.log(high))):.2g}")


# ------------------------------------------------------------------------------------------------ healthy trainings

RATES = {  # with which each optimizer is known to learn these sets
    "adam": (1e-3, 8e-3), "adamw": (1e-3, 8e-3), "nadam": (1e-3, 6e-3), "radam": (2e-3, 1e-2), "rmsprop": (5e-4, 3e-3),
    "adagrad": (1e-2, 5e-2), "adamax": (2e-3, 1e-2), "sgd": (0.1, 0.3), "momentum": (2e-2, 4e-2), "muon": (2e-3, 1e-2),
}  # fmt: skip


def optimizer(draw: Draw, *names: str, rates: dict[str, tuple[float, float]] = RATES) -> Settings:
    name = pick(draw, *(names or rates))
    rate = f"plan.optimizer.lr={between(draw, *rates[name]):g}"
    if name == "momentum":
        return "plan.optimizer=sgd", "plan.optimizer.momentum=0.9", rate
    return f"plan.optimizer={name}", rate


def seeds(draw: Draw) -> Settings:
    return f"plan.seed={draw.integers(1 << 30)}", f"data.seed={draw.integers(1 << 30)}"


def lasting(epochs: int, batch: int) -> Settings:
    return f"plan.epochs={epochs}", f"plan.batch_size={batch}", "plan.schedule=constant"


def widths(draw: Draw, depth: int, low: int = 24, high: int = 96) -> str:
    return "net.hidden=" + ",".join(str(draw.integers(low, high)) for _ in range(depth)) + "," * (depth == 1)


def digits(draw: Draw, *bends: str, depth: int = 1, epochs: int = 8) -> Settings:
    """Dense nets on digits."""
    net = widths(draw, depth), f"net.activation={pick(draw, *bends)}"
    return *seeds(draw), *lasting(epochs, pick(draw, 16, 32, 64)), *net


def healthy_digits(draw: Draw) -> Patient:
    depth = pick(draw, 1, 1, 2, 2, 3, 4)
    adaptive = "adam", "adamw", "nadam", "radam", "rmsprop", "adamax"  # plain descent is slow through three layers
    bends = ("relu", "tanh", "leaky-relu", "elu", "gelu", "silu", *(["sigmoid"] if depth == 1 else []))
    more = pick(draw, (), (), (f"net.dropout={pick(draw, 0.1, 0.2, 0.3)}",), ("plan.schedule=one-cycle",))
    how = optimizer(draw, *(adaptive if depth > 2 or more else ()))
    return Patient("", "digits-mlp", (*digits(draw, *bends, depth=depth, epochs=12), *how, *more))


def healthy_pictures(draw: Draw) -> Patient:
    net = f"net.channels={pick(draw, '4,8', '8,16', '6,12')}", f"plan.augment.shift={pick(draw, 0, 1)}"
    how = optimizer(draw, "adam", "adamw", "nadam", "adamax", "momentum")
    return Patient("", "digits-cnn", (*seeds(draw), *lasting(8, pick(draw, 16, 32)), *how, *net))


def healthy_flowers(draw: Draw) -> Patient:
    net = (
        "net=mlp",
        widths(draw, pick(draw, 1, 2), 8, 32),
        f"net.activation={pick(draw, 'relu', 'tanh', 'elu', 'gelu')}",
    )
    how = optimizer(draw, "adam", "adamw", "sgd")
    return Patient("", "iris", (*seeds(draw), *lasting(50, pick(draw, 8, 16)), *net, *how))


def healthy_spiral(draw: Draw) -> Patient:
    net = f"net.hidden={draw.integers(50, 120)},", f"net.activation={pick(draw, 'relu', 'tanh', 'leaky-relu')}"
    how = "plan.passes=1", "plan.optimizer=adam", f"plan.optimizer.lr={between(draw, 3e-3, 1.5e-2):g}"
    return Patient("", "spiral", (*seeds(draw), *lasting(30, 64), *net, *how))


def healthy_curve(draw: Draw) -> Patient:
    data = "data=curve", f"data.kind={pick(draw, 'wave', 'corner', 'step')}", "data.noise=0.05", "objective=regression"
    net = widths(draw, 2, 20, 60), f"net.activation={pick(draw, 'relu', 'tanh', 'gelu')}"
    how = "plan.passes=1", "plan.optimizer=adam", f"plan.optimizer.lr={between(draw, 2e-3, 8e-3):g}"
    return Patient("", "spiral", (*seeds(draw)[:1], *data, *lasting(60, 16), *net, *how))


def healthy_softmax(draw: Draw) -> Patient:
    return Patient("", "digits-mlp", (*seeds(draw), *lasting(15, pick(draw, 16, 32)), "net=softmax", *optimizer(draw)))


def healthy(draw: Draw) -> Patient:
    """A training as it should be, half of them dense nets on digits."""
    others = healthy_pictures, healthy_flowers, healthy_spiral, healthy_curve, healthy_softmax
    return pick(draw, *[healthy_digits] * len(others), *others)(draw)


# ---------------------------------------------------------------------------------------------------- planted faults


def layers_of(net: nn.Module) -> list[Any]:
    """The layers with weights, from the input on."""
    return [layer for layer in net.modules() if isinstance(layer, nn.Linear | nn.Conv2d)]


@torch.no_grad()
def scale_weights(setup: Setup, factor: float, most: int | None = None) -> None:
    for layer in layers_of(setup.net)[:most]:
        layer.weight.mul_(factor)


@torch.no_grad()
def shift_bias(setup: Setup, layer: int, bias: float, share: float = 1.0) -> None:
    chosen = layers_of(setup.net)[layer]
    chosen.bias[: round(share * len(chosen.bias))] = bias


@torch.no_grad()
def zero(setup: Setup) -> None:
    for parameter in setup.net.parameters():
        parameter.zero_()


def scale_inputs(setup: Setup, factor: float) -> None:
    """Inputs in another unit than the net was made for."""
    scale = setup.data.scale
    setup.data = replace(setup.data, scale=replace(scale, divisor=tuple(d / factor for d in scale.divisor)))


def change_splits(setup: Setup, change: Callable[[Split], Split], names: Sequence[str]) -> None:
    setup.data = replace(setup.data, **{name: change(getattr(setup.data, name)) for name in names})


def dead(draw: Draw) -> Patient:
    """More than three quarters of a ReLU layer far below 0."""
    depth, share = pick(draw, 1, 2, 3), draw.uniform(0.8, 1.0)
    layer, bias = int(draw.integers(depth)), -between(draw, 10, 50)
    plan = *digits(draw, "relu", depth=depth), *optimizer(draw)
    return Patient("dead", "digits-mlp", plan, lambda setup: shift_bias(setup, layer, bias, share))


def saturated(draw: Draw) -> Patient:
    """Sigmoid or tanh, with hidden weights or inputs much too large."""
    plan = *digits(draw, "tanh", "sigmoid", depth=pick(draw, 1, 2, 3)), *optimizer(draw)
    weights, inputs = between(draw, 25, 200), between(draw, 40, 500)
    if draw.random() < 0.6:
        return Patient("saturated", "digits-mlp", plan, lambda setup: scale_weights(setup, weights, -1))
    return Patient("saturated", "digits-mlp", plan, lambda setup: scale_inputs(setup, inputs))


def vanishing(draw: Draw) -> Patient:
    """Six to ten layers of sigmoids, or of others with weights much too small."""
    bend, factor = pick(draw, "sigmoid", "tanh", "relu"), between(draw, 0.15, 0.5)
    how = optimizer(draw, "adam", "sgd", "momentum", "rmsprop", "adagrad")
    plan = *digits(draw, bend, depth=int(draw.integers(6, 11))), *how
    return Patient(
        "vanishing", "digits-mlp", plan, lambda setup: scale_weights(setup, 1 if bend == "sigmoid" else factor)
    )


def exploding(draw: Draw) -> Patient:
    """Three to eight layers that do not flatten out, with weights much too large."""
    factor = between(draw, 6, 20)
    plan = *digits(draw, "relu", "leaky-relu", "elu", "identity", depth=int(draw.integers(3, 9))), *optimizer(draw)
    return Patient("exploding", "digits-mlp", plan, lambda setup: scale_weights(setup, factor))


def stuck(draw: Draw) -> Patient:
    """All weights 0, or inputs that are next to nothing, or a last layer that ends in dead ReLUs."""
    way, nothing, bias = pick(draw, "zeros", "blind", "dead end"), 1 / between(draw, 1e7, 1e9), -between(draw, 20, 50)
    if way == "zeros":
        plan = *digits(draw, "relu", "tanh", "gelu", depth=pick(draw, 1, 2)), *optimizer(draw)
        return Patient("stuck", "digits-mlp", plan, zero)
    if way == "blind":
        plan = *digits(draw, "relu", "tanh"), *optimizer(draw, "sgd", "adam")
        return Patient("stuck", "digits-mlp", plan, lambda setup: scale_inputs(setup, nothing))
    plan = *seeds(draw), *lasting(4, pick(draw, 16, 32, 64)), "net=mnist-conv3", *optimizer(draw)
    return Patient("stuck", "digits-cnn", plan, lambda setup: shift_bias(setup, -1, bias))


HIGH = {
    "adam": (0.2, 10),
    "adamw": (0.2, 10),
    "rmsprop": (0.2, 3),
    "sgd": (5, 200),
    "nadam": (0.2, 10),
    "adagrad": (2, 30),
}
LOW = {
    "adam": (1e-7, 1e-5),
    "adamw": (1e-7, 1e-5),
    "rmsprop": (1e-7, 5e-6),
    "sgd": (1e-6, 1e-3),
    "adagrad": (1e-6, 1e-4),
}


def high(draw: Draw) -> Patient:
    plan = digits(draw, "relu", "tanh", "leaky-relu", "gelu", depth=pick(draw, 1, 2, 3), epochs=6)
    return Patient("rate too high", "digits-mlp", (*plan, *optimizer(draw, rates=HIGH)))


def low(draw: Draw) -> Patient:
    plan = digits(draw, "relu", "tanh", "leaky-relu", "gelu", depth=pick(draw, 1, 2))
    return Patient("rate too low", "digits-mlp", (*plan, *optimizer(draw, rates=LOW)))


def overfitting(draw: Draw) -> Patient:
    """A large net, few examples, many epochs."""
    if draw.random() < 0.35:
        few = f"data.limit={draw.integers(60, 150)}", f"data.noise={draw.uniform(0.4, 0.7):.2f}"
        plan = "plan.passes=4", "net.hidden=200,200", "plan.optimizer=adam", "plan.optimizer.lr=0.005"
        return Patient("overfitting", "spiral", (*seeds(draw), *few, *lasting(60, 30), *plan))
    few = f"data.limit={draw.integers(30, 80)}", widths(draw, 2, 150, 400)
    return Patient(
        "overfitting", "digits-mlp", (*seeds(draw), *few, *lasting(60, 16), *optimizer(draw, "adam", "nadam"))
    )


def classifying(draw: Draw) -> Patient:
    """A healthy training on classes."""
    while (chosen := healthy(draw)).settings[1] == "data=curve":
        pass
    return chosen


def copies(draw: Draw) -> Patient:
    """A share of the examples held back are examples that were learnt from."""
    names, share = pick(draw, SPLITS[1:], SPLITS[1:2], SPLITS[2:]), draw.uniform(0.15, 1.0)

    def spoil(setup: Setup) -> None:
        train = setup.data.train

        def change(split: Split) -> Split:
            count = min(round(share * len(split)), len(train))
            return Split(torch.cat([train.x[:count], split.x[count:]]), torch.cat([train.y[:count], split.y[count:]]))

        change_splits(setup, change, names)

    return replace(classifying(draw), fault="leakage", spoil=spoil)


def answer(draw: Draw) -> Patient:
    """A column of a table that holds the class, more or less exactly."""
    column, noise = int(draw.integers(2)), draw.uniform(0, 0.5)

    def change(split: Split) -> Split:
        x, chance = split.x.clone(), torch.Generator().manual_seed(len(split))
        x[:, column] = split.y + noise * torch.rand(len(split), generator=chance)
        return Split(x, split.y)

    chosen = pick(draw, healthy_flowers, healthy_spiral)(draw)
    return replace(chosen, fault="leakage", spoil=lambda setup: change_splits(setup, change, SPLITS))


def shuffled(draw: Draw) -> Patient:
    """Labels in another order than their examples, in the training split, in the others, or in all."""
    names, seed = pick(draw, SPLITS[:1], SPLITS[1:], SPLITS), int(draw.integers(1 << 30))

    def spoil(setup: Setup) -> None:
        chance = torch.Generator().manual_seed(seed)
        change_splits(setup, lambda s: Split(s.x, s.y[torch.randperm(len(s), generator=chance)]), names)

    return replace(classifying(draw), fault="labels shuffled", spoil=spoil)


FAULTS: tuple[Callable[[Draw], Patient], ...] = (
    dead, saturated, vanishing, exploding, stuck, high, low, overfitting,
    lambda draw: pick(draw, copies, answer)(draw), shuffled,
)  # fmt: skip


def patients(seed: int, well: int, each: int) -> Iterator[Patient]:
    """So many healthy ones, and so many with each of the faults."""
    for kind, (make, count) in enumerate([(healthy, well), *((fault, each) for fault in FAULTS)]):
        for number in range(count):
            yield make(np.random.default_rng([seed, kind, number]))
