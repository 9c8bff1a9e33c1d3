"""Gradients that add up: what it is good for, what happens when it is forgotten, and how to remember nothing.

`backward` adds to what is there: w.grad ← w.grad + dL/dw. Over parts of a batch the sum is the gradient of the whole.
"""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text


def added() -> dict[str, Any]:
    """The same backward pass three times, then after zeroing."""
    import torch

    w, seen = torch.tensor(3.0, requires_grad=True), []
    for _ in range(3):
        (w**2).backward()  # type: ignore[no-untyped-call]
        seen.append(w.grad.item())  # type: ignore[union-attr]
    w.grad = None
    (w**2).backward()  # type: ignore[no-untyped-call]
    return {"three times": seen, "after zeroing": w.grad.item()}  # type: ignore[attr-defined]


def added_by_hand() -> dict[str, Any]:
    """6, and 6 more each time."""
    return {"three times": [6.0, 12.0, 18.0], "after zeroing": 6.0}


def forgotten(rate: float) -> dict[str, Any]:
    """Down the curve w² twice: gradients zeroed after every step, and never."""
    import torch

    paths = {}
    for name, zero in (("zeroed", True), ("forgotten", False)):
        w, path = torch.tensor(3.0, dtype=torch.float64, requires_grad=True), [3.0]
        for _ in range(20):
            (w**2).backward()  # type: ignore[no-untyped-call]
            with torch.no_grad():
                w -= rate * w.grad  # type: ignore[operator]
            if zero:
                w.grad = None
            path.append(w.item())
        paths[name] = torch.tensor(path, dtype=torch.float64)
    return paths


def forgotten_by_hand(rate: float) -> dict[str, Any]:
    """Zeroed: each step shortens the way by 1 - 2·rate. Forgotten: the sum of all slopes so far steps along."""
    w, total, path = 3.0, 0.0, [3.0]
    for _ in range(20):
        total += 2 * w
        w -= rate * total
        path.append(w)
    return {"zeroed": [3 * (1 - 2 * rate) ** k for k in range(21)], "forgotten": path}


def forgotten_drawn(rate: float) -> dict[str, Any]:
    """Both paths, and the curve under them."""
    import numpy as np

    w = np.linspace(-3.6, 3.6, 181)
    return {"paths": forgotten_by_hand(rate), "w": w, "loss": w**2}


def in_parts(parts: int) -> dict[str, Any]:
    """The gradient of 64 examples at once and in parts, and how many bytes wait for the way back."""
    import torch

    draw = torch.Generator().manual_seed(0)
    x, y = torch.randn(64, 10, generator=draw), torch.rand(64, 1, generator=draw)
    found, most = [], []
    sizes: list[int] = []
    for count in (1, parts):
        w, peak = torch.full((10, 1), 0.1, requires_grad=True), 0
        for some, wanted in zip(x.chunk(count), y.chunk(count), strict=True):
            sizes.clear()
            note = torch.autograd.graph.saved_tensors_hooks
            with note(lambda t: sizes.append(t.nbytes) or t, lambda t: t):  # type: ignore[func-returns-value]
                loss = ((some @ w).sigmoid() - wanted).square().mean() / count
            loss.backward()  # type: ignore[no-untyped-call]
            peak = max(peak, sum(sizes))
        found.append(w.grad)
        most.append(peak)
    return {"64 at once": found[0].flatten(), "in parts": found[1].flatten(), "bytes kept": most}  # type: ignore[union-attr]


def in_parts_by_formula(parts: int) -> dict[str, Any]:
    """2/n · xᵀ[(s - y) s (1 - s)]; kept are 10 inputs, one s and one s - y for each example, of 4 bytes."""
    import numpy as np
    import torch

    draw = torch.Generator().manual_seed(0)
    x = torch.randn(64, 10, generator=draw).double().numpy()
    y = torch.rand(64, 1, generator=draw).double().numpy()
    s = 1 / (1 + np.exp(-x @ np.full((10, 1), 0.1)))
    gradient = (2 / 64 * x.T @ ((s - y) * s * (1 - s))).ravel()
    kept = [64 * (10 + 1 + 1) * 4, 64 // parts * (10 + 1 + 1) * 4]
    return {"64 at once": gradient, "in parts": gradient, "bytes kept": kept}


def without() -> dict[str, Any]:
    """Nothing is remembered under `no_grad`, and a weight may be changed there."""
    import torch

    w = torch.tensor([1.0, 2.0], requires_grad=True)
    with torch.no_grad():
        y = w * 2
    try:
        w -= 0.1
        message = "no error"
    except RuntimeError as error:
        message = str(error)
    with torch.no_grad():
        w -= 0.1
    return {
        "(w * 2).requires_grad": (w * 2).requires_grad,
        "y.requires_grad": y.requires_grad,
        "w.detach().requires_grad": w.detach().requires_grad,
        "w -= 0.1": message,
        "w afterwards": w.detach(),
    }


def without_by_hand() -> dict[str, Any]:
    """Only what was computed outside is remembered; a leaf is not changed behind the graph's back."""
    return {
        "(w * 2).requires_grad": True,
        "y.requires_grad": False,
        "w.detach().requires_grad": False,
        "w -= 0.1": "in-place operation",
        "w afterwards": [0.9, 1.9],
    }


ADDING = (
    Step(
        Text("Gradients add up", "梯度会累加"),
        Text(
            en="""
A second `backward` does not replace the gradient, it adds to it. That is no mistake: a weight that is used twice gets
its slope from both uses. But between two training steps the old sum must go.""",
            zh="""
第二次 `backward` 不会覆盖原来的梯度，而是加上去。这并非缺陷：一个权重被用了两次，斜率本来就该是两处之和。
但在两步训练之间，旧的总和必须清掉。""",
        ),
        added,
        (Expect(Text("the derivative, worked out by hand", "手算导数"), added_by_hand),),
    ),
    Step(
        Text("What happens when zeroing is forgotten", "忘记清零会怎样"),
        Text(
            en="""
Walk down the curve w² from 3. Zeroed, each step shortens the way by the same share. Forgotten, old slopes go on pushing
after the bottom is reached, and w swings to and fro like a ball without friction. There is no error message for this,
only a loss that does not settle.""",
            zh="""
沿曲线 w² 从 3 往下走。每步清零，距离就按同一比例缩短。忘了清零，到了谷底旧斜率还在推，
w 便来回摆动，像一个没有摩擦的小球。
这种错误不会报错，只会看到损失怎么也稳不下来。""",
        ),
        forgotten,
        (Expect(Text("the recurrence in plain Python", "纯 Python 递推"), forgotten_by_hand, 1e-9),),
        figure="lesson-forgotten",
        drawn=forgotten_drawn,
    ),
    Step(
        Text("A large batch on a small machine", "小机器上的大批量"),
        Text(
            en="""
Adding up is useful. Sixty-four examples do not fit? Take them in parts, divide each loss by the number of parts, and
step only after the last. The gradient is the same to the last digits of rounding, and only one part's intermediate
results wait for the way back: count the bytes.""",
            zh="""
累加也有用处。六十四个样本放不下？分成几份，每份的损失除以份数，最后一份之后才更新权重。
得到的梯度相同（只差舍入误差），而等待反向传播的中间结果每次只有一份：数一数字节就知道。""",
        ),
        in_parts,
        (Expect(Text("the formula in NumPy, float64", "NumPy 按公式计算（float64）"), in_parts_by_formula, 1e-6),),
    ),
    Step(
        Text("Not remembering", "不记录运算"),
        Text(
            en="""
Testing needs no way back: under `no_grad` nothing is kept, which saves time and memory. Changing a weight in place is
refused outside, since the graph would then tell of a number that is no more; inside it is what every optimizer does.
`detach` gives the same numbers without their past.""",
            zh="""
测试时不需要回头路：在 `no_grad` 之下什么也不记录，省时又省内存。
在它之外原地修改权重会被拒绝，因为计算图记下的那个数就不复存在了；
在它之内修改，正是每个优化器的做法。`detach` 给出同样的数，但不带来历。""",
        ),
        without,
        (Expect(Text("what the rules say", "按规则应有的结果"), without_by_hand, 1e-6),),
    ),
)
