"""LeNet-5, the net that read cheques: as it was published, and as it is built today.

Two convolutions, each followed by a pooling, then three dense layers, tanh between. The form of 1998 differs in three
ways. Its pooling is trained: c · (sum of four) + b, a pair of weights for each plane. A table says which planes a plane
of the second convolution sees, which breaks their symmetry and saved a third of the work. And its output is no product
but a distance, y_i = Σ_j (x_j - w_ij)², to a fixed code of ±1 for each class (LeCun, Bottou, Bengio & Haffner 1998,
section II B).
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn import functional

from limen.nets.course import sides
from limen.nets.layers import activation as make_activation

# which of the six planes below each of the sixteen planes of the second convolution sees: table I of the paper
SEEN = (
    *((i, (i + 1) % 6, (i + 2) % 6) for i in range(6)),
    *((i, (i + 1) % 6, (i + 2) % 6, (i + 3) % 6) for i in range(6)),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5),
)  # fmt: skip


def lenet5(shape: tuple[int, ...], classes: int, activation: str = "tanh") -> nn.Sequential:
    """Input (B, C, H, W), output scores (B, classes). The first convolution is padded: 28×28 is treated as 32×32."""
    planes, height, width = sides(shape, (5, 1, 2), (2, 2, 0), (5, 1, 0), (2, 2, 0))
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(planes, 6, 5, padding=2),
            act1=make_activation(activation),
            pool1=nn.AvgPool2d(2),
            conv2=nn.Conv2d(6, 16, 5),
            act2=make_activation(activation),
            pool2=nn.AvgPool2d(2),
            flatten=nn.Flatten(),
            dense1=nn.Linear(16 * height * width, 120),
            act3=make_activation(activation),
            dense2=nn.Linear(120, 84),
            act4=make_activation(activation),
            dense3=nn.Linear(84, classes),
        )
    )


class Squash(nn.Module):
    """1.7159 · tanh(⅔ x): ±1 goes to ±1, where the curve bends most."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape to the same."""
        return 1.7159 * torch.tanh(x * (2 / 3))


class Subsampling(nn.Module):
    """Pooling with two weights a plane: c · (the sum of 2×2 numbers) + b."""

    def __init__(self, planes: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((planes,), 0.25))  # the mean, to begin with
        self.bias = nn.Parameter(torch.zeros(planes))

    def forward(self, x: Tensor) -> Tensor:
        """(B, planes, H, W) to (B, planes, H // 2, W // 2)."""
        total = 4 * functional.avg_pool2d(x, 2)
        return self.weight.view(-1, 1, 1) * total + self.bias.view(-1, 1, 1)


class ByTable(nn.Module):
    """A convolution whose planes each see only the planes below that a table names."""

    def __init__(self, seen: tuple[tuple[int, ...], ...], side: int) -> None:
        super().__init__()
        self.seen = seen
        self.planes = nn.ModuleList(nn.Conv2d(len(below), 1, side) for below in seen)

    def forward(self, x: Tensor) -> Tensor:
        """(B, planes below, H, W) to (B, rows of the table, H - side + 1, W - side + 1)."""
        return torch.cat([plane(x[:, below]) for plane, below in zip(self.planes, self.seen, strict=True)], 1)


class Distances(nn.Module):
    """Minus the squared distance to a fixed code of ±1 for each class, so that the nearest has the highest score.

    The cross-entropy of these scores is the paper's criterion (equation 9) without its constant for rubbish. The paper
    drew its codes as small pictures of ten digits; here they are drawn at random, the other choice that it names.
    """

    codes: Tensor

    def __init__(self, units: int, classes: int) -> None:
        super().__init__()
        draw = torch.Generator().manual_seed(1998)
        bits = torch.randint(0, 2, (classes, units), generator=draw, device="cpu")
        self.register_buffer("codes", (2.0 * bits - 1).to(torch.get_default_device()))

    def forward(self, x: Tensor) -> Tensor:
        """(B, units) to (B, classes)."""
        return -(x.unsqueeze(1) - self.codes).square().sum(2)


def lenet5_1998(shape: tuple[int, ...], classes: int) -> nn.Sequential:
    """The published form, with its 60,000 weights for 28×28 in grey, which are treated as 32×32.

    Input (B, C, H, W), output minus distances (B, classes). Weights are drawn as published: uniform within
    ±2.4 / inputs.
    """
    planes, height, width = sides(shape, (5, 1, 2), (2, 2, 0), (5, 1, 0), (2, 2, 0))
    net = nn.Sequential(
        OrderedDict(
            c1=nn.Conv2d(planes, 6, 5, padding=2),
            squash1=Squash(),
            s2=Subsampling(6),
            squash2=Squash(),
            c3=ByTable(SEEN, 5),
            squash3=Squash(),
            s4=Subsampling(16),
            squash4=Squash(),
            flatten=nn.Flatten(),
            c5=nn.Linear(16 * height * width, 120),  # a convolution whose window is all that is left
            squash5=Squash(),
            f6=nn.Linear(120, 84),
            squash6=Squash(),
            output=Distances(84, classes),
        )
    )
    for layer in net.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            reach = 2.4 / layer.weight[0].numel()
            nn.init.uniform_(layer.weight, -reach, reach)
    return net
