"""One neuron: a weighted sum of its inputs, and what it makes of it.

McCulloch and Pitts (1943) let it fire when the sum of its inputs reaches a threshold; Rosenblatt (1958) let it learn
the weights; a smooth activation lets it learn them by its slope.
"""

import math
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from limen.nets.layers import activation as make_activation


def mcculloch_pitts(excite: Sequence[int], inhibit: Sequence[int] = (), *, threshold: int) -> int:
    """Whether the neuron fires (1 or 0): as many exciting inputs are on as the threshold asks, and no inhibiting one.

    McCulloch & Pitts 1943: every input is 0 or 1, all weights are alike, and one inhibiting input is a veto.
    """
    return int(not any(inhibit) and sum(excite) >= threshold)


def perceptron(shape: tuple[int, ...], classes: int) -> nn.Sequential:
    """One threshold unit, all weights 0 at first: (B, *shape) to its sum (B, 1). It fires where the sum is above 0."""
    dense = nn.Linear(math.prod(shape), 1)
    nn.init.zeros_(dense.weight)
    nn.init.zeros_(dense.bias)
    return nn.Sequential(OrderedDict(flatten=nn.Flatten(), dense=dense))


def neuron(
    shape: tuple[int, ...], classes: int, activation: str = "sigmoid", bias: bool = True, numpy_seed: int = 0
) -> nn.Sequential:
    """A neuron for each output, side by side: (B, *shape) to (B, outputs).

    `numpy_seed` draws the weights from NumPy's legacy generator, uniform from 0 to 1 in the order (inputs, outputs), as
    early courses did; in float64, of which ``plan.precision=fp64`` keeps every digit. 0: as torch draws them.
    """
    dense = nn.Linear(math.prod(shape), classes, bias)
    if numpy_seed and dense.weight.device.type != "meta":
        drawn = np.random.RandomState(numpy_seed).random_sample((dense.in_features, classes))
        dense.weight = nn.Parameter(torch.from_numpy(drawn.T.copy()))
        if dense.bias is not None:
            dense.bias = nn.Parameter(torch.zeros(classes, dtype=torch.float64))
    return nn.Sequential(OrderedDict(flatten=nn.Flatten(), dense=dense, act=make_activation(activation)))
