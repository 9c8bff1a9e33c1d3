"""Losses: one number that says how wrong the answers are, and whose slope says how to mend them.

½(ŷ - y)², with slope ŷ - y. Cross-entropy: -log p of the true class, with slope p - y along the scores.
"""

from typing import Any

from limen.experiments.chapters import NEURON
from limen.experiments.lesson import Expect, Lesson, Next, Step
from limen.language import Text

PLAIN = Text("plain Python", "纯 Python")
BY_NUMPY = Text("the formula in NumPy", "NumPy 按公式计算")


def squared() -> dict[str, Any]:
    """Half the squared error of four guesses, and its slope along each."""
    import torch

    y = torch.tensor([1.0, 2.0, 3.0, 4.0])
    guess = torch.tensor([1.5, 2.0, 2.0, 7.0], requires_grad=True)
    losses = (guess - y) ** 2 / 2
    losses.sum().backward()  # type: ignore[no-untyped-call]
    return {
        "each": losses.detach(),
        "slopes": guess.grad,
        "mean": losses.mean().item(),
        "mse_loss / 2": torch.nn.functional.mse_loss(guess, y).item() / 2,
    }


def squared_by_hand() -> dict[str, Any]:
    """Half the square of the error; the slope is the error itself."""
    errors = [0.5, 0.0, -1.0, 3.0]
    halves = [error**2 / 2 for error in errors]
    return {"each": halves, "slopes": errors, "mean": sum(halves) / 4, "mse_loss / 2": sum(halves) / 4}


def surprised() -> dict[str, Any]:
    """Three examples of class 0: sure and right, undecided, sure and wrong."""
    import torch

    scores = torch.tensor([[4.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 5.0, 0.0]])
    true = torch.tensor([0, 0, 0])
    p = scores.softmax(dim=1)[:, 0]
    return {
        "p of the true class": p,
        "-log p": -p.log(),
        "cross_entropy": torch.nn.functional.cross_entropy(scores, true, reduction="none"),
    }


def surprised_by_hand() -> dict[str, Any]:
    """The softmax and its logarithm in plain Python."""
    import math

    p = [math.exp(4) / (math.exp(4) + 2), 1 / 3, 1 / (math.exp(5) + 2)]
    surprise = [-math.log(share) for share in p]
    return {"p of the true class": p, "-log p": surprise, "cross_entropy": surprise}


def pulled() -> dict[str, Any]:
    """The slope of the cross-entropy along the scores."""
    import torch

    scores = torch.tensor([[2.0, 1.0, -1.0]], dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(scores, torch.tensor([1]))
    loss.backward()  # type: ignore[no-untyped-call]
    return {"loss": loss.item(), "p": scores.softmax(1).detach()[0], "slopes": scores.grad[0]}  # type: ignore[index]


def pulled_by_formula() -> dict[str, Any]:
    """p minus one-hot."""
    import numpy as np

    z = np.array([2.0, 1.0, -1.0])
    p = np.exp(z) / np.exp(z).sum()
    return {"loss": -np.log(p[1]).item(), "p": p, "slopes": p - np.array([0.0, 1.0, 0.0])}


def pulled_by_difference() -> dict[str, Any]:
    """Each score moved a little."""
    import numpy as np

    z, h = np.array([2.0, 1.0, -1.0]), 1e-6
    up, down = z + h * np.eye(3), z - h * np.eye(3)  # one row for each score moved
    rise = np.log(np.exp(up).sum(1)) - up[:, 1] - np.log(np.exp(down).sum(1)) + down[:, 1]
    return {"slopes": rise / (2 * h)}


def saturated() -> dict[str, Any]:
    """A sigmoid unit that is badly wrong: y is 1, the score -6."""
    import torch

    found = {}
    for name in ("squared error", "cross-entropy"):
        z = torch.tensor(-6.0, dtype=torch.float64, requires_grad=True)
        s = torch.sigmoid(z)
        loss = (s - 1) ** 2 / 2 if name == "squared error" else -torch.log(s)
        loss.backward()  # type: ignore[no-untyped-call]
        found[name] = z.grad.item()  # type: ignore[union-attr]
    return found


def saturated_by_formula() -> dict[str, Any]:
    """(s - 1) s (1 - s), and s - 1."""
    import math

    s = 1 / (1 + math.exp(6))
    return {"squared error": (s - 1) * s * (1 - s), "cross-entropy": s - 1}


def stairs() -> dict[str, Any]:
    """Loss and accuracy of one neuron as one of its weights goes from -4 to 4."""
    import torch

    draw = torch.Generator().manual_seed(3)
    x = torch.randn(40, 2, generator=draw, dtype=torch.float64)
    noise = torch.randn(40, generator=draw, dtype=torch.float64)
    y = (x.sum(1) + noise > 0).double()
    weights = torch.linspace(-4, 4, 801, dtype=torch.float64, requires_grad=True)
    scores = x[:, :1] + x[:, 1:] * weights
    loss = torch.where(y[:, None] > 0, -scores.sigmoid().log(), -(-scores).sigmoid().log())
    slope = torch.autograd.grad(loss.mean(0).sum(), weights)[0]
    accuracy = ((scores > 0) == (y[:, None] > 0)).double().mean(0)
    flat = accuracy[1:] == accuracy[:-1]
    return {
        "accuracy": accuracy,
        "loss": loss.mean(0).detach(),
        "slope of the loss": slope,
        "accuracy stays the same": f"{flat.sum().item()} of {len(flat)} steps",
        "loss stays the same": f"{(slope == 0).sum().item()} of {len(slope)} places",
    }


def stairs_by_numpy() -> dict[str, Any]:
    """The same by formula: log(1 + exp(-z)) and log(1 + exp(z)), the slope x(σ - y), and the changes counted."""
    import numpy as np
    import torch

    draw = torch.Generator().manual_seed(3)
    x = torch.randn(40, 2, generator=draw, dtype=torch.float64).numpy()
    noise = torch.randn(40, generator=draw, dtype=torch.float64).numpy()
    y = (x.sum(1) + noise > 0).astype(float)
    scores = x[:, :1] + x[:, 1:] * np.linspace(-4, 4, 801)
    loss = np.where(y[:, None] == 1, np.log1p(np.exp(-scores)), np.log1p(np.exp(scores))).mean(0)
    slope = (x[:, 1:] * (1 / (1 + np.exp(-scores)) - y[:, None])).mean(0)
    right = np.sum((scores > 0) == (y[:, None] > 0), axis=0)
    changes = np.count_nonzero(np.diff(right))
    return {
        "accuracy": right / 40,
        "loss": loss,
        "slope of the loss": slope,
        "accuracy stays the same": f"{800 - changes} of 800 steps",
        "loss stays the same": "0 of 801 places",
    }


def stairs_drawn() -> dict[str, Any]:
    """Both curves over the weight."""
    import numpy as np

    return {"weight": np.linspace(-4, 4, 801), **stairs_by_numpy()}


STEPS = (
    Step(
        Text("Half the squared error", "平方误差的一半"),
        Text(
            en="""
For numbers: the error squared, and half of it, so that the slope is the error itself. An error three times as large
costs nine times as much: the last guess alone makes nearly the whole loss. One stray value can therefore pull a curve
to itself. torch's `mse_loss` has no half.""",
            zh="""
预测数值时：误差的平方，再取一半，这样斜率恰好就是误差本身。误差大到三倍，代价就是九倍：最后一个猜测几乎占了全部损失。
因此一个离群值就能把曲线拉向自己。torch 的 `mse_loss` 不含这个一半。""",
        ),
        squared,
        (Expect(PLAIN, squared_by_hand, 1e-6),),
    ),
    Step(
        Text("Cross-entropy: the surprise", "交叉熵：惊讶程度"),
        Text(
            en="""
For classes: minus the logarithm of the probability that the net gave to what was true. Sure and right costs next to
nothing, undecided among three costs log 3, sure and wrong costs dearly: five here, and without bound. `cross_entropy`
takes scores, not probabilities; it does the softmax itself.""",
            zh="""
预测类别时：取网络给真实类别的概率，求对数再取负。又有把握又对，几乎没有代价；三选一拿不定主意，代价是 log 3；
又有把握又错，代价很高：这里是 5，而且没有上限。`cross_entropy` 要的是得分而不是概率，softmax 由它自己来做。""",
        ),
        surprised,
        (Expect(PLAIN, surprised_by_hand, 1e-5),),
    ),
    Step(
        Text("Its slope is guess minus truth", "斜率等于预测减真值"),
        Text(
            en="""
Exponential and logarithm undo each other, and what remains is as simple as for the squared error: p - y. The true class
is pulled up by what it lacks to 1, each other class is pushed down by what it was given. The three add up to 0.""",
            zh="""
指数与对数相互抵消，剩下的和平方误差一样简单：p - y。真实类别离 1 还差多少，就被往上拉多少；
其他类别分得多少，就被往下压多少。
三者之和为 0。""",
        ),
        pulled,
        (
            Expect(BY_NUMPY, pulled_by_formula, 1e-12),
            Expect(Text("small differences", "中心差分"), pulled_by_difference, 1e-8),
        ),
    ),
    Step(
        Text("Why not the squared error for classes?", "分类为什么不用平方误差？"),
        Text(
            en="""
A sigmoid unit says 0.0025 where 1 is right. Under the squared error the slope has the factor σ', which is next to
nothing out there: the worst mistake is mended the slowest. Under cross-entropy that factor cancels, and the slope is
400 times as large.""",
            zh="""
真值是 1，一个 sigmoid 单元却说 0.0025。用平方误差，斜率里带着因子 σ'，在那么远的地方几乎为零：错得最离谱的，
改得最慢。
用交叉熵，这个因子正好消掉，斜率大了 400 倍。""",
        ),
        saturated,
        (Expect(PLAIN, saturated_by_formula, 1e-12),),
    ),
    Step(
        Text("Why accuracy cannot be the loss", "准确率为什么不能当损失"),
        Text(
            en="""
Accuracy is what we want, so why not minimise the mistakes? Turn one weight of a neuron slowly from -4 to 4. The
accuracy stands still, jumps when one of forty points changes sides, and stands still again: its slope is 0 almost
everywhere and says nothing about the way. The loss falls and rises smoothly, and its slope shows the way from
everywhere. The lowest loss need not be the highest accuracy, but it lies close by.""",
            zh="""
我们要的是准确率，为什么不直接让错误最少？把神经元的一个权重从 -4 慢慢调到 4：
准确率停着不动，四十个点中有一个换了边就跳一下，然后又不动。
它的斜率几乎处处为 0，说不出该往哪边走。损失则平滑地下降、上升，在任何地方都指得出方向。
损失最低处不一定准确率最高，但离得不远。""",
        ),
        stairs,
        (Expect(BY_NUMPY, stairs_by_numpy, 1e-9),),
        figure="lesson-stairs",
        drawn=stairs_drawn,
    ),
)


def losses() -> Lesson:
    """What is minimised, and why it is not the accuracy."""
    return Lesson(
        name="losses",
        chapter=NEURON,
        title=Text("Losses: how wrong, in one number", "损失：用一个数说明错了多少"),
        story=Text(
            en="""
A net gives a thousand answers, some right, some nearly, some absurd. To learn it needs one number that falls as the
answers get better. Why not simply count the mistakes?

A loss has two duties. Its value must rank answers: worse ones cost more. And its slope must say, for every weight,
which way is better. Counting does the first and fails at the second. The two losses below do both, and their slopes
turn out to be the simplest there could be: guess minus truth.""",
            zh="""
网络给出一千个回答，有的对，有的差一点，有的荒唐。要学习，就需要一个数：回答越好，它越小。为什么不干脆数一数错了几个？

损失有两项任务。它的值要能分出好坏：越差的回答代价越高。它的斜率还要对每个权重说明往哪边走更好。
数错误只能做到前一项，做不到后一项。
下面两种损失都能做到，而且斜率简单得不能再简单：预测减真值。""",
        ),
        steps=STEPS,
        next=(
            Next("limen learn descent", Text("follow the slope down", "沿着斜率往下走")),
            Next("limen run iris", Text("cross-entropy at work", "看交叉熵实际工作")),
        ),
    )
