"""Where the weights of a net lie and where its work is done: convolutions against dense layers."""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text


def shares() -> dict[str, Any]:
    """Of three nets: weights in convolutions and in dense layers, work in both, numbers that convolutions put out."""
    from math import prod

    from limen.experiments.convolution_laid import laid_out

    found: dict[str, list[int] | int] = {}
    for name in ("alexnet", "vgg16", "resnet50"):
        rows = laid_out(name)
        kinds = [[row for row in rows if row.kind == kind] for kind in ("Conv2d", "Linear")]
        found[f"{name}, weights"] = [sum(row.parameters for row in rows) for rows in kinds]
        found[f"{name}, work"] = [sum(row.multiply_adds for row in rows) for rows in kinds]
        found[f"{name}, put out"] = sum(prod(row.output) for row in kinds[0])
    return found


def shares_by_formula() -> dict[str, Any]:
    """Layer by layer: k²·C·O weights, used at n² places, where n²·O numbers come out."""
    alexnet = [(11, 3, 64, 55), (5, 64, 192, 27), (3, 192, 384, 13)]
    alexnet += [(3, 384, 256, 13), (3, 256, 256, 13)]
    vgg, planes = [], 3
    for i, (count, wide) in enumerate(((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))):
        for _ in range(count):
            vgg.append((3, planes, wide, 224 >> i))
            planes = wide
    resnet, planes = [(7, 3, 64, 112)], 64
    for wide, count, side in ((64, 3, 56), (128, 4, 28), (256, 6, 14), (512, 3, 7)):
        for i in range(count):
            before = 2 * side if i == 0 and wide > 64 else side
            resnet += [(1, planes, wide, before), (3, wide, wide, side), (1, wide, 4 * wide, side)]
            resnet += [(1, planes, 4 * wide, side)] * (i == 0)  # the way past, where planes change
            planes = 4 * wide
    nets = {
        "alexnet": (alexnet, [(9216, 4096), (4096, 4096), (4096, 1000)], 1),
        "vgg16": (vgg, [(25088, 4096), (4096, 4096), (4096, 1000)], 1),
        "resnet50": (resnet, [(2048, 1000)], 0),
    }
    found: dict[str, list[int] | int] = {}
    for name, (convolutions, dense, bias) in nets.items():
        found[f"{name}, weights"] = [
            sum(k**2 * c * o + bias * o for k, c, o, _ in convolutions),
            sum(c * o + o for c, o in dense),
        ]
        found[f"{name}, work"] = [
            sum(k**2 * c * o * n**2 for k, c, o, n in convolutions),
            sum(c * o for c, o in dense),
        ]
        found[f"{name}, put out"] = sum(o * n**2 for _, _, o, n in convolutions)
    return found


def shares_drawn() -> dict[str, Any]:
    """The layers of each net, laid out."""
    from limen.experiments.convolution_laid import laid_out

    shown = ("alexnet", "zfnet", "vgg16", "vgg19", "googlenet", "resnet18", "resnet50", "densenet121")
    return {name: laid_out(name) for name in shown}


SHARES = Step(
    Text("Where the weights lie, and where the work", "权重在哪里，工作量又在哪里"),
    Text(
        en="""
Each pair: convolutions, dense layers. In AlexNet and VGG nine tenths of the weights lie in the dense layers, and next
to no work. GoogLeNet and all after it average each plane to one number before the only dense layer that is left. So
they are small; and as fast or slow as their convolutions.

“Put out” are the numbers that the convolutions leave, four bytes each. They must be kept for the way back, times the
batch: of ResNet-50 more than 40 MB a picture, before norms and ReLUs.""",
        zh="""
每一对依次是：卷积层，全连接层。AlexNet 和 VGG 的权重有九成在全连接层里，那里却几乎没有工作量。
GoogLeNet 以及后来者先把每个通道平均成一个数，只留下一个全连接层。所以它们很小；快慢则由卷积决定。

“put out” 是各卷积层输出的数，每个四字节。训练时要为反向传播留着，还要乘以批量大小：
ResNet-50 每幅图超过 40 MB，归一化和 ReLU 还没算在内。""",
    ),
    shares,
    (Expect(Text("the formula, layer by layer", "公式，逐层相加"), shares_by_formula),),
    figure="lesson-zoo-shares",
    drawn=shares_drawn,
)
