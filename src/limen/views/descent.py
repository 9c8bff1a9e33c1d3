"""Optimizers seen on a surface of two weights, and what Adam's bias correction is for."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from limen.explain.paths import SURFACES, Surface, adam_path, path
from limen.train.plan import Optimizer
from limen.views.finding import Lane
from limen.views.panels import look
from limen.views.style import BLUE, COUNTS, INK, RED
from limen.views.words import word

STEPS = 200
LOWEST = 1e-7  # height down to which the ways are followed
STRETCH = 6.0  # the plans' rates times this: the surface is wider than a net's weights move
FIRST = 1000  # steps of Adam whose lengths are shown
EARLY, EARLY_RATE = 30, 0.3  # steps of Adam whose way is shown, and their rate
GRID = 160
FAR = 1e3  # a way that has left the surface is not followed


def ground(axes: Axes, surface: Surface) -> None:
    """The surface as lines of equal height, closer where it is steep; the lowest point as a star."""
    left, right, bottom, top = surface.box
    a, b = torch.linspace(left, right, GRID), torch.linspace(bottom, top, GRID)
    heights = surface.height(torch.stack(torch.meshgrid(a, b, indexing="xy"), dim=-1))
    levels = float(heights.max()) * np.linspace(0.03, 1, 13) ** 2
    axes.contour(a, b, heights, levels=levels, cmap=COUNTS.reversed(), linewidths=0.7, alpha=0.55)
    axes.plot(*surface.lowest, "*", color=INK, markersize=13, zorder=4)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    axes.grid(visible=False)


def draw_way(axes: Axes, way: Tensor, **style: Any) -> None:
    """A way as a line with its first places as dots, as far as it stays near."""
    way = way.where(way.abs() < FAR, torch.nan)
    axes.plot(way[:, 0], way[:, 1], linewidth=1.6, zorder=3, **style)
    axes.plot(way[:16, 0], way[:16, 1], "o", markersize=3.6, zorder=3, color=style["color"])
    axes.plot(*way[0], "s", color=INK, markersize=6, zorder=4)


def spec_of(lane: Lane) -> Optimizer:
    """The variant's optimizer, at its rate for the surface."""
    made = lane.finding.run.record["experiment"]["plan"]["optimizer"]
    return Optimizer(made["name"], made["lr"] * STRETCH, made["options"])


def ways(lanes: Sequence[Lane]) -> Figure | None:
    """The way of every variant's optimizer down one valley, and the height by step."""
    surface, language = SURFACES["valley"], lanes[0].finding.language
    across = 3
    down = -(-(len(lanes) + 1) // across)
    figure = Figure(figsize=(4.2 * across, 3.2 * down + 0.2), layout="constrained")
    every = figure.subplots(down, across, squeeze=False).flatten()
    last = every[len(lanes)]
    for number, (axes, lane) in enumerate(zip(every, lanes, strict=False)):
        spec = spec_of(lane)
        style: Any = look(number)
        way = path(surface, spec, STEPS)
        ground(axes, surface)
        draw_way(axes, way, color=style["color"])
        axes.set_title(word("way of", language).format(label=lane.label, rate=spec.lr))
        last.plot(surface.height(way).clamp(LOWEST / 10, FAR), label=lane.label, **style)
    last.legend(fontsize=8.5, loc="lower left", handlelength=2.4)
    last.set_yscale("log")
    last.set_ylim(bottom=LOWEST)
    last.set_title(word("height by step", language))
    last.set_xlabel(word("step", language))
    for axes in every[len(lanes) + 1 :]:
        axes.set_visible(False)
    return figure


def bias_correction(lanes: Sequence[Lane]) -> Figure | None:
    """Adam with and without its correction: how long its steps are on a slope of 1, and the first steps in a valley."""
    language, surface = lanes[0].finding.language, SURFACES["valley"]
    names = {True: "corrected", False: "uncorrected"}
    colours = {True: BLUE, False: RED}
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    ground(right, surface)
    for corrected, name in names.items():
        flat = adam_path(torch.ones_like, torch.zeros((), dtype=torch.float64), FIRST, 1.0, corrected=corrected)
        style: Any = {"color": colours[corrected], "label": word(name, language)}
        left.plot(range(1, FIRST + 1), -flat.diff(), **style)
        start = torch.tensor(surface.start, dtype=torch.float64)
        way = adam_path(lambda w: slope(surface, w), start, EARLY, EARLY_RATE, corrected=corrected)
        draw_way(right, way, **style)
    left.set_xscale("log")
    left.set_ylim(bottom=0)
    left.set_xlabel(word("step", language))
    left.set_title(word("step length", language))
    right.set_title(word("first steps", language).format(steps=EARLY))
    left.legend()
    return figure


def slope(surface: Surface, w: Tensor) -> Tensor:
    """The gradient of a surface at w: (2,)."""
    w = w.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(surface.height(w), w)
    return gradient
