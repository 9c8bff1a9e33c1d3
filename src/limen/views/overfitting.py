"""Overfitting seen: how far training and validation part, and what a penalty does to the weights."""

from collections.abc import Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from limen.nets.rbm import RBM
from limen.views.finding import Finding, Lane
from limen.views.panels import COLOURS
from limen.views.style import BLUE, INK, ORANGE
from limen.views.words import word

BINS = 61


def pair_of(lane: Lane, measure: str) -> tuple[float, float] | None:
    """(on the training split, on the validation split) of the kept weights: means over the seeds."""
    names = (f"validation_{measure}", f"{measure}_gap")
    if not all(name in result for result in lane.results for name in names):
        return None
    held, gap = (float(np.mean([result[name] for result in lane.results])) for name in names)
    return (held - gap if measure == "loss" else held + gap), held


def draw_gaps(axes: Axes, pairs: Sequence[tuple[float, float]], labels: Sequence[str], falling: bool) -> None:
    """For each variant a bar from training to validation, the first on top; the gap beside it, above 0 where training
    is ahead. `falling`: the lower the better.
    """
    reach = max(max(pair) for pair in pairs) - min(min(pair) for pair in pairs)
    for place, (train, held) in enumerate(pairs):
        axes.plot([train, held], [place, place], color="#CBD5E1", linewidth=7, solid_capstyle="round", zorder=1)
        axes.plot(train, place, "o", color=BLUE, markersize=9, zorder=2)
        axes.plot(held, place, "D", color=ORANGE, markersize=8, zorder=3)
        ahead = held - train if falling else train - held
        axes.text(
            max(train, held) + 0.04 * reach,
            place,
            f"{ahead:+.2f}".replace("-", "−"),
            va="center",
            fontsize=10,
            color=INK,
        )
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    left, right = min(min(pair) for pair in pairs), max(max(pair) for pair in pairs)
    axes.set_xlim(left - 0.06 * reach, right + 0.2 * reach)
    axes.grid(visible=False, axis="y")


def gaps(lanes: Sequence[Lane]) -> Figure | None:
    """Training beside validation for each variant, in the measure people read and in the loss."""
    language = lanes[0].finding.language
    read = [m.removesuffix("_gap") for m in lanes[0].results[0] if m.endswith("_gap") and m != "loss_gap"]
    measures = [m for m in (*read[:1], "loss") if all(pair_of(lane, m) for lane in lanes)]
    if not measures:
        return None
    figure = Figure(figsize=(5.6 * len(measures) + 0.6, 0.52 * len(lanes) + 1.7), layout="constrained")
    every = figure.subplots(1, len(measures), squeeze=False, sharey=True)[0]
    for axes, measure in zip(every, measures, strict=True):
        draw_gaps(
            axes,
            [p for lane in lanes if (p := pair_of(lane, measure))],
            [lane.label for lane in lanes],
            measure == "loss",
        )
        axes.set_title(word(measure, language))
    marks = [
        every[0].plot([], [], mark, color=colour, markersize=8, label=word(name, language))[0]
        for mark, colour, name in (("o", BLUE, "on training examples"), ("D", ORANGE, "on validation examples"))
    ]
    figure.legend(handles=marks, loc="outside lower center", ncols=2)
    return figure


def weights_of(finding: Finding) -> tuple[Tensor, float]:
    """All weights that the net kept, in one row; and the length of the longest weight vector into a unit."""
    turned = {id(m.weight) for m in finding.net.modules() if isinstance(m, RBM)}  # their units are the columns
    matrices = [
        (p.T if id(p) in turned else p).detach().cpu().double() for p in finding.net.parameters() if p.ndim >= 2
    ]
    longest = max(float(w.flatten(1).norm(dim=1).max()) for w in matrices)
    return torch.cat([w.flatten() for w in matrices]), longest


def draw_weights(axes: Axes, finding: Finding, reach: float, colour: str) -> None:
    """A histogram with a logarithmic count; the exact zeros as a bar of their own."""
    weights, longest = weights_of(finding)
    zeros = int((weights == 0).sum())
    axes.hist(weights[weights != 0].numpy(), bins=BINS, range=(-reach, reach), color=colour)
    if zeros:
        axes.bar(0, zeros, width=2.2 * reach / BINS, color=INK, zorder=3)
    axes.set_yscale("log")
    axes.set_ylim(0.7, len(weights) * 8.0)  # room for the words above the tallest bar there can be
    told = word("zeros and norm", finding.language).format(zeros=zeros / len(weights), norm=longest)
    axes.text(0.98, 0.97, told, transform=axes.transAxes, ha="right", va="top", fontsize=9, color=INK)


def reach_of(findings: Sequence[Finding]) -> float:
    """How far from 0 the weights are drawn: what holds all but one in two thousand of the widest net."""
    return max(float(np.quantile(weights_of(f)[0].abs().numpy(), 0.9995)) for f in findings)


def weights_beside(lanes: Sequence[Lane]) -> Figure | None:
    """The weights of every variant as a histogram, all on one scale."""
    reach, across = reach_of([lane.finding for lane in lanes]), min(4, len(lanes))
    down = -(-len(lanes) // across)
    figure = Figure(figsize=(3.3 * across, 2.7 * down + 0.3), layout="constrained")
    every = figure.subplots(down, across, squeeze=False, sharex=True, sharey=True).flatten()
    for number, (axes, lane) in enumerate(zip(every, lanes, strict=False)):
        draw_weights(axes, lane.finding, reach, COLOURS[number % len(COLOURS)])
        axes.set_title(lane.label)
    for axes in every[len(lanes) :]:
        axes.set_visible(False)
    figure.supxlabel(word("weight", lanes[0].finding.language), fontsize=11)
    figure.supylabel(word("weights of the net", lanes[0].finding.language), fontsize=11)
    return figure


def weights(finding: Finding) -> Figure | None:
    """The weights of one net as a histogram."""
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.subplots()
    draw_weights(axes, finding, reach_of([finding]), BLUE)
    axes.set_xlabel(word("weight", finding.language))
    axes.set_ylabel(word("weights of the net", finding.language))
    return figure
