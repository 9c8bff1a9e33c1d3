"""What the layers see: the filters of the first, the planes of all, and how far each number looks."""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text

NUMPY = Text("NumPy, layer by layer", "NumPy，逐层计算")


def reading() -> dict[str, Any]:
    """How well the net reads digits that it did not learn from."""
    from limen.experiments.convolution_trained import reader, tests

    net, (x, y) = reader(), tests()
    right = (net(x).argmax(1) == y).sum().item()
    return {
        "weights": sum(p.numel() for p in net.parameters()),
        "right": right,
        "of": len(y),
        "more than 95 of 100": right > 0.95 * len(y),
    }


def reading_by_hand() -> dict[str, Any]:
    """9·C·O weights and a bias for each plane; and the answers of the net written in NumPy."""
    from limen.experiments.convolution_by_hand import passed
    from limen.experiments.convolution_trained import reader, tests

    x, y = tests()
    answers = passed(reader().state_dict(), x)["scores"].argmax(1)
    return {
        "weights": (9 * 1 + 1) * 8 + (9 * 8 + 1) * 16 + (9 * 16 + 1) * 32 + (32 + 1) * 10,
        "right": int((answers == y.numpy()).sum()),
        "of": 1797 - 1150 - 288,
        "more than 95 of 100": True,
    }


def filters(example: int) -> dict[str, Any]:
    """The filters of the first layer, and what they make of a picture."""
    from limen.experiments.convolution_trained import reader, tests
    from limen.explain.filters import first_filters
    from limen.explain.maps import planes_of

    net, x = reader(), tests()[0][example - 1]
    return {"filters": first_filters(net, (1, 24, 24)), "planes": planes_of(net, x, "relu1")}


def filters_by_scipy(example: int) -> dict[str, Any]:
    """Each filter slid over the picture by SciPy, and cut off at 0."""
    import numpy as np
    from scipy.ndimage import correlate

    from limen.experiments.convolution_trained import reader, tests

    weights = {name: value.numpy() for name, value in reader().state_dict().items()}
    x = tests()[0][example - 1, 0].numpy()
    filters, biases = weights["conv1.weight"], weights["conv1.bias"]
    planes = []
    for one, bias in zip(filters, biases, strict=True):
        planes.append(np.maximum(correlate(x, one[0], mode="constant") + bias, 0))
    return {"filters": filters, "planes": np.stack(planes)}


def filters_drawn(example: int) -> dict[str, Any]:
    """The picture, the filters, and the planes."""
    from limen.experiments.convolution_trained import tests

    return {"picture": tests()[0][example - 1, 0], **filters(example)}


def planes(example: int) -> dict[str, Any]:
    """What the picture becomes behind every layer."""
    from limen.experiments.convolution_trained import reader, tests
    from limen.explain.maps import feature_maps

    found = {maps.path: maps.planes for maps in feature_maps(reader(), tests()[0][example - 1])}
    return {name: found[name] for name in ("relu1", "pool1", "relu2", "pool2", "relu3")}


def planes_by_hand(example: int) -> dict[str, Any]:
    """The same in NumPy."""
    from limen.experiments.convolution_by_hand import passed
    from limen.experiments.convolution_trained import reader, tests

    found = passed(reader().state_dict(), tests()[0][example - 1 : example])
    return {name: found[name][0] for name in ("relu1", "pool1", "relu2", "pool2", "relu3")}


def views() -> dict[str, Any]:
    """First and last line of the picture that the number in the middle of each layer sees, by rule."""
    from limen.experiments.convolution_trained import reader
    from limen.nets.summary import summarize

    found = {}
    for row in summarize(reader(), (1, 24, 24)):
        if row.path in ("conv1", "pool1", "conv2", "pool2", "conv3", "average"):
            axis = row.field[0]
            middle = axis.places // 2
            found[row.path] = (int(axis.first[middle]), int(axis.last[middle]))
    return found


def views_by_gradient() -> dict[str, Any]:
    """Where the gradient of that number is not zero, with weights of 1 and means in place of maxima."""
    import torch
    from torch.nn.functional import avg_pool2d, conv2d

    window = torch.ones(1, 1, 3, 3, dtype=torch.float64)
    x = torch.ones(1, 1, 24, 24, dtype=torch.float64, requires_grad=True)
    planes = {"conv1": conv2d(x, window, padding=1)}
    planes["pool1"] = avg_pool2d(planes["conv1"], 2)
    planes["conv2"] = conv2d(planes["pool1"], window, padding=1)
    planes["pool2"] = avg_pool2d(planes["conv2"], 2)
    planes["conv3"] = conv2d(planes["pool2"], window, padding=1)
    planes["average"] = planes["conv3"].mean((2, 3), keepdim=True)
    found = {}
    for name, out in planes.items():
        middle = out.shape[2] // 2
        (slope,) = torch.autograd.grad(out[0, 0, middle, middle], x, retain_graph=True)
        lines = slope.sum((0, 1, 3)).nonzero()
        found[name] = (int(lines[0]), int(lines[-1]))
    return found


def views_by_poison() -> dict[str, Any]:
    """One line of the picture after another is no number; which of them turns that number into none?"""
    import torch

    from limen.experiments.convolution_trained import reader

    x = torch.rand(24, 1, 24, 24, dtype=torch.float64)
    for line in range(24):
        x[line, 0, line] = float("nan")
    found = {}
    for name, layer in reader().named_children():
        if name == "flatten":
            break
        x = layer(x)
        middle = x.shape[2] // 2
        lines = x[:, 0, middle, middle].isnan().nonzero()
        if not name.startswith("relu"):
            found[name] = (int(lines[0]), int(lines[-1]))
    return found


def views_drawn(example: int) -> dict[str, Any]:
    """The picture, and what each layer's middle sees of it."""
    from limen.experiments.convolution_trained import tests

    return {"picture": tests()[0][example - 1, 0], "views": views()}


LAYERS = (
    Step(
        Text("A net to look into", "要看的网络"),
        Text(
            en="""
1,150 digits of 24×24, eight passes, two seconds: three convolutions with 8, 16 and 32 planes, a pooling between, then
the average of each of the 32 planes and one dense layer. It learnt with batch normalisation, which has been multiplied
into the filters since; `limen.experiments.convolution_trained` is how. It never saw the digits that it is asked about
here.""",
            zh="""
1,150 个 24×24 的数字，学八遍，两秒钟：三个卷积层，8、16、32 个通道，中间各有一次池化；
然后对 32 个通道各取平均，再接一个全连接层。
学习时用了批归一化，之后已乘进卷积核里；做法见 `limen.experiments.convolution_trained`。
这里拿来问它的数字，它从没见过。""",
        ),
        reading,
        (Expect(Text("NumPy, and the formula", "NumPy 与公式"), reading_by_hand),),
    ),
    Step(
        Text("What the first layer looks for", "第一层在找什么"),
        Text(
            en="""
A filter of the first layer is itself a small picture: the pattern to which it answers most. Slid over the digit it
makes a plane, dark where the pattern lies. Some have come to answer to edges of one direction, some to strokes, some to
empty paper; nobody told them to.""",
            zh="""
第一层的卷积核本身就是一张小图：它对什么图案反应最强。让它在数字上滑过，就得到一张特征图，有这种图案的地方颜色就深。
有的学会了找某个方向的边缘，有的找笔画，有的找空白；没有人教过它们。""",
        ),
        filters,
        (Expect(Text("SciPy's correlation", "SciPy 的互相关"), filters_by_scipy, 1e-5),),
        figure="lesson-seen-filters",
        drawn=filters_drawn,
    ),
    Step(
        Text("One digit through every layer", "一个数字穿过每一层"),
        Text(
            en="""
24×24, 12×12, 6×6: fewer places, more planes. The first planes still show the digit. The last say only that there is
something, roughly there: a hook, a crossing, a loop that closes.""",
            zh="""
24×24、12×12、6×6：位置越来越少，通道越来越多。
开头几层还看得出数字；最后一层只说大致哪里有什么：一个弯钩、一个交叉、一个闭合的圈。""",
        ),
        planes,
        (Expect(NUMPY, planes_by_hand, 1e-5),),
        figure="lesson-seen-planes",
    ),
    Step(
        Text("How much of it a number sees", "一个数看到多大一块"),
        Text(
            en="""
The receptive field, drawn on the digit. Behind the first layer a number sees 3×3 pixels, behind the last convolution
18×18, and the average all. By rule r' = r + (k - 1)·j it is known without a net; the gradient shows the same, and so
does a line of the picture that is no number at all: whatever has seen it becomes none.

Each pair: the first and the last line that the number in the middle of the layer sees, counted from 0.""",
            zh="""
把感受野画在数字上。第一层之后的一个数看到 3×3 像素，最后一个卷积之后看到 18×18，取平均之后看到全部。
按公式 r' = r + (k - 1)·j，不用网络就能算出；梯度给出同样的范围；
把图像的一行换成“非数”，谁看到它谁就变成非数，结果也一样。

每一对：该层正中那个数看到的第一行和最后一行，从 0 数起。""",
        ),
        views,
        (
            Expect(Text("the gradient of that number", "那个数的梯度"), views_by_gradient),
            Expect(Text("a poisoned line, through the net", "让“非数”穿过网络"), views_by_poison),
        ),
        figure="lesson-seen-views",
        drawn=views_drawn,
    ),
)
