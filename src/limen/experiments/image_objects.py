"""Objects: closed edges filled, numbered, counted and measured.

edges → all that the border does not reach → pieces that hang together → a row of numbers for each.
"""

from typing import Any

from limen.experiments.lesson import Expect, Step
from limen.language import Text


def counted() -> dict[str, Any]:
    """Holes filled, pieces numbered, crumbs left out."""
    from skimage import data

    from limen.images.edges import canny
    from limen.images.objects import fill, label

    coins = data.coins()
    edges = canny(coins, sigma=2.5, low=0.1, high=0.2).edges
    filled, crumbs = fill(edges), fill(canny(coins, sigma=1.0).edges)
    return {
        "edge pixels": int(edges.sum()),
        "after filling": int(filled.sum()),
        "pieces": int(label(filled).max()),
        "objects": int(label(filled, smallest=20).max()),
        "objects with a blur of 1 pixel": int(label(crumbs, smallest=20).max()),
    }


def counted_otherwise() -> dict[str, Any]:
    """Everything that cannot be reached from the border is inside."""
    import numpy as np
    from skimage import data, feature, measure
    from skimage.util import img_as_float

    found = {}
    for sigma in (2.5, 1.0):
        edges = feature.canny(img_as_float(data.coins()), sigma, 0.1, 0.2)
        ground = measure.label(np.pad(~edges, 1, constant_values=True), connectivity=1)
        filled = (ground != ground[0, 0])[1:-1, 1:-1]
        sizes = np.bincount(measure.label(filled, connectivity=2).ravel())[1:]
        found[sigma] = (int(edges.sum()), int(filled.sum()), len(sizes), int((sizes >= 20).sum()))
    edge, inside, pieces, objects = found[2.5]
    return {
        "edge pixels": edge,
        "after filling": inside,
        "pieces": pieces,
        "objects": objects,
        "objects with a blur of 1 pixel": found[1.0][3],
    }


def measured() -> dict[str, Any]:
    """A table with a row for each object."""
    from skimage import data

    from limen.images.parts import segment

    rows = segment(data.coins(), by="canny", sigma=2.5)[-1].rows
    largest = max(rows, key=lambda row: row["area"])
    return {
        "objects": len(rows),
        "largest: number, area": [largest["number"], largest["area"]],
        "its centre": [largest["row"], largest["column"]],
        "its box": [largest[side] for side in ("top", "left", "bottom", "right")],
        "its mean brightness": largest["brightness"],
        "mean area": sum(row["area"] for row in rows) / len(rows),
    }


def measured_by_numpy() -> dict[str, Any]:
    """The pixels of each label, gathered one by one."""
    import numpy as np
    from scipy import ndimage
    from skimage import data, feature
    from skimage.util import img_as_float

    coins = img_as_float(data.coins())
    filled = ndimage.binary_fill_holes(feature.canny(coins, 2.5, 0.1, 0.2))
    labels, n = ndimage.label(filled, np.ones((3, 3)))
    places = [np.argwhere(labels == i) for i in range(1, n + 1)]
    places = [place for place in places if len(place) >= 20]
    number = max(range(len(places)), key=lambda i: len(places[i]))
    largest = places[number]
    return {
        "objects": len(places),
        "largest: number, area": [number + 1, len(largest)],
        "its centre": largest.mean(axis=0),
        "its box": [*largest.min(axis=0), *(largest.max(axis=0) + 1)],
        "its mean brightness": float(coins[tuple(largest.T)].mean()),
        "mean area": sum(map(len, places)) / len(places),
    }


def by_eye() -> dict[str, Any]:
    """Four rows of six coins."""
    return {"objects": 4 * 6}


def coins_shown() -> Any:
    """What the figure shows: the way from edges to objects."""
    from skimage import data

    from limen.images.parts import segment

    return segment(data.coins(), by="canny", sigma=2.5)


OBJECTS = (
    Step(
        Text("Fill, number, count", "填充、编号、计数"),
        Text(
            en="""
A closed edge encloses ground that cannot be reached from the border: fill it. Pixels that touch become one object, each
with its number; crumbs of less than 20 pixels are left out. With a blur of 2.5 pixels all rims close. With 1 pixel
some stay open, and the count is of rims and reliefs.""",
            zh="""
闭合的边缘围住一块从图边到不了的背景，把它填满。相连的像素合成一个物体，各有编号；不到 20 个像素的碎屑不算。
模糊 2.5 个像素时，每枚钱币的边都闭合。只模糊 1 个像素，有的就合不拢，数出来的是断边和花纹。""",
        ),
        counted,
        (Expect(Text("all that the border does not reach", "从图边到不了的部分"), counted_otherwise),),
    ),
    Step(
        Text("A table of things", "一张物体表"),
        Text(
            en="""
Twenty-four objects, as the eye counts. From here on nobody needs the picture: each object is a row with its area, its
place, its box and its mean brightness, and what was a picture has become data.""",
            zh="""
二十四个，与肉眼所数一致。到这里已不再需要图像：每个物体是一行，写着面积、位置、外框和平均亮度。图像变成了数据。""",
        ),
        measured,
        (
            Expect(Text("the pixels gathered one by one", "逐个收集像素"), measured_by_numpy, 1e-9),
            Expect(Text("four rows of six, by eye", "肉眼所见：四行，每行六枚"), by_eye),
        ),
        figure="lesson-coins",
        drawn=coins_shown,
    ),
)
