"""The sizes of any net: what comes out of each layer, what it weighs, and how much of the input a number can see.

⌊(n + 2p - d·(k - 1) - 1)/s⌋ + 1 numbers come out of a window of k; and r' = r + d·(k - 1)·j is what they see.
"""

from typing import Any

from limen.experiments.chapters import CONVOLUTION
from limen.experiments.convolution_fields import FIELDS
from limen.experiments.lesson import Expect, Lesson, Next, Option, Step
from limen.language import Text

FORMULA = Text("the formula", "公式")


def chain(side: int) -> dict[str, Any]:
    """Convolution, pooling, convolution."""
    import torch
    from torch import nn

    x = torch.zeros(1, 3, side, side)
    x = nn.Conv2d(3, 4, kernel_size=5, padding=1, stride=2)(x)
    sides = [x.shape[2]]
    x = nn.MaxPool2d(3, stride=1)(x)
    sides.append(x.shape[2])
    x = nn.Conv2d(4, 4, kernel_size=3, padding=1)(x)
    return {"sides": [side, *sides, x.shape[2]]}


def chain_by_formula(side: int) -> dict[str, Any]:
    """(n + 2p - k) // s + 1, three times."""
    sides = [side]
    for k, p, s in ((5, 1, 2), (3, 0, 1), (3, 1, 1)):
        sides.append((sides[-1] + 2 * p - k) // s + 1)
    return {"sides": sides}


def chain_published(side: int) -> dict[str, Any]:
    """From 200, as the notes have it; of another side they say nothing."""
    return {"sides": [200, 99, 97, 97]} if side == 200 else {}


def rounding() -> dict[str, Any]:
    """Pooling of 3 with stride 2, rounding down and up; what is left out, what hangs over."""
    from torch import nn

    from limen.nets.summary import summarize

    found = {}
    for side in (112, 113):
        for ceil in (False, True):
            (row,) = summarize(nn.Sequential(nn.MaxPool2d(3, 2, ceil_mode=ceil)), (1, side, side))
            ends = row.field[0].ends
            found[f"{side}, {'ceil' if ceil else 'floor'}"] = (row.output[1], ends[1])
    return found


def rounding_by_hand() -> dict[str, Any]:
    """Places, and the last number that any of them sees (counted from 0)."""
    return {
        "112, floor": ((112 - 3) // 2 + 1, 2 * 54 + 2),
        "112, ceil": (-(-(112 - 3) // 2) + 1, 111),
        "113, floor": ((113 - 3) // 2 + 1, 112),
        "113, ceil": ((113 - 3) // 2 + 1, 112),
    }


def vgg_first() -> dict[str, Any]:
    """VGG's first convolution, 3 → 64 channels on 224×224."""
    from torch import nn

    from limen.nets.summary import summarize

    layer = nn.Conv2d(3, 64, 3, padding=1, bias=False, device="meta")
    (row,) = summarize(nn.Sequential(layer), (3, 224, 224))
    return {"weights": row.parameters, "multiply-adds": row.multiply_adds, "bytes put out": row.memory}


def vgg_first_by_formula() -> dict[str, Any]:
    """3·3·3 for each of 64 channels, once for each of 224·224 places; four bytes a number."""
    weights = 3 * 3 * 3 * 64
    return {
        "weights": weights,
        "multiply-adds": weights * 224 * 224,
        "bytes put out": 64 * 224 * 224 * 4,
    }


def vgg() -> dict[str, Any]:
    """The sixteen layers of VGG with weights, laid out without memory."""
    from torch import nn

    from limen.nets.summary import summarize

    layers, planes = [], 3
    for count, wide in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(count):
            layers += [nn.Conv2d(planes, wide, 3, padding=1, device="meta"), nn.ReLU(inplace=True)]
            planes = wide
        layers.append(nn.MaxPool2d(2))
    layers.append(nn.Flatten())
    for before, wide in ((7 * 7 * 512, 4096), (4096, 4096), (4096, 1000)):
        layers.append(nn.Linear(before, wide, device="meta"))
    rows = summarize(nn.Sequential(*layers), (3, 224, 224))
    dense = [row for row in rows if row.kind == "Linear"]
    return {
        "sides after pooling": [row.output[1] for row in rows if row.kind == "MaxPool2d"],
        "parameters": sum(row.parameters for row in rows),
        "parameters in dense layers": sum(row.parameters for row in dense),
        "multiply-adds": sum(row.multiply_adds for row in rows),
        "multiply-adds in dense layers": sum(row.multiply_adds for row in dense),
        "memory of outputs": sum(row.memory for row in rows),
    }


def vgg_by_formula() -> dict[str, Any]:
    """The same added up in plain Python."""
    side, planes, parameters, work, numbers, sides = 224, 3, 0, 0, 0, []
    for count, wide in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(count):
            parameters += 9 * planes * wide + wide
            work += 9 * planes * wide * side**2
            numbers += wide * side**2
            planes = wide
        side //= 2
        sides.append(side)
        numbers += wide * side**2
    pairs = ((7 * 7 * 512, 4096), (4096, 4096), (4096, 1000))
    weights = sum(before * after for before, after in pairs)
    biases = sum(after for _, after in pairs)
    return {
        "sides after pooling": sides,
        "parameters": parameters + weights + biases,
        "parameters in dense layers": weights + biases,
        "multiply-adds": work + weights,
        "multiply-adds in dense layers": weights,
        "memory of outputs": 4 * (numbers + biases),
    }


def ask_the_doctor() -> dict[str, Any]:
    """A net whose dense layer was reckoned for another picture, and what it says."""
    from torch import nn

    from limen.nets.summary import misfit

    dense = nn.Linear(8 * 14 * 14, 10)
    net = nn.Sequential(nn.Conv2d(3, 8, 5), nn.MaxPool2d(2), nn.Flatten(), dense)
    fault = misfit(net, (3, 64, 64))
    net[3] = nn.Linear(8 * 30 * 30, 10)  # mended as it says
    told = {"layer": fault.path, "why": fault.why, "what fits": fault.fits}  # type: ignore[union-attr]
    again = misfit(net, (3, 64, 64))
    return {**told, "an input that fits": fault.input, "mended": again is None}  # type: ignore[union-attr]


def doctor_by_hand() -> dict[str, Any]:
    """64 → 60 → 30, and 32 → 28 → 14."""
    return {
        "layer": "3",
        "why": f"is given {8 * 30 * 30}",
        "what fits": f"in_features={8 * 30 * 30}",
        "an input that fits": (3, 32, 32),
        "mended": True,
    }


STEPS = (
    Step(
        Text("One formula for every window", "一个公式管所有窗口"),
        Text(
            en="""
n numbers, p zeros on either side, a window of k in steps of s: (n + 2p - k) // s + 1 places. 200 pixels through a 5×5
convolution with padding 1 and stride 2 leave 99; pooling over 3 in steps of 1 leaves 97; a 3×3 convolution with padding
1 leaves it at that.""",
            zh="""
n 个数，两边各补 p 个零，窗口 k，步幅 s：共 (n + 2p - k) // s + 1 个位置。
200 像素经过填充 1、步幅 2 的 5×5 卷积，剩 99；步幅 1、窗口 3 的池化，剩 97；填充 1 的 3×3 卷积，保持不变。""",
        ),
        chain,
        (
            Expect(FORMULA, chain_by_formula),
            Expect(Text("notes: 200 → 99 → 97 → 97", "讲义：200 → 99 → 97 → 97"), chain_published, published=True),
        ),
    ),
    Step(
        Text("Round down, or up?", "向下取整，还是向上？"),
        Text(
            en="""
Where the steps do not come out even, rounding down leaves numbers at the edge unseen: of 112, pooling over 3 in steps
of 2 sees up to number 110, and the last is lost. Rounding up (`ceil_mode`) adds a window that hangs over. GoogLeNet
rounds up, which is why its maps are 56, 28, 14 and 7. Convolutions in torch always round down.""",
            zh="""
步子除不尽时，向下取整会让边缘的数谁也看不到：112 个数，窗口 3、步幅 2 的池化只看到第 110 号，最后一个丢了。
向上取整（`ceil_mode`）就多放一个伸出边外的窗口。GoogLeNet 向上取整，所以特征图是 56、28、14、7。
torch 的卷积总是向下取整。""",
        ),
        rounding,
        (Expect(Text("by hand", "手算"), rounding_by_hand),),
    ),
    Step(
        Text("Weights, work, memory", "权重、工作量、内存"),
        Text(
            en="""
Three counts that have little to do with each other. The weights of a convolution know nothing of the picture's size:
3·3·3 for each of 64 channels, 1,728. The work uses each of them at every place. The memory is that of what comes out,
and training must keep it until the gradients have come back.""",
            zh="""
三种计数，彼此关系不大。卷积的权重与图像大小无关：64 个通道，每个 3·3·3，共 1,728 个。
工作量是每个权重在每个位置各用一次。内存指的是输出所占的，训练时必须一直留到梯度返回。""",
        ),
        vgg_first,
        (
            Expect(FORMULA, vgg_first_by_formula),
            Expect(Text("notes: 1,728 weights", "讲义：1,728 个权重"), {"weights": 1728}, published=True),
        ),
    ),
    Step(
        Text("A whole net", "整个网络"),
        Text(
            en="""
VGG with sixteen layers. Where are its 138 million parameters? Nine tenths in the three dense layers. Where is its work?
Ninety-nine hundredths in the convolutions. And the memory is at the front, where the maps are large. The net was laid
out on torch's `meta` device, which knows shapes and holds no numbers.""",
            zh="""
十六层的 VGG。1.38 亿个参数在哪里？九成在三个全连接层里。工作量在哪里？百分之九十九在卷积层里。
内存则在最前面，那里特征图最大。
这个网络放在 torch 的 `meta` 设备上，只有形状，不存一个数。""",
        ),
        vgg,
        (
            Expect(Text("added up in plain Python", "用纯 Python 逐项相加"), vgg_by_formula),
            Expect(
                Text("Simonyan & Zisserman 2014, and torchvision", "Simonyan 与 Zisserman 2014，以及 torchvision"),
                {"sides after pooling": [112, 56, 28, 14, 7], "parameters": 138357544},
                published=True,
            ),
        ),
    ),
    *FIELDS,
    Step(
        Text("When it does not fit", "尺寸对不上的时候"),
        Text(
            en="""
The commonest mistake of all: a dense layer reckoned for another picture. `limen.misfit`, and `limen summary` as well,
names the layer, what it was given, and the value that would fit.""",
            zh="""
最常见的错误：全连接层是按另一种图像尺寸算的。
`limen.misfit` 以及 `limen summary` 会指出是哪一层、给了它什么、改成多少才对。""",
        ),
        ask_the_doctor,
        (Expect(Text("by hand", "手算"), doctor_by_hand),),
    ),
)


def sizes() -> Lesson:
    """Output sizes, weights, work, memory and receptive fields of any net."""
    return Lesson(
        name="sizes",
        chapter=CONVOLUTION,
        title=Text("The sizes of a net", "网络的尺寸"),
        story=Text(
            en="""
“Expected input of 400 features, got 1600.” Whoever builds a convolutional net meets this line on the first day. How
large is what leaves each layer? And then the questions behind it: where do a net's parameters sit, where does its time
go, what fills the memory? And how much of the picture can one number deep inside see at all?

All of it is arithmetic that fits on a sheet of paper, and every net obeys it, whether its way is a chain or divides and
joins again. Here it is worked out, step by step, and checked against the nets themselves.""",
            zh="""
“应输入 400 个特征，得到 1600 个。”凡是搭过卷积网络的人，第一天就会碰到这样的报错。每一层输出到底有多大？
接着是背后的问题：参数都在哪里，时间花在哪里，内存被什么占了？网络深处的一个数，究竟能看到图像的多大一块？

这些都是一张纸就能算完的算术，任何网络都遵守，无论是一条链，还是分叉之后再汇合。
这里一步步算出来，并拿真实的网络来核对。""",
        ),
        steps=STEPS,
        options=(Option("side", 200, 16, 512, Text("side of the picture in the first step", "第一步中图像的边长")),),
        next=(
            Next("limen learn sizes --set side=224", Text("the same chain on another picture", "同一条链，换一种尺寸")),
            Next("limen summary lenet5", Text("the sizes of a net of the list", "列表中某个网络的尺寸")),
            Next("limen learn kinds", Text("how the work can be made less", "怎样减少工作量")),
        ),
    )
