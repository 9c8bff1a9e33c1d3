"""Figures of a comparison: every run's learning curves on the same axes, and the means with their intervals.

A group keeps its colour and its dash everywhere; the dash tells groups apart where colours cannot, in print or for
colour-blind eyes.
"""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from limen.runs.compare import Comparison, means
from limen.runs.contrast import measures
from limen.runs.differences import Group
from limen.views.curves import WIDE
from limen.views.style import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, SKY
from limen.views.words import word

COLOURS = (BLUE, RED, GREEN, PURPLE, ORANGE, SKY, GREY)
DASHES = ((), (5, 2), (1.2, 1.2), (6, 1.5, 1.2, 1.5), (10, 2))  # on, off, … in line widths; () is unbroken
ACROSS = 3  # axes in a row
LONGEST = 34  # letters of a label
BELOW = 0.27  # how far below its mean a run's ring stands, in rows


def look(number: int) -> dict[str, Any]:
    """Colour and dash of a group by its place: 35 groups all differ."""
    dash = DASHES[number % len(DASHES)]
    return {"color": COLOURS[number % len(COLOURS)], "linestyle": (0, dash) if dash else "-"}


def label(group: Group) -> str:
    """A group's letter and its runs, shortened; a dollar sign would begin a formula."""
    more = f" … ({len(group.names)})" if len(group.names) > 1 else ""
    name = group.names[0]
    name = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return f"{group.letter}  {name}{more}".replace("$", r"\$")


def draw(axes: Axes, journals: Sequence[Sequence[list[dict[str, Any]]]], measure: str) -> None:
    """One measure of every run, epoch by epoch; a dot ends each line. The training loss is a mean over its epoch."""
    shift, lowest, highest = 0.5 if measure.startswith("train_") else 0.0, float("inf"), 0.0
    for i, runs in enumerate(journals):
        for journal in runs:
            points = [(line["epoch"] - shift, line[measure]) for line in journal if measure in line and "epoch" in line]
            if not points:
                continue
            x, y = zip(*points, strict=True)
            axes.plot(x, y, marker="o", markevery=[-1], alpha=1 if len(runs) == 1 else 0.75, **look(i))
            lowest, highest = min(lowest, *y), max(highest, *y)
    if lowest > 0 and lowest * WIDE < highest and "loss" in measure:
        axes.set_yscale("log")


def curves(comparison: Comparison, language: str) -> Figure | None:
    """Training loss, validation loss, and what else validation measured, on axes of their own; None without epochs."""
    journals = [[run.metrics() for run in group.runs] for group in comparison.groups]
    known = {name: 0.0 for runs in journals for journal in runs for line in journal[:1] for name in measures(line)}
    names = sorted(measures(known), key=lambda name: ("train_loss", "validation_loss", name).index(name))
    if not names:
        return None
    across, down = min(ACROSS, len(names)), -(-len(names) // ACROSS)
    figure = Figure(figsize=(10.4, 0.4 + 3.5 * down), layout="constrained")
    grid = figure.subplots(down, across, squeeze=False, sharex=True).flat
    for axes in grid[len(names) :]:
        axes.set_axis_off()
    for axes, measure in zip(grid, names, strict=False):
        draw(axes, journals, measure)
        axes.set_title(word(measure, language))
        axes.set_xlabel(word("epoch", language))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.tick_params(labelbottom=True)
    lines = [Line2D([], [], label=label(group), **look(i)) for i, group in enumerate(comparison.groups)]
    figure.legend(handles=lines, loc="outside upper left", ncols=3, handlelength=4)
    return figure


def intervals(comparison: Comparison, language: str) -> Figure | None:
    """The test measures: each run a ring, each group's mean a mark with its interval; None where nothing repeats."""
    tested = {name: own for name, own in comparison.final.items() if name.startswith("test_")}
    if not any(len(own) > 1 for values in tested.values() for own in values):
        return None
    groups, across = comparison.groups, min(ACROSS, len(tested))
    figure = Figure(figsize=(10.4, 1.1 + 0.5 * len(groups)), layout="constrained")
    for axes, (measure, values) in zip(figure.subplots(1, across, squeeze=False)[0], tested.items(), strict=False):
        for i, (own, summed) in enumerate(zip(values, means(values), strict=True)):
            colour = COLOURS[i % len(COLOURS)]
            axes.plot(own, [i + BELOW] * len(own), "o", markerfacecolor="none", color=colour, markersize=6)
            if summed and len(own) > 1:
                half = summed.mean - summed.low
                axes.errorbar(summed.mean, i, xerr=half, fmt="D", color=colour, capsize=5, markersize=7)
        axes.set_yticks(range(len(groups)), [group.letter for group in groups])
        axes.set_ylim(len(groups) - 0.4, -0.5)
        axes.set_title(word(measure, language))
    return figure
