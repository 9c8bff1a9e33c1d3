"""Backpropagation of a run's net on its training rows, as a figure."""

from matplotlib.figure import Figure

from limen.data.dataset import as_input
from limen.errors import LimenError
from limen.explain.microscope import Microscope, examine
from limen.views.backprop_figure import backprop_figure
from limen.views.finding import Finding

MOST = 12  # rows that are worked through
LOSSES = {"half-squares": "half-squared-error", "squares": "squared-error", "regression": "mean-squared-error"}


def seen(finding: Finding) -> Microscope | None:
    """A pass through the net with the first training rows; None where the net is no small dense chain."""
    data = finding.data
    if len(data.shape) != 1 or data.shape[0] > MOST:
        return None
    x, y = as_input(data.train.x[:MOST], data.scale), data.train.y[:MOST]
    if not data.classes and y.ndim == 1:
        y = y.unsqueeze(1)
    objective = finding.run.record["experiment"]["objective"]
    kind = next(finding.net.parameters()).dtype
    y = y.to(kind) if y.is_floating_point() else y
    try:
        return examine(finding.net, x.to(kind), y, LOSSES.get(objective, "cross-entropy"))
    except LimenError:  # another kind of net
        return None


def backprop(finding: Finding) -> Figure | None:
    """Every number of the forward and the backward pass. None where the net is no small dense chain."""
    found = seen(finding)
    return backprop_figure(found, finding.language) if found else None
