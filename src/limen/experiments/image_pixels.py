"""Pixels: a picture is a table of numbers, and whatever can be done with tables can be done with it.

Rows from the top, columns from the left, colours last: camera[row, column], cat[row, column, colour].
"""

from typing import Any

from limen.experiments.chapters import IMAGES
from limen.experiments.image_colours import COLOURS, PILLOW
from limen.experiments.lesson import Expect, Lesson, Next, Step
from limen.language import Text


def opened() -> dict[str, Any]:
    """A picture that comes with scikit-image, and some of its numbers."""
    from skimage import data

    camera = data.camera()
    return {
        "shape": camera.shape,
        "dtype": str(camera.dtype),
        "darkest": int(camera.min()),
        "brightest": int(camera.max()),
        "camera[100, 200]": int(camera[100, 200]),
        "camera[100:102, 200:205]": camera[100:102, 200:205],
    }


def opened_by_pillow() -> dict[str, Any]:
    """The file itself, pixel by pixel; Pillow counts columns first."""
    from pathlib import Path

    import skimage
    from PIL import Image

    picture = Image.open(Path(skimage.__file__).parent / "data" / "camera.png").convert("L")
    darkest, brightest = picture.getextrema()
    return {
        "shape": (picture.height, picture.width),
        "dtype": "uint8",
        "darkest": darkest,
        "brightest": brightest,
        "camera[100, 200]": picture.getpixel((200, 100)),
        "camera[100:102, 200:205]": [
            [picture.getpixel((column, row)) for column in range(200, 205)] for row in (100, 101)
        ],
    }


def blacked_out() -> dict[str, Any]:
    """The first ten rows black, then a rectangle."""
    from skimage import data

    camera = data.camera()
    black = camera.copy()
    black[:10] = 0
    black[100:200, 150:300] = 0
    return {
        "black[9, 0], black[10, 0]": [int(black[9, 0]), int(black[10, 0])],
        "pixels written": int((black != camera).sum() + (camera[:10] == 0).sum()),
        "sum": int(black.sum()),
        "camera is as it was": int(camera[:10].sum()),
    }


def blacked_out_by_pillow() -> dict[str, Any]:
    """Two rectangles pasted; what is gone is what lay under them."""
    from PIL import Image
    from skimage import data

    picture = Image.fromarray(data.camera())
    strip, middle = picture.crop((0, 0, 512, 10)), picture.crop((150, 100, 300, 200))
    sums = [sum(v * n for v, n in enumerate(part.histogram())) for part in (picture, strip, middle)]
    dark = middle.histogram()[0]
    return {
        "black[9, 0], black[10, 0]": [0, picture.getpixel((0, 10))],
        "pixels written": 10 * 512 + 100 * 150 - dark,
        "sum": sums[0] - sums[1] - sums[2],
        "camera is as it was": sums[1],
    }


def by_condition() -> dict[str, Any]:
    """Every pixel below 80 becomes white."""
    from skimage import data

    camera = data.camera()
    dark = camera < 80
    lifted = camera.copy()
    lifted[dark] = 255
    return {
        "dark.shape": dark.shape,
        "dark.dtype": str(dark.dtype),
        "dark pixels": int(dark.sum()),
        "darkest now": int(lifted.min()),
        "white now": int((lifted == 255).sum()),
    }


def by_counting() -> dict[str, Any]:
    """The histogram knows how many are below 80."""
    from PIL import Image
    from skimage import data

    count = Image.fromarray(data.camera()).histogram()
    return {
        "dark.shape": (512, 512),
        "dark.dtype": "bool",
        "dark pixels": sum(count[:80]),
        "darkest now": next(v for v in range(80, 256) if count[v]),
        "white now": sum(count[:80]) + count[255],
    }


def fractions() -> dict[str, Any]:
    """Bytes to fractions and back, and what bytes do when added."""
    import numpy as np
    from skimage import data
    from skimage.util import img_as_float, img_as_ubyte

    camera = data.camera()
    x = img_as_float(camera)
    bright = np.array([200, 100], np.uint8)
    return {
        "x.dtype": str(x.dtype),
        "x[100, 200]": float(x[100, 200]),
        "there and back": bool((img_as_ubyte(x) == camera).all()),
        "200 + 100 as bytes": int(bright.sum(dtype=np.uint8)),
        "as fractions": float(img_as_float(bright).sum()),
    }


def fractions_by_hand() -> dict[str, Any]:
    """v / 255, and counting modulo 256."""
    from PIL import Image
    from skimage import data

    (v,) = Image.fromarray(data.camera()).crop((200, 100, 201, 101)).tobytes()
    return {
        "x.dtype": "float64",
        "x[100, 200]": v / 255,
        "there and back": True,
        "200 + 100 as bytes": (200 + 100) % 256,
        "as fractions": 200 / 255 + 100 / 255,
    }


STEPS = (
    Step(
        Text("A picture is a table", "图像就是一张数表"),
        Text(
            en="""
512 rows, 512 columns, in each cell one byte: 0 is black, 255 is white. The row comes first and is counted from the top,
so `camera[100, 200]` is a hundred rows down and two hundred columns to the right. A cut is a smaller picture.""",
            zh="""
512 行、512 列，每格一个字节：0 是黑，255 是白。先写行，从上往下数，
所以 `camera[100, 200]` 是从上往下第 100 行、从左往右第 200 列。切一块下来，就是一幅更小的图像。""",
        ),
        opened,
        (Expect(PILLOW, opened_by_pillow),),
    ),
    Step(
        Text("Rows and rectangles", "整行与矩形"),
        Text(
            en="""
Writing works as reading does: `black[:10] = 0` blacks out the first ten rows, two ranges black out a rectangle.
Without `.copy()` the original would have been painted over.""",
            zh="""
写入与读取用同样的写法：`black[:10] = 0` 把前十行涂黑，两个范围就涂黑一个矩形。不先 `.copy()`，改的就是原图。""",
        ),
        blacked_out,
        (Expect(PILLOW, blacked_out_by_pillow),),
    ),
    Step(
        Text("By condition", "按条件选取"),
        Text(
            en="""
A comparison gives a table of true and false, as large as the picture: a mask. Used as an index, it picks exactly the
pixels where it is true. Here every pixel darker than 80 turns white, and the man in black becomes a man in white.""",
            zh="""
比较的结果是一张同样大小的真假表，叫作掩码（mask）。拿它当下标，就恰好选中为真的像素。
这里把所有暗于 80 的像素变成白色，黑衣人就成了白衣人。""",
        ),
        by_condition,
        (Expect(Text("counted in the histogram", "由直方图点数"), by_counting),),
    ),
    *COLOURS,
    Step(
        Text("Bytes and fractions", "字节与小数"),
        Text(
            en="""
Bytes are for keeping, fractions of 0 to 1 for computing. The way there divides by 255, the way back rounds, and nothing
is lost. Stay with bytes and two bright pixels add up to a dark one: 300 does not fit, and 44 is left.""",
            zh="""
字节用来存，0 到 1 的小数用来算。变过去是除以 255，变回来是取整，一点也不丢。
若一直用字节，两个亮像素加起来会变暗：300 放不下，只剩 44。""",
        ),
        fractions,
        (Expect(Text("by hand", "手算"), fractions_by_hand, 1e-12),),
    ),
)


def pixels() -> Lesson:
    """Reading and writing pixels, rows, regions and masks; colours and their order; bytes and fractions."""
    return Lesson(
        name="pixels",
        chapter=IMAGES,
        title=Text("Pixels: a picture is a table of numbers", "像素：图像是一张数表"),
        story=Text(
            en="""
A net never sees a cat. It sees a table of numbers, and so does every program that works on pictures. What do these
numbers look like, and what happens to the picture when they are changed?

Two pictures will do: a photographer in grey, and a cat in colour. Both come with scikit-image. Ten rows are blacked
out, dark pixels turned white, a cat is made blue and red; and each time it is counted what has happened.""",
            zh="""
网络从来没见过猫，它看到的是一张数表；所有处理图像的程序也一样。这些数长什么样？改动它们，图像会怎样？

两幅图就够了：一幅灰度的摄影师，一幅彩色的猫，都随 scikit-image 自带。
涂黑十行，把暗像素变白，把猫变蓝再变红；每做一步，都数一数究竟发生了什么。""",
        ),
        steps=STEPS,
        next=(
            Next("limen image chelsea --do pixels", Text("the same on any picture", "对任何图像做同样的事")),
            Next("limen image astronaut --do channels", Text("each colour alone", "单看每种颜色")),
            Next("limen learn histogram", Text("count the pixels", "数一数像素")),
        ),
    )
