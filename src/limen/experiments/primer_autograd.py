"""Autograd: every operation remembers what it was made from, and the chain rule walks back along the memory.

out = f(g(x)): dout/dx = f'(g(x)) · g'(x). One walk from the loss back to the start gives the slope along every weight.
"""

from typing import Any

from limen.experiments.chapters import PRIMER
from limen.experiments.lesson import Expect, Lesson, Next, Option, Step
from limen.experiments.primer_adding import ADDING
from limen.language import Text


def slope() -> dict[str, Any]:
    """x² at 3, and how fast it grows there."""
    import torch

    x = torch.tensor(3.0, requires_grad=True)
    y = x**2
    y.backward()  # type: ignore[no-untyped-call]
    return {"y": y.item(), "x.grad": x.grad}


def slope_by_difference() -> dict[str, Any]:
    """x² a little to the right and a little to the left."""
    h = 1e-4
    return {"y": 3.0**2, "x.grad": ((3 + h) ** 2 - (3 - h) ** 2) / (2 * h)}


def chain() -> dict[str, Any]:
    """Four operations forward, one call back."""
    import torch

    x = torch.ones(2, 2, requires_grad=True)
    y = x + 2
    z = 3 * y**2
    out = z.mean()
    out.backward()  # type: ignore[no-untyped-call]
    return {"out": out.item(), "x.grad": x.grad}


def chain_by_difference() -> dict[str, Any]:
    """Each of the four numbers moved a little, the others left alone, in float64."""
    import numpy as np

    x, h = np.ones((2, 2)), 1e-5
    slopes = np.zeros((2, 2))
    for i in np.ndindex(2, 2):
        step = np.zeros((2, 2))
        step[i] = h
        up, down = (3 * (x + sign * step + 2) ** 2 for sign in (1, -1))
        slopes[i] = (up.mean() - down.mean()) / (2 * h)
    return {"out": (3 * (x + 2) ** 2).mean().item(), "x.grad": slopes}


def graph() -> dict[str, Any]:
    """From the result back to the leaf, and the slope of each link."""
    import torch

    x = torch.ones(2, 2, requires_grad=True)
    y = x + 2
    z = 3 * y**2
    out = z.mean()
    names, node = [], out.grad_fn
    while node is not None:
        names.append(node.name())
        node = node.next_functions[0][0] if node.next_functions else None
    dz = torch.autograd.grad(out, z, retain_graph=True)[0]
    dy = torch.autograd.grad(z, y, torch.ones_like(z), retain_graph=True)[0]
    dx = torch.autograd.grad(y, x, torch.ones_like(y))[0]
    return {"graph": names, "dout/dz": dz, "dz/dy": dy, "dy/dx": dx, "their product": dz * dy * dx}


def graph_by_hand() -> dict[str, Any]:
    """The formula read from the outside in, and the derivative of each part at y = 3."""
    operations = ["MeanBackward0", "MulBackward0", "PowBackward0", "AddBackward0"]

    def everywhere(value: float) -> list[list[float]]:
        return [[value, value], [value, value]]

    return {
        "graph": [*operations, "torch::autograd::AccumulateGrad"],
        "dout/dz": everywhere(1 / 4),
        "dz/dy": everywhere(6 * 3),
        "dy/dx": everywhere(1),
        "their product": everywhere(4.5),
    }


BACK = (
    Step(
        Text("One slope", "一个斜率"),
        Text(
            en="""
`requires_grad` says: remember what becomes of this number. `backward` then asks how the result would change if the
number changed a little, and puts the answer in `grad`. The slope of x² at 3 is 6.""",
            zh="""
`requires_grad` 的意思是：记住这个数后来参与了哪些运算。`backward` 问的是：它变一点点，结果会变多少？
答案放在 `grad` 里。x² 在 3 处的斜率是 6。""",
        ),
        slope,
        (Expect(Text("a small difference to both sides", "中心差分"), slope_by_difference, 1e-6),),
    ),
    Step(
        Text("A chain of operations", "一串运算"),
        Text(
            en="""
Four ones; add 2, square, times 3, mean. The result is 27, and each of the four has the slope 6·(1 + 2)/4 = 4.5. Nobody
wrote down a derivative: one call walked back through all four operations.""",
            zh="""
四个 1：加 2，平方，乘 3，取均值，得 27；每一个数的斜率都是 6·(1 + 2)/4 = 4.5。
没有人写过导数公式，一次调用就沿四步运算走了回来。""",
        ),
        chain,
        (
            Expect(
                Text("NumPy: small differences in float64", "NumPy：float64 下的中心差分"), chain_by_difference, 1e-6
            ),
            Expect(Text("notes A", "讲义 A"), {"out": 27, "x.grad": [[4.5, 4.5], [4.5, 4.5]]}, published=True),
        ),
    ),
    Step(
        Text("The graph behind the result", "结果背后的计算图"),
        Text(
            en="""
Each result carries a `grad_fn`: which operation made it, and from what. Followed back, they form a chain that ends at
the leaf, where the gradient is stored. Each link knows only its own slope: 1/4, 18 and 1. The chain rule multiplies
them: 4.5.""",
            zh="""
每个结果都带着一个 `grad_fn`：它由哪种运算、从什么得来。顺着往回走，就连成一条链，终点是叶子节点，梯度就存在那里。
每一环只知道自己那一段的斜率：1/4、18 和 1。链式法则把它们乘起来：4.5。""",
        ),
        graph,
        (Expect(Text("the formula, read from the outside in", "从外向内读公式"), graph_by_hand),),
    ),
)


def autograd() -> Lesson:
    """How a machine knows the slope along each of a hundred thousand weights."""
    return Lesson(
        name="autograd",
        chapter=PRIMER,
        title=Text("Autograd: the way back", "自动求导：沿原路返回"),
        story=Text(
            en="""
A net has a hundred thousand weights. Which of them should grow, which should shrink, and by how much? Trying each in
turn would take a hundred thousand runs through the net for a single step.

The chain rule does it in one. Every operation knows its own slope, which is simple; and it remembers what it was made
from. Walking back from the loss, the slopes are multiplied along the way, and at the end each weight holds its own.
That is all that `backward` does, and the steps below take it apart.""",
            zh="""
一个网络有十万个权重。哪些该变大，哪些该变小，各变多少？逐个去试，走一步就要把网络运行十万次。

链式法则只要一次。每种运算都知道自己的斜率（这很简单），也记得自己由什么得来。从损失往回走，一路把斜率乘起来，
走到头，每个权重就都有了自己的斜率。
`backward` 做的就是这件事，下面的步骤把它逐一拆开。""",
        ),
        steps=(*BACK, *ADDING),
        options=(
            Option("rate", 0.1, 0.001, 1.0, Text("learning rate where zeroing is forgotten", "演示忘记清零时的学习率")),
            Option("parts", 4, 1, 64, Text("parts of the large batch", "大批量分成几份"), (1, 2, 4, 8, 16, 32, 64)),
        ),
        next=(
            Next("limen learn autograd --set parts=64", Text("one example at a time", "一次只放一个样本")),
            Next("limen learn autograd --set rate=0.5", Text("zeroed, it arrives in one step", "清零时一步就到谷底")),
            Next("limen learn descent", Text("what the slopes are good for", "斜率派什么用场")),
        ),
    )
