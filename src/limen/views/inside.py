"""The figures of a look into a net: the answer, where it comes from, and what the layers make of the picture."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch import Tensor

from limen.data.dataset import Scale
from limen.views.look import Look
from limen.views.panels import COLOURS
from limen.views.pictures import GAP, frame, place, sheet
from limen.views.style import AGAINST_FOR, BLUE, COUNTS, GREEN, GREY, INK, ORANGE, RED
from limen.views.words import word

ACROSS = 8  # pictures in a row
MARGIN = 1.25  # room for a row's label, in pictures
TOP = 5  # classes that are told
GLOW = LinearSegmentedColormap.from_list("glow", [ORANGE + "00", ORANGE + "58", ORANGE + "C8"])
MARKS = "os^DvP*X"
DIM = 0.6  # how much of the picture shows under a heat map

Tile = tuple[NDArray[np.float32], str]  # a picture, and what stands below it


def shown(x: Tensor, scale: Scale) -> NDArray[np.float32]:
    """A picture (C, H, W) as a net takes it, as it is drawn: (H, W, 3), numbers from 0 to 1."""
    stored = x.detach().cpu().double().permute(1, 2, 0).numpy() * np.array(scale.divisor) + np.array(scale.offset)
    picture = np.clip(stored / scale.top, 0, 1).astype(np.float32)
    return np.repeat(picture, 3, 2) if picture.shape[2] == 1 else picture


def coloured(heat: Tensor, colours: Colormap, signed: bool) -> NDArray[np.float32]:
    """A heat map (H, W) in colours, (H, W, 3 or 4): from 0, or, signed, with 0 in the middle."""
    largest = float(heat.abs().max()) or 1.0
    values = heat / (2 * largest) + 0.5 if signed else heat / largest
    return np.asarray(colours(values.cpu().numpy()), np.float32)


def over(heat: Tensor, picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """A heat map as a glow over a picture in grey."""
    glow = coloured(heat, GLOW, signed=False)
    grey = picture.mean(2, keepdims=True) * DIM + (1 - DIM) * 0.8
    return grey * (1 - glow[..., 3:]) + glow[..., :3] * glow[..., 3:]  # type: ignore[no-any-return]


def tiles(rows: Sequence[tuple[str, Sequence[Tile]]], across: int = ACROSS, below: float = 0.24) -> Figure:
    """Rows of pictures with a label on the left where there are any, and words below each."""
    margin = MARGIN if any(label for label, _ in rows) else 0.0
    pitch = 1 + below
    figure, axes = sheet(across, len(rows) * pitch)
    figure.set_size_inches(9.6, 9.6 / (across + margin + GAP) * len(rows) * pitch)
    for number, (label, row) in enumerate(rows):
        y = number * pitch + GAP / 2
        if label:
            lines = label.split("\n")  # each by itself: a page's own fonts would shift lines that are set together
            for i, line in enumerate(lines):
                lower = y + 0.44 + (i - (len(lines) - 1) / 2) * 0.19
                axes.text(-0.08, lower, line, ha="right", va="center", fontsize=9.5)
        for column, (picture, words) in enumerate(row):
            place(axes, picture, column, y, interpolation="nearest")
            axes.add_patch(frame(column, y))
            for i, line in enumerate(words.split("\n")):
                axes.text(column + 0.5, y + 0.93 + 0.17 * i, line, ha="center", va="top", fontsize=9.5)
    axes.set_xlim(-margin - GAP / 2, across + GAP / 2)
    axes.set_ylim(len(rows) * pitch, 0)
    return figure


def answer(look: Look) -> Figure:
    """The picture, and bars for the likeliest classes."""
    finding = look.finding
    names, order = finding.data.classes, look.probabilities.argsort(descending=True, stable=True)[:TOP].tolist()
    figure = Figure(figsize=(8.4, 2.9), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 2.2))
    left.imshow(shown(look.picture, finding.data.scale), interpolation="nearest")
    left.set_axis_off()
    truth = "" if look.truth is None else word("truth is", finding.language).format(name=names[look.truth])
    left.set_title(truth or look.origin, fontsize=11, loc="center")
    values = [float(look.probabilities[i]) for i in order]
    colours = [GREY if look.truth is None else GREEN if i == look.truth else RED for i in order]
    right.barh(range(len(order)), values, color=[BLUE if look.truth is None else c for c in colours], height=0.62)
    for row, value in enumerate(values):
        right.text(value + 0.015, row, f"{value:.1%}", va="center", fontsize=11)
    right.set_yticks(range(len(order)), [names[i] for i in order], fontsize=11)
    right.invert_yaxis()
    right.set_xlim(0, 1.16)
    right.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    right.set_xlabel(word("probability", finding.language))
    right.grid(visible=False, axis="y")
    right.tick_params(length=0)
    return figure


def why(look: Look) -> Figure:
    """The picture, and the heat maps that say which pixels the answer comes from."""
    language, heat, picture = look.finding.language, look.heat, shown(look.picture, look.finding.data.scale)
    row: list[Tile] = [
        (picture, word("asked is", language).format(name=look.finding.data.classes[look.target])),
        (coloured(heat.saliency, COUNTS, signed=False)[..., :3], word("saliency", language)),
        (
            coloured(heat.integrated.sum(0), AGAINST_FOR, signed=True)[..., :3],
            word("integrated gradients", language),
        ),
    ]
    if heat.grad_cam is not None:
        row.append((over(heat.grad_cam, picture), word("Grad-CAM", language)))
    row.append((coloured(heat.occlusion, AGAINST_FOR, signed=True)[..., :3], word("occlusion", language)))
    return tiles([("", row)], across=len(row), below=0.16)


def maps(look: Look) -> Figure | None:
    """Of each layer the planes with the largest answers; None in a net without planes."""
    rows = []
    for found in look.maps:
        strongest = found.strongest(ACROSS).tolist()
        planes = [found.planes[i] for i in strongest]
        row = [(coloured(p, COUNTS if float(p.min()) >= 0 else AGAINST_FOR, float(p.min()) < 0)[..., :3], f"{i + 1}")
               for i, p in zip(strongest, planes, strict=True)]  # fmt: skip
        size = "×".join(map(str, found.planes.shape))
        rows.append((f"{broken(found.path)}\n{size}", row))
    return tiles(rows, below=0.2) if rows else None


def broken(path: str) -> str:
    """A long path in the net on two lines."""
    first, dot, rest = path.partition(".")
    return f"{first}.\n{rest}" if dot and len(path) > 14 else path


def excited(look: Look) -> Figure:
    """Pictures that the classes, and planes of the last layer, answer to most."""
    language, names, scale = look.finding.language, look.finding.data.classes, look.finding.data.scale
    classes = [(shown(x, scale), names[i][:14]) for i, x in enumerate(look.excited.classes)]
    label = word("classes", language)
    rows = [(label if not i else "", classes[i : i + ACROSS]) for i in range(0, len(classes), ACROSS)]
    if look.excited.layer is not None:
        units = [
            (shown(x, scale), f"{unit + 1}") for unit, x in zip(look.excited.units, look.excited.planes, strict=True)
        ]
        rows.append((word("units of", language).format(layer=f"\n{broken(look.excited.layer)}"), units))
    return tiles(rows)


def near(look: Look) -> Figure:
    """The picture, and the training examples that the net takes for most alike."""
    names, scale = look.finding.data.classes, look.finding.data.scale
    row: list[Tile] = [(shown(look.picture, scale), word("the picture", look.finding.language))]
    for x, label, cosine in zip(look.near.pictures, look.near.classes, look.near.similar, strict=True):
        row.append((shown(x, scale), f"{names[label][:14]}\n{cosine:.3f}"))
    return tiles([("", row)], across=len(row), below=0.4)


def plane(look: Look) -> Figure:
    """The test examples by their features, in two planes, each class with its colour and mark."""
    language, names = look.finding.language, look.finding.data.classes
    figure = Figure(figsize=(9.6, 5.0), layout="constrained")
    for axes, points, title in zip(
        figure.subplots(1, 2), (look.places.main, look.places.neighbours), ("main directions", "t-SNE"), strict=True
    ):
        scatter(axes, points, look)
        axes.set_title(word(title, language))
    handles, labels = figure.axes[0].get_legend_handles_labels()
    columns = min(len(labels), 10 if max(map(len, names)) <= 4 else 5)
    figure.legend(handles, labels, loc="outside lower center", ncols=columns, markerscale=1.4, columnspacing=1.2)
    return figure


def scatter(axes: Axes, points: Tensor, look: Look) -> None:
    """The points of each class, and a ring around the picture that was asked about."""
    for number, name in enumerate(look.finding.data.classes):
        x, y = points[look.places.labels == number].T.numpy()
        colour, mark = COLOURS[number % len(COLOURS)], MARKS[(number * 3 + number // len(COLOURS)) % len(MARKS)]
        axes.scatter(x, y, s=26, alpha=0.75, linewidths=0, label=name, color=colour, marker=mark)
    x, y = points[look.places.here].tolist()
    axes.scatter([x], [y], s=190, facecolors="none", edgecolors=INK, linewidths=2.0, zorder=3)
    axes.set_xticks([])
    axes.set_yticks([])
