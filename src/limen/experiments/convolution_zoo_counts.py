"""What can be counted of the nets of the zoo: their layers, their parameters, their multiply-adds."""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text

TORCHVISION = Text("torchvision", "torchvision")


def names() -> dict[str, Any]:
    """Layers with weights on the longest way through each net."""
    from limen.experiments.convolution_laid import PUBLISHED, laid_out

    aside = ("downsample", "aux", "branch1", "branch3", "branch4")  # short ways, and heads
    found = {}
    for name in PUBLISHED:
        if name not in ("lenet5-1998", "vgg11-lrn", "vgg16-1x1"):
            ways = [row for row in laid_out(name) if not any(part in row.path for part in aside)]
            found[name] = sum(row.kind in ("Conv2d", "Linear") for row in ways)
    return found


def names_read() -> dict[str, Any]:
    """The numbers in the names; of the others what their papers say."""
    numbered = {
        "vgg": (11, 13, 16, 19),
        "resnet": (18, 34, 50, 101, 152),
        "densenet": (121, 169, 201),
    }
    read = {f"{name}{n}": n for name, many in numbered.items() for n in many}
    return {"alexnet": 8, "zfnet": 8, "googlenet": 22, **read}


def names_drawn() -> dict[str, Any]:
    """The layers of each net, laid out."""
    from limen.experiments.convolution_laid import laid_out

    shown = ("alexnet", "zfnet", "vgg16", "googlenet", "resnet18", "resnet50", "densenet121")
    return {name: laid_out(name) for name in shown}


def parameters() -> dict[str, Any]:
    """Every number that training can change, of every net."""
    from limen.experiments.convolution_laid import PUBLISHED, laid_out

    return {name: sum(row.parameters for row in laid_out(name)) for name in PUBLISHED}


def parameters_by_hand() -> dict[str, Any]:
    """Of those that torchvision does not have: window² · planes in · planes out, and a bias for each plane."""

    blocks = [(2, 64), (2, 128), (2, 256), (2, 512), (2, 512)]
    ones = [(1, 0), (1, 0), (1, 256), (1, 512), (1, 512)]  # VGG C: 1×1 in its last three blocks
    c = [window for (n, wide), one in zip(blocks, ones, strict=True)
         for window in [(3, wide)] * n + [one] * (one[1] > 0)]  # fmt: skip
    a = [(3, wide) for wide in (64, 128, 256, 256, 512, 512, 512, 512)]
    nets = {
        "zfnet": ([(7, 96), (5, 256), (3, 384), (3, 384), (3, 256)], 6),
        "vgg11-lrn": (a, 7),
        "vgg16-1x1": (c, 7),
    }
    found = {}
    for name, (windows, side) in nets.items():
        planes, count = [3, *(wide for _, wide in windows)], 0
        for before, (k, wide) in zip(planes, windows, strict=False):
            count += k**2 * before * wide + wide
        dense = (planes[-1] * side**2, 4096, 4096, 1000)
        found[name] = count + sum((dense[i] + 1) * dense[i + 1] for i in range(3))
    return found


def work() -> dict[str, Any]:
    """Multiply-adds for one picture, in thousands of millions."""
    from limen.experiments.convolution_laid import PUBLISHED, laid_out

    counted = {name: sum(row.multiply_adds for row in laid_out(name)) for name in PUBLISHED[1:]}
    return {name: round(count / 1e9, 2) for name, count in counted.items()}


def work_by_torch() -> dict[str, Any]:
    """What torch counts when a picture passes; of those that are not published."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from limen.nets.build import outline

    found = {}
    for name in ("zfnet", "vgg11-lrn", "vgg16-1x1"):
        net = outline(name, (3, 224, 224), 1000, {}).eval()
        with FlopCounterMode(display=False) as counter:
            net(torch.empty(1, 3, 224, 224, device="meta"))
        found[name] = round(counter.get_total_flops() / 2e9, 2)
    return found


def work_drawn() -> dict[str, Any]:
    """Parameters, multiply-adds, and bytes of all outputs."""
    from limen.experiments.convolution_laid import PUBLISHED, laid_out

    return {
        name: tuple(
            sum(count)
            for count in zip(*((r.parameters, r.multiply_adds, r.memory) for r in laid_out(name)), strict=True)
        )
        for name in PUBLISHED[1:]
    }


COUNTS = (
    Step(
        Text("The number in the name", "名字里的数字"),
        Text(
            en="""
What is counted is layers with weights on the longest way: convolutions and dense layers, of parallel branches one, and
no norms. Deeper does not mean heavier: 121 layers of DenseNet weigh less than the eight of AlexNet.""",
            zh="""
数的是最长一条路上带权重的层：卷积层和全连接层，并列的支路只算一条，归一化不算。
更深并不等于更重：DenseNet 的 121 层比 AlexNet 的八层还轻。""",
        ),
        names,
        (Expect(Text("names and papers", "名字与论文"), names_read, published=True),),
        figure="lesson-zoo-columns",
        drawn=names_drawn,
    ),
    Step(
        Text("What each weighs", "各有多重"),
        Text(
            en="""
Every parameter of every net, for a thousand classes. Each was laid out on torch's `meta` device, which knows shapes and
holds no numbers: VGG19 as floats would take 575 MB. GoogLeNet's 13 million are those of training; in use, without its
two heads, it has 6.6 million.""",
            zh="""
每个网络的全部参数，一千个类别。每个网络都放在 torch 的 `meta` 设备上，只有形状，不存数：VGG19 存成浮点数要 575 MB。
GoogLeNet 的 1300 万是训练时的；使用时去掉两个辅助头，只有 660 万。""",
        ),
        parameters,
        (
            Expect(
                TORCHVISION,
                {
                    "alexnet": 61100840,
                    "vgg11": 132863336,
                    "vgg13": 133047848,
                    "vgg16": 138357544,
                    "vgg19": 143667240,
                    "googlenet": 13004888,
                    "resnet18": 11689512,
                    "resnet34": 21797672,
                    "resnet50": 25557032,
                    "resnet101": 44549160,
                    "resnet152": 60192808,
                    "densenet121": 7978856,
                    "densenet169": 14149480,
                    "densenet201": 20013928,
                },
                published=True,
            ),
            Expect(Text("LeCun et al. 1998", "LeCun 等 1998"), {"lenet5-1998": 60000}, published=True),
            Expect(Text("added up by hand", "手工相加"), parameters_by_hand),
        ),
    ),
    Step(
        Text("What each costs", "各要算多少"),
        Text(
            en="""
Multiply-adds for one picture, in thousands of millions. Weights and work are different things: DenseNet-121 has an
eighth of AlexNet's weights and does four times its work, since a weight of a convolution is used at every place. And
what fills the memory in training is a third: the numbers put out on the way.""",
            zh="""
一幅图的乘加次数，单位是十亿。权重和工作量是两回事：DenseNet-121 的权重是 AlexNet 的八分之一，工作量却是四倍，
因为卷积的权重在每个位置都要用一次。训练时占内存的又是另一样：一路上各层输出的数。""",
        ),
        work,
        (
            Expect(
                TORCHVISION,
                {
                    "alexnet": 0.71,
                    "vgg11": 7.61,
                    "vgg13": 11.31,
                    "vgg16": 15.47,
                    "vgg19": 19.63,
                    "googlenet": 1.50,
                    "resnet18": 1.81,
                    "resnet34": 3.66,
                    "resnet50": 4.09,
                    "resnet101": 7.80,
                    "resnet152": 11.51,
                    "densenet121": 2.83,
                    "densenet169": 3.36,
                    "densenet201": 4.29,
                },
                1e-9,
                published=True,
            ),
            Expect(Text("torch's own counter", "torch 自带的计数"), work_by_torch, 1e-9),
        ),
        figure="lesson-zoo-plane",
        drawn=work_drawn,
    ),
)
