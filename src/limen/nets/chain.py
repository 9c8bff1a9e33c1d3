"""A chain of dense layers, taken apart: what is summed, what is bent, and in which order.

net = dense layer, activation, dense layer, activation, …, each seeing what the one before puts out and nothing else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch import nn

from limen.errors import LimenError
from limen.nets.derivatives import FUNCTIONS

PASSED = (nn.Identity, nn.Dropout)  # leave every number as it is, Dropout in eval mode


@dataclass(frozen=True, eq=False)
class Dense:
    """A dense layer by its path in the net, and the activations between it and the next, the first applied first."""

    name: str
    linear: nn.Linear
    bends: tuple[nn.Module, ...]

    def __repr__(self) -> str:
        bends = "".join(f", {type(bend).__name__}" for bend in self.bends)
        return f"Dense({self.name!r}, {self.linear.in_features}→{self.linear.out_features}{bends})"


@dataclass(frozen=True, eq=False)
class Chain:
    """The whole net: `bends` before the first dense layer (seldom any), and the dense layers."""

    flattens: bool
    bends: tuple[nn.Module, ...]
    dense: tuple[Dense, ...]

    def __repr__(self) -> str:
        return f"Chain({', '.join(map(repr, self.dense))})"


def leaves(net: nn.Module, path: str = "") -> Iterator[tuple[str, nn.Module]]:
    """The layers in order with their paths, chains within the chain opened."""
    if type(net) is not nn.Sequential:
        yield path or type(net).__name__, net
        return
    for name, layer in net._modules.items():  # named_children() would leave out a layer that stands twice
        assert layer is not None
        yield from leaves(layer, f"{path}.{name}" if path else name)


def check(name: str, layer: nn.Module) -> None:
    """Raise LimenError unless the layer is one of those whose formulas are written here."""
    kind = type(layer)
    if kind is nn.Dropout and layer.training:
        raise LimenError(f"Layer {name!r} (Dropout) draws at random in training mode. Allowed: eval mode. `net.eval()`")
    if isinstance(layer, nn.Flatten) and (layer.start_dim, layer.end_dim) != (1, -1):
        raise LimenError(
            f"Layer {name!r} flattens {layer.start_dim} to {layer.end_dim}. Allowed: 1 to -1. Use nn.Flatten()."
        )
    if kind not in (nn.Linear, nn.Flatten, *PASSED, *FUNCTIONS):
        allowed = ", ".join(k.__name__ for k in (nn.Linear, nn.Flatten, nn.Dropout, *FUNCTIONS))
        raise LimenError(
            f"Layer {name!r} is a {kind.__name__}, and the pass is written for dense chains only. Allowed: {allowed}. "
            "Build such a net with `mlp`."
        )


def opened(net: nn.Module) -> list[tuple[str, nn.Module]]:
    """The layers of a dense chain in order, with their paths; LimenError where another layer stands between them."""
    found, owners = [], dict[int, str]()
    for name, layer in leaves(net):
        check(name, layer)
        for parameter in layer.parameters():
            if id(parameter) in owners:
                raise LimenError(
                    f"Layer {name!r} has its weights from layer {owners[id(parameter)]!r}. Allowed: weights of its own."
                    " Copy the layer."
                )
            owners[id(parameter)] = name
        found.append((name, layer))
    return found


def chain(net: nn.Module) -> Chain:
    """The net taken apart; LimenError where it has no dense layer or is no dense chain."""
    layers = opened(net)
    first = next((i for i, (_, layer) in enumerate(layers) if type(layer) is nn.Linear), None)
    if first is None:
        raise LimenError(f"The net has {len(layers)} layers and none is dense. Put a Linear in: nothing would learn.")
    dense: list[Dense] = []
    for i in range(first, len(layers)):
        name, layer = layers[i]
        if type(layer) is nn.Linear:
            dense.append(Dense(name, layer, bends_of(layers[i + 1 :])))
    return Chain(any(type(layer) is nn.Flatten for _, layer in layers[:first]), bends_of(layers), tuple(dense))


def bends_of(layers: Sequence[tuple[str, nn.Module]]) -> tuple[nn.Module, ...]:
    """The activations up to the next dense layer, without those that leave every number as it is."""
    bends: list[nn.Module] = []
    for _, layer in layers:
        if type(layer) is nn.Linear:
            break
        if type(layer) not in (nn.Flatten, *PASSED):
            bends.append(layer)
    return tuple(bends)
