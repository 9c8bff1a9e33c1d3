"""Kinds of convolution that leave connections out: 1×1, grouped, separable, flattened; and what each of them equals."""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text

FORMULA = Text("the formula", "公式")


def pointwise() -> dict[str, Any]:
    """A 1×1 convolution from 64 channels to 16."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    x, layer = torch.randn(1, 64, 7, 7), nn.Conv2d(64, 16, 1)
    dense = nn.Linear(64, 16)
    dense.load_state_dict({"weight": layer.weight[:, :, 0, 0], "bias": layer.bias})
    each_pixel = dense(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
    return {
        "weights": layer.weight.numel(),
        "furthest apart": (layer(x) - each_pixel).abs().max().item(),
        "3×3 after it, and without": (16 * 16 * 9 + layer.weight.numel(), 64 * 16 * 9),
    }


def pointwise_by_formula() -> dict[str, Any]:
    """C·O weights; equal to rounding."""
    return {"weights": 64 * 16, "furthest apart": 0.0, "3×3 after it, and without": (3328, 9216)}


def groups() -> dict[str, Any]:
    """Eight channels in two groups."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    x, layer = torch.randn(1, 8, 9, 9), nn.Conv2d(8, 6, 3, groups=2, bias=False)
    one, other = nn.Conv2d(4, 3, 3, bias=False), nn.Conv2d(4, 3, 3, bias=False)
    one.weight.data, other.weight.data = layer.weight[:3], layer.weight[3:]
    apart = torch.cat([one(x[:, :4]), other(x[:, 4:])], 1)
    return {
        "weights": layer.weight.numel(),
        "without groups": nn.Conv2d(8, 6, 3, bias=False).weight.numel(),
        "furthest apart": (layer(x) - apart).abs().max().item(),
    }


def groups_by_formula() -> dict[str, Any]:
    """k²·C·O/g."""
    return {"weights": 9 * 8 * 6 // 2, "without groups": 9 * 8 * 6, "furthest apart": 0.0}


def separable(kernel: int) -> dict[str, Any]:
    """Depthwise and pointwise, and the one convolution that does the same."""
    import torch
    from torch import nn

    from limen.nets.kinds import separable

    torch.manual_seed(0)
    x, layer = torch.randn(1, 32, 12, 12), separable(32, 64, kernel)
    depthwise, pointwise = layer.parameters()  # (32, 1, k, k) and (64, 32, 1, 1)
    one = nn.Conv2d(32, 64, kernel, padding="same", bias=False)
    one.weight.data = pointwise * depthwise[None, :, 0]
    few, many = (sum(p.numel() for p in net.parameters()) for net in (layer, one))
    gap = (layer(x) - one(x)).abs().max().item()
    return {"weights": few, "of the one": many, "share": few / many, "furthest apart": gap}


def separable_by_formula(kernel: int) -> dict[str, Any]:
    """k²·C + C·O weights: a share of 1/O + 1/k²."""
    few, many = kernel**2 * 32 + 32 * 64, kernel**2 * 32 * 64
    return {"weights": few, "of the one": many, "share": 1 / 64 + 1 / kernel**2, "furthest apart": 0.0}


def channels_drawn() -> dict[str, Any]:
    """Which channels see which: one convolution, 1×1, grouped, and the two steps of a separable one."""
    import torch
    from torch import nn

    from limen.nets.kinds import connections

    every = connections(nn.Conv2d(4, 4, 1), (4, 1, 1))
    return {
        "standard": [(every, 3)],
        "1×1": [(every, 1)],
        "grouped": [(connections(nn.Conv2d(4, 4, 1, groups=2), (4, 1, 1)), 3)],
        "separable": [(torch.eye(4) > 0, 3), (every, 1)],
    }


def flattened(kernel: int) -> dict[str, Any]:
    """A column and then a row, against the k×k kernel that is their product."""
    import torch
    from torch.nn.functional import conv2d

    torch.manual_seed(0)
    x = torch.randn(1, 1, 20, 20, dtype=torch.float64)
    column, row = torch.randn(2, kernel, dtype=torch.float64)
    outer = column[:, None] * row
    twice = conv2d(conv2d(x, column.view(1, 1, -1, 1)), row.view(1, 1, 1, -1))
    once = conv2d(x, outer[None, None])
    free = torch.randn(kernel, kernel, dtype=torch.float64)
    return {
        "furthest apart": (twice - once).abs().max().item(),
        "weights": (2 * kernel, outer.numel()),
        "rank of their product": torch.linalg.matrix_rank(outer).item(),
        "rank of a free kernel": torch.linalg.matrix_rank(free).item(),
    }


def flattened_by_formula(kernel: int) -> dict[str, Any]:
    """2k weights make a kernel of rank one; a free one has full rank."""
    return {
        "furthest apart": 0.0,
        "weights": (2 * kernel, kernel**2),
        "rank of their product": 1,
        "rank of a free kernel": kernel,
    }


CHANNELS = (
    Step(
        Text("1×1: a dense layer for each pixel", "1×1：每个像素一个全连接层"),
        Text(
            en="""
A kernel of one place sees no neighbours; it mixes channels. It is the same dense layer at every pixel. Put before a 3×3
convolution, it narrows 64 channels to 16 first, and the two together cost a third.""",
            zh="""
只有一格的核看不到相邻像素，它混合的是通道：相当于在每个像素上用同一个全连接层。
放在 3×3 卷积之前，先把 64 个通道压到 16 个，两者加起来只要约三分之一的代价。""",
        ),
        pointwise,
        (Expect(FORMULA, pointwise_by_formula, 1e-5),),
    ),
    Step(
        Text("Groups that do not see each other", "互不相见的分组"),
        Text(
            en="""
In g groups, each output channel looks at the input channels of its own group only: two nets side by side, with a gth of
the weights. AlexNet did so because one graphics card was too small for it.""",
            zh="""
分成 g 组，每个输出通道只看本组的输入通道：就像两个网络并排，权重只有 g 分之一。
AlexNet 这样做，是因为当年一块显卡放不下它。""",
        ),
        groups,
        (Expect(FORMULA, groups_by_formula, 1e-5),),
    ),
    Step(
        Text("Depthwise, then pointwise", "先逐通道，再逐点"),
        Text(
            en="""
Two questions, one after the other: where in each channel, then which channels. Together they are one convolution whose
kernels are the same in shape from output to output and differ in strength alone, a product of two factors. Of the
weights, 1/O + 1/k² remain: an eighth or so for 3×3.""",
            zh="""
两个问题分开回答：先问每个通道的哪里，再问哪些通道。
合起来就是一个普通卷积，只是它的核受限：不同输出之间，核的形状相同，只有强弱不同，是两个因子的乘积。
权重只剩 1/O + 1/k²：3×3 时约为八分之一。""",
        ),
        separable,
        (Expect(FORMULA, separable_by_formula, 1e-5),),
        figure="lesson-channels",
        drawn=channels_drawn,
    ),
    Step(
        Text("A column, then a row", "先一列，再一行"),
        Text(
            en="""
Flattened: k×1 and then 1×k. It equals the k×k kernel that is column times row, with 2k weights in place of k². Such a
kernel has rank one; a free one has rank k and would need k such pairs. Gaussian blur and Sobel are of rank one.""",
            zh="""
展平的卷积：先 k×1，再 1×k。它等于列乘行得到的那个 k×k 核，权重从 k² 个变成 2k 个。
这样的核秩为 1；任意的核秩为 k，需要 k 对才能凑成。高斯模糊和 Sobel 的秩都是 1。""",
        ),
        flattened,
        (Expect(FORMULA, flattened_by_formula, 1e-10),),
    ),
)
