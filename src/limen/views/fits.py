"""Regression seen: the fitted curve over the points, and answers beside the truth.

A function of one variable can be drawn whole; of more, each answer is set against what it should have been.
"""

from collections.abc import Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from limen.explain.regions import most_pieces, regions_on_line
from limen.nets.dense import mlp
from limen.nets.sawtooth import sawtooth
from limen.views.finding import Finding, Lane
from limen.views.panels import COLOURS
from limen.views.regions import pieces_by_shape
from limen.views.style import BLUE, GREEN, GREY, INK, ORANGE, RED
from limen.views.words import word

PALE = "#B6C2CF"
UNITS, DRAWS = 24, 15  # hidden units in all, random nets of each shape


def is_curve(finding: Finding) -> bool:
    """Whether the test split is a curve over the first column: one number from one variable (and constants)."""
    x = finding.data.test.x
    if finding.data.classes or x.ndim != 2 or finding.outputs.numel() != len(x):
        return False
    return bool((x[:, 1:] == x[:1, 1:]).all()) and bool((x[1:, 0] >= x[:-1, 0]).all())


def draw_curve(axes: Axes, finding: Finding, outputs: Sequence[Tensor]) -> None:
    """Training points, the true curve, and the fitted ones: one for each tensor of outputs."""
    language, x = finding.language, finding.data.test.x[:, 0].cpu()
    points = finding.data.train
    few = len(points) <= 40
    axes.plot(
        points.x[:, 0].cpu(), points.y.cpu(), "o" if few else ".", color=INK if few else PALE,
        markersize=6 if few else 3, label=word("training points", language), zorder=3 if few else 1,
    )  # fmt: skip
    axes.plot(x, finding.targets.flatten(), "--", color=GREEN, linewidth=2, label=word("true curve", language))
    for number, each in enumerate(outputs):
        label = word("fitted curve" if len(outputs) == 1 else "fitted curves", language).format(n=len(outputs))
        axes.plot(
            x, each.flatten(), color=RED if len(outputs) == 1 else BLUE, linewidth=2 if len(outputs) == 1 else 1.4,
            alpha=1 if len(outputs) == 1 else 0.8, label="" if number else label, zorder=2,
        )  # fmt: skip
    axes.set_xlabel(finding.data.columns[0] if finding.data.columns else "x")


def curve_fit(finding: Finding) -> Figure | None:
    """The fitted curve over the points, beside the true one. None where the data are no curve."""
    if not is_curve(finding):
        return None
    figure = Figure(figsize=(7.6, 4.6), layout="constrained")
    axes = figure.subplots()
    draw_curve(axes, finding, [finding.outputs])
    axes.legend()
    return figure


def curve_fits(lanes: Sequence[Lane]) -> Figure | None:
    """The fitted curves of every variant, of each seed, side by side."""
    lanes = [lane for lane in lanes if is_curve(lane.finding)]
    if not lanes:
        return None
    across = min(len(lanes), 4 if len(lanes) > 6 or len(lanes) == 4 else 3)
    down = -(-len(lanes) // across)
    figure = Figure(figsize=(3.9 * across + 0.4, 3.3 * down + 0.5), layout="constrained")
    every = figure.subplots(down, across, squeeze=False).flatten()
    for axes, lane in zip(every, lanes, strict=False):
        draw_curve(axes, lane.finding, lane.outputs)
        counts = [result["linear_pieces"] for result in lane.results if "linear_pieces" in result]
        pieces = ""
        if counts:
            pieces = word("n pieces", lane.finding.language).format(n=f"{sum(counts) / len(counts):.0f}")
        axes.set_title("\n".join([lane.label, *([pieces] if pieces else [])]))
    for axes in every[len(lanes) :]:
        axes.set_visible(False)
    handles, labels = every[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def draw_fitted(axes: Axes, finding: Finding) -> None:
    """Answers against the truth; on the diagonal they agree."""
    truth, answers = finding.targets.flatten(), finding.outputs.flatten()
    low, high = float(torch.min(truth.min(), answers.min())), float(torch.max(truth.max(), answers.max()))
    axes.plot([low, high], [low, high], "--", color=GREY, linewidth=1.5)
    axes.scatter(truth, answers, s=22, color=BLUE, edgecolors="white", linewidths=0.5)
    axes.set_xlabel(word("truth", finding.language))
    axes.set_ylabel(word("answer", finding.language))


def has_numbers(finding: Finding) -> bool:
    """Whether each answer is one number with a truth of its own."""
    return not finding.data.classes and finding.targets.ndim == 1 and finding.outputs.numel() == len(finding.targets)


def fitted(finding: Finding) -> Figure | None:
    """Answers to the test split against the truth. None where answers are no numbers."""
    if not has_numbers(finding):
        return None
    figure = Figure(figsize=(5.2, 4.8), layout="constrained")
    draw_fitted(figure.subplots(), finding)
    return figure


def fitted_beside(lanes: Sequence[Lane]) -> Figure | None:
    """Answers against the truth, a picture for each variant."""
    lanes = [lane for lane in lanes if has_numbers(lane.finding)]
    if not lanes:
        return None
    figure = Figure(figsize=(4.4 * len(lanes), 4.4), layout="constrained")
    every = figure.subplots(1, len(lanes), squeeze=False, sharex=True, sharey=True)[0]
    for axes, lane in zip(every, lanes, strict=True):
        draw_fitted(axes, lane.finding)
        axes.set_title(lane.label)
    return figure


def pairs(finding: Finding) -> Figure | None:
    """Every column against every other, and each one's own distribution: the scatter matrix. At most six columns."""
    x, y = finding.data.train.x.cpu(), finding.data.train.y.cpu()
    if x.ndim != 2 or not x.is_floating_point() or not 2 <= x.shape[1] <= 6:
        return None
    names, classes = list(finding.data.columns or map(str, range(x.shape[1]))), finding.data.classes
    values = x if classes else torch.cat([x, y.reshape(len(y), -1)], dim=1)
    if not classes:
        names += ["y"] if y.ndim == 1 else [f"y{i + 1}" for i in range(y.shape[1])]
    side = len(names)
    figure = Figure(figsize=(2.15 * side + 0.6, 2.05 * side + 0.5), layout="constrained")
    grid = figure.subplots(side, side, squeeze=False)
    groups = [y == i for i in range(len(classes))] if classes else [torch.ones(len(x), dtype=torch.bool)]
    for i in range(side):
        for j in range(side):
            axes = grid[i][j]
            for number, group in enumerate(groups):
                look = {"color": COLOURS[number % len(COLOURS)]}
                label = classes[number] if classes else ""
                if i == j:
                    axes.hist(values[group, i].numpy(), bins=12, alpha=0.65, label=label, **look)
                else:
                    axes.scatter(
                        values[group, j], values[group, i], s=11, marker="o^sDvPX*"[number % 8], linewidths=0,
                        alpha=0.8, **look,
                    )  # fmt: skip
            axes.tick_params(labelsize=8)
            axes.tick_params(labelbottom=i == side - 1, labelleft=j == 0 and i != j)
            if i == side - 1:
                axes.set_xlabel(names[j], fontsize=10)
            if j == 0:
                axes.set_ylabel(names[i], fontsize=10)
    if classes:
        handles, labels = grid[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=len(classes))
    return figure


def answers(finding: Finding) -> Figure | None:
    """Of a handful of rows, each output as a bar beside its 0/1 target. None where there are many rows."""
    targets = finding.targets.reshape(len(finding.targets), -1).double()
    if finding.data.classes or len(targets) > 12 or finding.outputs.numel() != targets.numel():
        return None
    outputs = finding.outputs.reshape(targets.shape)
    rows, across = finding.data.test.x.int().tolist(), targets.shape[1]
    places = range(len(rows))
    figure = Figure(figsize=(max(6.2, 3.4 * across), 4.3), layout="constrained")
    every = figure.subplots(1, across, squeeze=False)[0]
    for number, axes in enumerate(every):
        said, true = outputs[:, number].tolist(), targets[:, number].tolist()
        right = [(a > 0.5) == (b > 0.5) for a, b in zip(said, true, strict=True)]
        bars = axes.bar(places, said, color=[BLUE if ok else ORANGE for ok in right], width=0.62)
        axes.bar_label(bars, [f"{v:.2f}{'' if ok else ' ×'}" for v, ok in zip(said, right, strict=True)], fontsize=9)
        axes.plot(places, true, "D", color=INK, markersize=7, label=word("target", finding.language))
        axes.axhline(0.5, color=GREY, linestyle="--", linewidth=1.2)
        axes.set_xticks(places, ["".join(map(str, row)) for row in rows], family="monospace", fontsize=9)
        axes.set_ylim(0, 1.16)
        if across > 1:
            axes.set_title(f"{word('class', finding.language)} {number}")
    every[0].set_ylabel(word("output", finding.language))
    figure.legend(*every[0].get_legend_handles_labels(), loc="outside lower center")
    return figure


def pieces_by_depth(lanes: Sequence[Lane]) -> Figure | None:
    """How many straight pieces 24 ReLUs can make of a line: the bound, nets built for it, random ones."""
    shapes = [[UNITS // layers] * layers for layers in (1, 2, 3, 4, 6)]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        fresh = [
            [regions_on_line(mlp((1,), 1, tuple(widths)), [-1.0], [1.0]).pieces for _ in range(DRAWS)]
            for widths in shapes
        ]
    built = [regions_on_line(sawtooth(len(widths), widths[0]), [0.0], [1.0]).pieces for widths in shapes]
    return pieces_by_shape(shapes, fresh, lanes[0].finding.language, built, [most_pieces(widths) for widths in shapes])
