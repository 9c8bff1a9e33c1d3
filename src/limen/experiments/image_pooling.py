"""Pooling: a window becomes one number, and nothing is learnt.

⌊(n - k) / s⌋ + 1 numbers a side, for windows of k at steps of s.
"""

from typing import Any

from limen.experiments.chapters import IMAGES
from limen.experiments.lesson import Expect, Lesson, Next, Option, Step
from limen.language import Text

BY_TORCH = Text("torch's pooling", "torch 的池化")


def six_by_six() -> dict[str, Any]:
    """A table of 6×6 in windows of 2×2."""
    import numpy as np

    from limen.images.pooling import pool

    x = np.random.default_rng(2).integers(0, 10, (6, 6))
    return {
        "x": x,
        "max": pool(x, window=2, kind="max"),
        "average": pool(x, window=2, kind="average"),
        "sum": pool(x, window=2, kind="sum"),
        "min": pool(x, window=2, kind="min"),
    }


def six_by_six_by_torch() -> dict[str, Any]:
    """Max and average from torch; min is max upside down, the sum four times the average."""
    import numpy as np
    import torch

    x = np.random.default_rng(2).integers(0, 10, (6, 6))
    rows = torch.tensor(x, dtype=torch.float64)[None, None]
    average = torch.nn.functional.avg_pool2d(rows, 2)[0, 0]
    return {
        "x": x,
        "max": torch.nn.functional.max_pool2d(rows, 2)[0, 0],
        "average": average,
        "sum": 4 * average,
        "min": -torch.nn.functional.max_pool2d(-rows, 2)[0, 0],
    }


def six_by_six_by_hand() -> dict[str, Any]:
    """Nine windows of four numbers."""
    import numpy as np

    x = np.random.default_rng(2).integers(0, 10, (6, 6)).tolist()
    starts = (0, 2, 4)
    four = [[x[i][j : j + 2] + x[i + 1][j : j + 2] for j in starts] for i in starts]
    return {
        "max": [[max(window) for window in row] for row in four],
        "min": [[min(window) for window in row] for row in four],
    }


def overlapping() -> dict[str, Any]:
    """Windows wider than the step."""
    import numpy as np

    from limen.images.pooling import pool

    x = np.arange(49).reshape(7, 7)
    return {
        "window 3, stride 3": pool(x, 3, 3).shape,
        "window 3, stride 2": pool(x, 3, 2).shape,
        "window 3, stride 1": pool(x, 3, 1).shape,
        "window 2, stride 2": pool(x, 2, 2).shape,
        "7×7 by 3 and 2": pool(x, 3, 2),
    }


def overlapping_by_formula() -> dict[str, Any]:
    """⌊(7 - k) / s⌋ + 1; of rising numbers the largest is the last of its window."""
    sizes = {(k, s): (7 - k) // s + 1 for k, s in ((3, 3), (3, 2), (3, 1), (2, 2))}
    return {
        **{f"window {k}, stride {s}": (n, n) for (k, s), n in sizes.items()},
        "7×7 by 3 and 2": [[7 * (2 * i + 2) + 2 * j + 2 for j in range(3)] for i in range(3)],
    }


def nothing_learnt() -> dict[str, Any]:
    """The parameters of layers that make 512×512 smaller."""
    import torch

    pooling = torch.nn.MaxPool2d(2)
    strided = torch.nn.Conv2d(1, 1, kernel_size=2, stride=2)
    x = torch.zeros(1, 1, 512, 512)
    return {
        "after pooling": tuple(pooling(x).shape),
        "after a convolution with stride 2": tuple(strided(x).shape),
        "parameters of pooling": sum(p.numel() for p in pooling.parameters()),
        "parameters of the convolution": sum(p.numel() for p in strided.parameters()),
    }


def nothing_learnt_by_counting() -> dict[str, Any]:
    """Four weights and an offset for the convolution."""
    return {
        "after pooling": (1, 1, 512 // 2, 512 // 2),
        "after a convolution with stride 2": (1, 1, 512 // 2, 512 // 2),
        "parameters of pooling": 0,
        "parameters of the convolution": 2 * 2 + 1,
    }


def shifted(window: int) -> dict[str, Any]:
    """The photographer moved a pixel to the right: how much changes, before and after pooling."""
    import numpy as np
    from skimage import data

    from limen.images.pooling import pool

    x = data.camera() / 255
    here, there = x[:, 1:], x[:, :-1]
    found = {"pixels": float(np.abs(here - there).mean())}
    for kind in ("max", "average", "min"):
        one, other = pool(here, window, kind=kind), pool(there, window, kind=kind)
        found[kind] = float(np.abs(one - other).mean())
    found["pixels that stay"] = float((here == there).mean())
    found["maxima that stay"] = float((pool(here, window) == pool(there, window)).mean())
    return found


def shifted_by_torch(window: int) -> dict[str, Any]:
    """The same with torch's pooling."""
    import torch
    from skimage import data

    x = torch.tensor(data.camera() / 255)[None, None]
    here, there = x[..., 1:], x[..., :-1]
    torched = torch.nn.functional
    largest = [torched.max_pool2d(y, window) for y in (here, there)]
    means = [torched.avg_pool2d(y, window) for y in (here, there)]
    least = [torched.max_pool2d(-y, window) for y in (here, there)]
    pairs = ((here, there), largest, means, least)
    change = [(one - other).abs().mean().item() for one, other in pairs]
    return {
        "pixels": change[0],
        "max": change[1],
        "average": change[2],
        "min": change[3],
        "pixels that stay": (here == there).double().mean().item(),
        "maxima that stay": (largest[0] == largest[1]).double().mean().item(),
    }


def shown() -> dict[str, Any]:
    """What the figure shows: a part of the picture pooled in windows of 8, and the change by a shift of one pixel."""
    import numpy as np
    from skimage import data

    from limen.images.pooling import pool

    x = data.camera() / 255
    part = x[64:320, 128:384]
    windows = np.array([1, 2, 4, 8, 16])
    change = {}
    for kind in ("max", "average"):
        pooled = [(pool(x[:, 1:], k, kind=kind), pool(x[:, :-1], k, kind=kind)) for k in windows]
        change[kind] = np.array([np.abs(one - other).mean() for one, other in pooled])
    pictures = {kind: pool(part, 8, kind=kind) for kind in ("max", "average", "min")}
    return {"pictures": {"original": part, **pictures}, "windows": windows, "change": change}


STEPS = (
    Step(
        Text("Six by six becomes three by three", "6×6 变成 3×3"),
        Text(
            en="""
Windows of 2×2, side by side: nine of them. Of each its largest number, its mean, its sum or its smallest. Max-pooling
keeps the strongest answer of a filter; average-pooling keeps the mean brightness; the sum is the mean times four.""",
            zh="""
2×2 的窗口一个挨一个，共九个。每个窗口取最大、平均、总和或最小。
最大池化留下滤波器最强的响应，平均池化保住平均亮度，总和就是平均的四倍。""",
        ),
        six_by_six,
        (Expect(BY_TORCH, six_by_six_by_torch), Expect(Text("by hand", "手算"), six_by_six_by_hand)),
    ),
    Step(
        Text("Overlapping windows", "重叠的窗口"),
        Text(
            en="""
With a step shorter than the window they overlap, and each number has a say in several. AlexNet pooled 3×3 at steps of
2. How many windows fit: ⌊(n - k) / s⌋ + 1; what is left over at the right and the bottom is not looked at.""",
            zh="""
步长比窗口短，窗口就重叠，一个数会在几个窗口里起作用。AlexNet 用的是 3×3、步长 2。
放得下多少个窗口：⌊(n - k) / s⌋ + 1；右边和下边剩下的零头不看。""",
        ),
        overlapping,
        (Expect(Text("the formula", "公式"), overlapping_by_formula),),
    ),
    Step(
        Text("Nothing to learn", "没有要学的东西"),
        Text(
            en="""
Pooling has no parameters. A convolution with stride 2 makes a picture just as small, and has weights that can learn how
to; later nets do it so.""",
            zh="""
池化没有参数。步长为 2 的卷积同样能把图像缩小一半，而且有权重，可以学会怎样缩；后来的网络就这样做。""",
        ),
        nothing_learnt,
        (Expect(Text("counted", "清点"), nothing_learnt_by_counting),),
    ),
    Step(
        Text("Small shifts change little", "小小的移动，变化不大"),
        Text(
            en="""
Move the picture by one pixel and compare. Three of four pixels are others now; of the maxima in windows of 2 half are
the same, because the largest of a window has often not left it. The change shrinks with the window, faster for the
mean. A net that pools cares less where a stroke lies, and more that it is there. It is robustness, not invariance:
something still changes.""",
            zh="""
把图像移动一个像素再比较。四个像素里有三个变了；窗口为 2 时，最大值却有一半没变，因为窗口里最大的那个往往还在窗口里。
窗口越大，变化越小，取平均时小得更快。用了池化的网络不太在意笔画在哪儿，更在意有没有。
这叫稳健，不叫不变：总还有一些改变。""",
        ),
        shifted,
        (Expect(BY_TORCH, shifted_by_torch, 1e-12),),
        figure="lesson-pooling",
        drawn=shown,
    ),
)


def pooling() -> Lesson:
    """Max, average, sum and min pooling; overlapping windows; what a small shift changes."""
    return Lesson(
        name="pooling",
        chapter=IMAGES,
        title=Text("Pooling: fewer numbers, the same thing", "池化：数少了，东西还在"),
        story=Text(
            en="""
A filter has answered at every pixel, and most of these answers say the same as their neighbours. Must a net carry them
all? It keeps one of each window and goes on with a quarter.

What is lost by it, and what is gained? Lost is the exact place. Gained is time, a wider view for the layers above, and
some calm when the picture moves a little. How much calm can be measured.""",
            zh="""
滤波器在每个像素都给了响应，而大多数响应与邻居说的是同一回事。网络非得全都带上吗？
每个窗口只留一个，带着四分之一继续往下走。

这样做失去了什么，又得到了什么？失去的是精确的位置；得到的是时间、上层更宽的视野，
以及图像稍稍移动时的一份稳定。稳定多少，可以量出来。""",
        ),
        steps=STEPS,
        options=(Option("window", 2, 1, 32, Text("rows and columns of a window", "窗口的边长")),),
        next=(
            Next("limen learn pooling --set window=8", Text("a wider window", "更宽的窗口")),
            Next("limen image chelsea --do pool --window 8", Text("a picture pooled", "把一幅图池化")),
            Next("limen run digits-cnn", Text("a net that pools", "一个用池化的网络")),
        ),
    )
