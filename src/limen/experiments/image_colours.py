"""Colours: three tables of numbers in a third axis, and a mask that writes through all of them.

cat[row, column] is (red, green, blue). Brightness: 0.2125 red + 0.7154 green + 0.0721 blue.
"""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text

PILLOW = Text("Pillow, another library", "另一个库 Pillow")


def colours() -> dict[str, Any]:
    """A colour picture has a third axis, of three."""
    from skimage import data

    cat = data.chelsea()
    return {
        "shape": cat.shape,
        "cat[150, 200]": cat[150, 200],
        "the other way round": cat[:, :, ::-1][150, 200],
        "mean red, green, blue": cat.mean(axis=(0, 1)),
        "brightness there": float(cat[150, 200] @ [0.2125, 0.7154, 0.0721]),
    }


def colours_by_pillow() -> dict[str, Any]:
    """Three bands, each a grey picture."""
    from PIL import Image
    from skimage import data

    bands = Image.fromarray(data.chelsea()).split()
    there = [list(band.crop((200, 150, 201, 151)).tobytes()) for band in bands]
    (red,), (green,), (blue,) = there
    sums = [sum(v * n for v, n in enumerate(band.histogram())) for band in bands]
    return {
        "shape": (bands[0].height, bands[0].width, len(bands)),
        "cat[150, 200]": [red, green, blue],
        "the other way round": [blue, green, red],
        "mean red, green, blue": [total / (300 * 451) for total in sums],
        "brightness there": 0.2125 * red + 0.7154 * green + 0.0721 * blue,
    }


def brightness_by_scikit_image() -> dict[str, Any]:
    """rgb2gray has the same three weights."""
    from skimage import color, data

    return {"brightness there": 255 * color.rgb2gray(data.chelsea())[150, 200].item()}


def reddened() -> dict[str, Any]:
    """A mask from one channel, written through all three."""
    from skimage import data

    cat = data.chelsea()
    mask = cat[:, :, 0] > 160
    red = cat.copy()
    red[mask] = [255, 0, 0]
    return {
        "pixels in the mask": int(mask.sum()),
        "share": float(mask.mean()),
        "pure red now": int((red == [255, 0, 0]).all(axis=2).sum()),
    }


def reddened_by_histogram() -> dict[str, Any]:
    """How many have more than 160 red is in the histogram of the red band; none was pure red before."""
    from PIL import Image
    from skimage import data

    many = sum(Image.fromarray(data.chelsea()).histogram()[161:256])
    return {"pixels in the mask": many, "share": many / (300 * 451), "pure red now": many}


def shown() -> dict[str, Any]:
    """What the figure shows: the stages of both pictures."""
    from skimage import data

    from limen.images.tone import channels, pixel_by_pixel

    camera, cat = data.camera(), data.chelsea()
    grey = {stage.name: stage.picture for stage in pixel_by_pixel(camera, rows=10, below=80)}
    colour = {stage.name: stage.picture for stage in (*pixel_by_pixel(cat, above=160), *channels(cat))}
    return {"grey": grey, "colour": colour}


COLOURS = (
    Step(
        Text("Three colours", "三种颜色"),
        Text(
            en="""
A colour picture is three tables, red, green and blue, in a third axis. Some libraries keep blue first: read in the
wrong order, a warm cat turns blue. One channel from three: eyes see green brightest, so it weighs most.""",
            zh="""
彩色图像是红、绿、蓝三张表，排在第三个轴上。有的库把蓝放在最前，次序读反了，暖色的猫就变成蓝猫。
三个通道合成一个：人眼觉得绿色最亮，所以绿的权重最大。""",
        ),
        colours,
        (
            Expect(PILLOW, colours_by_pillow, 1e-12),
            Expect(Text("scikit-image's rgb2gray", "scikit-image 的 rgb2gray"), brightness_by_scikit_image, 1e-12),
        ),
    ),
    Step(
        Text("A mask through all channels", "掩码贯穿所有通道"),
        Text(
            en="""
Where there is more red than 160, the whole pixel becomes pure red. The mask has two axes; the colour that is written
has the third.""",
            zh="""
红色超过 160 的地方，整个像素变成纯红。掩码有两个轴，写入的颜色补上第三个轴。""",
        ),
        reddened,
        (Expect(Text("counted in the histogram of red", "由红色直方图点数"), reddened_by_histogram, 1e-12),),
        figure="lesson-pixels",
        drawn=shown,
    ),
)
