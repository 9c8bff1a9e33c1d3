"""The receptive field: how much of the input a number inside a net can see, through chains and through branches."""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text


def stacks() -> dict[str, Any]:
    """Small kernels in a row against one large kernel, 64 channels throughout."""
    from torch import nn

    from limen.nets.summary import summarize

    three = nn.Sequential(*(nn.Conv2d(64, 64, 3, bias=False) for _ in range(3)))
    seven = nn.Sequential(nn.Conv2d(64, 64, 7, bias=False))
    small, large = (summarize(net, (64, 32, 32)) for net in (three, seven))
    return {
        "3×3 in a row see": [row.sees[0] for row in small],
        "one 7×7 sees": large[-1].sees[0],
        "weights": (sum(row.parameters for row in small), large[0].parameters),
    }


def stacks_by_formula() -> dict[str, Any]:
    """r' = r + (k - 1)·j with j = 1; 27 and 49 times C²."""
    return {"3×3 in a row see": [3, 5, 7], "one 7×7 sees": 7, "weights": (27 * 64**2, 49 * 64**2)}


def growing() -> dict[str, Any]:
    """The convolutions and poolings of VGG with sixteen layers."""
    from torch import nn

    from limen.nets.summary import summarize

    layers: list[nn.Module] = []
    planes = 3
    for count, wide in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(count):
            layers.append(nn.Conv2d(planes, wide, 3, padding=1, device="meta"))
            planes = wide
        layers.append(nn.MaxPool2d(2))
    rows = summarize(nn.Sequential(*layers), (3, 224, 224))
    pools = [row for row in rows if row.kind == "MaxPool2d"]
    return {
        "sees": [row.sees[0] for row in pools],
        "sees at last": pools[-1].sees[0],
        "stride": [int(row.jump[0]) for row in pools if row.jump[0]],
        "first centre": [float(row.centre[0]) for row in pools if row.centre[0]],
    }


def growing_by_formula() -> dict[str, Any]:
    """r' = r + (k - 1)·j, j' = j·s, c' = c + ((k - 1)/2 - p)·j, layer by layer."""
    r, j, c = 1, 1, 0.0
    sees, strides, centres = [], [], []
    for count in (2, 2, 3, 3, 3):
        for k, s, p in [(3, 1, 1)] * count + [(2, 2, 0)]:
            r, c, j = r + (k - 1) * j, c + ((k - 1) / 2 - p) * j, j * s
        sees.append(r)
        strides.append(j)
        centres.append(c)
    return {"sees": sees, "sees at last": r, "stride": strides, "first centre": centres}


def growing_drawn() -> Any:
    """Every layer of it."""
    from collections import OrderedDict

    from torch import nn

    from limen.nets.summary import summarize

    layers: OrderedDict[str, nn.Module] = OrderedDict()
    planes = 3
    for block, (count, wide) in enumerate(((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), 1):
        for number in range(1, count + 1):
            layers[f"conv{block}_{number}"] = nn.Conv2d(planes, wide, 3, padding=1, device="meta")
            planes = wide
        layers[f"pool{block}"] = nn.MaxPool2d(2)
    layers["flatten"] = nn.Flatten()
    layers["dense1"] = nn.Linear(7 * 7 * 512, 4096, device="meta")
    return summarize(nn.Sequential(layers), (3, 224, 224)), (3, 224, 224)


def branches() -> dict[str, Any]:
    """A residual block: one way with a 3×3 and a 5×5 convolution, the other with none."""
    from torch import nn

    from limen.nets.summary import summarize

    class Block(nn.Module):
        def __init__(self):  # type: ignore[no-untyped-def]
            super().__init__()
            self.stem = nn.Conv2d(1, 4, 3, stride=2, padding=1)
            self.three = nn.Conv2d(4, 4, 3, padding=1)
            self.five = nn.Conv2d(4, 4, 5, padding=2)

        def forward(self, x):  # type: ignore[no-untyped-def]
            x = self.stem(x)
            return x + self.five(self.three(x))

    rows = summarize(Block(), (1, 33, 33))  # type: ignore[no-untyped-call]
    axis = rows[-1].field[0]
    return {
        "rows": [f"{row.path} {row.kind}".strip() for row in rows],
        "sees": [row.sees[0] for row in rows],
        "place 8 sees": (int(axis.first[8]), int(axis.last[8])),
        "place 0 sees": (int(axis.first[0]), int(axis.last[0])),
    }


def branches_by_hand() -> dict[str, Any]:
    """The longer way counts: 3, 3 + 2·2, 7 + 4·2; around 2·8, and cut off at the edge."""
    return {
        "rows": ["stem Conv2d", "three Conv2d", "five Conv2d", "add"],
        "sees": [3, 7, 15, 15],
        "place 8 sees": (16 - 7, 16 + 7),
        "place 0 sees": (0, 7),
    }


def branches_by_gradient() -> dict[str, Any]:
    """Where the gradient of one number is not zero."""
    import torch
    from torch.nn.functional import conv2d

    x = torch.zeros(1, 1, 33, 33, dtype=torch.float64, requires_grad=True)
    ones = torch.ones(1, 1, 5, 5, dtype=torch.float64)
    stem = conv2d(x, ones[:, :, :3, :3], stride=2, padding=1)
    out = stem + conv2d(conv2d(stem, ones[:, :, :3, :3], padding=1), ones, padding=2)
    ends = []
    for place in (8, 0):
        (slope,) = torch.autograd.grad(out[0, 0, place, place], x, retain_graph=True)
        lines = slope.abs().sum((0, 1, 3)).nonzero()
        ends.append((int(lines[0]), int(lines[-1])))
    return {"place 8 sees": ends[0], "place 0 sees": ends[1]}


FIELDS = (
    Step(
        Text("What a number sees", "一个数能看到什么"),
        Text(
            en="""
A number behind a 3×3 convolution sees 3×3 of its input; behind two, 5×5; behind three, 7×7. Three small kernels see as
much as one of 7×7, with 27 in place of 49 times C² weights, and with two more ReLUs between. That is VGG's whole
idea.""",
            zh="""
一个 3×3 卷积之后的数，看到输入的 3×3；两个之后看到 5×5；三个之后看到 7×7。
三个小核看到的与一个 7×7 一样多，权重却是 27·C² 而不是 49·C²，中间还多了两个 ReLU。这就是 VGG 的全部想法。""",
        ),
        stacks,
        (Expect(Text("the formula", "公式"), stacks_by_formula),),
    ),
    Step(
        Text("Strides make it leap", "步幅让感受野跳跃式增长"),
        Text(
            en="""
Behind a stride of 2 neighbours lie two pixels apart, so that the next window reaches twice as far: each layer adds
(k - 1) times the product of all strides so far. At the end of VGG's convolutions one number sees 212×212 of 224×224, in
steps of 32.""",
            zh="""
经过步幅 2 之后，相邻两个数隔着两个像素，下一个窗口就伸出两倍远：每一层增加 (k - 1) 乘以此前所有步幅之积。
到 VGG 卷积部分的末尾，一个数看到 224×224 中的 212×212，相邻的数相隔 32 个像素。""",
        ),
        growing,
        (
            Expect(Text("the three formulas, in a loop", "三个公式，循环计算"), growing_by_formula),
            Expect(
                Text("Araujo, Norris & Sim 2019", "Araujo、Norris 与 Sim 2019"),
                {"sees at last": 212},
                published=True,
            ),
        ),
        figure="lesson-fields",
        drawn=growing_drawn,
    ),
    Step(
        Text("Where ways divide and join", "分叉与汇合"),
        Text(
            en="""
A sum of two branches, or a concatenation, sees what any of its branches sees. So in a residual block the longer way
counts. At the edge the arithmetic goes on into the padding, where there is nothing to be seen: what a place really sees
is cut off there. The gradient shows it: it is zero wherever a number cannot look.""",
            zh="""
两条支路相加或拼接，任一支路看到的它都看到；所以残差块里由较长的那条路决定。
在边缘，公式会一直算到填充里去，而那里什么也没有：真正看到的范围到边为止。梯度可以作证：看不到的地方，梯度为零。""",
        ),
        branches,
        (
            Expect(Text("by hand", "手算"), branches_by_hand),
            Expect(Text("the gradient of one number", "一个数的梯度"), branches_by_gradient),
        ),
    ),
)
