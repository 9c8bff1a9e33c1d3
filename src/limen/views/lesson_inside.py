"""Figures of the lesson on what a trained net sees."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray
from torch import Tensor

from limen.views.inside import ACROSS, Tile, coloured, over, tiles
from limen.views.style import AGAINST_FOR, BLUE, COUNTS, GREEN, ORANGE, PURPLE, RED, SKY
from limen.views.words import word

Options = Mapping[str, int | float]
VIEWS = (ORANGE, SKY, GREEN, PURPLE, RED, BLUE)


def grey(picture: Tensor) -> NDArray[np.float32]:
    """A picture (H, W) from 0 to 1 as it is drawn, (H, W, 3)."""
    return np.repeat(picture.clamp(0, 1).float().numpy()[..., None], 3, 2)


def strength(plane: Tensor, signed: bool = False) -> NDArray[np.float32]:
    """A plane in colours, (H, W, 3)."""
    return coloured(plane.float(), AGAINST_FOR if signed else COUNTS, signed)[..., :3]


def seen_filters(value: Mapping[str, Any], options: Options, language: str) -> Figure:
    """The filters, and below each its plane; the digit last."""
    filters: list[Tile] = [(strength(one[0], signed=True), "") for one in value["filters"]]
    planes: list[Tile] = [(strength(plane), f"{i}") for i, plane in enumerate(value["planes"], 1)]
    filters.append((grey(value["picture"]), word("the digit", language)))
    rows = [(word("filter", language), filters), (word("its plane", language), planes)]
    return tiles(rows, across=len(filters), below=0.2)


def seen_planes(value: Mapping[str, Tensor], options: Options, language: str) -> Figure:
    """Of each layer the planes with the largest answers."""
    rows = []
    for name, planes in value.items():
        strongest = planes.flatten(1).amax(1).argsort(descending=True, stable=True)[:ACROSS].tolist()
        row: list[Tile] = [(strength(planes[i]), f"{i + 1}") for i in strongest]
        count, high, wide = planes.shape
        rows.append((f"{name}\n{word('n planes', language).format(n=count)}\n{high}×{wide}", row))
    return tiles(rows, below=0.2)


def seen_views(value: Mapping[str, Any], options: Options, language: str) -> Figure:
    """The fields as frames on the digit, and what lies within each."""
    picture, views = grey(value["picture"]), value["views"]
    figure = Figure(figsize=(10.6, 4.6), layout="constrained")
    left, right = figure.subfigures(1, 2, squeeze=False, width_ratios=(1, 1.25))[0]
    axes = left.subplots()
    axes.imshow(picture, interpolation="nearest")
    small = right.subplots(2, 3)
    for (name, (first, last)), colour, inset in zip(views.items(), VIEWS, small.flat, strict=True):
        side = last - first + 1
        frame = Rectangle((first - 0.5, first - 0.5), side, side, fill=False, edgecolor=colour, linewidth=2.6)
        axes.add_patch(frame)
        inset.imshow(picture[first : last + 1, first : last + 1], interpolation="nearest", vmin=0, vmax=1)
        inset.set_title(f"{name} · {side}×{side}", fontsize=11, loc="center", pad=6)
        inset.set(xticks=[], yticks=[])
        inset.grid(visible=False)
        inset.spines[:].set(visible=True, color=colour, linewidth=3)
    axes.set(xlim=(-0.9, 23.9), ylim=(23.9, -0.9))
    axes.set_axis_off()
    axes.set_title(word("the digit", language), loc="center")
    return figure


def seen_places(value: Mapping[str, Any], options: Options, language: str) -> Figure:
    """Two digits, and where each is seen."""
    figure = Figure(figsize=(11.0, 2.4), layout="constrained")
    picture, (left, right) = grey(value["picture"]), value["digits"]
    shown = [(picture, word("both digits", language))]
    for name, digit in (("left", left), ("right", right)):
        told = word("asked about", language).format(digit=digit)
        shown.append((over(value[name].float(), picture), told))
    for axes, (image, title) in zip(figure.subplots(1, 3), shown, strict=True):
        axes.imshow(image, interpolation="nearest")
        axes.set_title(title, loc="center")
        axes.set_axis_off()
    return figure


def seen_why(value: Mapping[str, Any], options: Options, language: str) -> Figure:
    """The digit, and four maps of what its answer comes from."""
    picture = grey(value["picture"])
    row: list[Tile] = [
        (picture, word("why is it", language).format(digit=value["digit"])),
        (strength(value["saliency"]), word("saliency", language)),
        (strength(value["integrated"], signed=True), word("integrated gradients", language)),
        (strength(value["occlusion"], signed=True), word("occlusion", language)),
        (over(value["activation"].float(), picture), word("Grad-CAM", language)),
    ]
    return tiles([("", row)], across=len(row), below=0.16)


def seen_liked(value: Mapping[str, Any], options: Options, language: str) -> Figure:
    """Pictures climbed to, and below each the real digit that the same answer likes best."""
    rows = []
    for name, pictures, scores in (("made", "made", "made scores"), ("real", "digits", "digit scores")):
        told = zip(value[pictures], value[scores], strict=True)
        row: list[Tile] = [
            (grey(picture), f"{digit}\n{score:.1f}" if name == "made" else f"{score:.1f}")
            for digit, (picture, score) in enumerate(told)
        ]
        rows.append((word(name, language), row))
    return tiles(rows, across=10, below=0.42)
