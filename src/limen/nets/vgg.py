"""VGG: how deep can a net of the smallest windows be?

Two 3×3 windows on top of one another see 5×5 pixels and three see 7×7, with fewer weights (27 instead of 49 for each
pair of planes) and two more ReLUs. So all windows are 3×3 and only the depth varies, from 11 to 19 layers with weights;
each max-pooling halves the picture and the planes are doubled: 224 → 112 → 56 → 28 → 14 → 7, 64 → 512. Deeper was
better up to 19 (Simonyan & Zisserman 2015, table 1: the configurations A to E).

Names and shapes of weights are torchvision's (`vgg16`, with norm=batch `vgg16_bn`).
"""

from collections import OrderedDict

from torch import nn

from limen.errors import unknown
from limen.nets.course import sides
from limen.nets.initialise import initialise
from limen.nets.layers import BatchNormPlanes, check_dropout

# each block's convolutions, by the side of their windows; a max-pooling follows each block
CONFIGURATIONS: dict[str, tuple[tuple[int, ...], ...]] = {
    "A": ((3,), (3,), (3, 3), (3, 3), (3, 3)),
    "A-LRN": ((3,), (3,), (3, 3), (3, 3), (3, 3)),
    "B": ((3, 3), (3, 3), (3, 3), (3, 3), (3, 3)),
    "C": ((3, 3), (3, 3), (3, 3, 1), (3, 3, 1), (3, 3, 1)),
    "D": ((3, 3), (3, 3), (3, 3, 3), (3, 3, 3), (3, 3, 3)),
    "E": ((3, 3), (3, 3), (3, 3, 3, 3), (3, 3, 3, 3), (3, 3, 3, 3)),
}
WIDTHS = (1, 2, 4, 8, 8)  # planes of the blocks, in widths of the first
NORMS = ("none", "batch")


def convolutions(configuration: str, planes: int, width: int, norm: str) -> list[nn.Module]:
    """The five blocks, one layer after the other."""
    layers: list[nn.Module] = []
    for block, times in zip(CONFIGURATIONS[configuration], WIDTHS, strict=True):
        for side in block:
            layers.append(nn.Conv2d(planes, times * width, side, padding=side // 2))
            planes = times * width
            layers += [BatchNormPlanes(planes)] if norm == "batch" else []
            layers.append(nn.ReLU())
            if configuration == "A-LRN" and len(layers) == 2 + (norm == "batch"):
                layers.append(nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0))
        layers.append(nn.MaxPool2d(2))
    return layers


def vgg(
    configuration: str,
    shape: tuple[int, ...],
    classes: int,
    norm: str = "none",
    hidden: tuple[int, ...] = (4096, 4096),
    pool: int = 7,
    dropout: float = 0.5,
    width: int = 64,
    init: str = "he",
) -> nn.Sequential:
    """Input (B, C, H, W) of 32×32 or more, output scores (B, classes).

    `pool` is the side to which the last planes are averaged, whatever the picture's size, before the dense layers of
    `hidden` widths. For 32×32, of which 1×1 is left, ``pool=1, hidden=(512,)`` does without 49 copies of it. `width`
    is the number of the first block's planes; `init` a name in `INITIALISERS`.

    Raises:
        LimenError: pictures too small, a norm or a number out of its range.
    """
    if norm not in NORMS:
        raise unknown("norm", norm, NORMS)
    check_dropout(dropout)
    planes, _, _ = sides(shape, *[(2, 2, 0)] * 5)
    dense: list[nn.Module] = []
    inputs = 8 * width * pool**2
    for units in hidden:
        dense += [nn.Linear(inputs, units), nn.ReLU(), nn.Dropout(dropout)]
        inputs = units
    net = nn.Sequential(
        OrderedDict(
            features=nn.Sequential(*convolutions(configuration, planes, width, norm)),
            avgpool=nn.AdaptiveAvgPool2d(pool),
            flatten=nn.Flatten(),
            classifier=nn.Sequential(*dense, nn.Linear(inputs, classes)),
        )
    )
    initialise(net, init)
    return net
