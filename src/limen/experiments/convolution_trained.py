"""A small convolutional net that has learnt to read digits: what the lesson on looking inside looks into.

The digits that come with scikit-learn, 8×8, are drawn three times as large, so that there is room for planes. Three
convolutions, and the average of each plane in place of dense layers: such a net takes pictures of any size.
"""

from collections import OrderedDict
from dataclasses import replace
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate
from torch.nn.utils.fusion import fuse_conv_bn_eval

from limen.data.dataset import Dataset, Split, as_input
from limen.data.load import load
from limen.data.spec import Data
from limen.train.fit import fit
from limen.train.plan import Optimizer, Plan, Schedule

GRAIN = 0.01  # of white: no two numbers of a picture are equal, so that every slope is one number


@cache
def large_digits() -> Dataset:
    """The digits as 24×24."""
    data = load(Data("digits", seed=0))

    def larger(split: Split) -> Split:
        planes = interpolate(split.x.permute(0, 3, 1, 2).float(), scale_factor=3, mode="bilinear")
        return Split(planes.permute(0, 2, 3, 1).contiguous(), split.y)

    return replace(data, train=larger(data.train), validation=larger(data.validation), test=larger(data.test))


def chain(norms: bool) -> nn.Sequential:
    """Three convolutions, with a norm behind each or without, the average, and one dense layer."""
    layers, planes = OrderedDict[str, nn.Module](), 1
    for number, wide in enumerate((8, 16, 32), 1):
        layers[f"conv{number}"] = nn.Conv2d(planes, wide, 3, padding=1)
        if norms:
            layers[f"norm{number}"] = nn.BatchNorm2d(wide)
        layers[f"relu{number}"] = nn.ReLU()
        if number < 3:
            layers[f"pool{number}"] = nn.MaxPool2d(2)
        planes = wide
    layers |= OrderedDict(average=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), dense=nn.Linear(planes, 10))
    return nn.Sequential(layers)


@cache
def reader() -> nn.Sequential:
    """The trained net, in float64. It learns with batch norms, which then are multiplied into the filters."""
    torch.manual_seed(0)
    net = chain(norms=True)
    plan = Plan(epochs=8, batch_size=32, optimizer=Optimizer("adam", 0.01), schedule=Schedule("one-cycle"))
    for _ in fit(net, large_digits(), plan):
        pass
    learnt, plain = dict(net.double().eval().named_children()), chain(norms=False).double().eval()
    for name, layer in plain.named_children():
        if isinstance(layer, nn.Conv2d):
            norm = learnt[f"norm{name[-1]}"]
            layer.load_state_dict(fuse_conv_bn_eval(learnt[name], norm).state_dict())  # type: ignore[type-var,arg-type]
        elif isinstance(layer, nn.Linear):
            layer.load_state_dict(learnt[name].state_dict())
    return plain.requires_grad_(False)


@cache
def tests() -> tuple[Tensor, Tensor]:
    """Test digits it has not learnt from, (N, 1, 24, 24) from 0 to 1 with a faint grain, and what they are."""
    data = large_digits()
    x = as_input(data.test.x, data.scale).double()
    draw = torch.Generator().manual_seed(0)
    return x + GRAIN * torch.rand(x.shape, generator=draw, dtype=x.dtype), data.test.y
