"""How signals travel through a net, seen: activations and gradients layer by layer, before and after training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray
from torch import Tensor, nn

from limen.explain.signals import LayerSignals, batch_of, measurable, signals
from limen.nets.begin import drawn, load_matching
from limen.nets.build import UNSUPERVISED
from limen.train.objectives import OBJECTIVES
from limen.views.finding import Finding, Lane
from limen.views.panels import COLOURS, lane_curves, look
from limen.views.style import BLUE, GREY
from limen.views.words import word

BINS = 45
PALE = "#B6C2CF"
EDGE = 0.002  # share of the most extreme activations, at each end, that the drawing leaves out


@dataclass(frozen=True)
class Both:
    """A net's signals on the same batch: with the weights that training began with, and with those it kept."""

    before: tuple[LayerSignals, ...]
    after: tuple[LayerSignals, ...]


def begun(finding: Finding) -> nn.Module:
    """The run's net with the weights that its training began with."""
    record = finding.run.record
    made = record["experiment"]
    net = drawn(
        made["net"]["name"], finding.data.shape, record["data"]["outputs"], made["net"]["options"], made["plan"]["seed"]
    )
    load_matching(net, finding.run.begin_weights())
    return net.to(next(finding.net.parameters()))


def both(finding: Finding) -> Both | None:
    """The signals before and after training; None of a net that learns without labels, or has no layers to measure."""
    made = finding.run.record["experiment"]
    if made["net"]["name"] in UNSUPERVISED or not measurable(finding.net):
        return None
    batch, objective, auxiliary = batch_of(finding.data), OBJECTIVES[made["objective"]], made["plan"]["auxiliary"]
    return Both(*(signals(net, *batch, objective, auxiliary=auxiliary) for net in (begun(finding), finding.net)))


def all_both(lanes: Sequence[Lane]) -> list[tuple[Lane, Both]]:
    """The variants whose signals can be measured, with their signals."""
    return [(lane, found) for lane in lanes if (found := both(lane.finding)) is not None]


def supervised(lanes: Sequence[Lane]) -> list[Lane]:
    """The variants that learn from labels."""
    return [lane for lane in lanes if lane.finding.run.record["experiment"]["net"]["name"] not in UNSUPERVISED]


def scored_curves(lanes: Sequence[Lane]) -> Figure | None:
    """The learning curves of the variants that learn from labels."""
    return lane_curves(supervised(lanes))


def places(layers: Sequence[LayerSignals], language: str) -> list[str]:
    """The layers as the axis names them: hidden ones by number, then the output."""
    return [*(str(i) for i in range(1, len(layers))), word("output layer", language)]


def draw_gradients(axes: Axes, layers: Sequence[LayerSignals], label: str, **style: Any) -> None:
    """The mean |gradient| of a weight, layer by layer; layers without any leave a gap."""
    values = [layer.mean_gradient for layer in layers]
    if not any(values[:-1] or values):
        label = f"{label}: 0"
    places = range(1, len(values) + 1)
    axes.plot(places, [v if v > 0 else np.nan for v in values], marker="o", label=label, **style)


def gradients_by_layer(lanes: Sequence[Lane]) -> Figure | None:
    """Before training and after it: the mean |gradient| of a weight, layer by layer, a line for each variant."""
    every = all_both(lanes)
    if not every:
        return None
    language = lanes[0].finding.language
    figure = Figure(figsize=(11.5, 5.6), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, when in ((left, "before"), (right, "after")):
        for number, (lane, found) in enumerate(every):
            draw_gradients(axes, getattr(found, when), lane.label, **look(number))
        dress(axes, every[0][1].before, language)
        axes.set_title(word(f"{when} training", language))
    left.set_ylabel(word("mean gradient", language))
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=min(4, len(every)))
    return figure


def dress(axes: Axes, layers: Sequence[LayerSignals], language: str) -> None:
    """A logarithmic scale, and the layers along the axis."""
    axes.set_yscale("log")
    axes.set_xticks(range(1, len(layers) + 1), places(layers, language))
    axes.set_xlabel(word("layer", language))


def shape_of(values: Tensor, low: float, high: float) -> NDArray[np.float64]:
    """How wide a half of a violin is in each bin: the root of the count, at most 1."""
    counts = torch.histc(values.double().flatten().cpu(), BINS, low, high)
    return (counts / counts.max().clamp(min=1)).sqrt().numpy()


def violins(axes: Axes, found: Both, colour: str) -> None:
    """The activations of each layer: a half violin before training on the left, one after it on the right."""
    layers = list(zip(found.before, found.after, strict=True))[:-1] or [(found.before[0], found.after[0])]
    every = torch.cat([layer.activation.double().flatten() for pair in layers for layer in pair]).cpu().numpy()
    low, high = np.quantile(every, [EDGE, 1 - EDGE])
    margin = max(0.04 * (high - low), 0.02)
    low, high = low - margin, high + margin
    heights = np.linspace(low, high, BINS)
    for place, pair in enumerate(layers, 1):
        for layer, side, shade in ((pair[0], -1, PALE), (pair[1], 1, colour)):
            width = shape_of(layer.activation, low, high)
            axes.fill_betweenx(heights, place, place + side * 0.44 * width, step="mid", color=shade, linewidth=0)
    axes.set_xticks(range(1, len(layers) + 1))
    axes.set_xlim(0.4, len(layers) + 0.6)
    axes.set_ylim(low, high)


def activations_by_layer(lanes: Sequence[Lane]) -> Figure | None:
    """The activations of every hidden layer, before and after training, a drawing for each variant."""
    found = all_both(lanes)
    if not found:
        return None
    language = lanes[0].finding.language
    across = 2 if len(found) in (2, 4) else 3 if len(found) <= 6 else 4
    down = -(-len(found) // across)
    figure = Figure(figsize=(12.6 if across > 2 else 8.4, 2.6 * down + 0.7), layout="constrained")
    every = figure.subplots(down, across, squeeze=False).flatten()
    for number, (axes, (lane, own)) in enumerate(zip(every, found, strict=False)):
        violins(axes, own, COLOURS[number % len(COLOURS)])
        axes.set_title(lane.label)
        if number >= len(found) - across:
            axes.set_xlabel(word("hidden layer", language))
        if number % across == 0:
            axes.set_ylabel(word("activation", language))
    for axes in every[len(found) :]:
        axes.set_visible(False)
    sides = ((PALE, "before training"), (BLUE, "after training"))
    keys = [Patch(color=shade, label=word(name, language)) for shade, name in sides]
    figure.legend(handles=keys, loc="outside lower center", ncols=2)
    return figure


def signals_figure(finding: Finding) -> Figure | None:
    """One run: the activations of its hidden layers, and the gradients by layer, before and after training."""
    found = both(finding)
    if found is None:
        return None
    language = finding.language
    figure = Figure(figsize=(11, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    violins(left, found, BLUE)
    left.set_title(word("activations", language))
    left.set_xlabel(word("hidden layer", language))
    for layers, when, colour in ((found.before, "before training", GREY), (found.after, "after training", BLUE)):
        draw_gradients(right, layers, word(when, language), color=colour)
    dress(right, found.before, language)
    right.set_title(word("mean gradient", language))
    right.legend()
    return figure


def rates(lanes: Sequence[Lane]) -> Figure | None:
    """Validation accuracy after training by learning rate: a line for each way of normalising."""
    if not all("validation_accuracy" in result for lane in lanes for result in lane.results):
        return None
    language = lanes[0].finding.language
    groups: dict[str, list[tuple[float, float]]] = {}
    for lane in lanes:
        made = lane.finding.run.record["experiment"]
        reached = [result["validation_accuracy"] for result in lane.results]
        norm = str(made["net"]["options"].get("norm", "none"))
        groups.setdefault(norm, []).append((made["plan"]["optimizer"]["lr"], float(np.mean(reached))))
    figure = Figure(figsize=(6.6, 4.4), layout="constrained")
    axes = figure.subplots()
    for number, (norm, points) in enumerate(groups.items()):
        points.sort()
        x, y = zip(*points, strict=True)
        style: Any = look(number)
        axes.plot(x, y, marker="o", markersize=9, label=word(f"norm {norm}", language), **style)
    classes = len(lanes[0].finding.data.classes)
    axes.axhline(1 / classes, color=GREY, linestyle=":", linewidth=1.5, label=word("by chance", language))
    axes.set_xscale("log")
    every = sorted({rate for points in groups.values() for rate, _ in points})
    axes.set_xticks(every, [f"{rate:g}" for rate in every])
    axes.minorticks_off()
    axes.set_ylim(0, 1.03)
    axes.set_xlabel(word("rate", language))
    axes.set_ylabel(word("validation_accuracy", language))
    axes.legend(loc="center left")
    return figure
