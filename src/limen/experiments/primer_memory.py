"""Whose memory is it? Changing a tensor in place, and sharing one with NumPy.

Several tensors and arrays may look at the same numbers; whoever writes through one of them is seen through all.
"""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.experiments.primer_shapes import NUMPY
from limen.language import Text


def in_place() -> dict[str, Any]:
    """`add` makes a new tensor, `add_` changes the one there is."""
    import torch

    x = torch.ones(3)
    other = x.add(5)
    before = x.tolist()
    same = x.add_(5)
    return {"x after add": before, "x.add(5)": other, "x after add_": x, "add_ gives x itself": same is x}


def in_place_by_numpy() -> dict[str, Any]:
    """The same in NumPy, with `+` and `+=`."""
    import numpy as np

    x = np.ones(3)
    other = x + 5
    before = x.tolist()
    same = x
    x += 5
    return {"x after add": before, "x.add(5)": other, "x after add_": x, "add_ gives x itself": same is x}


def shared() -> dict[str, Any]:
    """`from_numpy` and `numpy` look at the same memory, `tensor` copies."""
    import numpy as np
    import torch

    a = np.array([1.0, 2.0, 3.0])
    window, copy = torch.from_numpy(a), torch.tensor(a)
    a[0] = 100
    window[2] = -1
    return {"a": a, "window": window, "window.numpy()": window.numpy(), "copy": copy}


def shared_by_hand() -> dict[str, Any]:
    """What must stand there when both look at one memory, and the copy at its own."""
    return {"a": [100, 2, -1], "window": [100, 2, -1], "window.numpy()": [100, 2, -1], "copy": [1, 2, 3]}


MEMORY = (
    Step(
        Text("In place", "原地修改"),
        Text(
            en="""
A method whose name ends in an underscore changes the tensor itself and gives it back. It saves memory, and it is a
trap: whoever else holds this tensor, or a view of it, sees the change.""",
            zh="""
名字以下划线结尾的方法会直接修改张量本身，并把它返回。这样省内存，但也是个陷阱：凡是持有这个张量或其视图的地方，
都会看到改变。""",
        ),
        in_place,
        (Expect(NUMPY, in_place_by_numpy),),
    ),
    Step(
        Text("NumPy and torch: one memory", "NumPy 与 torch：共用内存"),
        Text(
            en="""
`from_numpy` opens a window on the array's own memory: write on either side and both see it. It costs nothing, however
large the array. `torch.tensor` makes a copy, which goes its own way.""",
            zh="""
`from_numpy` 只是在数组原有的内存上开一扇窗：从任何一边写入，两边都会看到。数组再大，也不花时间。
`torch.tensor` 则复制一份，从此互不相干。""",
        ),
        shared,
        (Expect(Text("worked out by hand", "手算"), shared_by_hand),),
    ),
)
