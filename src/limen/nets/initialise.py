"""The first weights: how large they are drawn decides whether a deep net can begin to learn at all.

A unit sums n inputs. With weights of mean 0 and variance v, independent of the inputs h,

    Var(Σ w h) = n · v · E[h²],

so every layer multiplies the size of its signal by about √(n·v); gradients on their way back by √(m·v), with m the
number of units each input goes to. Ten layers of a factor of one half leave a thousandth, of a factor of two make a
thousand. Xavier keeps both factors near 1 (Glorot & Bengio 2010); He doubles the variance, because a ReLU throws half
of what it gets away (He et al. 2015). The tables hold variances; the draws are normal, and biases begin at 0.
"""

import math
from collections.abc import Callable

import torch
from torch import nn
from torch.nn.modules.conv import _ConvNd

from limen.errors import unknown

Variance = Callable[[int, int], float]  # of the numbers that go into a unit, and of the units each goes to

VARIANCES: dict[str, Variance] = {
    "zeros": lambda n, m: 0.0,  # all units of a layer are and stay one and the same
    "small": lambda n, m: 1e-4,  # a deviation of 0.01 whatever the width: signals die out on the way up
    "large": lambda n, m: 1.0,  # a deviation of 1 whatever the width: signals saturate or explode
    "xavier": lambda n, m: 2 / (n + m),  # for tanh: a compromise between the way up, 1/n, and the way back, 1/m
    "he": lambda n, m: 2 / n,  # for ReLU: twice as much, since half of the units are silent
}

# "default" leaves what torch draws: uniform within ±1/√n, weights and biases, a variance of 1/(3n)
INITIALISERS = ("default", *VARIANCES)


def fans(layer: nn.Linear | _ConvNd) -> tuple[int, int]:
    """(numbers that go into a unit, units that each of them goes to) of a dense or convolutional layer."""
    if isinstance(layer, nn.Linear):
        return layer.in_features, layer.out_features
    window = math.prod(layer.kernel_size)
    return layer.in_channels // layer.groups * window, layer.out_channels // layer.groups * window


@torch.no_grad()
def initialise(net: nn.Module, name: str) -> None:
    """Draw the weights of every dense and convolutional layer anew, in place, and set their biases to 0.

    Weights are drawn from torch's generator. `default` changes nothing.

    Raises:
        LimenError: there is no initialiser of that name.
    """
    if name not in INITIALISERS:
        raise unknown("initialiser", name, INITIALISERS)
    if name == "default":
        return
    for layer in net.modules():
        if isinstance(layer, nn.Linear | _ConvNd) and not layer.weight.is_meta:  # without memory nothing is drawn
            layer.weight.normal_(0.0, math.sqrt(VARIANCES[name](*fans(layer))))
            if layer.bias is not None:
                layer.bias.zero_()
