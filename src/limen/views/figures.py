"""Every figure by its name."""

from collections.abc import Callable, Sequence

from matplotlib.figure import Figure

from limen.views.confusion import confusion
from limen.views.curves import curves
from limen.views.finding import Finding, Lane
from limen.views.panels import lane_curves
from limen.views.pictures import examples, filters
from limen.views.planes import boundaries, boundaries_beside, hidden_space

# a figure that has nothing to show for a run returns None
FIGURES: dict[str, Callable[[Finding], Figure | None]] = {
    "curves": curves,
    "confusion": confusion,
    "examples": examples,
    "filters": filters,
    "boundaries": boundaries,
    "hidden-space": hidden_space,
}

# what shows the variants of a study side by side
PANELS: dict[str, Callable[[Sequence[Lane]], Figure | None]] = {
    "lane-curves": lane_curves,
    "boundaries-beside": boundaries_beside,
}
