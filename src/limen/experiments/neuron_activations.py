"""Activations: the bend after each layer, its slope, and which one belongs at the end.

h = f(W x + b). Without f any number of layers is one layer; with f the slope f' is what the gradient passes through.
"""

from typing import Any

from limen.experiments.chapters import NEURON
from limen.experiments.lesson import Expect, Lesson, Next, Option, Step
from limen.experiments.neuron_slopes import SLOPES
from limen.experiments.neuron_softmax import SOFTMAX
from limen.language import Text

FORMULAS = Text("the formulas in NumPy, float64", "NumPy 按公式计算（float64）")


def straight() -> dict[str, Any]:
    """Two layers without anything between, and the one layer that they are."""
    import torch

    draw = torch.Generator().manual_seed(0)
    x, first, second = (torch.randn(*shape, generator=draw) for shape in ((4, 3), (3, 5), (5, 2)))
    bent = (x @ first).relu() @ second
    return {"two layers": x @ first @ second, "one layer": x @ (first @ second), "bent": bent}


def straight_by_sums() -> dict[str, Any]:
    """Each output as a sum over all ways from an input to it, in float64."""
    import numpy as np
    import torch

    draw = torch.Generator().manual_seed(0)
    shapes = ((4, 3), (3, 5), (5, 2))
    x, first, second = (torch.randn(*shape, generator=draw).double().numpy() for shape in shapes)
    linear = np.einsum("ni,ij,jk->nk", x, first, second)
    bent = np.einsum("nj,jk->nk", np.maximum(np.einsum("ni,ij->nj", x, first), 0), second)
    return {"two layers": linear, "one layer": linear, "bent": bent}


def values(slope: float) -> dict[str, Any]:
    """The seven at five places."""
    import torch

    x = torch.tensor([-2.0, -0.5, 0.0, 0.5, 2.0])
    return {
        "step": torch.heaviside(x, torch.tensor(1.0)),
        "sigmoid": torch.sigmoid(x),
        "tanh": torch.tanh(x),
        "ReLU": torch.relu(x),
        "leaky ReLU": torch.nn.functional.leaky_relu(x, slope),
        "softmax": torch.softmax(x, 0),
        "identity": x,
    }


def values_by_formula(slope: float) -> dict[str, Any]:
    """Each written out."""
    import numpy as np

    x = np.array([-2.0, -0.5, 0.0, 0.5, 2.0])
    return {
        "step": (x >= 0).astype(float),
        "sigmoid": 1 / (1 + np.exp(-x)),
        "tanh": (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
        "ReLU": np.maximum(x, 0),
        "leaky ReLU": np.where(x > 0, x, slope * x),
        "softmax": np.exp(x) / np.exp(x).sum(),
        "identity": x,
    }


def curves(slope: float) -> dict[str, Any]:
    """What the figure shows: each function and its derivative along x, softmax for scores (x, 0, 1)."""
    import torch

    x = torch.linspace(-4, 4, 402, dtype=torch.float64, requires_grad=True)
    one = torch.tensor(1.0, dtype=torch.float64)
    functions = {
        "step": lambda x: torch.heaviside(x.detach(), one) + 0 * x,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky-relu": lambda x: torch.nn.functional.leaky_relu(x, slope),
        "softmax": lambda x: torch.stack([x, 0 * x, 0 * x + 1]).softmax(0)[0],
        "identity": lambda x: x + 0,
    }
    drawn: dict[str, Any] = {"x": x.detach().numpy()}
    for name, function in functions.items():
        y = function(x)  # type: ignore[no-untyped-call]
        drawn[name] = (y.detach().numpy(), torch.autograd.grad(y.sum(), x)[0].numpy())
    return drawn


BENDS = (
    Step(
        Text("Why there must be a bend", "为什么必须有弯折"),
        Text(
            en="""
Two dense layers, one after the other, are one dense layer: their matrices can be multiplied beforehand. A hundred
would be one too. Put something between that is not straight, here ReLU, and this is no longer so.""",
            zh="""
两个全连接层首尾相接，其实就是一层：两个矩阵可以事先乘好。一百层也一样。
只要在中间放一个不是直线的函数（这里是 ReLU），就不再如此。""",
        ),
        straight,
        (
            Expect(
                Text("NumPy: the sum over all ways, float64", "NumPy：对所有路径求和（float64）"),
                straight_by_sums,
                1e-5,
            ),
        ),
    ),
    Step(
        Text("Seven of them", "七种激活函数"),
        Text(
            en="""
Step: the neuron of 1943, fires or does not. Sigmoid: the step made soft, between 0 and 1. Tanh: the same between -1 and
1. ReLU: nothing below 0, everything above. Leaky ReLU lets a little through below as well (`--set slope=0.2`). The
identity does nothing. Softmax is of another kind: it looks at all scores together and turns them into shares of 1.""",
            zh="""
阶跃：1943 年的神经元，要么放电，要么不放电。sigmoid：把阶跃变柔和，取值在 0 到 1 之间。tanh：
同样的形状，在 -1 到 1 之间。
ReLU：0 以下全部挡住，0 以上全部放行。leaky ReLU 在 0 以下也放过一点（`--set slope=0.2`）。恒等函数什么也不做。
softmax 属于另一类：它同时看所有得分，把它们变成总和为 1 的份额。""",
        ),
        values,
        (Expect(FORMULAS, values_by_formula, 1e-6),),
        figure="lesson-activations",
        drawn=curves,
    ),
)


def activations() -> Lesson:
    """The bends of a net, their slopes, and softmax."""
    return Lesson(
        name="activations",
        chapter=NEURON,
        title=Text("Activations: where a net bends", "激活函数：网络在哪里弯折"),
        story=Text(
            en="""
Weighted sums alone draw straight lines, however many are stacked. What makes a net able to bend a boundary around a
spiral is the small function after each sum. Which one should it be?

For a long time it was the one most like a nerve cell. Then depth taught another lesson: what counts is the slope, since
every gradient is multiplied by it on the way back. At the end of the net other rules hold. There the question is what
kind of answer is wanted: any number, a probability, or one of several classes.""",
            zh="""
只有加权求和，叠多少层画出来的都是直线。网络之所以能让边界绕着螺旋弯过去，靠的是每次求和之后的那个小函数。
该选哪一个呢？

很长时间里，人们选最像神经细胞的那个。后来网络变深，才明白要紧的是斜率：每个梯度往回传时都要乘上它。
到了网络的末端，规则又不同：要看想得到什么样的回答，是任意的数、概率，还是若干类别中的一个。""",
        ),
        steps=(*BENDS, *SLOPES, *SOFTMAX),
        options=(Option("slope", 0.01, 0.0, 1.0, Text("slope of leaky ReLU below 0", "leaky ReLU 在 0 以下的斜率")),),
        next=(
            Next("limen learn activations --set slope=0.2", Text("a leak that can be seen", "把泄漏放大到看得见")),
            Next("limen run digits-mlp --set net.activation=sigmoid", Text("a net with sigmoids", "用 sigmoid 的网络")),
            Next("limen learn losses", Text("what the answer is held against", "回答要与什么相比")),
        ),
    )
