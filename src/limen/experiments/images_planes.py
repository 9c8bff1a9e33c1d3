"""Convolution worked out in a plane: the window has rows and columns, and the edge is a ring."""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text

SCIPY = Text("SciPy", "SciPy")


def planes() -> dict[str, Any]:
    """A sharpening kernel on 5×5 numbers."""
    import torch

    from limen.explain.convolving import worked_place
    from limen.nets.convolution import convolve

    rows = [[1, 2, 0, 1, 3], [0, 1, 2, 3, 1], [2, 1, 0, 0, 1], [1, 0, 3, 1, 2], [0, 2, 1, 1, 0]]
    x = torch.tensor(rows)
    sharpen = torch.tensor([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
    seen = convolve(x, sharpen)
    first = worked_place(seen, 0, 0)
    return {"y": seen.output, "first of 9 products": first.formula.split(" + ")[0], "sum": first.value}


def planes_by_scipy() -> dict[str, Any]:
    """SciPy's correlation; five times the middle less its four neighbours."""
    from scipy.signal import correlate2d

    rows = [[1, 2, 0, 1, 3], [0, 1, 2, 3, 1], [2, 1, 0, 0, 1], [1, 0, 3, 1, 2], [0, 2, 1, 1, 0]]
    y = correlate2d(rows, [[0, -1, 0], [-1, 5, -1], [0, -1, 0]], "valid")
    return {"y": y, "first of 9 products": "w₁₁·x₁₁", "sum": 5 * 1 - 2 - 0 - 2 - 1}


def planes_drawn() -> Any:
    """The same, whole."""
    import torch

    from limen.nets.convolution import convolve

    rows = [[1, 2, 0, 1, 3], [0, 1, 2, 3, 1], [2, 1, 0, 0, 1], [1, 0, 3, 1, 2], [0, 2, 1, 1, 0]]
    x = torch.tensor(rows)
    return convolve(x, torch.tensor([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]))


def rings() -> dict[str, Any]:
    """Kernels of 3, 5 and 7 on 28×28, without padding; and stacked."""
    import torch
    from torch import nn

    x = torch.zeros(1, 1, 28, 28)
    lost = {}
    for k in (3, 5, 7):
        y = nn.Conv2d(1, 1, k)(x)
        lost[f"rings lost to {k}×{k}"] = (28 - y.shape[2]) // 2
    three = nn.Sequential(nn.Conv2d(1, 1, 3), nn.Conv2d(1, 1, 3), nn.Conv2d(1, 1, 3))
    return {**lost, "rings lost to 3×3 three times": (28 - three(x).shape[2]) // 2}


def rings_by_formula() -> dict[str, Any]:
    """(k - 1)/2 on each side."""
    told = {f"rings lost to {k}×{k}": (k - 1) // 2 for k in (3, 5, 7)}
    return {**told, "rings lost to 3×3 three times": 3 * 1}


def shrunk() -> dict[str, Any]:
    """Windows that do not overlap, since the stride is as long as the kernel."""
    import torch

    from limen.nets.convolution import Slide, convolve

    x, found = torch.arange(144.0).view(12, 12), {}
    for n in (2, 3, 4):
        y = convolve(x, torch.ones(n, n) / n**2, Slide(stride=n)).output
        found[f"{n}×{n}, stride {n}"] = tuple(y.shape)
    return {**found, "the mean of each 4×4": y}


def shrunk_by_numpy() -> dict[str, Any]:
    """The plane cut into blocks."""
    import numpy as np

    x = np.arange(144).reshape(12, 12)
    blocks = {f"{n}×{n}, stride {n}": (12 // n, 12 // n) for n in (2, 3, 4)}
    return blocks | {"the mean of each 4×4": x.reshape(3, 4, 3, 4).mean((1, 3))}


def turned() -> dict[str, Any]:
    """An edge finder, as it is and turned by half a circle."""
    import torch

    from limen.nets.convolution import Slide, convolve

    x = torch.zeros(4, 5)
    x[:, 3:] = 1  # dark on the left, light on the right
    edge = torch.tensor([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
    blur = torch.tensor([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
    flipped = Slide(flipped=True)
    same = convolve(x, blur).output == convolve(x, blur, flipped).output
    return {
        "cross-correlation": convolve(x, edge).output,
        "convolution": convolve(x, edge, flipped).output,
        "blur, both alike": bool(same.all()),
    }


def turned_by_scipy() -> dict[str, Any]:
    """SciPy has a function for each."""
    import numpy as np
    from scipy.signal import convolve2d, correlate2d

    x = np.zeros((4, 5))
    x[:, 3:] = 1
    edge = np.array([[-1, 0, 1]] * 3)
    return {
        "cross-correlation": correlate2d(x, edge, "valid"),
        "convolution": convolve2d(x, edge, "valid"),
        "blur, both alike": True,
    }


PLANES = (
    Step(
        Text("In a plane", "在平面上"),
        Text(
            en="""
Now the window has rows and columns, and slides along each row of places in turn. The kernel here takes five times the
number in its middle and takes away the four around it: flat regions stay as they are, differences grow. It sharpens.
Nine products make one number; where the kernel is 0 nothing is added.""",
            zh="""
现在窗口有行有列，一行一行地滑过去。这里的核取正中那个数的五倍，再减去上下左右四个：平坦处不变，差异被放大，也就是锐化。
九个乘积得到一个数；核为 0 的地方什么也不加。""",
        ),
        planes,
        (Expect(SCIPY, planes_by_scipy, 1e-12),),
        figure="lesson-stepping",
        drawn=planes_drawn,
    ),
    Step(
        Text("The rings that are lost", "丢掉的几圈"),
        Text(
            en="""
Without padding a k×k kernel cannot stand on the outermost (k - 1)/2 rings: a 28×28 picture leaves a 5×5 kernel as
24×24. Three kernels of 3×3 in a row lose as much as one of 7×7, and see as far.""",
            zh="""
不填充时，k×k 的核无法以最外面的 (k - 1)/2 圈为中心：28×28 的图像经过 5×5 的核，剩下 24×24。
连续三个 3×3 的核，丢掉的圈数与一个 7×7 的核相同，看到的范围也相同。""",
        ),
        rings,
        (
            Expect(Text("(k - 1)/2 on each side", "每边 (k - 1)/2"), rings_by_formula),
            Expect(
                Text("notes: (k - 1)/2 rings", "讲义：(k - 1)/2 圈"),
                {"rings lost to 3×3": 1, "rings lost to 5×5": 2, "rings lost to 7×7": 3},
                published=True,
            ),
        ),
    ),
    Step(
        Text("A stride as long as the kernel", "步幅等于核的边长"),
        Text(
            en="""
Then the windows lie side by side like tiles, no number is used twice, and each side shrinks n-fold. With weights that
are all 1/n² the result is the mean of each tile: average pooling is a convolution.""",
            zh="""
这时窗口像瓷砖一样并排，没有一个数被用两次，每条边缩小为 n 分之一。如果权重全是 1/n²，结果就是每块瓷砖的均值：
平均池化就是一种卷积。""",
        ),
        shrunk,
        (
            Expect(Text("NumPy: cut into blocks", "NumPy：切成小块"), shrunk_by_numpy, 1e-12),
            Expect(
                Text("notes: n-fold smaller", "讲义：缩小为 n 分之一"),
                {"2×2, stride 2": (6, 6), "3×3, stride 3": (4, 4), "4×4, stride 4": (3, 3)},
                published=True,
            ),
        ),
    ),
    Step(
        Text("Flipped in a plane", "平面上的翻转"),
        Text(
            en="""
In a plane flipping means turning by half a circle. An edge finder that answers +3 to “dark left, light right” answers
-3 when it is turned: the sign is lost or won by a convention. A blur, which looks the same from all sides, stays.""",
            zh="""
在平面上，翻转就是旋转半圈。一个对“左暗右亮”回答 +3 的边缘检测核，转过来就回答 -3：正负号只取决于约定。
模糊核从哪边看都一样，所以不变。""",
        ),
        turned,
        (Expect(SCIPY, turned_by_scipy, 1e-12),),
    ),
)
