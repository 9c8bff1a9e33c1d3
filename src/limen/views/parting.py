"""Can a line do it? The widest line where there is one, the proof that there is none where there is not."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from limen.data.dataset import as_input
from limen.explain.separable import separable
from limen.views.finding import Finding, Lane
from limen.views.planes import applies, hidden_layer, limits, scatter
from limen.views.style import GREEN, GREY, INK, PURPLE, RED
from limen.views.words import word


def has_two(finding: Finding) -> bool:
    """Whether the data are points of a plane in two classes, and few."""
    return applies(finding) and len(finding.data.classes) == 2 and len(finding.data.train) <= 300


def draw_parting(axes: Axes, finding: Finding) -> None:
    """The points with the widest line and its margin, or with the weights whose means coincide."""
    language = finding.language
    x, y = as_input(finding.data.train.x, finding.data.scale).cpu().float(), finding.data.train.y.cpu()
    found = separable(x.double().numpy(), y.numpy())
    a, b, c, d = limits(x)
    if found.line is not None:
        line, run = found.line, np.array([a - 1, b + 1])
        w, bias = line.weights, line.bias
        for shift, style in ((0.0, "-"), (line.margin, ":"), (-line.margin, ":")):
            if abs(w[1]) > 1e-9:
                axes.plot(run, (shift - bias - w[0] * run) / w[1], style, color=INK, linewidth=1.6)
            else:
                axes.axvline((shift - bias) / w[0], linestyle=style, color=INK, linewidth=1.6)
        title = word("a line parts", language).format(bound=f"{line.most_mistakes:.0f}")
    elif found.overlap is not None:
        proof = found.overlap
        for rows, colour in ((proof.ones, GREEN), (proof.zeros, PURPLE)):
            for row in rows:
                axes.plot(*zip(x[row].tolist(), proof.point, strict=True), "--", color=colour, linewidth=1.6)
        axes.plot(*proof.point, "X", color=RED, markersize=13, zorder=4)
        title = word("no line parts", language)
    scatter(axes, x, y, finding.data.classes)
    axes.set_xlim(a - 0.15, b + 0.15)
    axes.set_ylim(c - 0.15, d + 0.15)
    names = finding.data.columns or ("x", "y")
    axes.set_xlabel(names[0])
    axes.set_ylabel(names[1])
    axes.text(0.5, 1.015, title, transform=axes.transAxes, ha="center", va="bottom", fontsize=9.5, color=GREY)


def parting(finding: Finding) -> Figure | None:
    """One run's points and the line or the proof. None where the data are no plane of two classes."""
    if not has_two(finding):
        return None
    figure = Figure(figsize=(5.4, 5), layout="constrained")
    axes = figure.subplots()
    draw_parting(axes, finding)
    axes.legend(title=word("class", finding.language), loc="center right", frameon=True, framealpha=0.9)
    return figure


def parting_beside(lanes: Sequence[Lane]) -> Figure | None:
    """The same for every variant that has a plane and no hidden layer."""
    lanes = [lane for lane in lanes if has_two(lane.finding) and hidden_layer(lane.finding.net) is None]
    if not lanes:
        return None
    figure = Figure(figsize=(3.5 * len(lanes), 3.9), layout="constrained")
    for axes, lane in zip(figure.subplots(1, len(lanes), squeeze=False)[0], lanes, strict=True):
        draw_parting(axes, lane.finding)
        axes.set_title(lane.label, pad=22)
    return figure
