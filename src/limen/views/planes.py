"""What a net says of every point of a plane: boundaries, and the plane as its hidden layer sees it.

A net of two inputs can be looked at whole: ask it about a fine grid of points and colour the plane by its answers.
"""

from collections.abc import Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch import Tensor, nn

from limen.data.dataset import as_input
from limen.views.finding import Finding, Lane
from limen.views.style import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, RED, SKY
from limen.views.words import word

CLASSES = (BLUE, ORANGE, GREEN, RED, PURPLE, SKY, INK, GREY)
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")
GRID = 240  # points along each side
MOST = 600  # examples of a class that are drawn, evenly spaced in their order
PALE = 0.42  # how strongly the ground is coloured where the net is sure


def applies(finding: Finding) -> bool:
    """Whether the net takes points of a plane and answers with classes."""
    return finding.data.shape == (2,) and bool(finding.data.classes)


def limits(x: Tensor) -> tuple[float, float, float, float]:
    """A box around points (N, 2), with a margin."""
    low, high = x.min(0).values, x.max(0).values
    margin = (high - low).clamp(min=1e-6) * 0.12 + 0.02
    (a, c), (b, d) = (low - margin).tolist(), (high + margin).tolist()
    return a, b, c, d


@torch.no_grad()
def probabilities(finding: Finding, points: Tensor) -> Tensor:
    """What the net says of points (N, 2), as a share for each class: (N, classes)."""
    training = finding.net.training
    finding.net.eval()
    first = next(finding.net.parameters())
    scores: Tensor = finding.net(as_input(points.to(first), finding.data.scale)).cpu().double()
    finding.net.train(training)
    if scores.shape[1] == 1:  # one unit: class 1 above the threshold
        return torch.cat([(scores <= 0).double(), (scores > 0).double()], dim=1)
    return scores.softmax(1)


def ground(finding: Finding, box: tuple[float, float, float, float]) -> tuple[NDArray[np.float64], Tensor]:
    """The plane's colours (GRID, GRID, 3), and the classes answered (GRID, GRID)."""
    a, b, c, d = box
    xs, ys = torch.linspace(a, b, GRID), torch.linspace(c, d, GRID)
    points = torch.cartesian_prod(ys, xs).flip(1)
    shares = probabilities(finding, points)
    colours = torch.tensor([to_rgb(CLASSES[i % len(CLASSES)]) for i in range(shares.shape[1])], dtype=torch.float64)
    mixed = 1 - PALE + PALE * (shares @ colours)
    return mixed.reshape(GRID, GRID, 3).clamp(0, 1).numpy(), shares.argmax(1).reshape(GRID, GRID)


def scatter(axes: Axes, x: Tensor, y: Tensor, names: Sequence[str]) -> None:
    """Examples in their class's colour and shape; the more there are, the smaller."""
    size = 70 if len(x) <= 20 else 22 if len(x) <= 300 else 7
    for number, name in enumerate(names):
        own = x[y == number]
        few = own[:: -(-len(own) // MOST) or 1].numpy()
        axes.scatter(
            few[:, 0], few[:, 1], s=size, color=CLASSES[number % len(CLASSES)], marker=MARKERS[number % len(MARKERS)],
            edgecolors="white", linewidths=0.8 if len(x) <= 300 else 0.2, label=name, zorder=3,
        )  # fmt: skip


def draw_plane(axes: Axes, finding: Finding) -> None:
    """The answers as the ground, the boundary as a line, the training examples on top."""
    x, y = finding.data.train.x.cpu().float(), finding.data.train.y.cpu()
    box = limits(x)
    colours, answers = ground(finding, box)
    axes.imshow(colours, extent=box, origin="lower", aspect="auto", interpolation="bilinear")
    for number in range(len(finding.data.classes)):
        own = (answers == number).double().numpy()
        if 0 < own.mean() < 1:
            axes.contour(own, levels=[0.5], extent=box, colors=[INK], linewidths=0.9)
    scatter(axes, x, y, finding.data.classes)
    names = finding.data.columns or ("x", "y")
    axes.set_xlabel(names[0])
    axes.set_ylabel(names[1])
    axes.grid(visible=False)


def boundaries(finding: Finding) -> Figure | None:
    """The plane coloured by the net's answers, with the training examples."""
    if not applies(finding):
        return None
    figure = Figure(figsize=(6.2, 5.4), layout="constrained")
    axes = figure.subplots()
    draw_plane(axes, finding)
    axes.legend(title=word("class", finding.language), loc="upper right", frameon=True, framealpha=0.9)
    return figure


def boundaries_beside(lanes: Sequence[Lane]) -> Figure | None:
    """The boundaries of every variant that has a plane, side by side."""
    lanes = [lane for lane in lanes if applies(lane.finding)]
    if not lanes:
        return None
    across = min(3, len(lanes)) if len(lanes) != 4 else 2
    down = -(-len(lanes) // across)
    figure = Figure(figsize=(4.3 * across, 3.9 * down + 0.3), layout="constrained")
    every = figure.subplots(down, across, squeeze=False).flatten()
    for axes, lane in zip(every, lanes, strict=False):
        draw_plane(axes, lane.finding)
        axes.set_title(lane.label)
    for axes in every[len(lanes) :]:
        axes.set_visible(False)
    return figure


def hidden_layer(net: nn.Module) -> list[nn.Module] | None:
    """The layers up to the last hidden one's activation; None where there is no hidden layer."""
    layers = [layer for layer in net.modules() if not list(layer.children())]
    dense = [i for i, layer in enumerate(layers) if isinstance(layer, nn.Linear)]
    return layers[: dense[-1]] if len(dense) > 1 else None


@torch.no_grad()
def seen_by(finding: Finding, points: Tensor) -> Tensor | None:
    """Points as the last hidden layer sees them: (N, units)."""
    layers = hidden_layer(finding.net)
    if layers is None:
        return None
    x = as_input(points.to(next(finding.net.parameters())), finding.data.scale)
    for layer in layers:
        x = layer.eval()(x)
    return x.cpu().double()


def hidden_space_beside(lanes: Sequence[Lane]) -> Figure | None:
    """The bent plane of the first variant that has a hidden layer."""
    for lane in lanes:
        if (figure := hidden_space(lane.finding)) is not None:
            return figure
    return None


def hidden_space(finding: Finding) -> Figure | None:
    """A grid on the plane, and the same grid as the hidden layer bends it: its two main directions.

    Where the classes can be parted by a straight line on the right, the output layer has an easy task.
    """
    if not applies(finding):
        return None
    x, y = finding.data.train.x.cpu().float(), finding.data.train.y.cpu()
    own = seen_by(finding, x)
    if own is None:
        return None
    middle = own.mean(0)
    if own.shape[1] > 2:
        directions = torch.linalg.svd(own - middle, full_matrices=False).Vh[:2].T
    else:
        middle, directions = torch.zeros_like(middle), torch.eye(own.shape[1], 2, dtype=torch.float64)
    figure = Figure(figsize=(10, 4.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    a, b, c, d = limits(x)
    for fixed in torch.linspace(0, 1, 17):
        run = torch.linspace(0, 1, 120)
        for line in (
            torch.stack([a + (b - a) * run, (c + (d - c) * fixed).expand(120)], 1),
            torch.stack([(a + (b - a) * fixed).expand(120), c + (d - c) * run], 1),
        ):
            bent = seen_by(finding, line)
            assert bent is not None
            bent = (bent - middle) @ directions
            left.plot(*line.T.numpy(), color="#9CA3AF", linewidth=0.6)
            right.plot(*bent.T.numpy(), color="#9CA3AF", linewidth=0.6)
    scatter(left, x, y, finding.data.classes)
    scatter(right, ((own - middle) @ directions).float(), y, finding.data.classes)
    left.set_title(word("input space", finding.language))
    many = own.shape[1] > 2
    right.set_title(word("hidden space main" if many else "hidden space", finding.language).format(n=own.shape[1]))
    for axes in (left, right):
        axes.grid(visible=False)
        axes.locator_params(nbins=6)
    handles, labels = left.get_legend_handles_labels()
    name = word("class", finding.language)
    figure.legend(handles, [f"{name} {label}" for label in labels], loc="outside lower center", ncols=len(labels))
    return figure
