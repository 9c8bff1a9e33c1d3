"""Gradient descent: feel the slope underfoot, take a step downhill, repeat.

w ← w - η dL/dw. On the curve (w - 3)² each step multiplies the distance to the bottom by 1 - 2η: it shrinks for
0 < η < 1 and grows beyond. On a surface each direction has its own factor 1 - ηλ, and one η must do for all.
"""

from typing import Any

from limen.experiments.chapters import NEURON
from limen.experiments.lesson import Expect, Lesson, Next, Option, Step
from limen.experiments.neuron_batches import BATCHES
from limen.language import Text

CLOSED = Text("the closed form: distance times 1 - 2η each step", "闭式解：每步距离乘以 1 - 2η")


def down(rate: float, steps: int) -> dict[str, Any]:
    """Down the curve (w - 3)² from -1."""
    import torch

    w = torch.tensor(-1.0, dtype=torch.float64, requires_grad=True)
    path = [w.item()]
    for _ in range(steps):
        loss = (w - 3) ** 2
        slope = torch.autograd.grad(loss, w)[0]
        with torch.no_grad():
            w -= rate * slope
        path.append(w.item())
    return {"path": torch.tensor(path, dtype=torch.float64), "distance left": abs(path[-1] - 3)}


def down_in_closed_form(rate: float, steps: int) -> dict[str, Any]:
    """3 - 4 (1 - 2η)^k."""
    path = [3 - 4 * (1 - 2 * rate) ** k for k in range(steps + 1)]
    return {"path": path, "distance left": 4 * abs(1 - 2 * rate) ** steps}


def down_drawn(rate: float, steps: int) -> dict[str, Any]:
    """The path, and the curve under it."""
    import numpy as np

    w = np.linspace(-3, 9, 241)
    return {"path": down_in_closed_form(rate, steps)["path"], "w": w, "loss": (w - 3) ** 2}


def signs() -> dict[str, Any]:
    """One step against the slope and one along it."""
    import torch

    w = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    slope = torch.autograd.grad((w - 3) ** 2, w)[0]
    return {
        "slope": slope.item(),
        "loss here": ((w - 3) ** 2).item(),
        "loss at w - 0.1 slope": ((w - 0.1 * slope - 3) ** 2).item(),
        "loss at w + 0.1 slope": ((w + 0.1 * slope - 3) ** 2).item(),
    }


def signs_by_hand() -> dict[str, Any]:
    """The slope is 2(1 - 3) = -4; minus leads to 1.4, plus to 0.6."""
    return {
        "slope": -4.0,
        "loss here": 4.0,
        "loss at w - 0.1 slope": 1.6**2,
        "loss at w + 0.1 slope": 2.4**2,
    }


def rates() -> dict[str, Any]:
    """Twenty steps with four rates; what is left of the distance to the bottom."""
    import torch

    paths = {}
    for rate in (0.01, 0.3, 0.95, 1.05):
        w = torch.tensor(-1.0, dtype=torch.float64, requires_grad=True)
        left = [abs(w.item() - 3)]
        for _ in range(20):
            slope = torch.autograd.grad((w - 3) ** 2, w)[0]
            with torch.no_grad():
                w -= rate * slope
            left.append(abs(w.item() - 3))
        paths[f"rate {rate}"] = torch.tensor(left, dtype=torch.float64)
    return paths


def rates_in_closed_form() -> dict[str, Any]:
    """4 |1 - 2η|^k."""
    rates = (0.01, 0.3, 0.95, 1.05)
    return {f"rate {rate}": [4 * abs(1 - 2 * rate) ** k for k in range(21)] for rate in rates}


def valley(rate: float, steps: int) -> dict[str, Any]:
    """Down a valley that is fifteen times steeper across than along: ½(a² + 15 b²)."""
    import torch

    w = torch.tensor([-4.0, 1.2], dtype=torch.float64, requires_grad=True)
    path = [w.tolist()]
    for _ in range(steps):
        loss = (w[0] ** 2 + 15 * w[1] ** 2) / 2
        slope = torch.autograd.grad(loss, w)[0]
        with torch.no_grad():
            w -= rate * slope
        path.append(w.tolist())
    loss = (w[0] ** 2 + 15 * w[1] ** 2) / 2
    return {"path": torch.tensor(path, dtype=torch.float64), "loss at the end": loss.item()}


def valley_in_closed_form(rate: float, steps: int) -> dict[str, Any]:
    """a shrinks by 1 - η each step, b by 1 - 15 η."""
    path = [[-4 * (1 - rate) ** k, 1.2 * (1 - 15 * rate) ** k] for k in range(steps + 1)]
    a, b = path[-1]
    return {"path": path, "loss at the end": (a**2 + 15 * b**2) / 2}


def valley_drawn(rate: float, steps: int) -> dict[str, Any]:
    """The path, and the surface around it."""
    import numpy as np

    a, b = np.meshgrid(np.linspace(-5, 5, 161), np.linspace(-2, 2, 121))
    return {"path": valley_in_closed_form(rate, steps)["path"], "a": a, "b": b, "loss": (a**2 + 15 * b**2) / 2}


def hollows() -> dict[str, Any]:
    """Two starts on a curve with two hollows."""
    import torch

    ends = {}
    for start in (-2.0, 2.0):
        w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        for _ in range(300):
            slope = torch.autograd.grad(w**4 - 3 * w**2 + w, w)[0]
            with torch.no_grad():
                w -= 0.01 * slope
        ends[f"from {start:g}"] = torch.stack([w, w**4 - 3 * w**2 + w]).detach()
    return ends


def hollows_by_roots() -> dict[str, Any]:
    """Where the derivative 4w³ - 6w + 1 is zero: the first root and the last are hollows, the middle one is a top."""
    import numpy as np

    left, _, right = np.sort(np.roots([4, 0, -6, 1]).real)
    return {f"from {s:g}": [w, w**4 - 3 * w**2 + w] for s, w in ((-2.0, left), (2.0, right))}


def hollows_drawn() -> dict[str, Any]:
    """The two paths step by step, and the curve under them."""
    import numpy as np

    paths = {}
    for start in (-2.0, 2.0):
        path = [start]
        for _ in range(300):
            path.append(path[-1] - 0.01 * (4 * path[-1] ** 3 - 6 * path[-1] + 1))
        paths[f"{start:g}"] = (np.array(path), np.array(path) ** 4 - 3 * np.array(path) ** 2 + np.array(path))
    w = np.linspace(-2.15, 2.1, 201)
    return {"paths": paths, "w": w, "loss": w**4 - 3 * w**2 + w}


DOWN = (
    Step(
        Text("Down a curve", "沿曲线下降"),
        Text(
            en="""
Start at -1 on the curve (w - 3)². The slope there is steep, so the first step is long; near the bottom the slope fades
and the steps shorten by themselves. On this curve every step leaves the same share of the distance, 1 - 2η. Bend it:
`--set rate=0.45`, `--set rate=0.95`, `--set rate=1.05`.""",
            zh="""
从曲线 (w - 3)² 上的 -1 出发。那里坡陡，第一步就大；越近谷底坡越缓，步子自己就变小了。
在这条曲线上，每一步都把距离缩到同一比例 1 - 2η。改一改试试：`--set rate=0.45`、`--set rate=0.95`、`--set rate=1.05`。
""",
        ),
        down,
        (Expect(CLOSED, down_in_closed_form, 1e-9),),
        figure="lesson-curve",
        drawn=down_drawn,
    ),
    Step(
        Text("The sign of the step", "步子的正负号"),
        Text(
            en="""
The slope points uphill. Here it is -4: to the left it rises, so the way down is to the right, against the slope. With a
plus the same step climbs. Where the greatest value is wanted, that is what one does: it is called ascent.""",
            zh="""
斜率指向上坡。这里是 -4：往左升高，所以下坡要往右走，与斜率相反。把减号写成加号，同样一步就变成爬坡。
如果要找的是最大值，那就该这么走，叫梯度上升。""",
        ),
        signs,
        (Expect(Text("worked out by hand", "手算"), signs_by_hand, 1e-12),),
    ),
    Step(
        Text("Too small, right, too large", "太小、合适、太大"),
        Text(
            en="""
With 0.01 two thirds of the way are left after twenty steps. With 0.3 all is done after a dozen. With 0.95 every step
overshoots the bottom and lands on the other side, a little lower. With 1.05 it lands a little higher each time, and the
loss grows without bound. Most failed trainings are one of these.""",
            zh="""
学习率 0.01：走了二十步，路还剩三分之二。0.3：十来步就到了。0.95：每步都越过谷底，落到对面稍低一点的地方。
1.05：每次都落得更高一点，损失无限增大。大多数失败的训练，都属于其中一种。""",
        ),
        rates,
        (Expect(CLOSED, rates_in_closed_form, 1e-9),),
        figure="lesson-rates",
    ),
    Step(
        Text("Down a surface", "沿曲面下降"),
        Text(
            en="""
Two weights, and a valley that is fifteen times steeper across than along. One rate must do for both: across, the path
overshoots from wall to wall; along, it creeps. Raise it above 2/15 = 0.133 and the path climbs out, though along the
valley it would still be far too small. This is why momentum and Adam were invented.""",
            zh="""
两个权重，一条横向比纵向陡十五倍的山谷。同一个学习率要兼顾两个方向：横向在两壁之间来回越过谷底，纵向却走得很慢。
超过 2/15 = 0.133，路线就爬出山谷；而对纵向来说，这个学习率还远远不够大。动量法和 Adam 就是为此发明的。""",
        ),
        valley,
        (
            Expect(
                Text("the closed form: 1 - η along, 1 - 15η across", "闭式解：纵向 1 - η，横向 1 - 15η"),
                valley_in_closed_form,
                1e-9,
            ),
        ),
        figure="lesson-valley",
        drawn=valley_drawn,
    ),
    Step(
        Text("Two hollows", "两个谷"),
        Text(
            en="""
The curve w⁴ - 3w² + w has two hollows, one deeper than the other. From -2 the path ends in the deep one, from 2 in the
shallow one, and there it stays: at the bottom of a hollow the slope is 0, and nothing tells it that a deeper one is
near. Where one arrives depends on where one begins.""",
            zh="""
曲线 w⁴ - 3w² + w 有两个谷，一深一浅。从 -2 出发到了深谷，从 2 出发停在浅谷里：
谷底斜率为 0，没有什么能告诉它旁边还有更深的地方。
终点在哪里，取决于起点在哪里。""",
        ),
        hollows,
        (Expect(Text("the roots of the derivative, by NumPy", "NumPy 求导数的根"), hollows_by_roots, 1e-6),),
        figure="lesson-hollows",
        drawn=hollows_drawn,
    ),
)


def descent() -> Lesson:
    """Gradient descent on curves, surfaces and data."""
    return Lesson(
        name="descent",
        chapter=NEURON,
        title=Text("Gradient descent: downhill in the fog", "梯度下降：雾中下山"),
        story=Text(
            en="""
Somebody stands on a mountain in thick fog and wants to get down. Nothing can be seen, but the slope can be felt
underfoot. A step downhill, feel again, another step. How long should the steps be, and where does one arrive?

A net is trained in just this way, only that the mountain has a hundred thousand directions. Everything that goes wrong
there goes wrong here already: steps too short and too long, valleys that are steep one way and flat the other, hollows
that are not the deepest. And since the mountain is made of data, one may look at a few of them at a time: the slope is
then only nearly right, but it costs so little that it is worth it.""",
            zh="""
有人站在山上，大雾弥漫，想要下山。什么也看不见，但脚下能感觉到坡度。往下坡迈一步，再感觉，再迈一步。步子该多大？
最后会走到哪里？

训练网络就是这样，只不过那座山有十万个方向。在那里会出的毛病，这里都能看到：步子太小、太大，山谷一个方向陡、
另一个方向平，停在并非最低的谷里。
而且这座山是由数据堆成的，一次可以只看其中几个：这样得到的坡度只是大致正确，但代价很小，值得。""",
        ),
        steps=(*DOWN, *BATCHES),
        options=(
            Option("rate", 0.1, 0.001, 1.5, Text("learning rate on the curve and the surface", "曲线和曲面上的学习率")),
            Option("steps", 20, 1, 100, Text("steps on the curve and the surface", "曲线和曲面上的步数")),
            Option("batch", 32, 2, 999, Text("examples in a mini-batch", "一个小批量的样本数")),
        ),
        next=(
            Next("limen learn descent --set rate=0.13", Text("from wall to wall", "在两壁之间来回")),
            Next("limen learn descent --set rate=1.05", Text("uphill, against all intention", "事与愿违，越走越高")),
            Next("limen learn descent --set batch=128", Text("calmer slopes, fewer steps", "坡度更稳，步数更少")),
        ),
    )
