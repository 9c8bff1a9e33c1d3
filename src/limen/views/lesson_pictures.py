"""Figures of the lessons on images: pictures in rows, with histograms, thresholds and objects."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from numpy.typing import NDArray

from limen.images.stage import Stage
from limen.views import image_curves
from limen.views.image_page import told
from limen.views.image_words import image_word
from limen.views.stage_pictures import shown
from limen.views.style import BLUE, INK, ORANGE
from limen.views.words import word


def picture(axes: Axes, pixels: NDArray[Any], title: str) -> None:
    """One picture with its title, nothing around it. Fractions go from 0 (black) to 1 (white)."""
    top = 255 if pixels.dtype == np.uint8 else 1
    axes.imshow(pixels, cmap="gray", vmin=0, vmax=top, interpolation="nearest" if len(pixels) < 64 else "antialiased")
    axes.set_title(title, fontsize=11, pad=6)
    axes.set_axis_off()


def stage(axes: Axes, of: Stage, title: str) -> None:
    """A stage as a picture."""
    picture(axes, shown(of), title)


def pixels(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """The photographer and the cat as they are, and with pixels written by place and by condition."""
    figure = Figure(figsize=(10.6, 5.2), layout="constrained")
    rows = figure.subplots(2, 4, gridspec_kw={"height_ratios": [1.0, 0.72]})
    grey = ("original", "first rows", "rectangle", "dark to white")
    colour = ("original", "red", "blue-green-red", "pure red")
    for axes, kind, names in zip(rows, ("grey", "colour"), (grey, colour), strict=True):
        for place, name in zip(axes, names, strict=True):
            picture(place, value[kind][name], image_word("stage", name, language))
    return figure


def histogram(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """The picture and its histogram; shuffled, and the same histogram; a colour picture and its three."""
    figure = Figure(figsize=(10.6, 5.6), layout=ConstrainedLayoutEngine(w_pad=0.16))  # inches, between two axes' names
    above, below = figure.subplots(2, 3, gridspec_kw={"height_ratios": [1.35, 1.0]})
    for top, under, (name, (pixels, curves)) in zip(above, below, value.items(), strict=True):
        picture(top, pixels, word(f"lesson-histogram {name}", language))
        image_curves.draw(under, Stage(name, curves=curves), language)
    return figure


def contrast(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """Two rows of four: the pictures; under each its histogram and cumulative curve."""
    figure = Figure(figsize=(12.4, 5.6), layout="constrained")
    above, below = figure.subplots(2, 4, gridspec_kw={"height_ratios": [1.5, 1.0]})
    for number, (top, under, of) in enumerate(zip(above, below, value, strict=True)):
        stage(top, of, image_word("stage", of.name, language))
        image_curves.histogram(under, of.curves["histogram"], language)
        under.set_xlim(0, 1)
        under.set_xlabel(word("image brightness axis", language))
        beside = under.twinx()
        beside.grid(visible=False)
        image_curves.cumulative(beside, of.curves["cumulative"], language, label=number == 3)
        if number:
            under.set_ylabel("")
        if number < 3:
            beside.set_yticks([])
    return figure


def otsu(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """The histogram with both thresholds, the variance between the sides above it, and both masks."""
    figure = Figure(figsize=(10.6, 5.8), layout="constrained")
    grid = figure.subplot_mosaic([["curves", "fixed"], ["curves", "otsu"]], width_ratios=[1.5, 1.0])
    brightness, between, mask = value["otsu"]
    axes = grid["curves"]
    image_curves.histogram(axes, brightness.curves["histogram"], language)
    axes.set_xlim(0, 1)
    axes.set_xlabel(word("image brightness axis", language))
    beside = axes.twinx()
    beside.grid(visible=False)
    curve = between.curves["variance"]
    beside.plot(curve.x, curve.y, color=BLUE, label=image_word("curve", "variance", language))
    beside.set_ylim(0, 1.25 * float(curve.y.max()))
    beside.set_yticks([])
    axes.axvline(between.mark, color=BLUE, linestyle="--", linewidth=1.8)
    axes.axvline(0.5, color=ORANGE, linestyle=":", linewidth=2.4)
    limits = {"fixed": (value["fixed"][-1], 0.5), "otsu": (mask, between.mark)}
    for name, (of, level) in limits.items():
        stage(grid[name], of, word(f"lesson-otsu {name}", language).format(level=f"{level:.3f}"))
    labels = [word(f"lesson-otsu {name}", language).format(level=f"{level:.3f}") for name, (_, level) in limits.items()]
    beside.plot([], [], color=ORANGE, linestyle=":", linewidth=2.4, label=labels[0])
    beside.plot([], [], color=BLUE, linestyle="--", linewidth=1.8, label=labels[1])
    beside.legend(loc="upper right", fontsize=10)
    return figure


def coins(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """From the picture to numbered objects, in six stages."""
    figure = Figure(figsize=(10.6, 6.2), layout="constrained")
    named = {of.name: of for of in value}
    for axes, name in zip(
        figure.subplots(2, 3).flat, ("brightness", "gradient", "thin", "edges", "filled", "objects"), strict=True
    ):
        of = named[name]
        stage(axes, of, image_word("stage", name, language).split(":")[0].split("：")[0])
        for row in of.rows:
            axes.text(
                row["column"], row["row"], told(row["number"]), color="white", ha="center", va="center",
                fontsize=9, fontweight="bold", bbox={"facecolor": INK, "pad": 1.2, "linewidth": 0, "alpha": 0.75},
            )  # fmt: skip
    return figure
