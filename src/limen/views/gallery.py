"""Rows of small pictures: what went in, and what nets without labels make of it."""

import textwrap
from collections.abc import Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray
from torch import Tensor, nn

from limen.data.dataset import as_input
from limen.explain.components import Components, principal_components
from limen.explain.filters import first_filters
from limen.explain.noise import masked
from limen.nets.autoencoder import Autoencoder
from limen.nets.rbm import RBM
from limen.nets.stack import Stack
from limen.views.finding import Finding, Lane
from limen.views.pictures import GAP
from limen.views.style import AGAINST_FOR
from limen.views.words import word

ACROSS = 10  # pictures in a row
MARGIN = 2.9  # room for a row's label, in widths of a picture
WIDTH = 9.6  # inches
PITCH = 1.03  # from row to row
SHARE = 0.3  # of the pixels, that is taken away

Row = tuple[str, Tensor]  # a label, and pictures (n, inputs) with numbers from 0 to 1


def gallery(rows: Sequence[Row], shape: tuple[int, ...], signed: bool = False, space: Sequence[int] = ()) -> Figure:
    """Rows of pictures of `shape` (C, H, W), each with its label on the left.

    `signed` numbers are coloured against their row's own largest; before the rows in `space` a gap is left.
    """
    across = max(len(pictures) for _, pictures in rows)
    height = len(rows) * PITCH + 0.35 * len(space) + 0.1
    figure = Figure(figsize=(WIDTH, WIDTH / (across + MARGIN) * height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    y = 0.1
    for number, (label, pictures) in enumerate(rows):
        y += 0.35 * (number in space)
        axes.text(-0.2, y + 0.44, textwrap.fill(label, 22), ha="right", va="center", fontsize=10.5, linespacing=1.25)
        draw_row(axes, pictures.view(-1, *shape), y, signed)
        y += PITCH
    axes.set_xlim(-MARGIN, across)
    axes.set_ylim(height, 0)
    return figure


def strip(pictures: Tensor, signed: bool) -> tuple[NDArray[np.float32], float]:
    """Pictures (n, C, H, W) as one image (H, all their widths, 4) with gaps you can see through; a gap's share of 1."""
    n, _, h, w = pictures.shape
    gap = max(1, round(GAP * w))
    image = np.zeros((h, n, w + gap, 4), np.float32)
    if signed:
        largest = float(pictures.abs().quantile(0.995)) or 1.0
        values = (pictures.mean(1) / (2 * largest) + 0.5).clamp(0, 1).numpy()
        image[:, :, :w] = AGAINST_FOR(values).transpose(1, 0, 2, 3)
    else:
        colours = pictures.clamp(0, 1).expand(n, 3, h, w) if pictures.shape[1] == 1 else pictures.clamp(0, 1)
        image[:, :, :w, :3] = colours.permute(2, 0, 3, 1).numpy()
        image[:, :, :w, 3] = 1
    return image.reshape(h, n * (w + gap), 4), gap / (w + gap)


def draw_row(axes: Axes, pictures: Tensor, y: float, signed: bool = False, x: float = 0.0) -> None:
    """Pictures (n, C, H, W) side by side, each one unit wide with its gap, as one image: a tenth of the time."""
    image, gap = strip(pictures, signed)
    side = 1 - gap
    axes.imshow(image, extent=(x, x + len(pictures), y + side, y), interpolation="nearest")
    if signed:
        for place in range(len(pictures)):
            axes.add_patch(Rectangle((x + place, y), side, side, fill=False, edgecolor="#9CA3AF", linewidth=0.8))


def pictured(finding: Finding) -> bool:
    """Whether the net knows a way back, and what it sees are pictures."""
    return isinstance(finding.net, Autoencoder | RBM | Stack) and len(finding.data.shape) == 3


def shown(finding: Finding) -> Tensor:
    """Test examples laid flat, (n, inputs): the first of each class, or the first."""
    data = finding.data
    y = data.test.y
    firsts = [int((y == c).nonzero()[0]) for c in range(len(data.classes)) if bool((y == c).any())][:ACROSS]
    chosen = torch.tensor(firsts or range(min(ACROSS, len(y))), device=y.device)
    return as_input(data.test.x[chosen], data.scale).flatten(1)


@torch.no_grad()
def back(net: nn.Module, x: Tensor) -> Tensor:
    """What a net brings back of x (n, inputs), without chance."""
    assert isinstance(net, Autoencoder | RBM | Stack)
    return net.eval().reconstruct(x.to(next(net.parameters()))).cpu().float()


@torch.no_grad()
def code_size(finding: Finding) -> int:
    """How many numbers an autoencoder's code has."""
    assert isinstance(finding.net, Autoencoder)
    return int(finding.net.eval().encode(shown(finding)[:1].to(next(finding.net.parameters()))).shape[1])


def components_of(finding: Finding, count: int) -> Components | None:
    """Principal components of the training split; None where it has not as many, or so many lose nothing."""
    train = as_input(finding.data.train.x, finding.data.scale).flatten(1)
    return principal_components(train, count) if count < min(train.shape) else None


def component_rows(finding: Finding, x: Tensor) -> list[Row]:
    """What as many principal components as an autoencoder's code has units bring back of x (n, inputs)."""
    if not isinstance(finding.net, Autoencoder):
        return []
    count = code_size(finding)
    found = components_of(finding, count)
    label = word("components", finding.language).format(n=count)
    return [] if found is None else [(label, found.reconstruct(x.cpu()).float())]


def reconstructions(finding: Finding) -> Figure | None:
    """Test pictures over what the net brings back of them, and over principal components; then the same with gaps."""
    if not pictured(finding):
        return None
    x, language = shown(finding), finding.language
    gaps, net = masked(x, SHARE), word("brought back", language)
    rows = [(word("originals", language), x.cpu()), (net, back(finding.net, x)), *component_rows(finding, x)]
    space = len(rows)
    rows += [(word("with gaps", language), gaps.cpu()), (net, back(finding.net, gaps))]
    return gallery(rows, finding.data.shape, space=[space])


def beside(lanes: Sequence[Lane], gaps: bool) -> Figure | None:
    """Test pictures, and below what every variant that knows a way back makes of them."""
    lanes = [lane for lane in lanes if pictured(lane.finding)]
    if not lanes:
        return None
    first = lanes[0].finding
    x, language = shown(first), first.language
    rows = [(word("originals", language), x.cpu())]
    if gaps:
        x = masked(x, SHARE)
        rows.append((word("with gaps", language), x.cpu()))
    told: set[str] = set()
    for lane in lanes:
        more = [] if gaps else [row for row in component_rows(lane.finding, x) if row[0] not in told]
        told |= {label for label, _ in more}
        rows += [*more, (lane.label, back(lane.finding.net, x))]
    return gallery(rows, first.data.shape, space=[2 if gaps else 1])


def reconstructions_beside(lanes: Sequence[Lane]) -> Figure | None:
    """The same test pictures as every variant brings them back, and principal components."""
    return beside(lanes, gaps=False)


def mending_beside(lanes: Sequence[Lane]) -> Figure | None:
    """Pictures with gaps, and how every variant mends them."""
    return beside(lanes, gaps=True)


def filters_beside(lanes: Sequence[Lane]) -> Figure | None:
    """The patterns that the first units of every variant's first layer look for, two rows each."""
    rows: list[Row] = []
    space = []
    for lane in lanes:
        found = first_filters(lane.finding.net, lane.finding.data.shape)
        if found is None:
            continue
        flat = found[: 2 * ACROSS].float().flatten(1)
        flat = flat / (flat.abs().amax(1, keepdim=True) + 1e-12)
        space += [len(rows)] if rows else []
        rows += [(lane.label if i == 0 else "", flat[i : i + ACROSS]) for i in range(0, len(flat), ACROSS)]
    return gallery(rows, lanes[0].finding.data.shape, signed=True, space=space) if rows else None
