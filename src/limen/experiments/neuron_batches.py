"""Descent on data: all examples before each step, some, or one.

The loss is a mean over n examples, so its slope is a mean too; the slope over b of them drawn at random is right on
average, and scatters by about 1/√b.
"""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text

BY_NUMPY = Text("the gradient by formula in NumPy", "NumPy 按公式求梯度")


def ways(batch: int) -> dict[str, Any]:
    """Fit y = w x + b to a thousand points in one epoch: with all at once, in mini-batches, one by one."""
    import numpy as np
    import torch

    draw = np.random.default_rng(0)
    x = draw.normal(size=1000)
    y = 2 * x + 1 + draw.normal(size=1000)
    order = draw.permutation(1000)
    X, Y = torch.from_numpy(x[order]), torch.from_numpy(y[order])
    paths = {}
    for name, size in (("batch", 1000), ("mini-batch", batch), ("stochastic", 1)):
        w = torch.tensor([-1.0, 3.0], dtype=torch.float64, requires_grad=True)
        path = [w.tolist()]
        for some, wanted in zip(X.split(size), Y.split(size), strict=True):  # type: ignore[no-untyped-call]
            loss = ((w[0] * some + w[1] - wanted) ** 2).mean() / 2
            slope = torch.autograd.grad(loss, w)[0]
            with torch.no_grad():
                w -= 0.05 * slope
            path.append(w.tolist())
        paths[name] = torch.tensor(path, dtype=torch.float64)
    return paths


def ways_by_numpy(batch: int) -> dict[str, Any]:
    """The same with the gradient written out: mean of (ŷ - y) x and of (ŷ - y)."""
    import numpy as np

    draw = np.random.default_rng(0)
    x = draw.normal(size=1000)
    y = 2 * x + 1 + draw.normal(size=1000)
    order = draw.permutation(1000)
    x, y = x[order], y[order]
    paths = {}
    for name, size in (("batch", 1000), ("mini-batch", batch), ("stochastic", 1)):
        w, b = -1.0, 3.0
        path = [[w, b]]
        for at in range(0, 1000, size):
            error = w * x[at : at + size] + b - y[at : at + size]
            w, b = w - 0.05 * (error * x[at : at + size]).mean(), b - 0.05 * error.mean()
            path.append([w, b])
        paths[name] = path
    return paths


def ways_drawn(batch: int) -> dict[str, Any]:
    """The three paths, and the loss around them."""
    import numpy as np

    draw = np.random.default_rng(0)
    x = draw.normal(size=1000)
    y = 2 * x + 1 + draw.normal(size=1000)
    w, b = np.meshgrid(np.linspace(-1.6, 3.4, 81), np.linspace(-0.4, 3.6, 81))
    loss = ((w[..., None] * x + b[..., None] - y) ** 2).mean(-1) / 2
    best = np.polyfit(x, y, 1)
    return {"paths": ways_by_numpy(batch), "w": w, "b": b, "loss": loss, "best": best, "batch": batch}


def epochs(batch: int) -> dict[str, Any]:
    """How a thousand examples are cut into batches."""
    import torch

    order = torch.arange(1000)
    cuts = {size: order.split(size) for size in sorted({1000, 128, 64, 32, 1, batch})}  # type: ignore[no-untyped-call]
    steps = {f"steps with {size}": len(cut) for size, cut in cuts.items()}
    last = {f"last batch with {size}": len(cut[-1]) for size, cut in cuts.items()}
    return {**steps, **last}


def epochs_by_division(batch: int) -> dict[str, Any]:
    """1000 divided, rounded up; and what is left over."""
    sizes = sorted({1000, 128, 64, 32, 1, batch})
    steps = {f"steps with {size}": -(-1000 // size) for size in sizes}
    last = {f"last batch with {size}": 1000 % size or size for size in sizes}
    return {**steps, **last}


def short(batch: int) -> dict[str, Any]:
    """The mean over an epoch, once each batch counting alike, once each by its size."""
    import torch

    losses = torch.linspace(0, 3, 1000, dtype=torch.float64) ** 2
    means = [(some.mean().item(), len(some)) for some in losses.split(batch)]  # type: ignore[no-untyped-call]
    return {
        "mean of the means": sum(mean for mean, _ in means) / len(means),
        "weighted by size": sum(mean * size for mean, size in means) / 1000,
        "mean of all": losses.mean().item(),
    }


def short_by_hand(batch: int) -> dict[str, Any]:
    """The same in plain Python, example by example."""
    losses = [(3 * i / 999) ** 2 for i in range(1000)]
    cut = [losses[at : at + batch] for at in range(0, 1000, batch)]
    mean = sum(losses) / 1000
    return {
        "mean of the means": sum(sum(some) / len(some) for some in cut) / len(cut),
        "weighted by size": mean,
        "mean of all": mean,
    }


def scatter() -> dict[str, Any]:
    """The slope from many random batches of each size: its mean, and how far it scatters."""
    import torch

    draw = torch.Generator().manual_seed(0)
    x = torch.randn(1000, generator=draw, dtype=torch.float64)
    y = 2 * x + 1 + torch.randn(1000, generator=draw, dtype=torch.float64)
    each = (-1 * x + 3 - y) * x
    found = {"slope of all": each.mean().item()}
    for size in (1, 32, 64, 128):
        some = each[torch.randint(1000, (4000, size), generator=draw)].mean(1)
        found[f"mean with {size}"] = some.mean().item()
        found[f"scatter with {size}"] = some.std().item()
    return found


def scatter_by_formula() -> dict[str, Any]:
    """The mean is the slope of all; the scatter is that of single examples divided by √size."""
    import numpy as np
    import torch

    draw = torch.Generator().manual_seed(0)
    x = torch.randn(1000, generator=draw, dtype=torch.float64).numpy()
    y = 2 * x + 1 + torch.randn(1000, generator=draw, dtype=torch.float64).numpy()
    each = (-1 * x + 3 - y) * x
    found = {"slope of all": each.mean().item()}
    for size in (1, 32, 64, 128):
        found[f"mean with {size}"] = each.mean().item()
        found[f"scatter with {size}"] = each.std().item() / np.sqrt(size)
    return found


BATCHES = (
    Step(
        Text("All, some, or one", "全部、一部分，还是一个"),
        Text(
            en="""
A straight line through a thousand points, one epoch with the same rate: every point is used once. Taken all together
they give one sure step, and the epoch is over. One at a time they give a thousand drunken ones that arrive and then
stagger about. Mini-batches are the middle way: `--set batch=64`.""",
            zh="""
用一条直线拟合一千个点，学习率相同，只走一轮，每个点用一次。全部合在一起，只得到一步，方向准，但这一轮也就结束了。
一次一个，得到一千步醉汉般的步子，走到之后还在附近晃。小批量取其中道：`--set batch=64`。""",
        ),
        ways,
        (Expect(BY_NUMPY, ways_by_numpy, 1e-9),),
        figure="lesson-batches",
        drawn=ways_drawn,
    ),
    Step(
        Text("How many steps an epoch has", "一轮有多少步"),
        Text(
            en="""
An epoch is one pass over all examples. A thousand in batches of 32 make 31 whole batches and one of 8: the division is
rounded up, and the last batch is short.""",
            zh="""
一轮就是把所有样本过一遍。一千个样本、每批 32 个，得到 31 个整批和一个 8 个的小批：除法向上取整，最后一批是短的。""",
        ),
        epochs,
        (Expect(Text("division with remainder", "带余除法"), epochs_by_division),),
    ),
    Step(
        Text("The short last batch", "最后的短批"),
        Text(
            en="""
Average the means of the batches, and each of the eight examples in the last one counts four times as much as the
others. The loss that is reported is then a little wrong, and differs with the batch size. Weigh each mean by its size,
and it is the mean of all. In training the order changes from epoch to epoch, so nobody is favoured for long.""",
            zh="""
把各批的均值再求平均，最后一批那八个样本的分量就各是别人的四倍。这样报告出来的损失有点偏差，还会随批量大小变化。
按每批的样本数加权，得到的才是全体的均值。训练时每轮都重新打乱次序，所以不会总偏向某几个样本。""",
        ),
        short,
        (Expect(Text("plain Python, example by example", "纯 Python，逐个样本计算"), short_by_hand, 1e-9),),
    ),
    Step(
        Text("How wrong is the slope of a few?", "少数样本的斜率偏多少？"),
        Text(
            en="""
The slope over a random batch is right on average, whatever its size. It scatters, and the scatter falls only with the
root: for half the noise one pays four times the work. That is why nobody takes batches larger than the machine can do
at once.""",
            zh="""
不论批量多大，随机一批算出的斜率平均起来都是对的。它会波动，而波动只按平方根减小：噪声减半，计算量要变成四倍。
所以批量不必超过机器一次能并行处理的大小。""",
        ),
        scatter,
        (
            Expect(
                Text("the formula: scatter of one, divided by √size", "公式：单个样本的波动除以 √批量"),
                scatter_by_formula,
                0.15,
            ),
        ),
    ),
)
