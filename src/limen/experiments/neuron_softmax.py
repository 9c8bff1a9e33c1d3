"""Softmax: scores into probabilities; why the largest is taken off first; and which activation ends which net.

p_k = exp(z_k) / Σ exp(z_j) = exp(z_k - m) / Σ exp(z_j - m) for any m; with m = max z nothing overflows.
"""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text


def overflowed() -> dict[str, Any]:
    """The formula as it stands, and shifted by the largest score."""
    import torch

    z = torch.tensor([1000.0, 1001.0, 1002.0])
    shifted = torch.exp(z - z.max())
    return {
        "exp(z)": torch.exp(z),
        "as it stands": torch.exp(z) / torch.exp(z).sum(),
        "shifted": shifted / shifted.sum(),
        "torch.softmax": torch.softmax(z, 0),
    }


def overflowed_by_hand() -> dict[str, Any]:
    """What float32 cannot hold is inf, and inf / inf is nan. Shifted: 1, e and e² over their sum."""
    import math

    shares = [math.exp(k) / (1 + math.e + math.e**2) for k in range(3)]
    return {
        "exp(z)": [math.inf] * 3,
        "as it stands": [math.nan] * 3,
        "shifted": shares,
        "torch.softmax": shares,
    }


def table() -> Any:
    """How each probability answers to each score: a table of 3 × 3 slopes."""
    import torch

    z = torch.tensor([1.0, 0.0, -1.0], dtype=torch.float64)
    return torch.autograd.functional.jacobian(lambda z: torch.softmax(z, 0), z)  # type: ignore[no-untyped-call]


def table_by_formula() -> Any:
    """diag(p) - p pᵀ."""
    import numpy as np

    p = np.exp([1.0, 0.0, -1.0]) / np.exp([1.0, 0.0, -1.0]).sum()
    return np.diag(p) - np.outer(p, p)


def table_by_difference() -> Any:
    """Each score moved a little."""
    import numpy as np

    z, h = np.array([1.0, 0.0, -1.0]), 1e-6
    up, down = np.exp(z + h * np.eye(3)), np.exp(z - h * np.eye(3))  # one row for each score moved
    return (up / up.sum(1, keepdims=True) - down / down.sum(1, keepdims=True)).T / (2 * h)


def endings() -> dict[str, Any]:
    """The same three scores, ended in four ways."""
    import torch

    z = torch.tensor([2.0, -1.0, 0.5])
    return {
        "identity": z,
        "ReLU": torch.relu(z),
        "sigmoid": torch.sigmoid(z),
        "sum of the sigmoids": torch.sigmoid(z).sum().item(),
        "softmax": torch.softmax(z, 0),
        "sum of the softmax": torch.softmax(z, 0).sum().item(),
    }


def endings_by_formula() -> dict[str, Any]:
    """The same in plain Python."""
    import math

    z = [2.0, -1.0, 0.5]
    sigmoids = [1 / (1 + math.exp(-score)) for score in z]
    whole = sum(math.exp(score) for score in z)
    return {
        "identity": z,
        "ReLU": [max(score, 0.0) for score in z],
        "sigmoid": sigmoids,
        "sum of the sigmoids": sum(sigmoids),
        "softmax": [math.exp(score) / whole for score in z],
        "sum of the softmax": 1.0,
    }


SOFTMAX = (
    Step(
        Text("Softmax of large scores", "得分很大时的 softmax"),
        Text(
            en="""
exp(1000) is more than a float can hold: inf. And inf divided by inf is no number, nan; once there, it spreads to every
weight in one step. Softmax does not change when the same is subtracted from all scores. Subtract the largest, and the
greatest exponent is 0. torch does this by itself; whoever writes the formula must do it too.""",
            zh="""
exp(1000) 超出了浮点数的范围，成了 inf；inf 除以 inf 不是数，是 nan；它一旦出现，一步之内就会传遍所有权重。
所有得分同减一个数，softmax 不变。减去最大的那个，最大的指数就是 0。torch 自己会这么做；谁要亲手写公式，也必须这么做。
""",
        ),
        overflowed,
        (Expect(Text("1, e and e² over their sum", "1、e、e² 除以三者之和"), overflowed_by_hand, 1e-6),),
    ),
    Step(
        Text("The slopes of softmax", "softmax 的导数"),
        Text(
            en="""
Every probability depends on every score, so there is a whole table of slopes: diag(p) - p pᵀ. On the diagonal stands
p(1 - p), as for the sigmoid; beside it, negative numbers: what one class gains, the others lose. Each row adds up to
0.""",
            zh="""
每个概率都依赖于每个得分，所以导数是一整张表：diag(p) - p pᵀ。对角线上是 p(1 - p)，与 sigmoid 一样；
其余是负数：一类增加多少，其他类就减少多少。每一行的和都是 0。""",
        ),
        table,
        (
            Expect(Text("the formula in NumPy", "NumPy 按公式计算"), table_by_formula, 1e-12),
            Expect(Text("small differences", "中心差分"), table_by_difference, 1e-8),
        ),
    ),
    Step(
        Text("Which one at the end?", "最后一层用哪个？"),
        Text(
            en="""
A price or a temperature may be any number: end with the identity. Something that is never negative: ReLU. Yes or no, or
several labels that may all be true: a sigmoid each, whose sum means nothing. One class among several: softmax, whose
answers share a whole. Between the layers ReLU is the first to try.""",
            zh="""
价格、温度可以是任意的数：用恒等函数。不会为负的量：用 ReLU。是或否，或者几个可以同时成立的标签：
各用一个 sigmoid，它们的和没有意义。
若干类别中选一个：用 softmax，各个回答分享同一个整体。至于中间各层，先试 ReLU。""",
        ),
        endings,
        (Expect(Text("plain Python", "纯 Python"), endings_by_formula, 1e-6),),
    ),
)
