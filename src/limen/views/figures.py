"""Every figure by its name."""

from collections.abc import Callable, Sequence

from matplotlib.figure import Figure

from limen.views.cars import odds_plane, odds_ratios
from limen.views.codes import activations_beside, code_plane, code_walk, first_plane, first_walk
from limen.views.confusion import confusion
from limen.views.curves import curves
from limen.views.descent import bias_correction, ways
from limen.views.energies import (
    chains,
    dreams_beside,
    likelihood,
    likelihood_beside,
    one_or_many,
)
from limen.views.finding import Finding, Lane
from limen.views.fits import answers, curve_fit, curve_fits, fitted, fitted_beside, pairs, pieces_by_depth
from limen.views.gallery import filters_beside, mending_beside, reconstructions, reconstructions_beside
from limen.views.microscope import backprop
from limen.views.overfitting import gaps, weights, weights_beside
from limen.views.paired import labelled_curves, pairs_of_seeds
from limen.views.panels import lane_curves
from limen.views.parting import parting, parting_beside
from limen.views.pictures import examples, filters
from limen.views.planes import boundaries, boundaries_beside, hidden_space, hidden_space_beside
from limen.views.signals import activations_by_layer, gradients_by_layer, rates, scored_curves, signals_figure
from limen.views.spam import detection_curves, telling, wrong_messages

# a figure that has nothing to show for a run returns None
FIGURES: dict[str, Callable[[Finding], Figure | None]] = {
    "curves": curves,
    "confusion": confusion,
    "examples": examples,
    "filters": filters,
    "boundaries": boundaries,
    "hidden-space": hidden_space,
    "parting": parting,
    "answers": answers,
    "fitted": fitted,
    "pairs": pairs,
    "curve-fit": curve_fit,
    "backprop": backprop,
    "odds-ratios": odds_ratios,
    "odds-plane": odds_plane,
    "detection": detection_curves,
    "telling": telling,
    "wrong-messages": wrong_messages,
    "signals": signals_figure,
    "reconstructions": reconstructions,
    "code-plane": code_plane,
    "code-walk": code_walk,
    "chains": chains,
    "likelihood": likelihood,
    "weights": weights,
}

# what shows the variants of a study side by side
PANELS: dict[str, Callable[[Sequence[Lane]], Figure | None]] = {
    "lane-curves": lane_curves,
    "boundaries-beside": boundaries_beside,
    "hidden-space-beside": hidden_space_beside,
    "parting-beside": parting_beside,
    "fitted-beside": fitted_beside,
    "curve-fits": curve_fits,
    "pieces-by-depth": pieces_by_depth,
    "scored-curves": scored_curves,
    "gradients-by-layer": gradients_by_layer,
    "activations-by-layer": activations_by_layer,
    "rates": rates,
    "gaps": gaps,
    "weights-beside": weights_beside,
    "ways": ways,
    "bias-correction": bias_correction,
    "reconstructions-beside": reconstructions_beside,
    "mending-beside": mending_beside,
    "filters-beside": filters_beside,
    "code-plane": first_plane,
    "code-walk": first_walk,
    "activations-beside": activations_beside,
    "dreams-beside": dreams_beside,
    "one-or-many": one_or_many,
    "likelihood-beside": likelihood_beside,
    "paired": pairs_of_seeds,
    "labelled-curves": labelled_curves,
}
