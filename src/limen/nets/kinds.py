"""Kinds of convolution: what each connects, and so what it costs.

A convolution connects an output with k×k places of every channel: k²·C·O weights. Each kind leaves connections out, or
lays them elsewhere: 1×1 sees no neighbours; groups see no other group; depthwise and then 1×1 takes the two questions
one after the other (Sifre 2014; Chollet 2017); flattened does so with rows and columns (Jin, Dundar & Culurciello
2015); dilated leaves holes (Yu & Koltun 2016); transposed goes the way of the gradient.
"""

from collections import OrderedDict
from collections.abc import Callable

import torch
from torch import Tensor, nn

from limen.errors import LimenError


def standard(planes: int, outputs: int, kernel: int = 3) -> nn.Module:
    """k×k places of every channel, the size kept."""
    return nn.Conv2d(planes, outputs, kernel, padding="same", bias=False)


def pointwise(planes: int, outputs: int, kernel: int = 3) -> nn.Module:
    """1×1: every channel at one place, a dense layer for each pixel. Lin, Chen & Yan 2013."""
    return nn.Conv2d(planes, outputs, 1, bias=False)


def grouped(planes: int, outputs: int, kernel: int = 3, groups: int = 4) -> nn.Module:
    """The channels in groups that do not see each other. Krizhevsky, Sutskever & Hinton 2012."""
    if planes % groups or outputs % groups:
        raise LimenError(f"{groups} groups do not divide {planes} and {outputs} channels. Choose a common divisor.")
    return nn.Conv2d(planes, outputs, kernel, padding="same", groups=groups, bias=False)


def separable(planes: int, outputs: int, kernel: int = 3) -> nn.Module:
    """Depthwise, k×k in each channel by itself, then 1×1 across the channels."""
    return nn.Sequential(
        OrderedDict(
            depthwise=nn.Conv2d(planes, planes, kernel, padding="same", groups=planes, bias=False),
            pointwise=nn.Conv2d(planes, outputs, 1, bias=False),
        )
    )


def flattened(planes: int, outputs: int, kernel: int = 3) -> nn.Module:
    """k×1 in each channel, 1×k in each channel, then 1×1 across the channels."""
    return nn.Sequential(
        OrderedDict(
            vertical=nn.Conv2d(planes, planes, (kernel, 1), padding="same", groups=planes, bias=False),
            horizontal=nn.Conv2d(planes, planes, (1, kernel), padding="same", groups=planes, bias=False),
            pointwise=nn.Conv2d(planes, outputs, 1, bias=False),
        )
    )


def dilated(planes: int, outputs: int, kernel: int = 3) -> nn.Module:
    """Every second place, so that k weights reach over 2k - 1 places."""
    return nn.Conv2d(planes, outputs, kernel, padding="same", dilation=2, bias=False)


def transposed(planes: int, outputs: int, kernel: int = 3) -> nn.Module:
    """Stride 2 backwards: twice as many places come out."""
    return nn.ConvTranspose2d(planes, outputs, kernel, 2, (kernel - 1) // 2, output_padding=kernel % 2, bias=False)


KINDS: dict[str, Callable[[int, int, int], nn.Module]] = {
    "standard": standard,
    "1×1": pointwise,
    "grouped": grouped,
    "separable": separable,
    "flattened": flattened,
    "dilated": dilated,
    "transposed": transposed,
}


def as_convolution(dense: nn.Linear, shape: tuple[int, int, int]) -> nn.Conv2d:
    """A dense layer on a flattened (C, H, W) as a convolution with a kernel of H×W: the same weights, the same answers.

    On a larger picture it slides, and answers at every place. Raises LimenError where the shape does not fit.
    """
    channels, height, width = shape
    if channels * height * width != dense.in_features:
        raise LimenError(
            f"A dense layer of {dense.in_features} inputs is no {'×'.join(map(str, shape))}, which are "
            f"{channels * height * width} numbers. Give the shape that was flattened."
        )
    made = nn.Conv2d(
        channels, dense.out_features, (height, width), bias=dense.bias is not None, device=dense.weight.device,
        dtype=dense.weight.dtype,
    )  # fmt: skip
    made.weight = nn.Parameter(dense.weight.detach().reshape(-1, *shape).clone())
    if dense.bias is not None:
        made.bias = nn.Parameter(dense.bias.detach().clone())
    return made


def connections(layer: nn.Module, shape: tuple[int, ...]) -> Tensor:
    """Which numbers of an input of `shape` each number of the output is wired to, and by which weight.

    (outputs, inputs) of whole numbers: 0 where there is no wire, else the weight's number, from 1. Wires with the same
    number share their weight. The layer, a dense one or a convolution, is left as it was.
    """
    kept = {name: t.detach().clone() for name, t in layer.state_dict().items()}
    count = torch.Size(shape).numel()
    try:
        with torch.no_grad():
            for name, own in layer.named_parameters():
                own.copy_(torch.arange(1, own.numel() + 1).view_as(own)) if name == "weight" else own.zero_()
            each = torch.eye(count).view(count, *shape)  # each input alone
            answers: Tensor = layer(each)
            return answers.flatten(1).T.round().long()
    finally:
        layer.load_state_dict(kept)
