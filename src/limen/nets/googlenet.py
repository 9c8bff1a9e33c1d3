"""GoogLeNet: windows of several sizes side by side, and answers asked for half-way up.

An inception module looks at the same planes with 1×1, 3×3 and larger windows and with a max-pooling, and lays the
answers side by side; 1×1 convolutions before the large windows keep the work small. So 22 layers with weights come to 6
million of them, a tenth of AlexNet's. Two heads ask for an answer from within while the net trains, so that the slope
of a loss reaches the lower layers on a short way (Szegedy et al. 2015); `plan.auxiliary`, 0.3 there, weighs them.

Names and shapes of weights are torchvision's, which came from a form with batch normalisation after each convolution.
There the window that the paper draws as 5×5 is 3×3; ``window=5`` gives the paper's.
"""

from torch import Tensor, nn
from torch import cat as side_by_side

from limen.errors import LimenError
from limen.nets.course import sides
from limen.nets.initialise import initialise
from limen.nets.layers import BatchNormPlanes, check_dropout

HALF = (2, 2, 0)  # what 3×3 with stride 2 leaves of a side where the last window may hang over
HALF_UP = (1, 2, 0)  # the same of 2×2 windows

# of each module: planes of the 1×1; before and of the 3×3; before and of the large window; after the pooling
INCEPTIONS = {
    "inception3a": (64, 96, 128, 16, 32, 32),
    "inception3b": (128, 128, 192, 32, 96, 64),
    "inception4a": (192, 96, 208, 16, 48, 64),
    "inception4b": (160, 112, 224, 24, 64, 64),
    "inception4c": (128, 128, 256, 24, 64, 64),
    "inception4d": (112, 144, 288, 32, 64, 64),
    "inception4e": (256, 160, 320, 32, 128, 128),
    "inception5a": (256, 160, 320, 32, 128, 128),
    "inception5b": (384, 192, 384, 48, 128, 128),
}
POOLED = {"inception3b": "maxpool3", "inception4e": "maxpool4"}  # the modules after which the picture is halved
HEADS = {"inception4a": "aux1", "inception4d": "aux2"}  # the modules that a head listens to


class Convolution(nn.Module):
    """Convolution, norm, ReLU."""

    def __init__(self, planes: int, out: int, side: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(planes, out, side, stride, padding=side // 2, bias=False)
        self.bn = BatchNormPlanes(out, eps=1e-3)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """(B, planes, H, W) to (B, out, H / stride, W / stride)."""
        return self.relu(self.bn(self.conv(x)))  # type: ignore[no-any-return]


class Inception(nn.Module):
    """Four ways of looking at the same planes, their answers side by side."""

    def __init__(self, planes: int, sizes: tuple[int, ...], window: int) -> None:
        super().__init__()
        one, before_three, three, before_large, large, after_pool = sizes
        self.branch1 = Convolution(planes, one, 1)
        self.branch2 = nn.Sequential(Convolution(planes, before_three, 1), Convolution(before_three, three, 3))
        self.branch3 = nn.Sequential(Convolution(planes, before_large, 1), Convolution(before_large, large, window))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, padding=1), Convolution(planes, after_pool, 1))
        self.planes = one + three + large + after_pool

    def forward(self, x: Tensor) -> Tensor:
        """(B, planes, H, W) to (B, all branches' planes, H, W)."""
        return side_by_side((self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)), 1)


class Head(nn.Module):
    """An answer from half-way up: averaged to 4×4, a 1×1 convolution, two dense layers."""

    def __init__(self, planes: int, classes: int, width: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(4)
        self.conv = Convolution(planes, 2 * width, 1)
        self.fc1 = nn.Linear(2 * width * 16, 16 * width)
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(0.7)
        self.fc2 = nn.Linear(16 * width, classes)

    def forward(self, x: Tensor) -> Tensor:
        """(B, planes, H, W) to scores (B, classes)."""
        x = self.conv(self.pool(x)).flatten(1)
        return self.fc2(self.dropout(self.relu(self.fc1(x))))  # type: ignore[no-any-return]


class GoogLeNet(nn.Module):
    """The stem, nine inception modules, the answer; in training the heads' answers too."""

    def __init__(self, colours: int, classes: int, auxiliary: bool, window: int, width: int, dropout: float) -> None:
        super().__init__()
        self.conv1 = Convolution(colours, width, 7, 2)
        self.maxpool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2 = Convolution(width, width, 1)
        self.conv3 = Convolution(width, 3 * width, 3)
        self.maxpool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
        planes, heads = 3 * width, {}
        for name, sizes in INCEPTIONS.items():
            module = Inception(planes, tuple(max(1, size * width // 64) for size in sizes), window)
            self.add_module(name, module)
            planes = module.planes
            if name in HEADS and auxiliary:
                heads[HEADS[name]] = Head(planes, classes, width)
            if name in POOLED:
                side = 3 if name == "inception3b" else 2
                self.add_module(POOLED[name], nn.MaxPool2d(side, 2, ceil_mode=True))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(planes, classes)
        for name, head in heads.items():
            self.add_module(name, head)

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, ...]:
        """(B, C, H, W) to scores (B, classes); in training to (scores, the heads' scores from the lower up)."""
        x = self.maxpool2(self.conv3(self.conv2(self.maxpool1(self.conv1(x)))))
        others = []
        for name in INCEPTIONS:
            x = self.get_submodule(name)(x)
            if self.training and hasattr(self, HEADS.get(name, "")):
                others.append(self.get_submodule(HEADS[name])(x))
            if name in POOLED:
                x = self.get_submodule(POOLED[name])(x)
        x = self.fc(self.dropout(self.avgpool(x).flatten(1)))
        return (x, *others) if others else x


def googlenet(
    shape: tuple[int, ...],
    classes: int,
    auxiliary: bool = True,
    window: int = 3,
    dropout: float = 0.2,
    width: int = 64,
    init: str = "he",
) -> GoogLeNet:
    """Input (B, C, H, W) of 15×15 or more, output scores (B, classes), see `GoogLeNet.forward`.

    `auxiliary` is whether there are heads; `window` the side of the largest windows; `width` the number of the first
    layer's planes, from which the others follow; `init` a name in `INITIALISERS`.
    """
    if window % 2 == 0:
        raise LimenError(f"net.window {window} has no middle. Allowed: odd ones, 3 (torchvision's) or 5 (the paper's).")
    check_dropout(dropout)
    colours, _, _ = sides(shape, (7, 2, 3), HALF, HALF, HALF, HALF_UP)
    net = GoogLeNet(colours, classes, auxiliary, window, width, dropout)
    initialise(net, init)
    return net
