"""Every figure by its name."""

from collections.abc import Callable

from matplotlib.figure import Figure

from limen.views.confusion import confusion
from limen.views.curves import curves
from limen.views.finding import Finding
from limen.views.pictures import examples, filters

# a figure that has nothing to show for a run returns None
FIGURES: dict[str, Callable[[Finding], Figure | None]] = {
    "curves": curves,
    "confusion": confusion,
    "examples": examples,
    "filters": filters,
}
