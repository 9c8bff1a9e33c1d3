"""Curves that belong to a stage: histograms, the share of pixels no brighter, mappings, the variance between."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from limen.images.stage import Curve, Stage
from limen.views.image_words import image_word
from limen.views.style import BLUE, GREEN, GREY, INK, ORANGE, RED
from limen.views.words import word

LOOKS = {  # colour and dash, so that they stay apart in grey too
    "red": (RED, "-"),
    "green": (GREEN, (0, (5, 1.5))),
    "blue": (BLUE, (0, (1.5, 1))),
    "variance": (BLUE, "-"),
    "mapping": (BLUE, "-"),
}


def thousands(count: float, _: object) -> str:
    """A number of pixels as short as it can be read: 12k."""
    return f"{count / 1000:g}k" if count >= 1000 else f"{count:g}"


def histogram(axes: Axes, curve: Curve, language: str) -> None:
    """A filled histogram. One bin that towers over all others is cut off, so that the others can be seen."""
    axes.fill_between(curve.x, curve.y, step="mid", color=GREY, alpha=0.65, linewidth=0)
    axes.set_ylim(0, top_of(curve.y))
    axes.set_ylabel(image_word("curve", "histogram", language))
    count_pixels(axes)


def count_pixels(axes: Axes) -> None:
    """An axis of whole numbers of pixels."""
    axes.yaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(thousands))


def top_of(counts: np.ndarray) -> float:
    """Where the axis of a histogram ends."""
    highest, usual = float(counts.max()), float(np.sort(counts)[-min(4, len(counts))])
    return 1.08 * (highest if highest <= 4 * usual or usual == 0 else 2 * usual)


def cumulative(axes: Axes, curve: Curve, language: str, label: bool = True) -> None:
    """The share of pixels no brighter, 0 to 1, with an axis of its own at the right."""
    axes.plot(curve.x, curve.y, color=ORANGE, linewidth=2.4)
    axes.set_ylim(0, 1.03)
    if label:
        axes.set_ylabel(image_word("curve", "cumulative", language))


def draw(axes: Axes, stage: Stage, language: str) -> None:
    """All curves of a stage on one pair of axes."""
    curves = dict(stage.curves)
    axes.set_xlim(0, 1)
    axes.set_xlabel(word("image brightness axis", language))
    if "histogram" in curves:
        histogram(axes, curves.pop("histogram"), language)
        if "cumulative" in curves:
            beside = axes.twinx()
            beside.grid(visible=False)
            beside.spines["right"].set_visible(True)
            cumulative(beside, curves.pop("cumulative"), language)
    elif "cumulative" in curves:
        cumulative(axes, curves.pop("cumulative"), language)
    if "grey" in curves:
        histogram(axes, curves.pop("grey"), language)
    if "mapping" in curves:
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1.2, linestyle=":")
    for name, curve in curves.items():
        colour, dash = LOOKS[name]
        axes.plot(
            curve.x, curve.y, color=colour, linestyle=dash, linewidth=1.8, label=image_word("curve", name, language)
        )
        axes.set_ylabel(image_word("curve", name if len(curves) == 1 else "histogram", language))
    if len(curves) > 1:
        axes.set_ylim(0, top_of(np.concatenate([np.sort(curve.y)[-4:] for curve in curves.values()])))
        count_pixels(axes)
        axes.legend(loc="best", fontsize=9)
    if stage.mark is not None:
        axes.axvline(stage.mark, color=INK, linestyle="--", linewidth=1.6)


def curve_figure(stage: Stage, language: str) -> Figure:
    """The curves of a stage as a figure of their own."""
    figure = Figure(figsize=(5.0, 2.5), layout="constrained")
    draw(figure.subplots(), stage, language)
    return figure
