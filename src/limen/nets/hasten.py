"""The same net, computed sooner.

A chain convolution → ReLU → max-pooling may be walked in another order with equal results, because the largest of
several numbers stays the largest when all are shifted by one bias or bent by one rising curve:

    pool(relu(conv(x) + b)) = relu(pool(conv(x)) + b)

Bias and ReLU then see a quarter of the numbers, and so do their gradients. Moving the ReLU is exact to the last bit;
the bias is added after the sums instead of before, so the last bit may differ. What it gains stands in LOG.md.

The net keeps its layers and parameters; only the way through them changes, and only while nobody watches them by hooks.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

import torch
from torch import Tensor, nn

FEW = 4  # input channels up to which a bias gradient inside the convolution's own costs more than one by itself

FRESH = (nn.Conv2d, nn.Linear, nn.MaxPool2d)  # their gradients need what went in, not what came out

Layer = Callable[[Tensor], Tensor]


def leaves(net: nn.Sequential) -> Iterator[nn.Module]:
    """The layers of a chain in order, chains within it opened."""
    for layer in net:
        if type(layer) is nn.Sequential:
            yield from leaves(layer)
        else:
            yield layer


def reorder(layers: list[nn.Module]) -> list[nn.Module]:
    """Each ReLU that stands right before a max-pooling put right after it."""
    order = list(layers)
    for i, (layer, following) in enumerate(pairwise(layers)):
        if type(layer) is nn.ReLU and type(following) is nn.MaxPool2d and not following.return_indices:
            order[i], order[i + 1] = following, layer
    return order


def bias_later(convolution: nn.Conv2d, pooling: nn.Module | None) -> Layer:
    """Convolution and pooling as one function that adds the bias at the end."""

    def forward(x: Tensor) -> Tensor:
        assert convolution.bias is not None
        y: Tensor = convolution._conv_forward(x, convolution.weight, None)
        if pooling is not None:
            y = pooling(y)
        return y.add_(convolution.bias.view(-1, 1, 1))

    return forward


def is_watched(net: nn.Module) -> bool:
    """Whether anything hangs on the layers' own calls, so that the way through them must not change."""
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return any(getattr(layer, name) for layer in net.modules() for name in hooks)


def in_short(order: list[nn.Module]) -> Iterator[Layer]:
    """The layers as functions: bias after pooling, and ReLU in place where nobody else needs what it overwrites."""
    before: nn.Module | None = None
    waiting = list(order)
    while waiting:
        layer = waiting.pop(0)
        following = waiting[0] if waiting else None
        pooled = type(following) is nn.MaxPool2d
        if type(layer) is nn.ReLU and before is not None and type(before) in FRESH:
            yield torch.relu_
        elif type(layer) is nn.Conv2d and layer.bias is not None and pooled:
            yield bias_later(layer, waiting.pop(0))
        elif type(layer) is nn.Conv2d and layer.bias is not None and before is None and layer.in_channels <= FEW:
            yield bias_later(layer, None)
        else:
            yield layer
        before = layer


def hasten(net: nn.Module) -> Layer:
    """A function equal to the net that is computed sooner; the net itself where it is no chain or is watched."""
    if type(net) is not nn.Sequential or is_watched(net):
        return net
    layers = list(in_short(reorder(list(leaves(net)))))

    def forward(x: Tensor) -> Tensor:
        for layer in layers:
            x = layer(x)
        return x

    return forward
