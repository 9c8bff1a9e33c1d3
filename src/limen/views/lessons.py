"""Every figure of a lesson by its name: (what is drawn, the lesson's options, language) → figure."""

from collections.abc import Callable, Mapping
from typing import Any

from matplotlib.figure import Figure

from limen.views.kinds_figure import channels, costs, wires
from limen.views.lesson_convolution import fields, padding, sliding, stepping, transposed
from limen.views.lesson_curves import activations, forgotten, stairs
from limen.views.lesson_descent import batches, curve, hollows, rates, valley
from limen.views.lesson_inside import seen_filters, seen_liked, seen_places, seen_planes, seen_views, seen_why
from limen.views.lesson_kernels import filters, noise, pooling
from limen.views.lesson_pictures import coins, contrast, histogram, otsu, pixels
from limen.views.zoo_figure import columns, plane, shares, slopes

LESSON_FIGURES: dict[str, Callable[[Any, Mapping[str, int | float], str], Figure]] = {
    "lesson-sliding": sliding,
    "lesson-padding": padding,
    "lesson-stepping": stepping,
    "lesson-transposed": transposed,
    "lesson-forgotten": forgotten,
    "lesson-activations": activations,
    "lesson-stairs": stairs,
    "lesson-curve": curve,
    "lesson-rates": rates,
    "lesson-valley": valley,
    "lesson-hollows": hollows,
    "lesson-batches": batches,
    "lesson-pixels": pixels,
    "lesson-histogram": histogram,
    "lesson-contrast": contrast,
    "lesson-otsu": otsu,
    "lesson-coins": coins,
    "lesson-noise": noise,
    "lesson-filters": filters,
    "lesson-pooling": pooling,
    "lesson-wires": wires,
    "lesson-channels": channels,
    "lesson-costs": costs,
    "lesson-fields": fields,
    "lesson-seen-filters": seen_filters,
    "lesson-seen-planes": seen_planes,
    "lesson-seen-views": seen_views,
    "lesson-seen-places": seen_places,
    "lesson-seen-why": seen_why,
    "lesson-seen-liked": seen_liked,
    "lesson-slopes": slopes,
    "lesson-zoo-columns": columns,
    "lesson-zoo-plane": plane,
    "lesson-zoo-shares": shares,
}
