"""Dense layers at the end of a convolutional net, and what can stand in their place: a convolution, or an average."""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text

FORMULA = Text("the formula", "公式")


def as_convolution() -> dict[str, Any]:
    """The first dense layer of VGG, counted; and a small one, tried."""
    import torch
    from torch import nn

    from limen.nets.kinds import as_convolution

    torch.manual_seed(0)
    large = as_convolution(nn.Linear(7 * 7 * 512, 4096, device="meta"), (512, 7, 7))
    dense, x = nn.Linear(7 * 7 * 8, 16), torch.randn(1, 8, 9, 9)
    sliding = as_convolution(dense, (8, 7, 7))
    corner = dense(x[:, :, :7, :7].flatten(1))
    return {
        "weights of 7×7×512 → 4096": large.weight.numel(),
        "its kernel": tuple(large.weight.shape),
        "furthest apart": (sliding(x)[:, :, 0, 0] - corner).abs().max().item(),
        "answers on 9×9": tuple(sliding(x).shape[2:]),
    }


def as_convolution_by_formula() -> dict[str, Any]:
    """One weight for each pair; and a window of 7 finds 3 places on 9."""
    return {
        "weights of 7×7×512 → 4096": 7 * 7 * 512 * 4096,
        "its kernel": (4096, 512, 7, 7),
        "furthest apart": 0.0,
        "answers on 9×9": (9 - 7 + 1, 9 - 7 + 1),
    }


def averaged() -> dict[str, Any]:
    """1000 classes from 7×7×512: a dense layer, or an average of each plane and then a small dense layer."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    x, small = torch.randn(2, 512, 7, 7), nn.Linear(512, 1000)
    one = nn.Conv2d(512, 1000, 1)
    one.load_state_dict({"weight": small.weight[:, :, None, None], "bias": small.bias})
    mean_first, mean_last = small(x.mean((2, 3))), one(x).mean((2, 3))
    return {
        "weights, dense": nn.Linear(7 * 7 * 512, 1000, bias=False, device="meta").weight.numel(),
        "weights, averaged": small.weight.numel(),
        "averaged first or last": (mean_first - mean_last).abs().max().item(),
        "on 10×10 too": tuple(one(torch.zeros(1, 512, 10, 10)).mean((2, 3)).shape),
    }


def averaged_by_formula() -> dict[str, Any]:
    """49 times fewer; the mean of sums is the sum of means."""
    return {
        "weights, dense": 49 * 512 * 1000,
        "weights, averaged": 512 * 1000,
        "averaged first or last": 0.0,
        "on 10×10 too": (1, 1000),
    }


IN_PLACE_OF_DENSE = (
    Step(
        Text("A dense layer is a convolution", "全连接层也是卷积"),
        Text(
            en="""
VGG's first dense layer takes 7×7×512 numbers to 4096. Read its weights as 4096 kernels of 7×7 with 512 channels: on a
7×7 map they find one place, and give the same numbers. On a larger picture the convolution slides, and a net trained to
say what is there says it at every place, without a change.""",
            zh="""
VGG 的第一个全连接层把 7×7×512 个数变成 4096 个。把它的权重看作 4096 个 7×7、512 通道的核：
在 7×7 的特征图上只有一个位置，得到的数完全一样。
图像再大些，卷积就会滑动：原本只回答“这是什么”的网络，不作任何改动，就能在每个位置上回答。""",
        ),
        as_convolution,
        (
            Expect(FORMULA, as_convolution_by_formula, 1e-5),
            Expect(
                Text("notes: 7×7×512 → 4096", "讲义：7×7×512 → 4096"),
                {"its kernel": (4096, 512, 7, 7)},
                published=True,
            ),
        ),
    ),
    Step(
        Text("An average in place of dense layers", "用平均代替全连接层"),
        Text(
            en="""
Most of VGG's weights are in its dense layers. Global average pooling asks less: how strongly is each feature there on
the whole? 49 times fewer weights, no fixed input size, and little left to overfit. With a linear layer it does not
matter whether the mean is taken before it or after: taken after, every place has votes that can be looked at.""",
            zh="""
VGG 的大部分权重都在全连接层里。全局平均池化问得更少：每种特征总的来说有多强？
权重只有 49 分之一，不限定输入尺寸，也没多少东西可以过拟合。
后面接线性层时，先平均还是后平均结果一样：放在后面，就能看到每个位置各投了多少票。""",
        ),
        averaged,
        (Expect(FORMULA, averaged_by_formula, 1e-5),),
    ),
)
