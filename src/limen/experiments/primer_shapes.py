"""Tensors, first half: how they are made, which numbers they hold, and how the same numbers take another shape.

A tensor is a block of numbers of one kind in memory, and a description of how to walk through it: shape and strides.
"""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text

NUMPY = Text("NumPy", "NumPy")


def made() -> dict[str, Any]:
    """Two rows and four columns."""
    import torch

    m = torch.tensor([[2, 5, 3, 7], [4, 2, 1, 9]])
    return {"m": m, "shape": tuple(m.shape), "axes": m.ndim, "numbers": m.numel()}


def made_by_numpy() -> dict[str, Any]:
    """The same in NumPy."""
    import numpy as np

    m = np.array([[2, 5, 3, 7], [4, 2, 1, 9]])
    return {"m": m, "shape": m.shape, "axes": m.ndim, "numbers": m.size}


def kinds() -> dict[str, Any]:
    """What type of number comes out."""
    import torch

    whole, real = torch.tensor([1, 2]), torch.tensor([1.0, 2.0])
    grey = torch.tensor([200, 100], dtype=torch.uint8)
    return {
        "whole.dtype": str(whole.dtype),
        "real.dtype": str(real.dtype),
        "whole + real": str((whole + real).dtype),
        "whole / 2": whole / 2,
        "grey[0] + grey[1]": (grey[0] + grey[1]).item(),
        "grey.float().sum()": grey.float().sum().item(),
    }


def kinds_by_rule() -> dict[str, Any]:
    """The rules: 64-bit whole numbers, 32-bit real ones, the wider kind wins, a byte counts modulo 256."""
    return {
        "whole.dtype": "torch.int64",
        "real.dtype": "torch.float32",
        "whole + real": "torch.float32",
        "whole / 2": [0.5, 1.0],
        "grey[0] + grey[1]": (200 + 100) % 256,
        "grey.float().sum()": 200.0 + 100.0,
    }


def filled() -> dict[str, Any]:
    """Tensors made by rule and not by hand."""
    import torch

    return {
        "zeros": torch.zeros(2, 3),
        "full": torch.full((2, 2), 7.0),
        "arange": torch.arange(0, 10, 3),
        "eye": torch.eye(3),
        "ones_like": torch.ones_like(torch.arange(4)),
    }


def filled_by_numpy() -> dict[str, Any]:
    """The same in NumPy."""
    import numpy as np

    return {
        "zeros": np.zeros((2, 3)),
        "full": np.full((2, 2), 7.0),
        "arange": np.arange(0, 10, 3),
        "eye": np.eye(3),
        "ones_like": np.ones_like(np.arange(4)),
    }


def spaced() -> Any:
    """Twenty points from 3 to 8, both ends among them."""
    import torch

    return torch.linspace(3, 8, 20)


def spaced_by_numpy() -> Any:
    """The same in NumPy."""
    import numpy as np

    return np.linspace(3, 8, 20)


def spaced_by_hand() -> Any:
    """Nineteen equal strides make twenty points."""
    return [3 + i * (8 - 3) / 19 for i in range(20)]


def picked() -> dict[str, Any]:
    """Numbers, rows, columns, windows, and those that satisfy a condition."""
    import torch

    m = torch.tensor([[2, 5, 3, 7], [4, 2, 1, 9]])
    return {
        "m[1, 3]": m[1, 3].item(),
        "m[0]": m[0],
        "m[:, 1]": m[:, 1],
        "m[:, 1:3]": m[:, 1:3],
        "m[-1, ::2]": m[-1, ::2],
        "m[m > 4]": m[m > 4],
    }


def picked_by_numpy() -> dict[str, Any]:
    """The same in NumPy."""
    import numpy as np

    m = np.array([[2, 5, 3, 7], [4, 2, 1, 9]])
    return {
        "m[1, 3]": m[1, 3].item(),
        "m[0]": m[0],
        "m[:, 1]": m[:, 1],
        "m[:, 1:3]": m[:, 1:3],
        "m[-1, ::2]": m[-1, ::2],
        "m[m > 4]": m[m > 4],
    }


def viewed() -> dict[str, Any]:
    """Another shape for the same numbers; writing through the one is seen through the other."""
    import torch

    m = torch.tensor([[2, 5, 3, 7], [4, 2, 1, 9]])
    tall = m.view(4, 2)
    tall[0, 0] = 100
    return {"tall": tall, "m": m, "m.view(-1)": m.view(-1)}


def viewed_by_numpy() -> dict[str, Any]:
    """The same in NumPy, where `reshape` gives a view wherever it can."""
    import numpy as np

    m = np.array([[2, 5, 3, 7], [4, 2, 1, 9]])
    tall = m.reshape(4, 2)
    tall[0, 0] = 100
    return {"tall": tall, "m": m, "m.view(-1)": m.reshape(-1)}


def turned() -> dict[str, Any]:
    """Rows become columns, and no number moves."""
    import torch

    m = torch.tensor([[2, 5, 3, 7], [4, 2, 1, 9]])
    try:
        m.T.view(-1)
        refused = False
    except RuntimeError:
        refused = True
    return {
        "m.T": m.T,
        "m.stride()": m.stride(),
        "m.T.stride()": m.T.stride(),
        "the same memory": m.T.data_ptr() == m.data_ptr(),
        "view is refused": refused,
        "m.T.reshape(-1)": m.T.reshape(-1),
    }


def turned_by_numpy() -> dict[str, Any]:
    """The same in NumPy, which counts strides in bytes."""
    import numpy as np

    m = np.array([[2, 5, 3, 7], [4, 2, 1, 9]])
    return {
        "m.T": m.T,
        "m.stride()": [bytes_ // m.itemsize for bytes_ in m.strides],
        "m.T.stride()": [bytes_ // m.itemsize for bytes_ in m.T.strides],
        "the same memory": np.shares_memory(m, m.T),
        "view is refused": not m.T.flags.c_contiguous,
        "m.T.reshape(-1)": m.T.ravel(),
    }


SHAPES = (
    Step(
        Text("Making one", "创建张量"),
        Text(
            en="""
A list in a list becomes two rows and four columns. `shape` says how far each axis goes, `ndim` how many axes there are,
`numel` how many numbers there are in all. Unlike a list of lists, it is one block of numbers of one kind.""",
            zh="""
列表里套列表，就得到两行四列。`shape` 是每个轴的长度，`ndim` 是轴的个数，`numel` 是元素总数。
与“列表的列表”不同，张量是一整块同一类型的数。""",
        ),
        made,
        (Expect(NUMPY, made_by_numpy),),
    ),
    Step(
        Text("What kind of number", "数据类型"),
        Text(
            en="""
Whole numbers are kept in 64 bits, real numbers in 32: half of what NumPy takes, and enough to learn with. Where two
kinds meet, the wider wins; division always gives real numbers. Beware of the byte, in which pictures are stored: it
counts to 255 and begins again at 0, so that two bright pixels add up to a dark one.""",
            zh="""
整数默认用 64 位，实数默认用 32 位：只有 NumPy 默认的一半，对学习来说已经够用。两种类型相遇，结果取更宽的一种；
除法的结果总是实数。
图像用单字节（uint8）存储，要当心：它数到 255 就回到 0，两个亮像素相加反而变成暗的。""",
        ),
        kinds,
        (Expect(Text("the rules, written out", "按规则写出"), kinds_by_rule),),
    ),
    Step(
        Text("Filling by rule", "按规则填充"),
        Text(
            en="""
Nobody types a million numbers. Zeros, ones, a constant, a range with a stride, ones on the diagonal; and with `_like`,
the shape and kind of another tensor.""",
            zh="""
没有人会手工输入一百万个数。全零、全一、常数、等步长序列、单位矩阵；带 `_like` 的函数则沿用另一个张量的形状和类型。""",
        ),
        filled,
        (Expect(NUMPY, filled_by_numpy),),
    ),
    Step(
        Text("Evenly spaced points", "等间隔的点"),
        Text(
            en="""
`linspace` takes the number of points, `arange` the stride. Twenty points from 3 to 8 leave nineteen gaps, so each is
5/19 wide, and both ends are there.""",
            zh="""
`linspace` 给定点数，`arange` 给定步长。从 3 到 8 取二十个点，中间是十九个间隔，每个宽 5/19，两端都包括在内。""",
        ),
        spaced,
        (
            Expect(NUMPY, spaced_by_numpy, 1e-6),
            Expect(Text("notes A: 20 points from 3 to 8", "讲义 A：从 3 到 8 的 20 个点"), spaced_by_hand, 1e-6, True),
        ),
    ),
    Step(
        Text("Picking out", "索引与切片"),
        Text(
            en="""
Counting begins at 0, and at the end with -1. A colon stands for a whole axis, `1:3` for 1 and 2 without 3, `::2` for
every second. A condition gives a tensor of true and false, and picks the numbers where it is true, all in one row.""",
            zh="""
下标从 0 开始，-1 表示最后一个。冒号代表整个轴，`1:3` 取 1 和 2、不含 3，`::2` 每隔一个取一个。
条件表达式给出一个真假张量，用它作下标，就把为真的数挑出来排成一行。""",
        ),
        picked,
        (Expect(NUMPY, picked_by_numpy),),
    ),
    Step(
        Text("Another shape for the same numbers", "同样的数，另一种形状"),
        Text(
            en="""
`view` reads the eight numbers in their order as four rows of two. Nothing is copied: write 100 through the one and the
other shows it. With -1 torch works out the length itself. This is how a picture is laid out as a row for a dense
layer.""",
            zh="""
`view` 把八个数按原来的次序读成四行两列，什么也没有复制：从一边写入 100，另一边立刻看得到。
写 -1 则由 torch 自己算出长度。把图像拉成一行送进全连接层，用的就是它。""",
        ),
        viewed,
        (Expect(NUMPY, viewed_by_numpy),),
    ),
    Step(
        Text("Transposing", "转置"),
        Text(
            en="""
Transposing is not the same as `view(4, 2)`: rows become columns. Still no number moves. Only the strides change places,
that is, how many numbers to skip for one step along an axis. Because the transposed tensor no longer lies in memory in
its own order, `view` refuses to lay it out in a row; `reshape` copies it then.""",
            zh="""
转置与 `view(4, 2)` 不同：行变成了列。但内存里的数仍然一个也没动，只是两个步幅（stride，
沿某个轴走一步要跳过几个数）交换了位置。
转置后的张量在内存中不再按自己的次序排列，所以 `view` 拒绝把它拉成一行；这时 `reshape` 会复制一份。""",
        ),
        turned,
        (Expect(NUMPY, turned_by_numpy),),
    ),
)
