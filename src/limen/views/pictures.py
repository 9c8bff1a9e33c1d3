"""Pictures: test examples with the net's answers, and the patterns its first layer looks for.

Many small pictures are laid out on one pair of axes, each at its own place: a tenth of the time that a pair of axes
for each of them would take.
"""

from math import ceil

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray
from torch import Tensor

from limen.explain.filters import first_filters
from limen.explain.outcomes import confidence, confident_mistakes
from limen.views.finding import Finding
from limen.views.style import AGAINST_FOR, GREEN, GREY, INK, RED
from limen.views.words import word

ACROSS, DOWN = 8, 2  # pictures in a row, rows of each kind
MOST_FILTERS = 32
WIDEST = 15  # letters that fit above a picture
GAP, LABEL = 0.12, 0.24  # between pictures, and above each for a line of its label, in widths of a picture
SECOND = 0.17  # and for a second line
ABOVE, HEADING = 0.14, 0.24  # above a heading, and for itself


def sheet(width: int, height: float) -> tuple[Figure, Axes]:
    """An empty sheet that is `width` pictures wide and `height` high; units are pictures, y runs down."""
    inches = 9.6 / ACROSS
    figure = Figure(figsize=(inches * (width + GAP), inches * height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(-GAP / 2, width + GAP / 2)
    axes.set_ylim(height, 0)
    return figure, axes


def place(axes: Axes, picture: NDArray[np.float32], x: float, y: float, **how: object) -> None:
    """One picture with its upper left corner at (x, y), one unit wide less the gap."""
    side = 1 - GAP
    axes.imshow(picture, extent=(x + GAP / 2, x + GAP / 2 + side, y + side, y), **how)  # type: ignore[arg-type]


def frame(x: float, y: float) -> Rectangle:
    """A thin line around a picture that may be white."""
    return Rectangle((x + GAP / 2, y), 1 - GAP, 1 - GAP, fill=False, edgecolor="#9CA3AF", linewidth=0.8)


def heading(axes: Axes, text: str, y: float) -> None:
    """A line of text above a group of pictures."""
    axes.text(GAP / 2, y, text, fontsize=12, fontweight="bold", va="top")


def examples(finding: Finding) -> Figure | None:
    """Test examples with answers: the first of the split, then the mistakes the net was surest of.

    None where the examples are no pictures, or belong to no classes.
    """
    if len(finding.data.shape) != 3 or finding.outputs.shape[1:] != (len(finding.data.classes),):
        return None
    answer, sure = confidence(finding.outputs)
    wrong = confident_mistakes(finding.outputs, finding.targets, ACROSS * DOWN)
    groups = {"first examples": torch.arange(min(ACROSS * DOWN, len(answer))), "surest mistakes": wrong}
    rows = sum(max(1, ceil(len(chosen) / ACROSS)) for chosen in groups.values())
    names, x, top = finding.data.classes, finding.data.test.x.cpu(), finding.data.scale.top
    short = max(map(len, names)) <= 2
    label = LABEL + (0 if short else SECOND)
    figure, axes = sheet(ACROSS, rows * (1 + label) + len(groups) * (ABOVE + HEADING))
    y = 0.0
    for title, chosen in groups.items():
        heading(axes, word(title, finding.language), y + ABOVE)
        y += ABOVE + HEADING
        if not len(chosen):
            axes.text(GAP / 2, y + 0.2, word("no mistakes", finding.language), color=GREY)
        for place_number, i in enumerate(chosen.tolist()):
            row, column = divmod(place_number, ACROSS)
            picture = x[i].float().div(top).clamp(0, 1).numpy()
            above = y + row * (1 + label) + label
            place(
                axes, picture[..., 0] if picture.shape[2] == 1 else picture, column, above, cmap="gray", vmin=0, vmax=1
            )
            right = bool(answer[i] == finding.targets[i])
            told = f"{'✓' if right else '×'} {names[answer[i]]}"
            truth, share = "" if right else f"≠ {names[finding.targets[i]]}", f"{sure[i]:.0%}"
            lines = [f"{told} {truth}".strip() + f"  {share}"] if short else [told, truth or share]
            size = 10 * min(1, WIDEST / max(map(len, lines)))
            for up, line in enumerate(reversed(lines)):
                axes.text(
                    column + 0.5, above - 0.06 - SECOND * up, line, fontsize=size, color=GREEN if right else RED,
                    ha="center", va="bottom",
                )  # fmt: skip
        y += max(1, ceil(len(chosen) / ACROSS)) * (1 + label)
    axes.set_xlim(-GAP / 2, ACROSS + GAP / 2)  # imshow moves the limits
    axes.set_ylim(y, 0)
    return figure


def picture_of(weights: Tensor, largest: float) -> NDArray[np.float32]:
    """A filter (C, h, w) as a picture: signed colours for one channel, shifted to 0..1 for three."""
    if len(weights) == 3:
        return (weights.permute(1, 2, 0) / (2 * largest) + 0.5).clamp(0, 1).numpy()
    return weights.mean(0).numpy()


def filters(finding: Finding) -> Figure | None:
    """The first layer's filters; None where the first layer does not see a picture."""
    weights = first_filters(finding.net, finding.data.shape)
    if weights is None:
        return None
    shown, classes = weights[:MOST_FILTERS], finding.data.classes
    templates = len(weights) == len(classes) and weights.shape[-1] > 11  # a dense layer with a unit per class
    across = 5 if templates else min(ACROSS, len(shown))
    pitch = 1 + LABEL * templates
    figure, axes = sheet(across, 0.4 + ceil(len(shown) / across) * pitch)
    heading(axes, word("filters", finding.language), 0.08)
    if shown.shape[1] == 3:
        figure.set_label("filters_colour_caption")
    largest = float(shown.abs().quantile(0.995)) or 1.0
    for number, weight in enumerate(shown):
        row, column = divmod(number, across)
        top = 0.4 + row * pitch + LABEL * templates
        place(axes, picture_of(weight, largest), column, top, cmap=AGAINST_FOR, vmin=-largest, vmax=largest)
        axes.add_patch(frame(column, top))
        if templates:
            axes.text(column + 0.5, top - 0.05, classes[number], fontsize=11, color=INK, ha="center", va="bottom")
    axes.set_xlim(-GAP / 2, across + GAP / 2)
    axes.set_ylim(0.4 + ceil(len(shown) / across) * pitch, 0)
    return figure
