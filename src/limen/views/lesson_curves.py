"""Figures of the lessons on gradients, activations and losses."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from limen.views.style import BLUE, GREEN, GREY, INK, ORANGE, RED
from limen.views.words import word

NAMES = {
    "step": "step function",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "ReLU",
    "leaky-relu": "leaky ReLU",
    "softmax": "softmax (x, 0, 1)",
    "identity": "identity",
}


def forgotten(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """Descent with gradients zeroed and not: the ways on the curve, and w after each step."""
    figure = Figure(figsize=(10, 4.0), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(value["w"], value["loss"], color=GREY, linewidth=1.5)
    right.axhline(0, color=GREY, linewidth=1.2)
    looks = (("zeroed", "gradients zeroed", BLUE, "o"), ("forgotten", "zeroing forgotten", RED, "s"))
    for name, label, colour, mark in looks:
        path = np.array(value["paths"][name])
        left.plot(path, path**2, mark, color=colour, alpha=0.75, markersize=7)
        right.plot(path, f"-{mark}", color=colour, label=word(label, language))
    left.set_xlabel("w")
    left.set_ylabel("w²")
    right.set_xlabel(word("step number", language))
    right.set_ylabel("w")
    right.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.legend(loc="outside upper center", ncols=2)
    return figure


def activations(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """Each activation with its derivative, all on the same scale."""
    figure = Figure(figsize=(11, 5.6), layout="constrained")
    grid = figure.subplots(2, 4, sharex=True, sharey=True).flat
    x = value["x"]
    for axes, (name, title) in zip(grid, NAMES.items(), strict=False):
        y, slope = value[name]
        axes.axhline(0, color=GREY, linewidth=0.9)
        axes.axvline(0, color=GREY, linewidth=0.9)
        middle = len(x) // 2
        for part in (slice(0, middle), slice(middle, None)) if name == "step" else (slice(None),):  # it jumps at 0
            axes.plot(x[part], y[part], color=BLUE)
        axes.plot(x, slope, color=RED, linestyle=(0, (4, 1.6)), linewidth=1.9)
        axes.set_title(word(title, language))
        axes.set_ylim(-1.35, 2.6)
        axes.set_xlim(-4, 4)
        axes.set_xticks([-3, 0, 3])
    grid[1].annotate(
        word("at most a quarter", language),
        (0, 0.25),
        (-3.7, 1.35),
        color=RED,
        arrowprops={"arrowstyle": "->", "color": RED},
    )
    grid[4].set_title(f"{word('leaky ReLU', language)} ({options['slope']:g})")
    last = grid[7]
    last.set_axis_off()
    last.plot([], [], color=BLUE, label=word("the function", language))
    last.plot([], [], color=RED, linestyle=(0, (4, 1.6)), label=word("its slope", language))
    last.legend(loc="center", fontsize=13)
    return figure


def stairs(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """Above the loss, below the accuracy, along one weight."""
    figure = Figure(figsize=(8.4, 5.4), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    w, loss, accuracy = value["weight"], value["loss"], value["accuracy"]
    above.plot(w, loss, color=BLUE)
    below.plot(w, accuracy, color=ORANGE, drawstyle="steps-mid")
    best = int(np.argmin(loss))
    for axes, curve in ((above, loss), (below, accuracy)):
        axes.axvline(w[best], color=GREY, linestyle="--", linewidth=1.4)
        axes.plot(w[best], curve[best], "o", color=INK, markersize=7)
    lowest = word("lowest loss", language).format(w=w[best])
    above.annotate(lowest, (w[best], loss[best]), (10, 52), textcoords="offset points")
    arrows(above, w, loss, value["slope of the loss"])
    above.set_ylabel(word("loss", language))
    below.set_ylabel(word("accuracy", language))
    below.set_xlabel(word("weight", language))
    below.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    return figure


def arrows(axes: Axes, w: Any, loss: Any, slope: Any) -> None:
    """At a few places the way down, as the slope tells it."""
    for at in (60, 180, 300, 640, 740):
        way, over = -0.6 * np.sign(slope[at]), loss[at] + 0.09 * np.ptp(loss)
        axes.annotate(
            "",
            (w[at] + way, over + slope[at] * way),
            (w[at], over),
            arrowprops={"arrowstyle": "-|>", "color": GREEN, "linewidth": 2},
        )
