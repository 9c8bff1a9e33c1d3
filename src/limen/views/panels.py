"""The variants of a study side by side: their learning curves."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from limen.views.curves import WIDE, column
from limen.views.finding import Lane
from limen.views.style import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, RED, SKY
from limen.views.words import word

COLOURS = (BLUE, ORANGE, GREEN, RED, PURPLE, SKY, INK, GREY)  # of the variants, in order
DASHES = ("-", "--", "-.", ":")


def look(number: int) -> dict[str, Any]:
    """Colour and dash of a variant, so that they stay apart in grey too."""
    return {"color": COLOURS[number % len(COLOURS)], "linestyle": DASHES[number // 2 % len(DASHES)]}


def shared_measures(lanes: Sequence[Lane]) -> list[str]:
    """What every variant recorded in each epoch: training loss, validation loss, and the measure people read."""
    return [
        name
        for name in lanes[0].finding.metrics[0]
        if name.startswith(("train_", "validation_")) and all(name in lane.finding.metrics[0] for lane in lanes)
    ]


def logarithmic(axes: Axes, values: list[float]) -> None:
    """A logarithmic scale where the values span more than a factor."""
    positive = [v for v in values if v > 0]
    if positive and len(positive) == len(values) and max(positive) > WIDE * min(positive):
        axes.set_yscale("log")


def lane_curves(lanes: Sequence[Lane]) -> Figure | None:
    """Training loss, validation loss and the measure, a line for each variant."""
    lanes = [lane for lane in lanes if lane.finding.metrics]
    if not lanes:
        return None
    language, names = lanes[0].finding.language, shared_measures(lanes)[:3]
    figure = Figure(figsize=(4.1 * len(names) + 0.4, 4.3), layout="constrained")
    rows = figure.subplots(1, len(names), squeeze=False)[0]
    for axes, name in zip(rows, names, strict=True):
        seen: list[float] = []
        for number, lane in enumerate(lanes):
            values = column(lane.finding.metrics, name)
            axes.plot(range(1, len(values) + 1), values, label=lane.label, **look(number))
            seen += values
        if name.endswith("loss"):
            logarithmic(axes, seen)
        axes.set_title(word(name, language))
        axes.set_xlabel(word("epoch", language))
    handles, labels = rows[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=min(4, len(lanes)))
    return figure
