"""Kinds of convolution drawn as wires: which places, and which channels, an output is wired to."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from torch import Tensor

from limen.views.style import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, SKY
from limen.views.words import word

SHARED = (BLUE, ORANGE, GREEN, PURPLE)  # a weight that is shared has one colour
LOW, HIGH = 0.0, 1.0


def spread(count: int) -> list[float]:
    """Places side by side, their middle at 0."""
    return [i - (count - 1) / 2 for i in range(count)]


def dots(axes: Axes, places: Sequence[float], y: float, colour: str) -> None:
    """A row of numbers."""
    axes.scatter(places, [y] * len(places), s=64, color=colour, zorder=3, edgecolors="white", linewidths=1.0)


def stretched(count: int, wide: int) -> list[float]:
    """So many places over the width of `wide`."""
    return [x * wide / count for x in spread(count)]


def draw_wires(axes: Axes, table: Tensor) -> None:
    """Inputs below, outputs above, a line for each wire; wires that share a weight have one colour."""
    outputs, inputs = table.shape
    below, above = stretched(inputs, max(outputs, inputs)), stretched(outputs, max(outputs, inputs))
    few = int(table.max()) <= len(SHARED)
    lines, colours = [], []
    for o, i in table.nonzero().tolist():
        lines.append([(below[i], LOW), (above[o], HIGH)])
        colours.append(SHARED[int(table[o, i]) - 1] if few else "#C4CAD3")
    axes.add_collection(LineCollection(lines, colors=colours, linewidths=1.8 if few else 0.8))
    dots(axes, below, LOW, GREY)
    dots(axes, above, HIGH, RED)


def finish(axes: Axes, wide: float, title: str, high: float = HIGH) -> None:
    """Room around the dots, and a title."""
    axes.set(xlim=(-wide / 2 - 0.3, wide / 2 + 0.3), ylim=(LOW - 0.16, high + 0.16))
    axes.axis("off")
    axes.set_title(title, loc="center")


def wires(value: Mapping[str, Tensor], options: Mapping[str, int | float], language: str) -> Figure:
    """Which places: a panel for each kind."""
    figure = Figure(figsize=(11.4, 4.6), layout="constrained")
    panels = list(figure.subplots(2, 3).flat)
    for axes, (name, table) in zip(panels, value.items(), strict=False):
        draw_wires(axes, table)
        told = word(f"kind {name}", language)
        finish(axes, 8, f"{told} · {word('n wires', language).format(n=int(table.count_nonzero()))}")
    legend = panels[len(value)]
    legend.axis("off")
    legend.text(0.02, 0.55, word("wires legend", language), fontsize=11, va="center", transform=legend.transAxes)
    return figure


def draw_stage(axes: Axes, table: Tensor, side: int, low: float) -> None:
    """One step from channels to channels; a thick wire stands for a window of several places."""
    outputs, inputs = table.shape
    below, above = spread(inputs), spread(outputs)
    for o, i in table.nonzero().tolist():
        axes.plot([below[i], above[o]], [low, low + 1], color=BLUE if side > 1 else ORANGE,
                  linewidth=3.4 if side > 1 else 1.2, alpha=0.75 if side > 1 else 1.0)  # fmt: skip


def channels(
    value: Mapping[str, Sequence[tuple[Tensor, int]]], options: Mapping[str, int | float], language: str
) -> Figure:
    """Which channels: a panel for each kind, a row of dots for the channels before and after each step."""
    figure = Figure(figsize=(11.4, 3.8), layout="constrained")
    for axes, (name, stages) in zip(figure.subplots(1, len(value)), value.items(), strict=True):
        for step, (table, side) in enumerate(stages):
            draw_stage(axes, table, side, float(step))
        for step in range(len(stages) + 1):
            colour = GREY if step == 0 else (RED if step == len(stages) else SKY)
            dots(axes, spread(4), float(step), colour)
        finish(axes, 4, word(f"kind {name}", language), 2.0)
    figure.supxlabel(word("channels legend", language), fontsize=11)
    return figure


def costs(value: Mapping[str, Any], options: Mapping[str, int | float], language: str) -> Figure:
    """Weights and multiply-adds of each kind, a bar for each."""
    figure = Figure(figsize=(11.4, 4.2), layout="constrained")
    names = [word(f"kind {name}", language) for name in value]
    for axes, which, title in zip(figure.subplots(1, 2), (0, 1), ("weights each", "multiply-adds each"), strict=True):
        sizes = [told[which] for told in value.values()]
        axes.barh(names, sizes, color=[BLUE, SKY, GREEN, ORANGE, PURPLE, GREY, RED], height=0.7)
        for place, size in enumerate(sizes):
            axes.annotate(f"{size:,}", (size, place), (5, 0), textcoords="offset points", va="center", fontsize=10)
        axes.invert_yaxis()
        axes.set_xlim(0, max(sizes) * 1.34)
        axes.set_xticks([])
        axes.grid(visible=False)
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.set_title(word(title, language))
    return figure
