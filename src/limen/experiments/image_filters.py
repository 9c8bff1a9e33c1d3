"""Filters: every pixel becomes a weighted sum of its neighbours. The weights decide what is seen.

y[i, j] = Σ k[a, b] x[i - a, j - b]. Blur, sharpen, first and second derivatives: the same sum, other weights.
"""

from typing import Any

from limen.experiments.chapters import IMAGES
from limen.experiments.image_kernels import KINDS
from limen.experiments.lesson import Expect, Lesson, Next, Step
from limen.language import Text


def one_pixel() -> dict[str, Any]:
    """One pixel under six kernels."""
    from skimage import data

    from limen.images.convolution import convolve
    from limen.images.kernels import kernel

    camera = data.camera()
    names = ("identity", "box", "gaussian", "sharpen", "diagonal-edges", "sobel-horizontal")
    seen = {name: float(255 * convolve(camera, kernel(name))[150, 200]) for name in names}
    return {"around it": camera[149:152, 199:202], **seen}


def one_pixel_by_hand() -> dict[str, Any]:
    """Nine products, added; the kernel is turned, so its last weight meets the first pixel."""
    from skimage import data

    x: list[int] = data.camera()[149:152, 199:202].ravel().tolist()
    kernels: dict[str, list[float]] = {
        "identity": [0, 0, 0, 0, 1, 0, 0, 0, 0],
        "box": [1 / 9] * 9,
        "gaussian": [w / 16 for w in (1, 2, 1, 2, 4, 2, 1, 2, 1)],
        "sharpen": [0, -1, 0, -1, 5, -1, 0, -1, 0],
        "diagonal-edges": [1, 0, -1, 0, 0, 0, -1, 0, 1],
        "sobel-horizontal": [1, 2, 1, 0, 0, 0, -1, -2, -1],
    }
    sums = {}
    for name, weights in kernels.items():
        sums[name] = sum(w * v for w, v in zip(weights[::-1], x, strict=True))
    return {"around it": [x[:3], x[3:6], x[6:]], **sums}


def turned() -> dict[str, Any]:
    """One bright pixel, convolved by scipy and handed to torch as it is; then both on the photographer."""
    import numpy as np
    import torch
    from skimage import data

    from limen.images.convolution import convolve, convolve_by_torch

    weights = np.arange(1.0, 10.0).reshape(3, 3)
    point = np.zeros((5, 5))
    point[2, 2] = 1
    x, k = torch.tensor(point)[None, None], torch.tensor(weights)[None, None]
    camera = data.camera()
    one, other = convolve(camera, weights), convolve_by_torch(camera, weights)
    return {
        "convolution": convolve(point, weights)[1:4, 1:4],
        "torch's conv2d": torch.nn.functional.conv2d(x, k)[0, 0],
        "scipy and torch with the kernel turned": float(np.abs(one - other).max()),
    }


def turned_by_hand() -> dict[str, Any]:
    """The point takes the shape of the kernel; not turned, it is upside down."""
    return {
        "convolution": [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
        "torch's conv2d": [[9, 8, 7], [6, 5, 4], [3, 2, 1]],
        "scipy and torch with the kernel turned": 0,
    }


def blurred() -> dict[str, Any]:
    """The mean brightness, an edge and noise under box and Gaussian."""
    import numpy as np
    from scipy import ndimage
    from skimage import data

    from limen.images.convolution import convolve
    from limen.images.kernels import kernel

    camera, edge = data.camera(), np.array([[0.0, 0, 0, 1, 1, 1]] * 3)
    noise = np.random.default_rng(0).normal(size=(600, 600))
    found = {"mean before": camera.mean()}
    for name in ("box", "gaussian"):
        after = convolve(edge, kernel(name))[1]
        found[f"{name}: mean"] = 255 * convolve(camera, kernel(name), "wrap").mean()
        found[f"{name}: edge"] = after
        found[f"{name}: steepest"] = np.diff(after).max()
        found[f"{name}: noise left"] = ndimage.convolve(noise, kernel(name)).std()
    return found


def blurred_by_hand() -> dict[str, Any]:
    """Weights that add up to 1 keep the mean; columns 1/3 1/3 1/3 and 1/4 1/2 1/4; noise √Σk²."""
    from PIL import Image
    from skimage import data

    mean = sum(v * n for v, n in enumerate(Image.fromarray(data.camera()).histogram())) / 512**2
    return {
        "mean before": mean,
        "box: mean": mean,
        "box: edge": [0, 0, 1 / 3, 2 / 3, 1, 1],
        "box: steepest": 1 / 3,
        "box: noise left": (9 / 9**2) ** 0.5,
        "gaussian: mean": mean,
        "gaussian: edge": [0, 0, 1 / 4, 3 / 4, 1, 1],
        "gaussian: steepest": 1 / 2,
        "gaussian: noise left": (4 * 1 + 4 * 4 + 16) ** 0.5 / 16,
    }


STEPS = (
    Step(
        Text("A pixel and its neighbours", "一个像素和它的邻居"),
        Text(
            en="""
Nine pixels, nine weights, nine products, one sum. Weight only in the middle: nothing changes. All alike: the mean. More
in the middle: a gentler mean. Five times the middle less its neighbours: what differs is made to differ more.""",
            zh="""
九个像素，九个权重，九个乘积，一个和。只有中间有权重：什么也不变。全部相等：取平均。中间重一些：温和的平均。
中间五倍再减去四邻：有差别的地方，差别更大。""",
        ),
        one_pixel,
        (Expect(Text("nine products by hand", "手算九个乘积"), one_pixel_by_hand, 1e-9),),
    ),
    Step(
        Text("The kernel is turned", "卷积核要翻转"),
        Text(
            en="""
Convolve a single bright point and the kernel appears. For that its last weight must meet the first neighbour: the
kernel is turned by 180°. torch's `conv2d` does not turn it, and should be called correlation; where weights are learnt,
it makes no difference. Turned beforehand, torch and scipy agree.""",
            zh="""
对单独一个亮点作卷积，得到的就是核本身。要这样，最后一个权重必须对上第一个邻居：核要旋转 180°。
torch 的 `conv2d` 不翻转，其实该叫互相关；权重既然是学来的，这并无妨碍。先翻转再交给 torch，就与 scipy 一致。""",
        ),
        turned,
        (Expect(Text("by hand", "手算"), turned_by_hand, 1e-6),),
    ),
    Step(
        Text("Blurring: box and Gaussian", "模糊：方框与高斯"),
        Text(
            en="""
Both have weights that add up to 1, so the mean brightness stays. (Here the picture is taken to repeat beyond its
border, so that no pixel counts for more.) At an edge the box leaves three even steps, the Gaussian one steep step: it
keeps edges better. The box leaves less noise. Every blur is such a bargain.""",
            zh="""
两者的权重之和都是 1，所以平均亮度不变。（这里假设图像在边界之外重复，使每个像素都算得一样多。）
遇到边缘，方框留下三个均匀的台阶，高斯中间那一级更陡：它更能保住边缘。而方框留下的噪声更少。每种模糊都是这样的取舍。""",
        ),
        blurred,
        (Expect(Text("by hand", "手算"), blurred_by_hand, 0.01),),
    ),
    *KINDS,
)


def filters() -> Lesson:
    """Kernels: blur, sharpen, edges, second derivatives; what each answers to, and what it does to noise."""
    return Lesson(
        name="filters",
        chapter=IMAGES,
        title=Text("Filters: what the weights see", "滤波：权重看见什么"),
        story=Text(
            en="""
Slide a small table of weights over a picture; at each place multiply and add. That is all. Nine numbers make a blur, a
sharper picture, or a drawing of its edges.

A convolutional net does the same, with one difference: nobody writes the nine numbers down. To read what it has learnt,
first get to know the kernels that people found by thinking. Which of them keep the brightness, which find edges, and
which can stand noise?""",
            zh="""
拿一小张权重表在图像上滑动，每到一处就相乘、相加。仅此而已。九个数，就能把图像变模糊、变锐利，或者画出它的边缘。

卷积网络做的是同一件事，只有一点不同：那九个数没有人去写。想读懂它学到了什么，先认识人们自己想出来的这些核。
哪些保持亮度，哪些找出边缘，哪些经得起噪声？""",
        ),
        steps=STEPS,
        next=(
            Next("limen image chelsea --do filter --kernel sharpen", Text("sharpen the cat", "把猫锐化")),
            Next(
                "limen image camera --do filter --kernel '-1 -1 -1; -1 8 -1; -1 -1 -1'",
                Text("a kernel of your own", "你自己的核"),
            ),
            Next("limen learn pooling", Text("what comes after the filter in a net", "网络里滤波之后的一步")),
        ),
    )
