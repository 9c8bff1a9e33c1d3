"""Convolution worked out: a kernel slides along a row of numbers, and each step is a sum of products.

y[i] = Σₜ w[t] · x[i·s - p + d·t]. What stride, padding, flipping and going backwards do to it can be read off.
"""

from typing import Any

from limen.experiments.chapters import IMAGES
from limen.experiments.images_planes import PLANES
from limen.experiments.lesson import Expect, Lesson, Next, Option, Step
from limen.language import Text

NUMPY = Text("NumPy", "NumPy")


def worked() -> dict[str, Any]:
    """The kernel laid on each window in turn."""
    import torch

    from limen.explain.convolving import worked_convolution
    from limen.nets.convolution import convolve

    x = torch.tensor([0, 5, 13, 18, 12, 8, 5, 14, 15, 14])
    seen = convolve(x, torch.tensor([0.5, 1, 0.5]))
    steps = worked_convolution(seen)
    return {"y": seen.output, "first": steps[0].text, "second": steps[1].text, "last": steps[-1].text}


def worked_by_numpy() -> dict[str, Any]:
    """Correlation, and three of its sums written out."""
    import numpy as np

    x = np.array([0, 5, 13, 18, 12, 8, 5, 14, 15, 14])
    return {
        "y": np.correlate(x, [0.5, 1, 0.5]),
        "first": f"= {0.5 * 0 + 1 * 5 + 0.5 * 13:g}",
        "second": f"= {0.5 * 5 + 1 * 13 + 0.5 * 18:g}",
        "last": f"= {0.5 * 14 + 1 * 15 + 0.5 * 14:g}",
    }


def worked_drawn() -> Any:
    """The same, whole."""
    import torch

    from limen.nets.convolution import convolve

    return convolve(torch.tensor([0, 5, 13, 18, 12, 8, 5, 14, 15, 14]), torch.tensor([0.5, 1, 0.5]))


def strides(stride: int) -> dict[str, Any]:
    """Only every so-manieth place."""
    import torch

    x = torch.tensor([[0.0, 5, 13, 18, 12, 8, 5, 14, 15, 14]])
    kernel = torch.tensor([[[0.5, 1, 0.5]]])
    y = torch.nn.functional.conv1d(x, kernel, stride=stride)[0]
    return {"y": y, "places": len(y), "(10 - 3) // stride + 1": (10 - 3) // stride + 1}


def strides_by_numpy(stride: int) -> dict[str, Any]:
    """All places, of which every so-manieth is kept."""
    import numpy as np

    x = np.array([0, 5, 13, 18, 12, 8, 5, 14, 15, 14])
    y = np.correlate(x, [0.5, 1, 0.5])[::stride]
    return {"y": y, "places": len(y), "(10 - 3) // stride + 1": len(y)}


def paddings() -> dict[str, Any]:
    """None, as much as keeps the length, and as much as lets the kernel touch with one end."""
    import torch

    from limen.nets.convolution import Slide, convolve

    x = torch.tensor([0, 5, 13, 18, 12, 8, 5, 14, 15, 14])
    kernel = torch.tensor([0.5, 1, 0.5])
    return {how: convolve(x, kernel, Slide(padding=how)).output for how in ("valid", "same", "full")}


def paddings_by_numpy() -> dict[str, Any]:
    """NumPy has the same three words."""
    import numpy as np

    x = np.array([0, 5, 13, 18, 12, 8, 5, 14, 15, 14])
    return {how: np.convolve(x, [0.5, 1, 0.5], how) for how in ("valid", "same", "full")}


def padded_drawn(stride: int) -> Any:
    """Padding "same", with the stride of the options."""
    import torch

    from limen.nets.convolution import Slide, convolve

    x = torch.tensor([0, 5, 13, 18, 12, 8, 5, 14, 15, 14])
    return convolve(x, torch.tensor([0.5, 1, 0.5]), Slide(stride, "same"))


def flips() -> dict[str, Any]:
    """An uneven kernel, as it is and turned round."""
    import numpy as np
    import torch

    x = torch.tensor([[[0.0, 0, 1, 0, 0, 2, 0, 0]]])  # two single beats
    kernel = torch.tensor([[[1.0, 2, 4]]])
    beats, blur = x[0, 0].numpy(), np.array([1, 2, 1])
    same = np.convolve(beats, blur) == np.correlate(beats, blur, "full")
    return {
        "torch's conv1d": torch.nn.functional.conv1d(x, kernel)[0, 0],
        "NumPy's convolve": np.convolve(beats, [1, 2, 4], "valid"),
        "conv1d, kernel flipped": torch.nn.functional.conv1d(x, kernel.flip(2))[0, 0],
        "a symmetric kernel, both": bool(same.all()),
    }


def flips_by_hand() -> dict[str, Any]:
    """Of a single beat, convolution leaves the kernel, cross-correlation leaves it turned round."""
    correlated = [4, 2, 1 + 0 * 2, 2 * 4, 2 * 2, 2 * 1]
    convolved = [1, 2, 4, 2 * 1, 2 * 2, 2 * 4]
    return {
        "torch's conv1d": correlated,
        "NumPy's convolve": convolved,
        "conv1d, kernel flipped": convolved,
        "a symmetric kernel, both": True,
    }


def backwards() -> dict[str, Any]:
    """Three numbers, each of which lays the kernel down, times itself, two places further each time."""
    import torch

    from limen.explain.convolving import worked_convolution
    from limen.nets.convolution import Slide, convolve

    x, kernel = torch.tensor([1, 2, 3]), torch.tensor([1, 2, 4])
    seen = convolve(x, kernel, Slide(stride=2, transposed=True))
    return {"y": seen.output, "third": worked_convolution(seen)[2].text, "length": len(seen.output)}


def backwards_by_numpy() -> dict[str, Any]:
    """Zeros put between the numbers, then a full convolution."""
    import numpy as np

    y = np.convolve([1, 0, 2, 0, 3], [1, 2, 4])
    return {"y": y, "third": f"= {4 * 1 + 1 * 2}", "length": (3 - 1) * 2 + 3}


def backwards_by_torch() -> dict[str, Any]:
    """The gradient of the convolution that goes from seven numbers to three."""
    import torch

    x = torch.zeros(1, 1, 7, dtype=torch.float64, requires_grad=True)
    kernel = torch.tensor([[[1.0, 2, 4]]], dtype=torch.float64)
    y = torch.nn.functional.conv1d(x, kernel, stride=2)
    (gradient,) = torch.autograd.grad(y, x, torch.tensor([[[1.0, 2, 3]]], dtype=torch.float64))
    return {"y": gradient[0, 0]}


def backwards_drawn() -> Any:
    """The same, whole."""
    import torch

    from limen.nets.convolution import Slide, convolve

    return convolve(torch.tensor([1, 2, 3]), torch.tensor([1, 2, 4]), Slide(stride=2, transposed=True))


ROWS = (
    Step(
        Text("Lay it on, multiply, add", "放上去，相乘，相加"),
        Text(
            en="""
Ten numbers and a kernel of three. Lay the kernel on the first three numbers, multiply each pair, add: 11.5. Move it on
by one and do it again. At its eighth place the kernel reaches the end: ten numbers have become eight, and every one is
a mixture of three neighbours in which the middle one counts double.""",
            zh="""
十个数，一个长度为 3 的卷积核。把核放在前三个数上，两两相乘，再相加，得 11.5。向右移一格，再做一遍。
到第八个位置，核就碰到了末尾：十个数变成八个，每一个都是三个相邻数的混合，其中中间的数权重加倍。""",
        ),
        worked,
        (
            Expect(NUMPY, worked_by_numpy, 1e-12),
            Expect(
                Text("notes: convolution worked out", "讲义：卷积的手算"),
                {"y": [11.5, 24.5, 30.5, 25, 16.5, 16, 24, 29]},
                published=True,
            ),
        ),
        figure="lesson-sliding",
        drawn=worked_drawn,
    ),
    Step(
        Text("Stride: only every so-manieth place", "步幅：隔几个位置取一个"),
        Text(
            en="""
With stride s the kernel moves on by s. The sums at the places it does visit are the same as before; the others are
simply not computed. On n numbers a kernel of k finds (n - k) // s + 1 places. The `//` rounds down: numbers at the end
that no longer fill a window are left out.""",
            zh="""
步幅为 s 时，核每次前移 s 格。它到过的位置，得到的和与之前一样；其余位置根本不算。
n 个数上，长度为 k 的核有 (n - k) // s + 1 个位置。`//` 是向下取整：末尾凑不满一个窗口的数就被舍去。""",
        ),
        strides,
        (Expect(Text("NumPy, every so-manieth kept", "NumPy，每隔几个取一个"), strides_by_numpy, 1e-6),),
    ),
    Step(
        Text("Padding: what happens at the edge", "填充：边缘怎么办"),
        Text(
            en="""
Zeros put before and behind give the kernel more places. None at all is called `valid`: k - 1 numbers are lost. With
(k - 1)/2 on either side the length stays, `same`. With k - 1 the kernel touches the numbers with one end only, `full`,
and the row grows by k - 1. The zeros are no data: look at the first and the last sum, which are too small.""",
            zh="""
在前后补零，核就有了更多位置。完全不补叫 `valid`：少了 k - 1 个数。两边各补 (k - 1)/2 个，长度不变，叫 `same`。
补 k - 1 个，核只用一端碰到数据，叫 `full`，长度增加 k - 1。
补的零并不是数据：看看第一个和最后一个和，它们偏小。""",
        ),
        paddings,
        (Expect(Text("NumPy's convolve, with the same words", "NumPy 的 convolve"), paddings_by_numpy, 1e-12),),
        figure="lesson-padding",
        drawn=padded_drawn,
    ),
    Step(
        Text("Convolution flips, deep learning does not", "卷积要翻转，深度学习不翻转"),
        Text(
            en="""
In mathematics a convolution turns the kernel round before it slides, so that a single beat in the input leaves the
kernel itself behind, as an echo does. What torch calls `conv1d` does not flip; its proper name is cross-correlation,
and a single beat leaves the kernel mirrored. A net that learns its kernels does not care: it would learn the mirror
image. It matters when a kernel comes from a book; where the kernel is symmetric, the two agree.""",
            zh="""
数学里的卷积先把核翻转再滑动，于是输入中单独一个脉冲，留下的正是核本身，就像回声。
torch 的 `conv1d` 并不翻转，它的正式名称是互相关：单独一个脉冲留下的是镜像的核。
网络的核是学出来的，所以无所谓：学到的只是镜像罢了。核来自书本时就要小心；核对称时，两者相同。""",
        ),
        flips,
        (Expect(Text("by hand: what one beat leaves", "手算：一个脉冲留下什么"), flips_by_hand, 1e-6),),
    ),
    Step(
        Text("The way back: transposed", "反过来走：转置卷积"),
        Text(
            en="""
Now the other way. Each of three numbers lays the whole kernel down, times itself, two places further each time; where
they overlap, they add up. Three numbers have become (3 - 1)·2 + 3 = 7. That is just how a gradient flows back through
a convolution with stride 2, and how a net enlarges a picture.""",
            zh="""
现在反过来。三个数，每个都把整个核乘上自己铺下去，每次往后移两格；重叠之处相加。三个数变成 (3 - 1)·2 + 3 = 7 个。
梯度穿过步幅为 2 的卷积往回流，正是这样；网络放大图像，也是这样。""",
        ),
        backwards,
        (
            Expect(Text("NumPy: zeros between, then a full convolution", "NumPy：中间插零，再做 full 卷积"),
                   backwards_by_numpy, 1e-12),
            Expect(Text("autograd: the gradient of a convolution", "自动求导：卷积的梯度"), backwards_by_torch, 1e-12),
        ),
        figure="lesson-transposed",
        drawn=backwards_drawn,
    ),
)  # fmt: skip


def arithmetic() -> Lesson:
    """Convolution number by number: stride, padding, flipping, two dimensions, and the way back."""
    return Lesson(
        name="arithmetic",
        chapter=IMAGES,
        title=Text("Convolution worked out", "卷积的手算"),
        story=Text(
            en="""
Blurring a photograph, finding its edges, recognising a face: all begin with one operation that a child could do with
pencil and paper. Lay a small table of numbers on the picture, multiply what lies on top of each other, add it up, write
the sum down, move on. How large is what comes out? What becomes of the edge? And why do two books that both say
“convolution” give different numbers?

Here every number is worked out, first along a row, then in a plane. All else in this course that is called
convolutional is these sums, with a kernel that was learnt.""",
            zh="""
把照片变模糊、找出边缘、认出人脸：都从一种用纸笔就能做的运算开始。
把一张小小的数表放在图像上，上下对应的数相乘，全部加起来，记下这个和，再移到下一处。
结果有多大？边缘怎么处理？为什么两本书都写着“卷积”，算出的数却不一样？

这里逐个数地算出来，先沿一行，再到一个平面。本课程中凡是叫“卷积”的，都是这样的求和，只不过核是学出来的。""",
        ),
        steps=(*ROWS[:-1], *PLANES, ROWS[-1]),
        options=(Option("stride", 2, 1, 7, Text("how far the kernel moves on", "核每次前移几格")),),
        next=(
            Next("limen learn arithmetic --set stride=3", Text("as far as the kernel is long", "步幅等于核的长度")),
            Next("limen learn sizes", Text("the sizes of a whole net", "用同样的算法算整个网络的尺寸")),
            Next("limen learn kinds", Text("seven kinds of convolution and what they cost", "七种卷积，各要多少代价")),
        ),
    )
