"""Figures of the lesson on descent: paths on curves and surfaces."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from limen.views.style import BLUE, COUNTS, GREEN, GREY, INK, ORANGE, RED
from limen.views.words import word

FAR = 1e3  # a path that diverges is drawn no farther out than this


def leaves(axes: Axes, path: Any, language: str) -> None:
    """Say so when a path ends outside of what is shown."""
    low, high = axes.get_xlim() if path.ndim == 1 else axes.get_ylim()
    last = path[-1] if path.ndim == 1 else path[-1, 1]
    if not low <= last <= high:
        told, box = word("left the picture", language), {"facecolor": "white", "edgecolor": RED, "pad": 5}
        axes.text(0.97, 0.06, told, transform=axes.transAxes, ha="right", color=RED, bbox=box, zorder=9)


def curve(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """Steps down the curve, each a dot, joined in their order."""
    figure = Figure(figsize=(7.2, 4.4), layout="constrained")
    axes = figure.subplots()
    path = np.clip(np.array(value["path"]), -FAR, FAR)
    axes.plot(value["w"], value["loss"], color=GREY, linewidth=1.6)
    label = word("curve with rate", language).format(n=len(path) - 1, rate=options["rate"])
    axes.plot(path, (path - 3) ** 2, "-o", color=BLUE, linewidth=1.3, alpha=0.85, label=label)
    axes.annotate(word("start", language), (path[0], (path[0] - 3) ** 2), (8, 4), textcoords="offset points")
    axes.set_xlim(-3, 9)
    axes.set_ylim(-1.5, 37)
    axes.set_xlabel("w")
    axes.set_ylabel("(w - 3)²")
    axes.legend(loc="upper center")
    leaves(axes, path, language)
    return figure


def rates(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """The distance left after each step, for four rates."""
    figure = Figure(figsize=(7.6, 4.4), layout="constrained")
    axes = figure.subplots()
    for (name, left), colour, mark in zip(value.items(), (BLUE, GREEN, ORANGE, RED), "os^D", strict=True):
        label = word("rate of", language).format(rate=name.removeprefix("rate "))
        axes.plot(np.maximum(np.asarray(left), 1e-8), f"-{mark}", color=colour, label=label)
    axes.set_yscale("log")
    axes.set_xlabel(word("step number", language))
    axes.set_ylabel(word("distance", language))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="lower left")
    return figure


def rings(axes: Axes, x: Any, y: Any, loss: Any) -> None:
    """Lines of equal loss, closer together near the bottom."""
    levels = loss.min() + (loss.max() - loss.min()) * np.linspace(0.03, 1, 14) ** 2
    axes.contourf(x, y, loss, levels=np.concatenate([[loss.min()], levels]), cmap=COUNTS, alpha=0.35)
    axes.contour(x, y, loss, levels=levels, colors=GREY, linewidths=0.7)
    axes.grid(visible=False)


def valley(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """The path over the rings of the surface."""
    figure = Figure(figsize=(9.2, 4.4), layout="constrained")
    axes = figure.subplots()
    path = np.clip(np.array(value["path"]), -FAR, FAR)
    rings(axes, value["a"], value["b"], value["loss"])
    axes.plot(path[:, 0], path[:, 1], "-o", color=RED, linewidth=1.6, markersize=4.5)
    axes.plot(0, 0, "P", color=INK, markersize=10)
    axes.annotate(word("start", language), tuple(path[0]), (-8, 8), textcoords="offset points", ha="right")
    axes.set_xlim(-5, 5)
    axes.set_ylim(-2, 2)
    axes.set_aspect("equal")
    axes.set_xlabel("a")
    axes.set_ylabel("b")
    axes.set_title(word("curve with rate", language).format(n=len(path) - 1, rate=options["rate"]))
    leaves(axes, path, language)
    return figure


def hollows(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """Two paths into two hollows."""
    figure = Figure(figsize=(7.6, 4.4), layout="constrained")
    axes = figure.subplots()
    axes.plot(value["w"], value["loss"], color=GREY, linewidth=1.6)
    for (start, (w, loss)), colour, mark in zip(value["paths"].items(), (BLUE, RED), "os", strict=True):
        axes.plot(w, loss, mark, color=colour, alpha=0.6, label=word("from", language).format(start=start))
        axes.annotate(f"w = {w[-1]:.2f}", (w[-1], loss[-1]), (0, -20), textcoords="offset points", ha="center")
    axes.set_ylim(-4.7, 8)
    axes.set_xlabel("w")
    axes.set_ylabel("w⁴ - 3w² + w")
    axes.legend(loc="upper center")
    return figure


def batches(value: Any, options: Mapping[str, int | float], language: str) -> Figure:
    """One epoch in three ways over the same rings."""
    figure = Figure(figsize=(11.4, 4.4), layout="constrained")
    titles = {"batch": "all at once", "mini-batch": "mini-batches", "stochastic": "one by one"}
    for axes, (name, path) in zip(figure.subplots(1, 3, sharey=True), value["paths"].items(), strict=True):
        rings(axes, value["w"], value["b"], value["loss"])
        way = np.array(path)
        few = len(way) < 100
        axes.plot(way[:, 0], way[:, 1], "-o" if few else "-", color=RED, linewidth=1.6 if few else 0.9, markersize=4)
        axes.plot(*value["best"], "P", color=INK, markersize=10)
        axes.plot(*way[0], "o", color=INK, markersize=7)
        axes.annotate(word("start", language), tuple(way[0]), (6, 8), textcoords="offset points")
        axes.set_title(word(titles[name], language).format(n=len(way) - 1, size=value["batch"]))
        axes.set_xlabel(word("slope w", language))
        axes.set_aspect("equal")
    figure.axes[0].set_ylabel(word("offset b", language))
    return figure
