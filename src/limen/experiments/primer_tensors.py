"""Tensors, second half: products, joining, memory, and what happens when shapes do not match.

Two shapes are laid one under the other from the right. An axis fits when both are equal or one of them is 1, which is
then repeated; a missing axis counts as 1. https://numpy.org/doc/stable/user/basics.broadcasting.html
"""

from typing import Any

from limen.experiments.chapters import PRIMER
from limen.experiments.lesson import Expect, Lesson, Next, Step
from limen.experiments.primer_memory import MEMORY
from limen.experiments.primer_shapes import NUMPY, SHAPES
from limen.language import Text


def multiplied() -> dict[str, Any]:
    """A matrix times a vector, times itself turned, and number by number."""
    import torch

    m = torch.tensor([[2.0, 5, 3, 7], [4, 2, 1, 9]])
    v = torch.tensor([1.0, 2, 3, 4])
    return {"m @ v": m @ v, "m @ m.T": m @ m.T, "m * v": m * v}


def multiplied_by_hand() -> dict[str, Any]:
    """Each row times the vector, summed: without any library."""
    rows, v = [[2, 5, 3, 7], [4, 2, 1, 9]], [1, 2, 3, 4]
    return {
        "m @ v": [sum(a * b for a, b in zip(row, v, strict=True)) for row in rows],
        "m @ m.T": [[sum(a * b for a, b in zip(r, s, strict=True)) for s in rows] for r in rows],
        "m * v": [[a * b for a, b in zip(row, v, strict=True)] for row in rows],
    }


def joined() -> dict[str, Any]:
    """Below each other, beside each other, and on a new axis."""
    import torch

    a, b = torch.tensor([[1, 2], [3, 4]]), torch.tensor([[5, 6], [7, 8]])
    return {
        "cat along 0": torch.cat([a, b], dim=0),
        "cat along 1": torch.cat([a, b], dim=1),
        "stack": torch.stack([a, b]),
    }


def joined_by_numpy() -> dict[str, Any]:
    """The same in NumPy."""
    import numpy as np

    a, b = np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])
    return {
        "cat along 0": np.concatenate([a, b], axis=0),
        "cat along 1": np.concatenate([a, b], axis=1),
        "stack": np.stack([a, b]),
    }


def stretched() -> dict[str, Any]:
    """A row for every row, a column for every column, a column against a row."""
    import torch

    m = torch.tensor([[2, 5, 3, 7], [4, 2, 1, 9]])
    row, column = torch.tensor([10, 20, 30, 40]), torch.tensor([[100], [200]])
    return {
        "m + row": m + row,
        "m + column": m + column,
        "column + row": column + row,
        "m - m.mean": m - m.float().mean(dim=1, keepdim=True),
    }


def stretched_by_hand() -> dict[str, Any]:
    """Every number worked out with two loops."""
    m, row, column = [[2, 5, 3, 7], [4, 2, 1, 9]], [10, 20, 30, 40], [100, 200]
    return {
        "m + row": [[m[i][j] + row[j] for j in range(4)] for i in range(2)],
        "m + column": [[m[i][j] + column[i] for j in range(4)] for i in range(2)],
        "column + row": [[column[i] + row[j] for j in range(4)] for i in range(2)],
        "m - m.mean": [[m[i][j] - sum(m[i]) / 4 for j in range(4)] for i in range(2)],
    }


def refused() -> str:
    """Three numbers in a row do not fit two."""
    import torch

    try:
        torch.ones(2, 3) + torch.ones(2)
        message = "no error"
    except RuntimeError as error:
        message = str(error)
    return message


def refused_by_rule() -> str:
    """The rule: from the right, the first pair of lengths that are neither equal nor 1."""
    a, b = (2, 3), (2,)
    pairs = zip(reversed(a), reversed(b), strict=False)
    clash = next((p, q) for p, q in pairs if p != q and 1 not in (p, q))
    return f"({clash[0]}) must match the size of tensor b ({clash[1]})"


def translated() -> dict[str, Any]:
    """The same thing under two names: torch's call, and NumPy's in the name of the result."""
    import torch

    x = torch.tensor([[3.0, -1.0, 2.0], [0.0, 4.0, -5.0]])
    return {
        "x.sum(dim=1) · x.sum(axis=1)": x.sum(dim=1),
        "x.unsqueeze(0).shape · np.expand_dims(x, 0).shape": tuple(x.unsqueeze(0).shape),
        "x.permute(1, 0) · x.transpose(1, 0)": x.permute(1, 0),
        "x.clamp(-1, 2) · x.clip(-1, 2)": x.clamp(-1, 2),
        "x.argmax(dim=1) · x.argmax(axis=1)": x.argmax(dim=1),
        "torch.where(x > 0, x, 0) · np.where(x > 0, x, 0)": torch.where(x > 0, x, 0),
        "x.std() · x.std(ddof=1)": x.std().item(),
    }


def translated_by_numpy() -> dict[str, Any]:
    """The same in NumPy."""
    import numpy as np

    x = np.array([[3.0, -1.0, 2.0], [0.0, 4.0, -5.0]])
    return {
        "x.sum(dim=1) · x.sum(axis=1)": x.sum(axis=1),
        "x.unsqueeze(0).shape · np.expand_dims(x, 0).shape": np.expand_dims(x, 0).shape,
        "x.permute(1, 0) · x.transpose(1, 0)": x.transpose(1, 0),
        "x.clamp(-1, 2) · x.clip(-1, 2)": x.clip(-1, 2),
        "x.argmax(dim=1) · x.argmax(axis=1)": x.argmax(axis=1),
        "torch.where(x > 0, x, 0) · np.where(x > 0, x, 0)": np.where(x > 0, x, 0),
        "x.std() · x.std(ddof=1)": x.std(ddof=1).item(),
    }


PRODUCTS = (
    Step(
        Text("A matrix times a vector", "矩阵乘向量"),
        Text(
            en="""
`@` multiplies each row by the vector and sums: 2·1 + 5·2 + 3·3 + 7·4 = 49. A dense layer is no more than this, with a
row of weights for each unit. `*` is something else: number by number, without a sum.""",
            zh="""
`@` 把每一行与向量逐个相乘再求和：2·1 + 5·2 + 3·3 + 7·4 = 49。全连接层做的不过是这件事，每个单元对应一行权重。
`*` 则是另一回事：逐元素相乘，不求和。""",
        ),
        multiplied,
        (
            Expect(Text("plain Python, no library", "纯 Python，不用任何库"), multiplied_by_hand),
            Expect(Text("notes A", "讲义 A"), {"m @ v": [49, 47]}, published=True),
        ),
    ),
    Step(
        Text("Joining", "拼接"),
        Text(
            en="""
`cat` along axis 0 puts the second below the first, along axis 1 beside it; all other axes must agree. `stack` makes a
new axis: this is how single pictures become a batch.""",
            zh="""
`cat` 沿轴 0 把第二个接在下面，沿轴 1 接在右边；其余各轴的长度必须一致。`stack` 则新建一个轴：
单张图像就是这样组成一批的。""",
        ),
        joined,
        (Expect(NUMPY, joined_by_numpy),),
    ),
    Step(
        Text("Broadcasting", "广播"),
        Text(
            en="""
A row of four fits a 2×4 matrix: it counts as 1×4, and is repeated downwards. A 2×1 column is repeated to the right. A
column against a row gives a whole table. Nothing is copied in memory. With `keepdim` a mean over rows stays a column,
so that it can be subtracted: the first half of every normalisation.""",
            zh="""
四个数的一行可以加到 2×4 的矩阵上：它被当作 1×4，向下重复。2×1 的一列则向右重复。一列加一行，得到整张表。
内存里并没有真的复制。`keepdim` 让按行求出的均值仍是一列，于是可以直接相减：所有归一化的前半步都是这样写的。""",
        ),
        stretched,
        (Expect(Text("two loops, number by number", "两重循环，逐个计算"), stretched_by_hand, 1e-6),),
    ),
    Step(
        Text("When shapes do not fit", "形状不匹配时"),
        Text(
            en="""
Lay the shapes one under the other from the right: (2, 3) and (2). The last axes are 3 and 2, neither equal nor 1, so
torch refuses. Read the message from behind: it names the axis and both lengths. If a column was meant, say so:
`torch.ones(2).view(2, 1)`.""",
            zh="""
把两个形状从右边对齐：(2, 3) 和 (2)。最后一个轴是 3 和 2，既不相等，也没有一个是 1，所以 torch 拒绝。
报错要从后往前读：它指明了是哪个轴、两个长度各是多少。如果本意是一列，就写明白：`torch.ones(2).view(2, 1)`。""",
        ),
        refused,
        (Expect(Text("the rule, from right to left", "按规则从右到左推出"), refused_by_rule),),
    ),
    Step(
        Text("The same under two names", "torch 与 NumPy 对照"),
        Text(
            en="""
Left torch's name, right NumPy's. What NumPy calls `axis`, torch calls `dim`. And one difference of meaning: torch's
standard deviation divides by n - 1, NumPy's by n, unless it is told otherwise.""",
            zh="""
左边是 torch 的写法，右边是 NumPy 的写法。NumPy 的 `axis`，torch 叫 `dim`。
有一处含义不同：torch 的标准差除以 n - 1，NumPy 默认除以 n，除非另行指定。""",
        ),
        translated,
        (Expect(NUMPY, translated_by_numpy, 1e-6),),
    ),
)


def tensors() -> Lesson:
    """What a tensor is, and all that is done with it every day."""
    return Lesson(
        name="tensors",
        chapter=PRIMER,
        title=Text("Tensors: numbers in a block", "张量：成块的数"),
        story=Text(
            en="""
Everything a net sees, learns and answers is a tensor: a picture, a batch of pictures, the weights of a layer, a loss.
What can a tensor do that a list of lists cannot?

It holds numbers of one kind side by side in memory, and a description of how to walk through them. So a picture can be
transposed, cropped or laid out in a row without moving a number, and a sum over a million of them is one call. Most
mistakes in deep learning are mistakes of shape. Whoever knows the rules below finds them at a glance.""",
            zh="""
网络看到的、学到的、回答的，全都是张量：一张图像、一批图像、一层的权重、一个损失。
张量能做到哪些“列表的列表”做不到的事？

它把同一类型的数紧挨着放在内存里，再附上一份“怎样走过这些数”的说明。因此，转置、裁剪一张图像，或把它拉成一行，
都不必移动任何一个数；
对一百万个数求和，也只是一次调用。深度学习里的大多数错误都是形状错误。掌握了下面的规则，一眼就能看出来。""",
        ),
        steps=(*SHAPES, *PRODUCTS[:2], *MEMORY, *PRODUCTS[2:]),
        next=(
            Next("limen learn autograd", Text("how a tensor remembers where it came from", "张量如何记住自己的来历")),
            Next(
                "limen summary mnist-cnn", Text("the shapes on their way through a net", "看形状在网络中如何逐层变化")
            ),
        ),
    )
