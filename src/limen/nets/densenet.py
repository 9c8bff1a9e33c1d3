"""Densely connected nets: every layer sees what all layers before it found.

Layer l of a block takes the planes of all l - 1 layers below it side by side, and adds a few of its own (the growth
rate, 32): nothing has to be found twice, few planes are enough, and each layer lies near the loss. Between blocks a 1×1
convolution halves the planes and a pooling the picture (Huang, Liu, van der Maaten & Weinberger 2017: DenseNet-BC).

Names and shapes of weights are torchvision's.
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn import functional

from limen.errors import LimenError, unknown
from limen.nets.course import sides
from limen.nets.initialise import initialise
from limen.nets.layers import BatchNormPlanes, check_dropout

BLOCKS = {121: (6, 12, 24, 16), 169: (6, 12, 32, 32), 201: (6, 12, 48, 32)}
STEMS = ("large", "small")
BOTTLENECK = 4  # planes between a layer's two convolutions, in growth rates


class DenseLayer(nn.Module):
    """Norm, ReLU, 1×1, norm, ReLU, 3×3: the planes so far go on, and `growth` new ones are laid beside them."""

    def __init__(self, planes: int, growth: int, dropout: float) -> None:
        super().__init__()
        self.norm1 = BatchNormPlanes(planes)
        self.relu1 = nn.ReLU()
        self.conv1 = nn.Conv2d(planes, BOTTLENECK * growth, 1, bias=False)
        self.norm2 = BatchNormPlanes(BOTTLENECK * growth)
        self.relu2 = nn.ReLU()
        self.conv2 = nn.Conv2d(BOTTLENECK * growth, growth, 3, padding=1, bias=False)
        self.dropout = dropout

    def forward(self, x: Tensor) -> Tensor:
        """(B, planes, H, W) to (B, planes + growth, H, W)."""
        new = self.conv1(self.relu1(self.norm1(x)))
        new = self.conv2(self.relu2(self.norm2(new)))
        return torch.cat((x, functional.dropout(new, self.dropout, self.training)), 1)


def transition(planes: int, out: int) -> nn.Sequential:
    """Between two blocks: fewer planes, half the side."""
    return nn.Sequential(
        OrderedDict(
            norm=BatchNormPlanes(planes),
            relu=nn.ReLU(),
            conv=nn.Conv2d(planes, out, 1, bias=False),
            pool=nn.AvgPool2d(2),
        )
    )


def check_sides(shape: tuple[int, ...], stem: str, transitions: int) -> int:
    """The channels of pictures that are large enough."""
    first = [(7, 2, 3), (3, 2, 1)] if stem == "large" else []
    try:
        planes, _, _ = sides(shape, *first, *[(2, 2, 0)] * transitions)
    except LimenError as error:
        hint = " Use --set net.stem=small." if stem == "large" and len(shape) == 3 else ""
        raise LimenError(f"{error}{hint}") from None
    return planes


def densenet(
    depth: int,
    shape: tuple[int, ...],
    classes: int,
    stem: str = "large",
    growth: int = 32,
    blocks: tuple[int, ...] = (),
    dropout: float = 0.0,
    init: str = "he",
) -> nn.Sequential:
    """Input (B, C, H, W) of 29×29 or more, 8×8 with the small stem; output scores (B, classes).

    The large stem, 7×7 at every second pixel and a pooling, is for photographs of hundreds of pixels; the small one,
    3×3 and no pooling, for those of 28 to 64. `growth` is the number of planes each layer adds; `dropout` is of those;
    `blocks` says how many layers each block has where it is not the depth's own: the paper's DenseNet-BC-100 for 32×32
    is ``stem="small", growth=12, blocks=(16, 16, 16)``. `init` is a name in `INITIALISERS`.

    Raises:
        LimenError: pictures too small, no such stem, or a number out of its range.
    """
    if stem not in STEMS:
        raise unknown("stem", stem, STEMS)
    check_dropout(dropout)
    blocks = blocks or BLOCKS[depth]
    colours, planes = check_sides(shape, stem, len(blocks) - 1), 2 * growth
    first = nn.Conv2d(colours, planes, 7, 2, 3, bias=False)
    if stem == "small":
        first = nn.Conv2d(colours, planes, 3, padding=1, bias=False)
    features: dict[str, nn.Module] = {"conv0": first, "norm0": BatchNormPlanes(planes), "relu0": nn.ReLU()}
    if stem == "large":
        features["pool0"] = nn.MaxPool2d(3, 2, padding=1)
    for number, layers in enumerate(blocks, 1):
        chain = {f"denselayer{i + 1}": DenseLayer(planes + i * growth, growth, dropout) for i in range(layers)}
        features[f"denseblock{number}"] = nn.Sequential(OrderedDict(chain))
        planes += layers * growth
        if number < len(blocks):
            features[f"transition{number}"] = transition(planes, planes // 2)
            planes //= 2
    features["norm5"] = BatchNormPlanes(planes)
    net = nn.Sequential(
        OrderedDict(
            features=nn.Sequential(OrderedDict(features)),
            relu=nn.ReLU(),
            avgpool=nn.AdaptiveAvgPool2d(1),
            flatten=nn.Flatten(),
            classifier=nn.Linear(planes, classes),
        )
    )
    initialise(net, init)
    return net
