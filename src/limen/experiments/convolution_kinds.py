"""Kinds of convolution: connections left out, or laid otherwise; what each costs, and what equals what.

A k×k convolution from C to O channels has k²·C·O weights and uses each at every place. Nearly all of the cost of a
convolutional net is this product, and every kind below makes one of its factors smaller.
"""

from typing import Any

from limen.experiments.chapters import CONVOLUTION
from limen.experiments.convolution_channels import CHANNELS
from limen.experiments.convolution_dense import IN_PLACE_OF_DENSE
from limen.experiments.lesson import Expect, Lesson, Next, Option, Step
from limen.language import Text

FORMULA = Text("the formula", "公式")
COUNTED = Text("counted by hand", "手工清点")


def wires() -> dict[str, Any]:
    """Which of eight places each output is wired to, counted."""
    from torch import nn

    from limen.nets.kinds import connections

    layers = {
        "dense": nn.Linear(8, 8),
        "convolution": nn.Conv1d(1, 1, 3, padding=1),
        "dilated": nn.Conv1d(1, 1, 3, padding=2, dilation=2),
        "stride 2": nn.Conv1d(1, 1, 3, padding=1, stride=2),
    }
    found = {}
    for name, layer in layers.items():
        shape = (8,) if name == "dense" else (1, 8)
        found[name] = connections(layer, shape).count_nonzero().item()
    back = connections(nn.ConvTranspose1d(1, 1, 4, 2, 1), (1, 4))
    return {**found, "transposed": back.count_nonzero().item()}


def wires_by_hand() -> dict[str, Any]:
    """Places times weights, less those that hang over the edge."""
    return {
        "dense": 8 * 8,
        "convolution": 8 * 3 - 2,
        "dilated": 8 * 3 - 4,
        "stride 2": 4 * 3 - 1,
        "transposed": 4 * 4 - 2,
    }


def wires_drawn() -> dict[str, Any]:
    """The wires themselves."""
    from torch import nn

    from limen.nets.kinds import connections

    return {
        "dense": connections(nn.Linear(8, 8), (8,)),
        "convolution": connections(nn.Conv1d(1, 1, 3, padding=1), (1, 8)),
        "dilated": connections(nn.Conv1d(1, 1, 3, padding=2, dilation=2), (1, 8)),
        "stride 2": connections(nn.Conv1d(1, 1, 3, padding=1, stride=2), (1, 8)),
        "transposed": connections(nn.ConvTranspose1d(1, 1, 4, 2, 1), (1, 4)),
    }


def dilated(kernel: int) -> dict[str, Any]:
    """A kernel with holes, and the larger kernel with zeros that it is."""
    import torch
    from torch.nn.functional import conv2d

    torch.manual_seed(0)
    x = torch.randn(1, 1, 32, 32, dtype=torch.float64)
    weights = torch.randn(kernel, kernel, dtype=torch.float64)
    holes = torch.zeros(2 * kernel - 1, 2 * kernel - 1, dtype=torch.float64)
    holes[::2, ::2] = weights
    y = conv2d(x, weights[None, None], dilation=2)
    return {
        "furthest apart": (y - conv2d(x, holes[None, None])).abs().max().item(),
        "side of the window": len(holes),
        "side of the output": y.shape[2],
    }


def dilated_by_formula(kernel: int) -> dict[str, Any]:
    """d·(k - 1) + 1, and what is left of 32."""
    side = 2 * (kernel - 1) + 1
    return {"furthest apart": 0.0, "side of the window": side, "side of the output": 32 - side + 1}


def transposed() -> dict[str, Any]:
    """A transposed convolution against the transposed matrix of the convolution."""
    import torch
    from torch.nn.functional import conv_transpose1d

    torch.manual_seed(0)
    kernel = torch.randn(4, dtype=torch.float64)
    matrix = torch.zeros(4, 10, dtype=torch.float64)  # convolution, stride 2: from 10 numbers to 4
    for place in range(4):
        matrix[place, 2 * place : 2 * place + 4] = kernel
    y = torch.randn(4, dtype=torch.float64)
    up = conv_transpose1d(y[None, None], kernel[None, None], stride=2)[0, 0]
    return {"furthest apart": (up - matrix.T @ y).abs().max().item(), "places": (len(y), len(up))}


def transposed_by_gradient() -> dict[str, Any]:
    """The gradient of (convolution · y) along the convolution's input."""
    import torch

    torch.manual_seed(0)
    kernel = torch.randn(4, dtype=torch.float64)
    y = torch.randn(4, dtype=torch.float64)
    x = torch.zeros(10, dtype=torch.float64, requires_grad=True)
    product = torch.nn.functional.conv1d(x[None, None], kernel[None, None], stride=2)[0, 0] @ y
    (gradient,) = torch.autograd.grad(product, x)
    up = torch.nn.functional.conv_transpose1d(y[None, None], kernel[None, None], stride=2)[0, 0]
    return {"furthest apart": (up - gradient).abs().max().item(), "places": (4, (4 - 1) * 2 + 4)}


def costs(kernel: int) -> dict[str, Any]:
    """Every kind from 64 to 64 channels on 32×32: weights and multiply-adds."""
    from limen.nets.kinds import KINDS
    from limen.nets.summary import summarize

    found = {}
    for name, make in KINDS.items():
        rows = summarize(make(64, 64, kernel), (64, 32, 32))
        work = sum(row.multiply_adds for row in rows)
        found[name] = (sum(row.parameters for row in rows), work, rows[-1].output[1])
    return found


def costs_by_formula(kernel: int) -> dict[str, Any]:
    """Weights; each is used at every place of 32×32, transposed at every place of the input; the side comes last."""
    square, places = kernel**2, 32 * 32
    weights = {
        "standard": square * 64 * 64,
        "1×1": 64 * 64,
        "grouped": square * 64 * 64 // 4,
        "separable": square * 64 + 64 * 64,
        "flattened": 2 * kernel * 64 + 64 * 64,
        "dilated": square * 64 * 64,
    }
    found = {name: (count, count * places, 32) for name, count in weights.items()}
    return {**found, "transposed": (square * 64 * 64, square * 64 * 64 * places, 64)}


WHERE = (
    Step(
        Text("Which places are wired", "连到哪些位置"),
        Text(
            en="""
Eight numbers in a row. A dense layer wires everything to everything: 64 wires, each with a weight of its own. A
convolution wires each output to three neighbours, always with the same three weights. Dilated, the three lie apart and
see further. With stride 2 every second output is left out; transposed, the drawing is turned round.""",
            zh="""
一行八个数。全连接层把所有的数两两相连：64 条线，每条有自己的权重。
卷积只把每个输出连到三个相邻的数，而且总用同样的三个权重。
膨胀卷积让这三个数隔开，看得更远。步幅为 2 时，输出隔一个取一个；转置卷积则把这张图倒过来。""",
        ),
        wires,
        (Expect(COUNTED, wires_by_hand),),
        figure="lesson-wires",
        drawn=wires_drawn,
    ),
    *CHANNELS,
    Step(
        Text("Holes", "带孔的核"),
        Text(
            en="""
Dilation d lays the weights d places apart. It is a larger kernel that is mostly 0: as few weights and products as
before, on a window of d·(k - 1) + 1. Stacked with d = 1, 2, 4, 8 the view doubles with every layer.""",
            zh="""
膨胀率为 d 时，权重之间相隔 d 格。它就是一个大部分为 0 的大核：权重和乘积不增加，窗口却有 d·(k - 1) + 1。
把 d = 1、2、4、8 叠起来，每一层视野加倍。""",
        ),
        dilated,
        (Expect(FORMULA, dilated_by_formula, 1e-10),),
    ),
    Step(
        Text("The gradient's way: transposed", "梯度的走法：转置"),
        Text(
            en="""
Write a convolution as a matrix, a row for each output. Its transpose takes outputs back to inputs: that is the
transposed convolution, and that is what backpropagation does with every convolution. It undoes the change of size, not
the convolution.""",
            zh="""
把卷积写成矩阵，每个输出一行。它的转置把输出送回输入：这就是转置卷积，反向传播对每个卷积做的正是这件事。
它还原的是尺寸，并不是卷积的逆运算。""",
        ),
        transposed,
        (
            Expect(Text("autograd: the gradient", "自动求导：梯度"), transposed_by_gradient, 1e-12),
            Expect(Text("the transposed matrix", "转置矩阵"), {"furthest apart": 0.0, "places": (4, 10)}, 1e-12),
        ),
    ),
)


def kinds() -> Lesson:
    """1×1, grouped, separable, flattened, dilated, transposed; and convolutions in place of dense layers."""
    return Lesson(
        name="kinds",
        chapter=CONVOLUTION,
        title=Text("Kinds of convolution", "卷积的种类"),
        story=Text(
            en="""
A convolution from 64 channels to 64, 3×3, has 36,864 weights and uses every one of them at every pixel. A phone must
do this a hundred times for a single picture. Must every output really be wired to every channel, at all nine places,
at once?

Each kind below leaves something out: neighbours, channels, or the combination of both. For each one it is shown what it
connects, what it costs, what size comes out; and, where it equals something you already know, that it does.""",
            zh="""
从 64 个通道到 64 个通道的 3×3 卷积有 36,864 个权重，每个像素处都要全部用一遍。手机处理一张照片要做上百次。
每个输出真的非要同时连到每个通道的全部九个位置吗？

下面每一种卷积都省去一些东西：相邻位置、通道，或者两者的组合。
对每一种都给出：连了什么、代价多少、输出多大；凡是等于某个已经认识的东西的，就把相等算给你看。""",
        ),
        steps=(
            *WHERE,
            *IN_PLACE_OF_DENSE,
            Step(
                Text("What they cost", "各要多少代价"),
                Text(
                    en="""
All from 64 channels to 64, on 32×32. Each tuple: weights, multiply-adds, side of the output. Separable and flattened
are bound by their 1×1 part: once the neighbours cost next to nothing, the channels are what is left.""",
                    zh="""
都是 64 个通道到 64 个通道，输入 32×32。每个元组依次是：权重数、乘加次数、输出边长。
可分离卷积和展平卷积的代价主要在 1×1 那一步：相邻位置几乎不花钱之后，剩下的就是通道。""",
                ),
                costs,
                (Expect(FORMULA, costs_by_formula),),
                figure="lesson-costs",
            ),
        ),
        options=(Option("kernel", 3, 3, 7, Text("side of the kernels", "卷积核的边长"), (3, 5, 7)),),
        next=(
            Next("limen learn kinds --set kernel=7", Text("larger kernels save more", "核越大，省得越多")),
            Next("limen learn sizes", Text("what this makes of a whole net", "放到整个网络里看")),
            Next("limen run mnist-conv3", Text("a net without dense layers", "没有全连接层的网络")),
        ),
    )
