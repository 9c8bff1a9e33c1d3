"""Linear regions to look at: the patchwork of a plane, and what depth does to the number of pieces."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from numpy.typing import ArrayLike, NDArray

from limen.errors import LimenError
from limen.explain.regions import PlaneRegions
from limen.explain.two_classes import numbers
from limen.views.style import BLUE, GREY, INK, ORANGE, PURPLE, RED
from limen.views.words import word

FIRING = LinearSegmentedColormap.from_list("firing", ["#FFFFFF", "#F6E3C1", "#F0C27B", ORANGE])
EDGE = "#8A5A00"  # between regions
MARKS = (("^", RED), ("o", BLUE), ("s", PURPLE), ("D", GREY))


def edges(pattern: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The cells whose neighbour on the right or above lies in another region: (H, W)."""
    found = np.zeros(pattern.shape, bool)
    found[:, :-1] |= pattern[:, :-1] != pattern[:, 1:]
    found[:-1] |= pattern[:-1] != pattern[1:]
    return found


def boundary(axes: Axes, regions: PlaneRegions, language: str) -> None:
    """Where the answer changes: one output's 0, or where the largest of several is another."""
    left, right, bottom, top = regions.box
    high, wide, outputs = regions.outputs.shape
    x = left + (right - left) * (np.arange(wide) + 0.5) / wide
    y = bottom + (top - bottom) * (np.arange(high) + 0.5) / high
    values = regions.outputs.numpy()
    for k in range(outputs if outputs > 2 else 1):
        rest = np.delete(values, k, 2).max(2) if outputs > 1 else 0.0
        lead = values[:, :, k] - rest
        if lead.min() < 0 < lead.max():
            axes.contour(x, y, lead, levels=[0], colors=INK, linewidths=2.2)
    axes.plot([], [], color=INK, label=word("boundary", language))


def plane_regions(
    regions: PlaneRegions,
    language: str,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    columns: tuple[str, str] = ("x₁", "x₂"),
    names: Sequence[str] | None = None,
) -> Figure:
    """The plane cut into linear regions, each shaded by how many units fire in it, with the decision boundary.

    Across an edge one unit begins to fire or ceases, so neighbours differ in shade. x (N, 2) and y (N,), classes 0, 1,
    2 or 3: the examples, if they are to be shown. names: what the classes are called.
    """
    figure = Figure(figsize=(6.6, 5.6), layout="constrained")
    axes = figure.subplots()
    shades = ScalarMappable(Normalize(regions.firing.min().item(), regions.firing.max().item()), FIRING)
    picture = np.asarray(shades.to_rgba(regions.firing.numpy()))[..., :3]
    picture[edges(regions.pattern.numpy())] = to_rgb(EDGE)
    axes.imshow(picture, origin="lower", extent=regions.box, aspect="auto", interpolation="hanning")
    boundary(axes, regions, language)
    if x is not None and y is not None:
        examples(axes, numbers(x, "x"), numbers(y, "y"), names, language)
    axes.set_xlim(*regions.box[:2])
    axes.set_ylim(*regions.box[2:])
    axes.set_xlabel(columns[0])
    axes.set_ylabel(columns[1], rotation=0 if len(columns[1]) < 3 else 90)
    axes.grid(visible=False)
    axes.set_title(word("regions", language).format(n=regions.count), pad=30)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=4, borderaxespad=0.2, fontsize=10)
    figure.colorbar(shades, ax=axes, label=word("firing", language), ticks=MaxNLocator(integer=True))
    return figure


def examples(
    axes: Axes, x: NDArray[np.float64], y: NDArray[np.float64], names: Sequence[str] | None, language: str
) -> None:
    """The examples of each class in its own colour and shape."""
    classes = np.unique(y).astype(int)
    if len(classes) > len(MARKS) or classes[0] < 0 or classes[-1] >= len(MARKS):
        raise LimenError(f"Classes {classes.tolist()[:6]} cannot be drawn. Allowed: 0 to {len(MARKS) - 1}.")
    for k in classes:
        marker, colour = MARKS[k]
        name = names[k] if names else word("class n", language).format(n=k)
        points = axes.plot(*x[y == k].T, marker, color=colour, label=name)
        points[0].set(markersize=6, markeredgecolor="white", markeredgewidth=0.6)


def shape(widths: Sequence[int]) -> str:
    """Hidden layers as they stand on the axis: 3×8 for three of 8 units, else 8-4-2."""
    return f"{len(widths)}×{widths[0]}" if len(set(widths)) == 1 else "-".join(map(str, widths))


def pieces_by_shape(
    shapes: Sequence[Sequence[int]],
    fresh: Sequence[Sequence[int]],
    language: str,
    built: Sequence[int] | None = None,
    most: Sequence[int] | None = None,
) -> Figure:
    """How many linear pieces nets of equally many units have along a line, from shallow to deep, logarithmic.

    shapes: the hidden widths of each net. fresh: of each shape the pieces of several random nets, a small ring each.
    built: of each shape those of the sawtooth made of it. most: the bound.
    """
    units = {sum(widths) for widths in shapes}
    lengths = {len(values) for values in (shapes, fresh, built, most) if values is not None}
    if len(units) != 1 or len(lengths) != 1:
        raise LimenError(
            f"Shapes of {sorted(units)} units, in lists of {sorted(lengths)} entries. Allowed: shapes of equally many "
            "units, one or more, and as many entries in every list."
        )
    figure = Figure(figsize=(8, 4.8), layout="constrained")
    axes = figure.subplots()
    places = range(len(shapes))
    if most is not None:
        axes.plot(places, most, "--", color=GREY, linewidth=1.5, label=word("most", language))
    if built is not None:
        axes.plot(places, built, "-s", color=ORANGE, markersize=7, label=word("built", language))
    for place, values in zip(places, fresh, strict=True):
        axes.plot([place] * len(values), values, "o", color=BLUE, markerfacecolor="none", markersize=5, alpha=0.6)
    medians = [float(np.median(values)) for values in fresh]
    axes.plot(places, medians, "-o", color=BLUE, markersize=7, label=word("fresh", language))
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(numticks=9))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_xticks(places, [shape(widths) for widths in shapes])
    axes.set_xlabel(word("pieces axis", language))
    axes.set_ylabel(word("pieces", language))
    axes.set_title(word("pieces title", language).format(n=units.pop()))
    axes.legend(loc="upper left")
    return figure
