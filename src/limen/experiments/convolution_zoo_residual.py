"""A way past: how much of the slope comes back to the first of many layers, with and without it.

h' = relu(W h) passes on Wᵀ of what arrives where the ReLU is open; h' = h + relu(W h) passes on that, and all of it.
"""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text


def gradients(depth: int) -> dict[str, Any]:
    """The slope at the first layer's output over that at the last, of two nets with the same weights."""
    import torch

    torch.manual_seed(0)
    x = torch.randn(32, 64, dtype=torch.float64)
    layers = [torch.nn.Linear(64, 64, bias=False).double() for _ in range(depth)]
    pull = torch.randn(32, 64, dtype=torch.float64)
    found = {}
    for kind in ("plain", "residual"):
        ways = [x]
        for layer in layers:
            change = torch.relu(layer(ways[-1]))
            ways.append(ways[-1] + change if kind == "residual" else change)
        sizes = [slope.norm() for slope in torch.autograd.grad((ways[-1] * pull).sum(), ways[1:])]
        found[kind] = (sizes[0] / sizes[-1]).item()
    return {**found, "plain, a layer": found["plain"] ** (1 / (depth - 1))}


def gradients_by_hand(depth: int) -> dict[str, Any]:
    """The same weights in NumPy, forward and back written out."""
    import numpy as np
    import torch

    torch.manual_seed(0)
    x = torch.randn(32, 64, dtype=torch.float64).numpy()
    drawn = [torch.nn.Linear(64, 64, bias=False).weight.detach() for _ in range(depth)]
    layers = [weights.double().numpy() for weights in drawn]
    pull = torch.randn(32, 64, dtype=torch.float64).numpy()
    found = {}
    for kind, past in (("plain", 0.0), ("residual", 1.0)):
        h, gates = x, []
        for weights in layers:
            z = h @ weights.T
            gates.append(z > 0)
            h = past * h + np.maximum(z, 0)
        slope = pull
        for weights, gate in zip(layers[:0:-1], gates[:0:-1], strict=True):
            slope = past * slope + (slope * gate) @ weights
        found[kind] = float(np.linalg.norm(slope) / np.linalg.norm(pull))
    return found


def gradients_drawn(depth: int) -> dict[str, Any]:
    """The slope at every layer's output, over that at the last."""
    import torch

    torch.manual_seed(0)
    x = torch.randn(32, 64, dtype=torch.float64)
    layers = [torch.nn.Linear(64, 64, bias=False).double() for _ in range(depth)]
    pull = torch.randn(32, 64, dtype=torch.float64)
    found = {}
    for kind in ("plain", "residual"):
        ways = [x]
        for layer in layers:
            change = torch.relu(layer(ways[-1]))
            ways.append(ways[-1] + change if kind == "residual" else change)
        sizes = [slope.norm().item() for slope in torch.autograd.grad((ways[-1] * pull).sum(), ways[1:])]
        found[kind] = [size / sizes[-1] for size in sizes]
    return found


RESIDUAL = Step(
    Text("ResNet, 2015: a way past", "ResNet，2015：留一条近路"),
    Text(
        en="""
Deeper was better up to some twenty layers; beyond that nets learnt worse, even on the pictures they trained on. A
block of ResNet puts out x + F(x), so that it need only learn what to change, and the slope of the loss reaches x
through the sum undiminished.

Here are many layers of 64 units with the weights that torch draws, once in a row, once with a way past each, and
nothing that evens out sizes. Each plain layer lets through √(1/6) = 0.41 of the slope (a weight's variance is 1/3 of
1/64, and a ReLU is open half of the time): hardly anything reaches the first. Past the layers all of it does, and each
layer adds to it: the slope even grows. Convolutions do the same. Batch normalisation, which every block has, keeps the
sizes level; yet without a way past, ResNet's authors found, a net of 34 layers still learns worse than one of 18.""",
        zh="""
加深有好处，但只到二十层左右；再深，连训练图像都学得更差。
ResNet 的每一块输出 x + F(x)：它只需学会改动什么，而损失的梯度经由这个加号原封不动地回到 x。

这里是许多层、每层 64 个单元，用 torch 随机给出的权重：一次直接串起来，一次每层旁边留一条近路，不加任何归一化。
普通的一层只放过梯度的 √(1/6) = 0.41（权重方差是 1/64 的三分之一，ReLU 有一半时间是开的），到第一层几乎不剩。
有近路时，梯度全部通过，每层还再添一点，于是甚至越传越大。卷积也是如此。
每块里的批归一化使大小保持平稳；但 ResNet 的作者发现，没有近路，34 层的网络仍然学得不如 18 层。""",
    ),
    gradients,
    (
        Expect(Text("NumPy, backwards by hand", "NumPy，手写反向传播"), gradients_by_hand, 1e-9),
        Expect(Text("√(1/6), on the average", "平均为 √(1/6)"), {"plain, a layer": (1 / 6) ** 0.5}, 0.06),
    ),
    figure="lesson-slopes",
    drawn=gradients_drawn,
)
