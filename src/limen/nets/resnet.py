"""Residual nets: layers that learn what to change instead of what to say.

A block puts out relu(x + F(x)), F being two or three convolutions. Where nothing need be changed, F = 0 is soon learnt;
and the slope of the loss reaches x through the sum undiminished, whatever F does to it. A plain net of 34 layers learns
worse than one of 18, a residual one better (He, Zhang, Ren & Sun 2015).

The blocks of 50 layers and more are bottlenecks: 1×1 to a quarter of the planes, 3×3, and 1×1 back again. As in
torchvision, whose names and shapes of weights these are, the 3×3 takes the step of 2, and not the 1×1 of the paper.
"""

from collections import OrderedDict

from torch import Tensor, nn

from limen.errors import LimenError, unknown
from limen.nets.course import sides
from limen.nets.initialise import initialise
from limen.nets.layers import BatchNormPlanes

DEPTHS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
STEMS = ("large", "small")
LEAST_WIDTH = (
    8  # torch 2.13 on a CPU writes past its memory in a 1×1 convolution with stride 2 of 4 channels-last planes
)


def convolution(planes: int, out: int, side: int, stride: int = 1) -> nn.Conv2d:
    """A convolution of the same size that the norm after it gives its bias."""
    return nn.Conv2d(planes, out, side, stride, padding=side // 2, bias=False)


def shortcut(planes: int, out: int, stride: int) -> nn.Sequential | None:
    """The way past a block where size or planes change: every second place, by a 1×1 convolution."""
    if stride == 1 and planes == out:
        return None
    return nn.Sequential(convolution(planes, out, 1, stride), BatchNormPlanes(out))


class Plain(nn.Module):
    """relu(x + F(x)), where F is two 3×3 convolutions."""

    expansion = 1  # planes put out, in widths

    def __init__(self, planes: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = convolution(planes, width, 3, stride)
        self.bn1 = BatchNormPlanes(width)
        self.conv2 = convolution(width, width, 3)
        self.bn2 = BatchNormPlanes(width)
        self.relu = nn.ReLU()
        self.downsample = shortcut(planes, width, stride)

    def forward(self, x: Tensor) -> Tensor:
        """(B, planes, H, W) to (B, width, H / stride, W / stride)."""
        change = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(change + (x if self.downsample is None else self.downsample(x)))  # type: ignore[no-any-return]


class Bottleneck(nn.Module):
    """relu(x + F(x)), where F is 1×1 down to `width` planes, 3×3, and 1×1 up to four times as many."""

    expansion = 4

    def __init__(self, planes: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = convolution(planes, width, 1)
        self.bn1 = BatchNormPlanes(width)
        self.conv2 = convolution(width, width, 3, stride)
        self.bn2 = BatchNormPlanes(width)
        self.conv3 = convolution(width, 4 * width, 1)
        self.bn3 = BatchNormPlanes(4 * width)
        self.relu = nn.ReLU()
        self.downsample = shortcut(planes, 4 * width, stride)

    def forward(self, x: Tensor) -> Tensor:
        """(B, planes, H, W) to (B, 4·width, H / stride, W / stride)."""
        change = self.relu(self.bn1(self.conv1(x)))
        change = self.bn3(self.conv3(self.relu(self.bn2(self.conv2(change)))))
        return self.relu(change + (x if self.downsample is None else self.downsample(x)))  # type: ignore[no-any-return]


def resnet(
    depth: int,
    shape: tuple[int, ...],
    classes: int,
    stem: str = "large",
    width: int = 64,
    blocks: tuple[int, ...] = (),
    init: str = "he",
) -> nn.Sequential:
    """Input (B, C, H, W) of any size, output scores (B, classes).

    The large stem, 7×7 at every second pixel and a pooling, leaves a quarter of a side and is for photographs of
    hundreds of pixels; the small one, 3×3 and no pooling, for those of 28 to 64. `width` is the number of the first
    stage's planes, doubled in each that follows; `blocks` says how many each stage has where it is not the depth's own:
    the paper's nets for 32×32 are ``stem="small", width=16, blocks=(n, n, n)``, n = 3 for its ResNet-20. `init` is a
    name in `INITIALISERS`.

    Raises:
        LimenError: no such stem or initialiser, too few planes, or inputs that are no pictures.
    """
    if width < LEAST_WIDTH:
        raise LimenError(f"net.width {width} is out of range. Allowed: {LEAST_WIDTH} or more.")
    if stem not in STEMS:
        raise unknown("stem", stem, STEMS)
    planes, _, _ = sides(shape)
    layers: dict[str, nn.Module] = {
        "conv1": convolution(planes, width, 7, 2) if stem == "large" else convolution(planes, width, 3),
        "bn1": BatchNormPlanes(width),
        "relu": nn.ReLU(),
    }
    if stem == "large":
        layers["maxpool"] = nn.MaxPool2d(3, 2, padding=1)
    block = Plain if depth < 50 else Bottleneck
    planes = width
    for stage, count in enumerate(blocks or DEPTHS[depth]):
        wide = width * 2**stage
        chain = []
        for number in range(count):
            chain.append(block(planes, wide, 2 if stage and not number else 1))
            planes = wide * block.expansion
        layers[f"layer{stage + 1}"] = nn.Sequential(*chain)
    layers |= {"avgpool": nn.AdaptiveAvgPool2d(1), "flatten": nn.Flatten(), "fc": nn.Linear(planes, classes)}
    net = nn.Sequential(OrderedDict(layers))
    initialise(net, init)
    return net
