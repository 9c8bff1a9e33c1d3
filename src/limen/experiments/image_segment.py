"""Segmenting: from a picture to a list of things.

Otsu: the threshold t with the largest variance between the sides, w₀ w₁ (μ₀ - μ₁)². Edges, holes filled: objects.
"""

from typing import Any

from limen.experiments.chapters import IMAGES
from limen.experiments.image_objects import OBJECTS
from limen.experiments.lesson import Expect, Lesson, Next, Step
from limen.language import Text

COUNTED = Text("counted with scikit-image's label", "用 scikit-image 的 label 点数")


def fixed() -> dict[str, Any]:
    """Everything brighter than one half, and the pieces it falls into."""
    from skimage import data

    from limen.images.objects import label
    from limen.images.thresholds import threshold

    mask = threshold(data.coins(), level=0.5)
    return {
        "figure": float(mask.mean()),
        "pieces": int(label(mask).max()),
        "pieces of at least 20 pixels": int(label(mask, smallest=20).max()),
    }


def fixed_by_bytes() -> dict[str, Any]:
    """Bytes above 127, in pieces by another library."""
    import numpy as np
    from skimage import data, measure

    mask = data.coins() > 127
    sizes = np.bincount(measure.label(mask, connectivity=2).ravel())[1:]
    return {
        "figure": float(mask.mean()),
        "pieces": len(sizes),
        "pieces of at least 20 pixels": int((sizes >= 20).sum()),
    }


def otsus() -> dict[str, Any]:
    """The threshold that sets figure and ground furthest apart."""
    from skimage import data

    from limen.images.thresholds import between_variance, otsu, threshold

    coins = data.coins()
    level = otsu(coins)
    _, variance = between_variance(coins)
    return {
        "threshold": level,
        "as a byte": round(255 * level),
        "variance between": float(variance.max()),
        "figure": float(threshold(coins, level).mean()),
    }


def otsus_by_trying() -> dict[str, Any]:
    """Every byte tried as the threshold."""
    import numpy as np
    from skimage import data

    x = data.coins()
    found = []
    for t in range(1, 252):
        above = x > t
        w = above.mean()
        found.append((w * (1 - w) * ((x[above].mean() - x[~above].mean()) / 255) ** 2, t))
    variance, t = max(found)
    return {
        "threshold": t / 255,
        "as a byte": t,
        "variance between": float(variance),
        "figure": float(np.mean(x > t)),
    }


def otsu_shown() -> Any:
    """What the figure shows: the histogram, the variance between, and what both thresholds part."""
    from skimage import data

    from limen.images.parts import otsu, threshold

    return {"otsu": otsu(data.coins()), "fixed": threshold(data.coins(), 0.5)}


def edged() -> dict[str, Any]:
    """Canny's stages, by how many pixels are left after each."""
    from skimage import data

    from limen.images.edges import canny

    found = canny(data.coins(), sigma=2.5, low=0.1, high=0.2)
    return {
        "with a gradient": int((found.gradient > 0.01).sum()),
        "thinned to ridges": int((found.thin > 0.01).sum()),
        "strong": int(found.strong.sum()),
        "strong or weak": int((found.strong | found.weak).sum()),
        "edges": int(found.edges.sum()),
    }


def edged_by_scikit_image() -> dict[str, Any]:
    """Its Canny, with the thresholds set so that each stage comes out."""
    from skimage import data, feature
    from skimage.util import img_as_float

    coins = img_as_float(data.coins())
    counts = {}
    for name, low, high in (
        ("thinned to ridges", 0.01, 0.01),
        ("strong", 0.2, 0.2),
        ("strong or weak", 0.1, 0.1),
        ("edges", 0.1, 0.2),
    ):
        counts[name] = int(feature.canny(coins, 2.5, low, high).sum())
    return counts


def gradient_by_sobel() -> dict[str, Any]:
    """Sobel's filter of scikit-image, which divides by √32, on the smoothed picture."""
    import numpy as np
    from scipy import ndimage
    from skimage import data, filters
    from skimage.util import img_as_float

    coins = img_as_float(data.coins())
    # beyond the border there is nothing: the weight that falls there is taken out of the mean
    weight = ndimage.gaussian_filter(np.ones(coins.shape), 2.5, mode="constant")
    smooth = ndimage.gaussian_filter(coins, 2.5, mode="constant") / weight
    return {"with a gradient": int((filters.sobel(smooth) * 32**0.5 > 0.01).sum())}


STEPS = (
    Step(
        Text("A fixed threshold", "固定阈值"),
        Text(
            en="""
Brighter than one half is coin, the rest is ground. Simple, and nearly right; but the light falls from the upper left,
where the ground is as bright as a coin elsewhere. What touches is one piece, and specks become pieces too.""",
            zh="""
亮度过半的算钱币，其余算背景。简单，也差不多对；但光从左上方来，那里的背景与别处的钱币一样亮。
相连的算一块，零星的小点也各算一块。""",
        ),
        fixed,
        (Expect(COUNTED, fixed_by_bytes, 1e-12),),
    ),
    Step(
        Text("Otsu: the threshold from the picture itself", "大津法：由图像自己定阈值"),
        Text(
            en="""
Why one half? Of all thresholds take the one that sets the two sides furthest apart: their shares times the squared
distance of their means. It needs only the histogram. For these coins it lies lower, and takes more of the bright
corner with it: no single number can follow the light.""",
            zh="""
凭什么取一半？在所有阈值中，取让两边分得最开的那个：两边的份额相乘，再乘均值之差的平方。它只需要直方图。
对这些钱币，它更低一些，把亮角的背景也多带进来一些：单独一个数，跟不上光照的变化。""",
        ),
        otsus,
        (Expect(Text("every byte tried", "逐个试遍所有字节"), otsus_by_trying, 1e-9),),
        figure="lesson-otsu",
        drawn=otsu_shown,
    ),
    Step(
        Text("Canny: edges instead of levels", "Canny：看边缘，不看亮度"),
        Text(
            en="""
Whatever the light, brightness jumps at a coin's rim. Canny smooths, takes the gradient, keeps only the ridge of it, one
pixel wide, and then uses two thresholds: an edge begins where it is strong, and is followed where it is weak. Each
stage leaves less.""",
            zh="""
不管光照如何，到了钱币边沿，亮度总要跳变。Canny 先平滑，再求梯度，只留一个像素宽的脊线，然后用两个阈值：
强处开始，弱处跟随。每过一个阶段，剩下的就更少。""",
        ),
        edged,
        (
            Expect(Text("scikit-image's Canny", "scikit-image 的 Canny"), edged_by_scikit_image),
            Expect(Text("scikit-image's Sobel", "scikit-image 的 Sobel"), gradient_by_sobel),
        ),
    ),
    *OBJECTS,
)


def segment() -> Lesson:
    """Coins found by a threshold, by Otsu's and by Canny's edges; filled, counted, measured."""
    return Lesson(
        name="segment",
        chapter=IMAGES,
        title=Text("Segmenting: how many coins?", "分割：有多少枚钱币？"),
        story=Text(
            en="""
A tray of Greek coins, lit from one side. Counting them takes a person a moment; a colony plate with a thousand
colonies takes an afternoon. Can a program do it without having learnt what a coin is?

It can, if it knows what parts figure from ground. Brightness is the first idea, and edges are the better one.""",
            zh="""
一盘希腊钱币，光从一侧照来。人数一遍只要片刻，但换成长了上千个菌落的培养皿，就得数一个下午。
程序没学过什么是钱币，能数出来吗？

能，只要它知道用什么把物体和背景分开。首先想到的是亮度，更好的办法是边缘。""",
        ),
        steps=STEPS,
        next=(
            Next("limen image hubble --do segment", Text("how many galaxies?", "有多少个星系？")),
            Next(
                "limen image camera --do canny --sigma 2", Text("Canny's stages, another picture", "换一幅图看 Canny")
            ),
            Next("limen learn filters", Text("what smoothing and gradients are made of", "平滑与梯度是怎么来的")),
        ),
    )
