"""Codes: the plane that an autoencoder of two numbers lays the data out on, and how hidden units are used."""

from collections.abc import Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn import functional

from limen.data.dataset import as_input
from limen.nets.autoencoder import Autoencoder
from limen.nets.rbm import RBM
from limen.views.finding import Finding, Lane
from limen.views.gallery import code_size, components_of, pictured
from limen.views.panels import look
from limen.views.planes import CLASSES, MARKERS
from limen.views.style import GREY
from limen.views.words import word

STEPS = 15  # pictures along each side of the walk
EDGE = 0.02  # share of the codes left out on each side of it
BINS = 40


def has_plane(finding: Finding) -> bool:
    """Whether the net is an autoencoder of pictures whose code is two numbers."""
    return isinstance(finding.net, Autoencoder) and pictured(finding) and code_size(finding) == 2


@torch.no_grad()
def codes(finding: Finding) -> Tensor:
    """The codes of the test split: (N, code)."""
    net, data = finding.net, finding.data
    assert isinstance(net, Autoencoder | RBM)
    return net.eval().encode(as_input(data.test.x, data.scale)).cpu().float()


def glyphs(axes: Axes, points: Tensor, y: Tensor, names: Sequence[str]) -> None:
    """Points (N, 2), each as the name of its class where that is short, in the class's colour."""
    for number, name in enumerate(names):
        own = points[y == number].numpy()
        marker = f"${name}$" if len(name) <= 2 and name.isalnum() else MARKERS[number % len(MARKERS)]
        axes.scatter(
            own[:, 0], own[:, 1], s=46, marker=marker, color=CLASSES[number % len(CLASSES)], linewidths=0.3, label=name
        )


def code_plane(finding: Finding) -> Figure | None:
    """The test split on the plane of two principal components, and on that of an autoencoder's code."""
    if not has_plane(finding):
        return None
    data, language = finding.data, finding.language
    x, y = as_input(data.test.x, data.scale).flatten(1).cpu(), data.test.y.cpu()
    found = components_of(finding, 2)
    assert found is not None
    figure = Figure(figsize=(10.4, 5.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes, points, title in (
        (left, found.encode(x), word("components", language).format(n=2)),
        (right, codes(finding), word("code of two", language)),
    ):
        glyphs(axes, points.float(), y, data.classes)
        axes.set_title(title)
        axes.grid(visible=False)
        axes.tick_params(labelsize=9)
    return figure


@torch.no_grad()
def code_walk(finding: Finding) -> Figure | None:
    """What the decoder makes of every point of a grid over the plane of codes."""
    if not has_plane(finding):
        return None
    net, shape = finding.net, finding.data.shape
    assert isinstance(net, Autoencoder)
    every = codes(finding)
    (a, c), (b, d) = (every.quantile(q, dim=0).tolist() for q in (EDGE, 1 - EDGE))
    ys, xs = torch.linspace(d, c, STEPS), torch.linspace(a, b, STEPS)
    points = torch.cartesian_prod(ys, xs).flip(1)
    made = net.eval().decode(points.to(next(net.parameters()))).cpu().float().view(STEPS, STEPS, *shape)
    tiles = functional.pad(made.clamp(0, 1), (0, 1, 0, 1), value=1.0)  # a white line between pictures
    sheet = tiles.permute(0, 3, 1, 4, 2).reshape(STEPS * (shape[1] + 1), STEPS * (shape[2] + 1), shape[0]).numpy()
    figure = Figure(figsize=(7, 6.6), layout="constrained")
    axes = figure.subplots()
    axes.imshow(
        sheet[..., 0] if shape[0] == 1 else sheet, extent=(a, b, c, d), cmap="gray", vmin=0, vmax=1, aspect="auto"
    )
    axes.grid(visible=False)
    axes.set_xlabel(word("first number", finding.language))
    axes.set_ylabel(word("second number", finding.language))
    return figure


def first_plane(lanes: Sequence[Lane]) -> Figure | None:
    """The plane of the first variant that has one."""
    return next((figure for lane in lanes if (figure := code_plane(lane.finding))), None)


def first_walk(lanes: Sequence[Lane]) -> Figure | None:
    """The walk over the plane of the first variant that has one."""
    return next((figure for lane in lanes if (figure := code_walk(lane.finding))), None)


def activations_beside(lanes: Sequence[Lane]) -> Figure | None:
    """How often hidden units take which value, and how active each is on the average, a line for each variant."""
    lanes = [lane for lane in lanes if isinstance(lane.finding.net, Autoencoder | RBM)]
    if not lanes:
        return None
    language = lanes[0].finding.language
    figure = Figure(figsize=(10, 4.3), layout="constrained")
    left, right = figure.subplots(1, 2)
    for number, lane in enumerate(lanes):
        every = codes(lane.finding)
        heights, edges = np.histogram(every.numpy(), BINS, (0, 1))
        left.stairs(heights / heights.sum(), edges, label=lane.label, linewidth=2.2, **look(number))
        means = every.mean(0).sort(descending=True).values
        right.plot(range(1, len(means) + 1), means.numpy(), label=lane.label, **look(number))
    left.set_yscale("log")
    left.set_title(word("values of units", language))
    left.set_xlabel(word("activation", language))
    left.set_ylabel(word("share", language))
    right.set_title(word("means of units", language))
    right.set_xlabel(word("units by activity", language))
    right.set_ylim(0, 1)
    right.axhline(0.5, color=GREY, linewidth=0.8)
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=len(lanes))
    return figure
