"""Contrast: a dull picture made to speak, in three ways.

(x - a) / (b - a) between percentiles; c(x), the cumulative curve as a mapping; c(x) in tiles with clipped histograms.
"""

from typing import Any

from limen.experiments.chapters import IMAGES
from limen.experiments.lesson import Expect, Lesson, Next, Option, Step
from limen.language import Text

FORMULA = Text("the formula in NumPy", "NumPy 按公式计算")


def dull() -> dict[str, Any]:
    """The moon: where its brightnesses lie."""
    import numpy as np
    from skimage import data

    moon = data.moon()
    dark, light = np.percentile(moon, [2, 98])
    return {
        "darkest, brightest": [int(moon.min()), int(moon.max())],
        "2 % and 98 %": [float(dark), float(light)],
        "share of the range for 96 % of the pixels": float((light - dark) / 255),
        "standard deviation": float(moon.std()),
    }


def dull_by_sorting() -> dict[str, Any]:
    """All pixels in a row from dark to bright, and mean and mean square from the histogram."""
    from PIL import Image
    from skimage import data

    row = sorted(data.moon().ravel().tolist())
    ends = []
    for percent in (2, 98):
        place = (len(row) - 1) * percent / 100  # between two pixels, the straight line
        left, part = int(place), place % 1
        ends.append(row[left] * (1 - part) + row[left + 1] * part)
    count = Image.fromarray(data.moon()).histogram()
    mean = sum(v * n for v, n in enumerate(count)) / len(row)
    square = sum(v * v * n for v, n in enumerate(count)) / len(row)
    return {
        "darkest, brightest": [row[0], row[-1]],
        "2 % and 98 %": ends,
        "share of the range for 96 % of the pixels": (ends[1] - ends[0]) / 255,
        "standard deviation": (square - mean**2) ** 0.5,
    }


def stretched(low: float, high: float) -> dict[str, Any]:
    """The middle spread over the whole range, the ends cut."""
    from skimage import data

    from limen.images.contrast import stretch

    y = stretch(data.moon(), low, high)
    return {
        "y": y,
        "black": float((y == 0).mean()),
        "white": float((y == 1).mean()),
        "standard deviation": float(255 * y.std()),
    }


def stretched_by_formula(low: float, high: float) -> dict[str, Any]:
    """(x - a) / (b - a), cut to 0..1."""
    import numpy as np
    from skimage import data

    x = data.moon().astype(float)
    a, b = np.percentile(x, [low, high])
    y = np.clip((x - a) / (b - a), 0, 1)
    return {
        "y": y,
        "black": float((x <= a).mean()),
        "white": float((x >= b).mean()),
        "standard deviation": float(255 * y.std()),
    }


def equalised() -> dict[str, Any]:
    """The cumulative curve as the mapping."""
    import numpy as np
    from skimage import data

    from limen.images.contrast import equalise

    y = equalise(data.moon())
    row = np.sort(y.ravel())
    even = np.arange(1, row.size + 1) / row.size
    return {
        "y": y,
        "mean": float(y.mean()),
        "furthest from an even spread": float(np.abs(row - even).max()),
        "different values": len(np.unique(y)),
    }


def equalised_by_rank() -> dict[str, Any]:
    """Each pixel by its place among all: how many are no brighter."""
    import numpy as np
    from skimage import data

    moon = data.moon()
    row = np.sort(moon.ravel())
    n, place = row.size, np.searchsorted(row, moon, side="right")
    _, many = np.unique(moon, return_counts=True)  # within one brightness all get the last place
    return {
        "y": place / n,
        "mean": float((many * many.cumsum()).sum() / n**2),
        "furthest from an even spread": float((many.max() - 1) / n),
        "different values": len(many),
    }


def in_tiles(low: float, high: float, clip: float) -> dict[str, Any]:
    """How much the brightness scatters within tiles of 16×16 pixels, as a mean over all tiles."""
    from skimage import data

    from limen.images.contrast import clahe, equalise, local_contrast, stretch

    moon = data.moon()
    return {
        "as it is": local_contrast(moon),
        "stretched": local_contrast(stretch(moon, low, high)),
        "equalised": local_contrast(equalise(moon)),
        "equalised in tiles, clipped": local_contrast(clahe(moon, clip)),
    }


def in_tiles_by_loops(low: float, high: float, clip: float) -> dict[str, Any]:
    """scikit-image's own functions, tile by tile."""
    import numpy as np
    from skimage import data, exposure

    moon = data.moon()
    a, b = np.percentile(moon, [low, high])
    pictures = {
        "as it is": moon / 255,
        "stretched": exposure.rescale_intensity(moon / 255, (a / 255, b / 255), (0, 1)),
        "equalised": exposure.equalize_hist(moon),
        "equalised in tiles, clipped": exposure.equalize_adapthist(moon, clip_limit=clip),
    }
    found = {}
    for name, y in pictures.items():
        tiles = [y[i : i + 16, j : j + 16] for i in range(0, 512, 16) for j in range(0, 512, 16)]
        found[name] = float(np.mean([tile.std() for tile in tiles]))
    return found


def shown(low: float, high: float, clip: float) -> Any:
    """What the figure shows: four pictures with their histograms."""
    from skimage import data

    from limen.images.tone import contrasts

    return contrasts(data.moon(), low, high, clip)


STEPS = (
    Step(
        Text("A dull picture", "一幅灰蒙蒙的图像"),
        Text(
            en="""
The moon reaches from black to white, and yet looks flat. The extremes are a few pixels; 96 of a hundred lie within a
fifth of the range. So look at percentiles, not at the darkest and the brightest.""",
            zh="""
这幅月面图从纯黑到纯白都有，看上去却一片平。两端只是少数像素，百分之九十六的像素挤在五分之一的范围里。
所以要看百分位，而不是看最暗和最亮。""",
        ),
        dull,
        (Expect(Text("all pixels sorted, in plain Python", "纯 Python：把所有像素排序"), dull_by_sorting, 1e-9),),
    ),
    Step(
        Text("Stretching", "拉伸"),
        Text(
            en="""
What lies between the two percentiles is spread over black to white by one straight line; what lies outside is cut. The
order of brightnesses stays, and so do their proportions. `--set low=0 --set high=100` spreads between the extremes, and
does next to nothing.""",
            zh="""
用一条直线把两个百分位之间的亮度铺满黑到白，范围之外的截断。亮度的先后次序不变，彼此的比例也不变。
`--set low=0 --set high=100` 改用最暗与最亮，几乎没有变化。""",
        ),
        stretched,
        (Expect(FORMULA, stretched_by_formula, 1e-12),),
    ),
    Step(
        Text("Equalising", "均衡化"),
        Text(
            en="""
Take the cumulative curve itself as the mapping: each pixel becomes the share of pixels no brighter than it. Frequent
brightnesses are moved apart, rare ones together, and the new cumulative curve is nearly the diagonal. It cannot be
quite: pixels that were alike stay alike. No option is needed, and none is asked whether the picture should look so.""",
            zh="""
直接把累积曲线当作映射：每个像素变成“不比它更亮的像素所占的比例”。常见的亮度被拉开，少见的被挤到一起，
新的累积曲线几乎就是对角线。之所以不能完全是：原来相同的像素仍然相同。
它不需要任何选项，也不问这幅图该不该是这样。""",
        ),
        equalised,
        (Expect(Text("each pixel's rank among all", "每个像素在全体中的名次"), equalised_by_rank, 1e-12),),
    ),
    Step(
        Text("In tiles, and clipped", "分块并限幅"),
        Text(
            en="""
One mapping for a whole picture cannot serve both its bright and its dark corner. CLAHE makes one for each tile and
blends them; and it clips the histogram first, for in an even area the steepest mapping would blow up mere noise. Within
small tiles of the moon the contrast is four times what it was, and no corner drowns. Equalising gains more there, and
pays with plains of black and white. `--set clip=0.2` lets CLAHE go further.""",
            zh="""
整幅图共用一个映射，顾得了亮角就顾不了暗角。CLAHE 为每一块各做一个映射再融合；并且事先给直方图限幅，
因为在平坦处，过陡的映射只会把噪声放大。月面小块之内的对比度是原来的四倍，没有一个角落被淹没。
均衡化在这一点上得到更多，代价是大片的死黑与惨白。`--set clip=0.2` 让 CLAHE 走得更远。""",
        ),
        in_tiles,
        (Expect(Text("scikit-image, tile by tile", "scikit-image，逐块计算"), in_tiles_by_loops, 1e-6),),
        figure="lesson-contrast",
        drawn=shown,
    ),
)


def contrast() -> Lesson:
    """Percentile stretch, histogram equalisation and CLAHE side by side."""
    return Lesson(
        name="contrast",
        chapter=IMAGES,
        title=Text("Contrast: three ways out of the grey", "对比度：走出灰蒙蒙的三条路"),
        story=Text(
            en="""
Everything is in the picture, and hardly anything can be seen. The numbers lie too close together for the eye; not for a
program. So let a program move them apart. But which, and how far?

Three answers, each with its own idea of fairness: to the range, to the pixels, to every corner. None adds anything
that was not there; each decides what may be seen. What does each pay for it?""",
            zh="""
图里什么都有，却几乎什么也看不出来。数值挨得太近，眼睛分不清，程序却分得清。那就让程序把它们拉开。但拉开哪些，拉多远？

三种回答，各有各的公平：对取值范围公平，对每个像素公平，对每个角落公平。
没有一种会添加原来没有的东西，只是各自决定让人看见什么。它们各付出什么代价？""",
        ),
        steps=STEPS,
        options=(
            Option("low", 2.0, 0.0, 40.0, Text("percentile that becomes black", "变为黑色的百分位")),
            Option("high", 98.0, 60.0, 100.0, Text("percentile that becomes white", "变为白色的百分位")),
            Option("clip", 0.03, 0.0, 1.0, Text("largest share of a tile in one bin", "每块中单个区间的最大占比")),
        ),
        next=(
            Next("limen learn contrast --set clip=0.2", Text("let the noise through", "放任噪声")),
            Next("limen image page --do contrast", Text("a page that was lit from one side", "一页单侧受光的文字")),
            Next("limen learn segment", Text("find things in a picture", "在图中找出东西")),
        ),
    )
