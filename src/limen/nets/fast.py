"""A small net for small photographs, shaped to learn soon.

Neighbouring pixels are almost equal, so what a first layer sees is mostly brightness, and its steps are spent on
telling the rest apart. That can be had without learning: turn the patches of the training pictures to their principal
axes and divide by the deviation along each, and everything there is to see has the same size (whitening). Each axis is
given twice, with either sign, so that the ReLU behind it loses nothing.

Then blocks: where the picture is large the channels are few, where the channels are many the picture is small. Pooling
comes before the norm and the ReLU, which then see a quarter of the numbers; the convolutions have no biases, because
the norm would take them away again, and begin by passing on what they get. At the end each channel tells the strongest
place it found. After the nets of Page (2018) and Jordan (2024), which learn CIFAR-10 in seconds on a GPU.
"""

from collections import OrderedDict
from itertools import pairwise

import torch
from torch import Tensor, nn

from limen.errors import LimenError
from limen.nets.course import sides

FLAT = 5e-4  # added to the variance along each axis: what hardly varies is noise, and is not to be blown up


class Whitening(nn.Conv2d):
    """A convolution that turns patches of the input to their principal axes, each in units of its deviation.

    Of `planes` planes and windows of side×side it makes 2·planes·side² channels. Its weights are found from pictures by
    `start_at` and learn no more; before that they are as drawn. Its biases learn.
    """

    def __init__(self, planes: int, side: int) -> None:
        super().__init__(planes, 2 * planes * side**2, side)
        self.weight.requires_grad_(False)

    @torch.no_grad()
    def start_at(self, pictures: Tensor) -> None:
        """Find the axes from pictures (N, C, H, W)."""
        axes = self.out_channels // 2
        patches = pictures.unfold(2, self.kernel_size[0], 1).unfold(3, self.kernel_size[1], 1)
        flat = patches.permute(0, 2, 3, 1, 4, 5).reshape(-1, axes)
        variances, directions = torch.linalg.eigh((flat.T @ flat / len(flat)).double())
        found = (directions / (variances + FLAT).sqrt()).T.flip(0).reshape(axes, *self.weight.shape[1:])
        self.weight.copy_(torch.cat((found, -found)))
        assert self.bias is not None
        self.bias.zero_()


class Scaled(nn.Module):
    """Its input times a fixed number: scores that begin small, so that the first steps can be long."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def extra_repr(self) -> str:
        """What stands between the brackets when the layer is printed."""
        return f"factor={self.factor:g}"

    def forward(self, x: Tensor) -> Tensor:
        """Any shape to the same."""
        return x * self.factor


def passing_on(planes: int, width: int) -> nn.Conv2d:
    """A 3×3 convolution whose first filters hand the input's planes on as they are; the others are as drawn."""
    layer = nn.Conv2d(planes, width, 3, padding=1, bias=False)
    with torch.no_grad():
        if not layer.weight.is_meta:
            nn.init.dirac_(layer.weight[: min(planes, width)])
    return layer


def fast_cnn(
    shape: tuple[int, ...], classes: int, widths: tuple[int, ...] = (32, 96, 192), scale: float = 0.125
) -> nn.Sequential:
    """Whitening, then blocks of two 3×3 convolutions with a pooling between: (B, C, H, W) to scores (B, classes).

    `widths` are the blocks' channels; every block halves the sides. `scale` multiplies the scores.
    """
    if not widths or min(widths) < 1:
        raise LimenError("net.widths needs a number of channels for each block, 1 or more, for example 32,64,128.")
    planes, _, _ = sides(shape, (2, 1, 0), *[(2, 2, 0)] * len(widths))
    white = Whitening(planes, 2)
    layers: OrderedDict[str, nn.Module] = OrderedDict(whiten=white, relu0=nn.ReLU())
    for number, (before, width) in enumerate(pairwise((white.out_channels, *widths)), start=1):
        layers[f"conv{number}a"] = passing_on(before, width)
        layers[f"pool{number}"] = nn.MaxPool2d(2)
        layers[f"norm{number}a"], layers[f"relu{number}a"] = nn.BatchNorm2d(width), nn.ReLU()
        layers[f"conv{number}b"] = passing_on(width, width)
        layers[f"norm{number}b"], layers[f"relu{number}b"] = nn.BatchNorm2d(width), nn.ReLU()
    layers["strongest"], layers["flatten"] = nn.AdaptiveMaxPool2d(1), nn.Flatten()
    layers["dense"], layers["scaled"] = nn.Linear(widths[-1], classes, bias=False), Scaled(scale)
    return nn.Sequential(layers)
