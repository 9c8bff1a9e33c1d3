"""Histograms: how often each brightness comes. They know what a picture is made of, not where.

h(v): pixels of brightness v. c(v): the share of pixels no brighter than v. 8×8×8 boxes of colour: a feature.
"""

from typing import Any

from limen.experiments.chapters import IMAGES
from limen.experiments.lesson import Expect, Lesson, Next, Step
from limen.language import Text

PILLOW = Text("Pillow's histogram", "Pillow 的直方图")


def counted() -> dict[str, Any]:
    """256 counters, one for each byte."""
    from skimage import data

    from limen.images.histograms import grey_histogram

    camera = data.camera()
    count = grey_histogram(camera)
    return {
        "bins": len(count),
        "count[10:16]": count[10:16],
        "all together": int(count.sum()),
        "most frequent brightness": int(count.argmax()),
    }


def counted_by_pillow() -> dict[str, Any]:
    """The same from another library."""
    from PIL import Image
    from skimage import data

    count = Image.fromarray(data.camera()).histogram()
    return {
        "bins": len(count),
        "count[10:16]": count[10:16],
        "all together": 512 * 512,
        "most frequent brightness": max(range(256), key=lambda v: count[v]),
    }


def added_up() -> dict[str, Any]:
    """The cumulative curve, and what can be read from it."""
    import numpy as np
    from skimage import data

    from limen.images.histograms import cumulative, grey_histogram

    camera = data.camera()
    share = cumulative(grey_histogram(camera))
    return {
        "share up to 79": float(share[79]),
        "share up to 255": float(share[255]),
        "half lies at or below": int(np.argmax(share >= 0.5)),
        "2 % lie at or below": int(np.argmax(share >= 0.02)),
    }


def added_up_by_sorting() -> dict[str, Any]:
    """All pixels in a row, from dark to bright."""
    import numpy as np
    from skimage import data

    row = np.sort(data.camera().ravel())
    return {
        "share up to 79": float((row < 80).mean()),
        "share up to 255": 1.0,
        "half lies at or below": int(row[len(row) // 2 - 1]),
        "2 % lie at or below": int(row[-(-len(row) * 2 // 100) - 1]),
    }


def by_channel() -> dict[str, Any]:
    """Three histograms of a colour picture."""
    from skimage import data

    from limen.images.histograms import channel_histograms

    count = channel_histograms(data.chelsea())
    return {name: [int(n.argmax()), int(n[128:].sum())] for name, n in count.items()}


def by_channel_by_pillow() -> dict[str, Any]:
    """768 counters in a row: red, green, blue."""
    from PIL import Image
    from skimage import data

    count = Image.fromarray(data.chelsea()).histogram()
    bands = {"red": count[:256], "green": count[256:512], "blue": count[512:]}
    return {name: [max(range(256), key=n.__getitem__), sum(n[128:])] for name, n in bands.items()}


def without_places() -> dict[str, Any]:
    """Turned, mirrored and shuffled: the same histogram."""
    import numpy as np
    from skimage import data

    from limen.images.histograms import grey_histogram

    camera = data.camera()
    shuffled = np.random.default_rng(0).permutation(camera.ravel()).reshape(512, 512)
    others = {"turned": np.rot90(camera), "mirrored": camera[:, ::-1], "shuffled": shuffled}
    count = grey_histogram(camera)
    apart = {name: int(np.abs(grey_histogram(x) - count).sum()) for name, x in others.items()}
    moved = int((shuffled != camera).sum())
    return {**apart, "pixels that changed by shuffling": moved}


def without_places_by_rule() -> dict[str, Any]:
    """Nothing may differ; of the shuffled, those that happen to meet their like are Σ h²/N on average."""
    from PIL import Image
    from skimage import data

    count = Image.fromarray(data.camera()).histogram()
    n = 512 * 512
    expected = n - sum(c * c for c in count) / n
    return {"turned": 0, "mirrored": 0, "shuffled": 0, "pixels that changed by shuffling": expected}


def as_feature() -> dict[str, Any]:
    """What two colour histograms have in common: 1 means the same."""
    from skimage import data

    from limen.images.histograms import colour_histogram, overlap

    cat = colour_histogram(data.chelsea())
    return {
        "numbers": cat.size,
        "not 0": int((cat > 0).sum()),
        "the cat and its mirror image": overlap(cat, colour_histogram(data.chelsea()[:, ::-1])),
        "the left half and the right": overlap(
            colour_histogram(data.chelsea()[:, :225]), colour_histogram(data.chelsea()[:, 225:])
        ),
        "the cat and the coffee": overlap(cat, colour_histogram(data.coffee())),
        "the cat and the rocket": overlap(cat, colour_histogram(data.rocket())),
    }


def as_feature_by_counting() -> dict[str, Any]:
    """Each pixel's box by whole division by 32, counted in a dictionary."""
    from collections import Counter

    from skimage import data

    cat = data.chelsea()
    pictures = {"cat": cat, "left": cat[:, :225], "right": cat[:, 225:]}
    pictures |= {"coffee": data.coffee(), "rocket": data.rocket()}
    shares = {}
    for name, picture in pictures.items():
        boxes = picture.astype(int) // 32 @ [64, 8, 1]
        shares[name] = {box: n / boxes.size for box, n in Counter(boxes.ravel().tolist()).items()}
    common = []
    for one, other in (("left", "right"), ("cat", "coffee"), ("cat", "rocket")):
        boxes = shares[one].keys() & shares[other].keys()
        common.append(sum(min(shares[one][box], shares[other][box]) for box in boxes))
    return {
        "numbers": 8**3,
        "not 0": len(shares["cat"]),
        "the cat and its mirror image": 1,
        "the left half and the right": common[0],
        "the cat and the coffee": common[1],
        "the cat and the rocket": common[2],
    }


def shown() -> dict[str, Any]:
    """What the figure shows: the picture, shuffled, and the cat, each with its histogram."""
    from skimage import data

    from limen.images.tone import channel_curves, counted
    from limen.images.tone import histogram as stages

    camera, cat = data.camera(), data.chelsea()
    shuffled = stages(camera)[-1].picture
    assert shuffled is not None
    return {
        "original": (camera, counted(camera)),
        "shuffled": (shuffled, counted(shuffled)),
        "colour": (cat, channel_curves(cat)),
    }


STEPS = (
    Step(
        Text("Counting", "计数"),
        Text(
            en="""
A counter for each of the 256 bytes; every pixel raises one of them. Added together they give the number of pixels. The
photographer has three hills: his coat, the grass, the sky.""",
            zh="""
256 个字节值各设一个计数器，每个像素让其中一个加一。全部加起来就是像素总数。
摄影师这幅图有三座山：黑大衣、草地、天空。""",
        ),
        counted,
        (Expect(PILLOW, counted_by_pillow),),
    ),
    Step(
        Text("Adding up", "累积"),
        Text(
            en="""
Add the counters up from the left and divide by their sum: the share of pixels that are no brighter. The curve never
falls and ends at 1. Where it crosses one half lies the median; where it is steep, many pixels share few values.""",
            zh="""
从左往右累加，再除以总数，得到“不比它更亮的像素占多少”。这条曲线只升不降，终点是 1。
它穿过一半的地方是中位数；它陡的地方，许多像素挤在少数几种亮度上。""",
        ),
        added_up,
        (Expect(Text("all pixels sorted", "把所有像素排序"), added_up_by_sorting, 1e-12),),
    ),
    Step(
        Text("By colour", "按颜色"),
        Text(
            en="""
A colour picture has three. Of each, its most frequent value and how many pixels lie in its upper half: the cat is
mostly red, which is why it looks warm.""",
            zh="""
彩色图像有三个直方图。这里给出每个通道最常见的值，以及落在上半段的像素数：猫身上红色居多，所以看上去是暖色。""",
        ),
        by_channel,
        (Expect(PILLOW, by_channel_by_pillow),),
    ),
    Step(
        Text("Places are forgotten", "位置被遗忘"),
        Text(
            en="""
Turn the picture, mirror it, throw all its pixels about: no counter changes. Nearly every pixel is another after the
shuffle, and the histogram does not notice. That is its weakness, and its use.""",
            zh="""
把图像旋转、镜像、把所有像素打乱：没有一个计数器改变。打乱之后几乎每个像素都换了，直方图却毫无察觉。
这是它的弱点，也是它的用处。""",
        ),
        without_places,
        (
            Expect(
                Text("nothing may differ; by shuffling, N - Σ h²/N", "不应有差别；打乱时应有 N - Σ h²/N 个不同"),
                without_places_by_rule,
                0.002,
            ),
        ),
        figure="lesson-histogram",
        drawn=shown,
    ),
    Step(
        Text("Colours as a feature", "颜色作为特征"),
        Text(
            en="""
Cut the cube of all colours into 8×8×8 boxes and count the pixels in each: 512 numbers describe a picture, wherever
things lie in it. What two pictures have in common is the sum of the smaller shares. Long before nets learnt features,
pictures were found again in this way (Swain and Ballard 1991).""",
            zh="""
把整个颜色立方体切成 8×8×8 个格子，数每格里的像素：512 个数就描述了一幅图，不管东西在图中何处。
两幅图的共同部分，是逐格取较小份额再相加。在网络学会提取特征之前很久，人们就这样检索图像（Swain 与 Ballard，1991）。""",
        ),
        as_feature,
        (Expect(Text("counted in a dictionary", "用字典点数"), as_feature_by_counting, 1e-12),),
    ),
)


def histogram() -> Lesson:
    """Histograms by brightness and colour, added up, and as a feature that does not know places."""
    return Lesson(
        name="histogram",
        chapter=IMAGES,
        title=Text("Histograms: what a picture is made of", "直方图：图像由什么组成"),
        story=Text(
            en="""
How bright is a picture? One number says little: half black and half white has the same mean as grey. Count how often
each brightness comes, and a curve tells more. It is the first thing to look at with a new picture.

What does such a curve know, and what not? It cannot tell a face from the same face with all its pixels thrown about.
And just this blindness makes it useful: it knows a picture again when the picture is turned or mirrored.""",
            zh="""
一幅图有多亮？只用一个数说不清：一半黑一半白，均值与全灰一样。数一数每种亮度出现多少次，曲线就说得更多。
拿到一幅新图，最先该看的就是它。

这条曲线知道什么，又不知道什么？把一张脸的像素全部打乱，它分不出与原来有何不同。
恰恰是这种盲目让它有用：图像转了、翻了，它照样认得。""",
        ),
        steps=STEPS,
        next=(
            Next("limen image chelsea --do histogram", Text("of a colour picture", "彩色图像的全部直方图")),
            Next("limen learn contrast", Text("change the curve, and the picture with it", "改变曲线，也就改变图像")),
        ),
    )
