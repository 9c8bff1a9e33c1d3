"""The slopes of the activations: what a gradient is multiplied by on its way back.

σ' = σ(1 - σ) ≤ 1/4, tanh' = 1 - tanh², ReLU' is 1 or 0; the step has none to learn by.
"""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text


def slopes(slope: float) -> dict[str, Any]:
    """The derivative of each, by autograd; at 0 the bent ones have none, so 0 is left out."""
    import torch

    functions = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "ReLU": torch.relu,
        "leaky ReLU": lambda x: torch.nn.functional.leaky_relu(x, slope),
        "identity": lambda x: x,
    }
    found = {}
    for name, function in functions.items():
        x = torch.tensor([-2.0, -0.5, 0.5, 2.0], dtype=torch.float64, requires_grad=True)
        function(x).sum().backward()  # type: ignore[no-untyped-call]
        found[name] = x.grad
    return found


def slopes_by_formula(slope: float) -> dict[str, Any]:
    """σ(1 - σ), 1 - tanh², and the slopes of the straight pieces."""
    import numpy as np

    x = np.array([-2.0, -0.5, 0.5, 2.0])
    s = 1 / (1 + np.exp(-x))
    return {
        "sigmoid": s * (1 - s),
        "tanh": 1 - np.tanh(x) ** 2,
        "ReLU": (x > 0).astype(float),
        "leaky ReLU": np.where(x > 0, 1, slope),
        "identity": np.ones(4),
    }


def slopes_by_difference(slope: float) -> dict[str, Any]:
    """The rise over a very short stretch."""
    import numpy as np

    functions = {
        "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
        "tanh": np.tanh,
        "ReLU": lambda x: np.maximum(x, 0),
        "leaky ReLU": lambda x: np.where(x > 0, x, slope * x),
        "identity": lambda x: x,
    }
    x, h = np.array([-2.0, -0.5, 0.5, 2.0]), 1e-6
    return {name: (f(x + h) - f(x - h)) / (2 * h) for name, f in functions.items()}  # type: ignore[operator]


def stuck() -> str:
    """The step cannot be learnt through."""
    import torch

    x = torch.tensor([-2.0, 0.5, 2.0], requires_grad=True)
    try:
        (x > 0).float().sum().backward()  # type: ignore[no-untyped-call]
        message = "no error"
    except RuntimeError as error:
        message = str(error)
    return message


def steepest() -> dict[str, Any]:
    """Where the sigmoid is steepest, and what is left of a gradient after ten of them."""
    import torch

    x = torch.linspace(-8, 8, 1601, dtype=torch.float64, requires_grad=True)
    y = torch.sigmoid(x)
    slope = torch.autograd.grad(y.sum(), x)[0]
    h = start = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    for _ in range(10):
        h = torch.sigmoid(h)
    return {
        "greatest slope": slope.max().item(),
        "found at": x[slope.argmax()].item(),
        "slope = y (1 - y)": torch.allclose(slope, y * (1 - y)),
        "slope through ten": torch.autograd.grad(h, start)[0].item(),
    }


def steepest_by_hand() -> dict[str, Any]:
    """y(1 - y) is largest at y = 1/2: one quarter. Ten are multiplied, in plain Python."""
    import math

    h, product = 0.0, 1.0
    for _ in range(10):
        h = 1 / (1 + math.exp(-h))
        product *= h * (1 - h)
    return {
        "greatest slope": 0.25,
        "found at": 0.0,
        "slope = y (1 - y)": True,
        "slope through ten": product,
    }


SLOPES = (
    Step(
        Text("Their slopes", "它们的斜率"),
        Text(
            en="""
Learning never sees the curve itself, only its slope: that is what the gradient is multiplied by on its way back. ReLU
has slope 1 or 0, and lets the gradient through whole or not at all. Sigmoid and tanh are flat far from 0: a unit that
is very sure hardly learns.""",
            zh="""
学习时用到的不是曲线本身，而是它的斜率：梯度往回传时乘的就是它。ReLU 的斜率是 1 或 0，梯度要么原样通过，要么完全挡住。
sigmoid 和 tanh 离 0 远了就变平：一个非常“自信”的单元几乎学不动。""",
        ),
        slopes,
        (
            Expect(Text("the formulas in NumPy, float64", "NumPy 按公式计算（float64）"), slopes_by_formula, 1e-12),
            Expect(Text("small differences", "中心差分"), slopes_by_difference, 1e-8),
        ),
    ),
    Step(
        Text("The step cannot be learnt through", "阶跃函数无法反向传播"),
        Text(
            en="""
The step is flat everywhere but at one place, where it jumps. Its slope says nothing about which way to go, and torch
does not even begin: a comparison leaves no memory behind. This is why the soft ones were needed.""",
            zh="""
阶跃函数处处是平的，只在一处跳变。它的斜率说不出该往哪边走；torch 干脆不开始：比较运算不留下任何记录。
正因如此，才需要那些柔和的函数。""",
        ),
        stuck,
        (
            Expect(
                Text("what torch says of a result without a past", "torch 对没有来历的结果的说法"),
                "does not require grad",
            ),
        ),
    ),
    Step(
        Text("A quarter at most", "最多四分之一"),
        Text(
            en="""
The sigmoid's slope is its value times what is missing to 1: σ' = σ(1 - σ). It is largest in the middle, and there it is
one quarter. Ten sigmoids in a row leave less than a millionth of the gradient: the first layers of a deep sigmoid net
stand still.""",
            zh="""
sigmoid 的斜率等于它的值乘以它与 1 的差：σ' = σ(1 - σ)。在正中间最大，也不过四分之一。
连过十个 sigmoid，梯度剩下不到百万分之一：深层 sigmoid 网络的前几层因此几乎不动。""",
        ),
        steepest,
        (Expect(Text("the formula in plain Python", "纯 Python 按公式计算"), steepest_by_hand, 1e-12),),
    ),
)
