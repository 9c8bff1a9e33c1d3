"""What single kernels are for: edges in all directions, noise, and all of them on one picture."""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text

FORMULA = Text("the formula", "公式")


def directions() -> dict[str, Any]:
    """Waves of 8 pixels in every direction: how long Prewitt's and Sobel's gradients are, at most against at least."""
    import numpy as np

    from limen.images.convolution import convolve
    from limen.images.kernels import kernel

    rows, columns = np.mgrid[-20:21, -20:21]
    spread = {}
    for name in ("prewitt", "sobel"):
        lengths = []
        for degrees in range(0, 91, 5):
            angle = np.deg2rad(degrees)
            wave = np.sin(2 * np.pi / 8 * (columns * np.cos(angle) + rows * np.sin(angle)))
            picture = (wave + 1) / 2
            across = convolve(picture, kernel(f"{name}-vertical"))[20, 20]
            down = convolve(picture, kernel(f"{name}-horizontal"))[20, 20]
            lengths.append(np.hypot(across, down))
        spread[name] = float(max(lengths) / min(lengths))
    weights = {name: kernel(f"{name}-horizontal")[0] for name in ("prewitt", "sobel")}
    return {
        "prewitt's first row": weights["prewitt"],
        "sobel's first row": weights["sobel"],
        "prewitt, longest / shortest": spread["prewitt"],
        "sobel, longest / shortest": spread["sobel"],
    }


def directions_by_formula() -> dict[str, Any]:
    """A wave (u, v) answers 2 sin u (w + 2 cos v), where w is the weight of the straight neighbour."""
    import math

    spread = []
    for w in (1, 2):
        lengths = []
        for degrees in range(0, 91, 5):
            u = 2 * math.pi / 8 * math.cos(math.radians(degrees))
            v = 2 * math.pi / 8 * math.sin(math.radians(degrees))
            across = math.sin(u) * (w + 2 * math.cos(v))
            down = math.sin(v) * (w + 2 * math.cos(u))
            lengths.append(math.hypot(across, down))
        spread.append(max(lengths) / min(lengths))
    return {
        "prewitt's first row": [1, 1, 1],
        "sobel's first row": [1, 2, 1],
        "prewitt, longest / shortest": spread[0],
        "sobel, longest / shortest": spread[1],
    }


def noisy() -> dict[str, Any]:
    """How much noise of deviation 1 is left, for each kernel scaled to answer 1 to a bowl (x² + y²) / 4."""
    import numpy as np
    from scipy import ndimage

    from limen.images.kernels import kernel

    rows, columns = np.mgrid[-10:11, -10:11]
    bowl = (rows**2 + columns**2) / 4
    noise = np.random.default_rng(0).normal(size=(600, 600))
    left = {}
    for name in ("laplacian-4", "laplacian-8", "laplacian-of-gaussian"):
        answer = ndimage.convolve(bowl, kernel(name))[10, 10]
        left[name] = float(ndimage.convolve(noise, kernel(name)).std() / answer)
    return left


def noisy_by_formula() -> dict[str, Any]:
    """Independent noise adds up by squares: √Σk², over what the kernel answers to the bowl."""
    side, corner, far = 1 / 4, 2 / 4, 4 / 4  # what the bowl is worth at 1, √2 and 2 pixels
    smoothed = 4 * far + 4 * 2 * side + 4 * corner
    return {
        "laplacian-4": (4 + 4**2) ** 0.5 / (4 * side),
        "laplacian-8": (8 + 8**2) ** 0.5 / (4 * side + 4 * corner),
        "laplacian-of-gaussian": (8 + 4 * 2**2 + 16**2) ** 0.5 / smoothed,
    }


def noise_shown() -> dict[str, Any]:
    """What the figure shows: an edge blurred in two ways; coins with noise under two second derivatives."""
    import numpy as np
    from skimage import data

    from limen.images.convolution import convolve
    from limen.images.kernels import kernel

    edge = np.zeros((7, 12))
    edge[:, 6:] = 1
    profiles = {name: convolve(edge, kernel(name))[3] for name in ("identity", "box", "gaussian")}
    coins = data.coins()[:160, :160] / 255
    noise = np.clip(coins + np.random.default_rng(0).normal(scale=0.08, size=coins.shape), 0, 1)
    scale = {"laplacian-4": 1.0, "laplacian-of-gaussian": 8.0}
    seconds = {name: convolve(noise, kernel(name)) / by for name, by in scale.items()}
    return {"profiles": profiles, "noisy": noise, "seconds": seconds}


def all_of_them() -> dict[str, Any]:
    """What the weights of each kernel add up to, and the mean brightness after it."""
    from skimage import data

    from limen.images.convolution import convolve
    from limen.images.kernels import KERNELS, kernel

    camera = data.camera()
    means = {name: convolve(camera, kernel(name), "wrap").mean() for name in KERNELS}
    before = camera.mean() / 255
    return {
        "keep the mean": [name for name, mean in means.items() if abs(mean - before) < 1e-9],
        "leave nothing of it": [name for name, mean in means.items() if abs(mean) < 1e-9],
        "how many": len(means),
    }


def all_by_sums() -> dict[str, Any]:
    """1 or 0 is what the weights add up to."""
    from limen.images.kernels import KERNELS

    sums = {name: sum(map(sum, rows)) for name, rows in KERNELS.items()}
    return {
        "keep the mean": [name for name, total in sums.items() if abs(total - 1) < 1e-12],
        "leave nothing of it": [name for name, total in sums.items() if abs(total) < 1e-12],
        "how many": len(sums),
    }


def all_shown() -> dict[str, Any]:
    """What the figure shows: a part of the photographer under every kernel."""
    from skimage import data

    from limen.images.windows import every_filter

    return {stage.about: stage for stage in every_filter(data.camera()[50:306, 100:356])}


KINDS = (
    Step(
        Text("Edges in every direction: Prewitt and Sobel", "各个方向的边缘：Prewitt 与 Sobel"),
        Text(
            en="""
Above minus below finds horizontal edges, left and right vertical ones; together they are a gradient. Its length should
not depend on the direction of the edge. Prewitt counts three neighbours alike, Sobel counts the straight one twice,
since it is nearer than the two across the corner, and comes closer to fairness: for waves of 8 pixels its length varies
by 2.5 % with the direction, Prewitt's by 5.4 %.""",
            zh="""
上减下找水平边缘，左减右找竖直边缘，合起来就是梯度。梯度的大小不应随边缘的方向而变。
Prewitt 对三个邻居一视同仁；Sobel 把正对的那个算两份，因为它比斜角上的两个更近，于是各方向更公平：
对波长 8 个像素的波，Sobel 的结果随方向相差 2.5%，Prewitt 相差 5.4%。""",
        ),
        directions,
        (Expect(FORMULA, directions_by_formula, 1e-9),),
    ),
    Step(
        Text("Second derivatives, and noise", "二阶导数与噪声"),
        Text(
            en="""
The Laplacian adds the neighbours and takes away the middle: it answers where brightness bends, in all directions at
once. But it answers to noise more than to anything. Smooth first and both can be one kernel, the Laplacian of a
Gaussian: scaled to answer alike to a bowl, it lets through less than half as much noise. So too with blurs: the
Gaussian leaves a little more noise than the box, and keeps the edge steeper.""",
            zh="""
拉普拉斯把四周相加再减去中间：亮度在哪里弯曲，它就在哪里响应，不分方向。可是它对噪声的响应比对什么都大。
先平滑再求导，两步合成一个核，就是高斯-拉普拉斯：在对同一个碗形响应相同的条件下，它放过的噪声不到一半。
模糊也是如此：高斯比方框多留一点噪声，却让边缘更陡。""",
        ),
        noisy,
        (Expect(Text("independent noise adds up by squares", "独立噪声按平方相加"), noisy_by_formula, 0.01),),
        figure="lesson-noise",
        drawn=noise_shown,
    ),
    Step(
        Text("All of them on one picture", "一幅图，所有的核"),
        Text(
            en="""
Sixteen kernels, in two families. Weights that add up to 1 keep the mean brightness: they blur or sharpen. Weights that
add up to 0 leave nothing of an even area: they find edges, and middle grey means no answer. Write one of your own:
`limen image camera --do filter --kernel "0 -1 0; -1 5 -1; 0 -1 0"`.""",
            zh="""
十六个核，分成两家。权重之和为 1 的，平均亮度不变：用来模糊或锐化。权重之和为 0 的，平坦处什么也不留：用来找边缘，
中灰表示没有响应。
也可以自己写一个：`limen image camera --do filter --kernel "0 -1 0; -1 5 -1; 0 -1 0"`。""",
        ),
        all_of_them,
        (Expect(Text("the weights added up", "把权重相加"), all_by_sums),),
        figure="lesson-filters",
        drawn=all_shown,
    ),
)
